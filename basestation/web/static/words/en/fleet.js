// What the fleet page says: who runs which release; states are keyed as the API spells them.
export const fleetWords = {
  link: "Fleet: who runs which firmware",
  title: "Fleet",
  help: "Which release of the firmware each device runs. One is ordered with: rufweite device update; none is begun on shift or in an alarm.",
  columns: ["Device", "Board", "Runs", "Ordered", "State", "Since"],
  states: {
    waiting: "waiting", sending: "being sent", received: "received, restarts when it may", started: "on trial",
    passed: "runs and has passed its check", rolled_back: "WENT BACK", refused: "REFUSED",
    failed: "NOT HEARD AGAIN", stopped: "not begun",
  },
  bad: ["rolled_back", "refused", "failed"],
  canary: "goes first",
  progress: (piece, pieces) => `${Math.round((100 * piece) / pieces)} %`,
  because: (reason) => `: ${reason}`,
  unknown: "not known yet",
  none: "No devices yet.",
  releases: "Releases",
  noRelease: "None yet. It is brought by: rufweite release import FILE",
  release: (r) => `for ${r.boards.join(", ")}, signed by ${r.key}, imported by ${r.imported_by}`,
};
