// The German of en/budget.js: the same keys, the same functions.
export const budgetWords = {
  title: "Zeit",
  stages: {
    pre_alarm: "Von der Lage zum Voralarm",
    sent: "Vom Voralarm zum Alarm",
    trigger: "Von der Lage zum Alarm, zusammen",
    stored: "Vom Alarm zur Basisstation",
    shown: "Vom Speichern zum Zeigen",
    told: "Vom Speichern bis jemand es erfuhr",
    accepted: "Vom Speichern zur Übernahme",
    on_scene: "Von der Übernahme bis vor Ort",
    help: "Vom Alarm zur Hilfe vor Ort",
    all_clear: "Von der Ankunft zur Entwarnung",
  },
  limit: (time, source) => `Grenze ${time} (${source})`,
  unknown: "nicht bekannt",
  running: (time) => `bisher ${time}`,
  overspent: "überschritten",
};
