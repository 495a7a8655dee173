// The German of en/fleet.js: the same keys, the same functions.
export const fleetWords = {
  link: "Gerätebestand: wer welche Firmware hat",
  title: "Gerätebestand",
  help: "Welche Ausgabe der Firmware jedes PNG hat. Beauftragt wird eine mit: rufweite device update; keine beginnt in einer Schicht oder einem Alarm.",
  columns: ["PNG", "Platine", "Läuft mit", "Beauftragt", "Zustand", "Seit"],
  states: {
    waiting: "wartet", sending: "wird gesendet", received: "empfangen, startet neu, sobald es darf", started: "auf Probe",
    passed: "läuft und hat die Prüfung bestanden", rolled_back: "KEHRTE ZURÜCK", refused: "ABGELEHNT",
    failed: "NICHT WIEDER GEHÖRT", stopped: "nicht begonnen",
  },
  bad: ["rolled_back", "refused", "failed"],
  canary: "geht voran",
  progress: (piece, pieces) => `${Math.round((100 * piece) / pieces)} %`,
  because: (reason) => `: ${reason}`,
  unknown: "noch nicht bekannt",
  none: "Noch keine PNG.",
  releases: "Ausgaben",
  noRelease: "Noch keine. Eine wird gebracht mit: rufweite release import DATEI",
  release: (r) => `für ${r.boards.join(", ")}, signiert mit ${r.key}, gebracht von ${r.imported_by}`,
};
