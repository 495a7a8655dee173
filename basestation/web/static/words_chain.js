// What the console says of the rescue chain: the verbs, who comes, who was called, and what is wrong with it.

export const vigilanceWords = {
  ask: "IS SOMEBODY HERE? Press any key.",
  in: (s) => `In ${s} s this console counts as left alone: alarms then call the next level at once.`,
  over: "This console counts as left alone: alarms call the next level at once.",
};
