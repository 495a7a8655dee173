// What the search in the header says.
export const searchWords = {
  label: "Search (key /)",
  placeholder: "Search  /",
  none: "Nothing found.",
  found: (n) => `${n} found`,
  kinds: {
    worker: "Worker", device: "Device", workplace: "Workplace", beacon: "Beacon", plan: "Floor plan",
    responder: "Is called", user: "User", case: "Case",
  },
};
