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

export const vigilanceWords = {
  ask: "IS SOMEBODY HERE? Press any key.",
  in: (s) => `In ${s} s this console counts as left alone: alarms then call the next level at once.`,
  over: "This console counts as left alone: alarms call the next level at once.",
};
