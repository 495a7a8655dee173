// What the console says of floor plans.
export const planWords = {
  plans: "Floor plans",
  notRead: "The floor plan could not be read. What it showed before may be old.",
  ago: (text) => `${text} ago`,
};
