// What the page of a case says beside its chain: protocol, notes, report, whom it is about, the timeline, the
// movement; and the page on which a safety officer keeps protocols.

export const casefileWords = {
  now: "Where it stands",

  protocol: {
    title: "What is to be done",
    done: (n, of) => `${n} of ${of} done`,
    by: (name, at) => `${name}, ${at}`,
    takenBack: (name, at) => `taken back by ${name}, ${at}`,
  },

  notes: { title: "Notes", add: "A further note", send: "Keep the note" },

  report: {
    title: "Outcome and report",
    none: "No report yet.",
    by: (name, at, version) => `${name}, ${at}, version ${version}`,
    write: "Write the report",
    change: "Change the report",
    field: "What happened, and what was done",
    send: "Keep the report",
    drop: "Drop what I wrote",
    overtaken: (name) => `${name} has written a newer report: it stands above. Read it, then go on.`,
    overwrite: "I have read it: mine follows it",
  },

  casualty: {
    call: "Call the worker",
    noNumber: "No number of the worker is known.",
    doNotCall: "Do NOT call: the number is not shown while a silent alarm of this worker is open.",
    pictureOf: (name) => `Picture of ${name}`,
    notShown: "The picture could not be shown.",
  },

  timeline: {
    filter: "Shown",
    shown: (n, of) => (n === of ? `${of}` : `${n} of ${of}`),
    groups: { device: "Device", chain: "Chain", ways: "Calls and messages", people: "People", written: "Written" },
    newestFirst: "Show the newest first",
    oldestFirst: "Show the oldest first",
  },

  movement: {
    title: "Movement",
    none: "No movement was kept with this case.",
    whole: "Kept, a minute before and after the alarm.",
    part: (count, of) => `Kept in part: ${count} of ${of} pieces.`,
    officer: "A safety officer can look at it.",
    open: "Look at the movement",
    logged: "That you look at it is logged.",
    file: "Download as CSV",
    samples: "Acceleration by axis, and its amount (thick)",
    time: "Seconds from the alarm",
    amount: "amount",
    mg: (n) => `${n} mg`,
    degrees: (n) => `${n}°`,
    tracks: {
      tilt: "Tilt from upright (position alarm)", blow: "Strongest blow of each fifth of a second (fall alarm)",
      movement: "Movement (rest alarm)", swing: "Swing (escape alarm)",
    },
    limit: "Limit",
    marks: { condition: "condition", pre_alarm: "pre-alarm", alarm: "alarm", fall: "fall seen" },
    table: "The same in words",
    columns: { track: "What the detector sees", limit: "Limit", most: "Most", least: "Least", beyond: "Beyond the limit" },
    spans: (spans) => spans.map(([from, to]) => `${from} to ${to} s`).join("; "),
    beneath: "Below the limit",
    never: "never",
    upright: { unknown: "The device did not know which way is upright: no tilt." },
    settings: (version) => `Limits by settings version ${version}.`,
  },

  // Reasons of an end, by code; the base station has the same words.

  protocols: {
    title: "Protocols",
    help: "What is to be done with an alarm, step by step. A case keeps the list with which it opened; every list stays readable here.",
    site: "Site",
    kind: "For",
    anyPerson: "Every alarm of a person without a list of its own",
    steps: "Steps, one a line",
    inForce: (version, name, at) => `In force: version ${version}, ${name}, ${at}`,
    notInForce: "None is in force.",
    set: "Put in force",
    history: "Earlier lists",
    ended: (version, name, at) => `Version ${version}, ${name}, ${at}`,
    takeAgain: "Use it again",
    empty: "No steps: taken out of force",
    was: "The list is in force for cases that open from now on.",
    pictures: "Pictures of workers",
    picturesHelp: "Shown only to operators, only while the worker has an open case. PNG or JPEG, 60 kB at most.",
    worker: "Worker",
    file: "Picture",
    keep: "Keep the picture",
    kept: "The picture is kept.",
    since: (name, at) => `${name}, ${at}`,
    forget: (name) => `Remove the picture of ${name}`,
  },
};
