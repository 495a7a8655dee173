// The keys of the verbs, and by which reasons a case ends.
export const endsWords = {
  keys: {
    on: "Tasten mit den Buchstaben auf den Knöpfen",
    of: {
      accept: "A", acknowledge: "A", confirm: "B", on_the_way: "U", on_scene: "O", all_clear: "E", still_here: "H", escalate: "M",
      need_more: "V", contact: "G", hand_over: "W", false_alarm: "F", decline: "K",
    },
  },
  codes: {
    handling: "Person wohlauf: Fehlbedienung",
    resting: "Person wohlauf: hat geruht oder still gesessen",
    helped: "Der Person wurde vor Ort geholfen",
    rescue_service: "Person an den Rettungsdienst übergeben",
    device_fault: "Alarm durch einen Fehler des PNG",
    rehearsal: "Probealarm oder Übung beendet",
    false_handling: "Umgang mit dem PNG",
    taken_off: "PNG während der Schicht abgelegt",
    false_device_fault: "Fehler des PNG",
    unmarked_test: "Nicht angekündigte Probe",
  },
  codesOf: {
    all_clear: ["handling", "resting", "helped", "rescue_service", "device_fault", "rehearsal"],
    false_alarm: ["false_handling", "taken_off", "false_device_fault", "unmarked_test"],
  },
};
