// What is said of a device in the register; states are keyed as the API spells them.
export const deviceWords = {
  replacedBy: (name) => `replaced by ${name}`,
  wornBy: (worker) => `worn by ${worker}`,
  firmware: (version, settings) => `firmware ${version}, settings ${settings}`,
  settingsStates: {
    applied: "in force", built: "as it was got ready",
    sent: "SENT, not confirmed", waiting: "WAIT for the end of an alarm", trying: "ON TRIAL", refused: "REFUSED",
    rolled_back: "TAKEN BACK", replaced: "replaced by a newer order",
  },
  battery: (percent) => `battery ${percent} %`,
  seen: (at) => `last heard ${at}`,
};
