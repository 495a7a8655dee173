// What the console says of the rescue chain: the verbs, who comes, who was called, and what is wrong with it.

export const verbWords = {
  accept: "Accept",
  decline: "I cannot come",
  on_the_way: "On the way…",
  on_scene: "On scene",
  still_here: "Still here",
  need_more: "Need more…",
  escalate: "Call more now",
  hand_over: "Hand over…",
  contact: "Spoke with the worker…",
  all_clear: "All clear…",
  false_alarm: "False alarm…",
  confirm: "Confirm",
  acknowledge: "Acknowledge",
};

export const chainWords = {
  more: "All verbs",
  moreOf: (kind, who) => `All verbs and facts: ${kind}, ${who}`,
  contactSilent: "Word from the worker…",
  takeOver: "Take over",
  confirmOf: { all_clear: "Confirm: all clear", false_alarm: "Confirm: false alarm" },
  /** What happens next if nobody does anything. */
  nextStep: (n) => {
    const calls = n.level === null ? `calls everyone again (round ${n.round})` : `calls level ${n.level}: ${n.level_name}`;
    const doing = {
      pre_alarm: "raises the alarm unless the wearer cancels it", arrival: `asks ${n.who} whether help has arrived and ${calls}`,
      asked: `takes the case from ${n.who} and calls the chain again`, presence: `asks ${n.who} for a sign of life and ${calls}`,
    };
    return doing[n.does] ?? calls;
  },

  reasons: {
    unanswered: "EVERYBODY WAS CALLED - NOBODY ANSWERS",
    dropped: (name) => `${name} had it and cannot answer for it any more`,
    helperSilent: (name) => `${name} is on scene and gives NO SIGN - a helper may be in danger`,
    more: (name) => `${name} wants MORE HELP`,
    further: (n, kinds) => `${n} ALARMS: ${kinds}`,
    furtherUnseen: "a further alarm came, nobody has seen it",
    offered: (name) => `${name} is asked to take over`,
    waits: (name, what, reason) => `${name} proposes: ${what} (${reason})`,
    second: "A SECOND PERSON must confirm",
  },
  outcome: { all_clear: "all clear", false_alarm: "false alarm" },
  onTheWay: (name) => `${name} is on the way`,
  inMinutes: (time) => `there in ${time}`,
  late: "LATE",
  onScene: (name, at) => `${name} is on scene since ${at}`,

  dialog: {
    minutesAsk: "There in how many minutes?",
    minutes: (n) => `${n} min`,
    unknown: "Not known",
    on_the_way: "Help is on the way",
    need_more: "More help is needed",
    needMoreAsk: "What is needed",
    contact: "The worker has said something",
    contactAsk: "What the worker said",
    contactSilent: "Do NOT call the worker. Write down only what has reached you; under threat it proves nothing.",
    hand_over: "Hand over",
    handOverAsk: "Who is to take over",
    handOverHelp: "You keep the case until they accept.",
    operators: "At a console",
    people: "On call",
    false_alarm: "False alarm",
    all_clear: "All clear",
    send: "Send",
    propose: "Ask a second person to confirm",
    second: "Nobody was on the scene and nobody has spoken with the worker: a second person must confirm before the case closes.",
    closeFalse: "Close the case: false alarm",
    falseAsk: "What raised the alarm?",
    chooseOne: "Choose somebody.",
    write: "Write a few words.",
  },

  called: {
    title: "Who was called",
    none: "Nobody yet.",
    level: (n) => `Level ${n}`,
    beside: "Called beside the levels",
    declined: "cannot come",
    failed: "CANNOT BE REACHED",
    stages: {
      waiting: "waiting to be sent", sent: "sent", delivered: "delivered", opened: "opened", answered: "answered",
      failed: "FAILED, tried again", replaced: "not needed any more",
    },
    console: { sent: "on the console, not seen yet", opened: "seen on an attended console" },
    times: (n) => `${n} times`,
    code: "Code for replies by text",
    add: "Call one more",
    addWho: "Person",
    addSend: "Call now",
    added: (name) => `${name} is called.`,
    leftOut: "Cannot be called",
    why: {
      casualty: "is the worker in danger", own_case: "has an alarm of their own", absent: "is away",
      nobody_on_duty: "nobody is on duty", no_address: "has no address", unknown: "is not known", silent: "not in a silent case",
    },
    correct: "Correct an address",
    correctHelp: "For this case only; they are called there at once.",
    whose: "Of",
    channel: "Channel",
    address: "Address",
    correctSend: "Call there now",
    corrected: "The address counts from now on.",
  },

  facts: {
    helpers: "Helpers", contact: "Worker said", confirmed: "Confirmed by", further: "Further alarms",
    companion: "Part of", shown: "Seen in the control room",
  },
};

// What is no call is told or asked.
const VERB_OF_TEXT = {
  taken: "Told who has it:", closed: "Told of the end:", place: "Told where:",
  ask_arrival: "Asked for the arrival:", ask_helper: "Asked for a sign of life:", hand_over: "Asked to take over:", confirm: "Asked to confirm:",
};

/** What the log of a case says of its chain. */
export const chainHappened = {
  people_found: (e) => {
    const who = e.found?.length ? `Called: ${e.found.join(", ")}` : "Nobody could be called";
    const left = Object.entries(e.left_out ?? {}).map(([name, why]) => `${name} ${chainWords.called.why[why] ?? why}`);
    return [who, ...left].join("; ");
  },
  notified: (e) => {
    const level = e.level < 0 ? "beside the levels" : `level ${e.level + 1}`;
    return `${VERB_OF_TEXT[e.text] ?? "Called"} ${e.recipient} (${e.channel}), ${level}, round ${e.round + 1}`;
  },
  shown_on_console: () => "Seen on an attended console",
  recipient_added: (e) => `${e.user} called ${e.found} in addition`,
  address_corrected: (e) => `${e.user} corrected the address of ${e.key} (${e.channel})`,
  accepter_lost: (e) => `${e.user} ${e.why}: the case goes back to the chain`,
  decline_pressed: (e) => `${e.user} cannot come`,
  on_the_way_pressed: (e) => `${e.user} is on the way${e.minutes ? `, there in ${e.minutes} min` : ""}`,
  on_scene_pressed: (e) => `${e.user} is on scene`,
  still_here_pressed: (e) => `${e.user}: still here`,
  need_more_pressed: (e) => `${e.user} needs more help${e.words ? `: ${e.words}` : ""}`,
  escalate_pressed: (e) => `${e.user} had more people called`,
  hand_over_pressed: (e) => `${e.user} asked ${e.to} to take over`,
  contact_pressed: (e) => `${e.user} spoke with the worker: ${e.words}`,
  all_clear_pressed: (e) => `${e.user}: all clear: ${e.reason}`,
  false_alarm_pressed: (e) => `${e.user}: false alarm: ${e.reason}`,
  confirm_pressed: (e) => `${e.user} confirmed`,
  further_alarm: (e) => `A further alarm of the same worker: #${e.case_id}`,
  companion_found: (e) => (e.case_id ? `The worker has an open case: #${e.case_id}` : "The worker's other case is closed"),
  delivery_reported: (e) =>
    e.stage === "failed" ? `NOT SENT to ${e.recipient}: ${e.detail || "no reason given"}` : `${e.recipient}: ${chainWords.called.stages[e.stage] ?? e.stage}`,
};

export const vigilanceWords = {
  ask: "IS SOMEBODY HERE? Press any key.",
  in: (s) => `In ${s} s this console counts as left alone: alarms then call the next level at once.`,
  over: "This console counts as left alone: alarms call the next level at once.",
};
