// The German of en/devices.js: the same keys, the same functions.
export const deviceWords = {
  replacedBy: (name) => `ersetzt durch ${name}`,
  wornBy: (worker) => `getragen von ${worker}`,
  firmware: (version, settings) => `Firmware ${version}, Einstellungen ${settings}`,
  settingsStates: {
    applied: "in Kraft", built: "wie eingerichtet",
    sent: "GESENDET, nicht bestätigt", waiting: "WARTEN auf das Ende eines Alarms", trying: "AUF PROBE", refused: "ABGELEHNT",
    rolled_back: "ZURÜCKGENOMMEN", replaced: "durch einen neueren Auftrag ersetzt",
  },
  battery: (percent) => `Akku ${percent} %`,
  seen: (at) => `zuletzt gehört ${at}`,
};
