// What is said of a device in the register; states are keyed as the API spells them.
export const deviceWords = {
  deviceStates: {
    registered: "registered by hand", not_ready: "NOT READY: its set-up is not finished",
    ready: "ready", retired: "retired",
  },
  replacedBy: (name) => `replaced by ${name}`,
  wornBy: (worker) => `worn by ${worker}`,
  firmware: (version, settings) => `firmware ${version}, settings ${settings}`,
  battery: (percent) => `battery ${percent} %`,
  seen: (at) => `last heard ${at}`,
  neverSeen: "never heard",
};
