// What is said of a device in the register; states are keyed as the API spells them.
export const deviceWords = {
  deviceStates: {
    registered: "registered by hand", not_ready: "NOT READY: its set-up is not finished",
    ready: "ready", retired: "retired",
  },
  replacedBy: (name) => `replaced by ${name}`,
  wornBy: (worker) => `worn by ${worker}`,
  firmware: (version, settings) => `firmware ${version}, settings ${settings}`,
  settingsChange: (version, state, reason) => `settings ${version} ${state}${reason ? ` (${reason})` : ""}`,
  settingsStates: {
    sent: "SENT, not confirmed", waiting: "WAIT for the end of an alarm", trying: "ON TRIAL", refused: "REFUSED",
    rolled_back: "TAKEN BACK", replaced: "replaced by a newer order",
  },
  battery: (percent) => `battery ${percent} %`,
  seen: (at) => `last heard ${at}`,
  neverSeen: "never heard",
};
