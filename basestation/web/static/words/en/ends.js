// The keys of the verbs, and by which reasons a case ends.
export const endsWords = {
  keys: {
    on: "Press verbs by the letters on them",
    of: {
      accept: "A", acknowledge: "A", confirm: "C", on_the_way: "W", on_scene: "S", all_clear: "E", still_here: "H", escalate: "M",
      need_more: "N", contact: "T", hand_over: "O", false_alarm: "F", decline: "D",
    },
  },
  codes: {
    handling: "Worker is well: false alarm by handling",
    resting: "Worker is well: was resting or sitting still",
    helped: "Worker was helped on the spot",
    rescue_service: "Worker was handed over to the rescue service",
    device_fault: "Alarm caused by a device fault",
    rehearsal: "Test or drill is over",
    false_handling: "Handling of the device",
    taken_off: "Device taken off in the shift",
    false_device_fault: "Device fault",
    unmarked_test: "Test that was not marked",
  },
  codesOf: {
    all_clear: ["handling", "resting", "helped", "rescue_service", "device_fault", "rehearsal"],
    false_alarm: ["false_handling", "taken_off", "false_device_fault", "unmarked_test"],
  },
};
