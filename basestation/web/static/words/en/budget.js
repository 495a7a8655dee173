// What is said of the time of a case; stages are keyed as the API spells them.
export const budgetWords = {
  title: "Time",
  stages: {
    pre_alarm: "Condition to pre-alarm",
    sent: "Pre-alarm to alarm",
    trigger: "Condition to alarm, in all",
    stored: "Alarm to base station",
    shown: "Stored to shown",
    told: "Stored to somebody told",
    accepted: "Stored to accepted",
    on_scene: "Accepted to on the scene",
    help: "Alarm to help on the spot",
    all_clear: "On the scene to all-clear",
  },
  limit: (time, source) => `limit ${time} (${source})`,
  unknown: "not known",
  running: (time) => `${time} so far`,
  overspent: "overspent",
};
