// Every word the console shows in English, here and in en/; another language is a file and a folder
// like these. The words are those of the field; states and kinds are keyed as the API spells them.
import { casefileWords } from "./en/case.js";
import { chainWords, verbWords, vigilanceWords } from "./en/chain.js";
import { accessWords } from "./en/access.js";
import { budgetWords } from "./en/budget.js";
import { casefileHappened, casefileWords } from "./en/case.js";
import { chainHappened, chainWords, verbWords, vigilanceWords } from "./en/chain.js";
import { drillWords, observerWords } from "./en/drills.js";
import { fleetWords } from "./en/fleet.js";
import { interfaceWords } from "./en/interface.js";
import { linkWords } from "./en/link.js";
import { locationWords } from "./en/location.js";
import { menuWords } from "./en/menu.js";
import { handoverWords, peopleWords } from "./en/people.js";
import { preferenceWords } from "./en/preferences.js";
import { protectionWords } from "./en/protection.js";
import { searchWords } from "./en/search.js";
import { registerWords } from "./en/register.js";
import { registersWords } from "./en/registers.js";
import { reportsWords } from "./en/reports.js";
import { rescueWords } from "./en/rescue.js";
import { trustWords } from "./en/trust.js";
import { sitesWords, usersWords } from "./en/users.js";
import { tuningWords } from "./en/tuning.js";
import { virtualWords } from "./en/virtual.js";
import { wallWords } from "./en/wall.js";

export const words = {
  product: "Rufweite",
  kinds: {
    manual: "Manual alarm",
    silent: "SILENT alarm",
    duress: "SILENT duress alarm",
    fall: "Fall alarm",
    position: "Position alarm",
    rest: "Rest alarm",
    loss: "Loss alarm",
    escape: "Escape alarm",
    time: "Time alarm",
    technical: "Technical alarm",
  },
  // What a device gives as the cause of a technical alarm; other causes are sentences as they come.
  causes: {
    sensor_silent: "the movement sensor says nothing",
    sensor_stuck: "the movement sensor is stuck or failed its test",
    battery_critical: "the battery is nearly empty",
    battery_low: "the battery is low", battery_short: "the battery will not last until the planned end",
    key_stuck: "the key is stuck",
    self_test_failed: "the self-test failed",
    journal_failed: "the device cannot write its journal",
  },
  unknownKind: (kind) => `Unknown alarm (${kind})`,
  states: {
    PRE_ALARM: "Pre-alarm",
    RECEIVED: "Not accepted",
    ACCEPTED: "Accepted",
    DISPATCHED: "Help on the way",
    ON_SCENE: "Help on scene",
    ACKNOWLEDGED: "Acknowledged",
    GONE: "Gone, not acknowledged",
    CANCELLED: "Cancelled by the worker",
    JOINED: "Part of another case",
    CLOSED: "Closed",
  },
  units: { days: (days, hours) => `${days} d ${hours} h` },
  technicalReceived: "Not acknowledged",
  marks: { test: "TEST", drill: "DRILL" },
  marksLong: { test: "TEST - no emergency", drill: "DRILL - rehearsed emergency" },
  verbs: verbWords,
  verbOf: (verb, kind, who) => `${verb}: ${kind}, ${who}`,
  roles: {
    worker: "worker", responder: "responder", viewer: "viewer", operator: "operator", supervisor: "supervisor",
    safety_officer: "safety officer", admin: "administrator",
  },
  modes: {
    off_shift: "off shift",
    guarding: "guarding",
    pre_alarm: "pre-alarm",
    alarm: "in alarm",
    received: "in alarm, received",
  },
  protection: protectionWords,
  link_facts: linkWords,
  outcomes: {
    all_clear: "All clear",
    false_alarm: "False alarm",
    joined: "Part of another case",
    cancelled: "Cancelled by the worker",
    acknowledged: "Acknowledged",
    condition_ended: "Condition ended",
  },
  menu: menuWords,
  navLabel: "Pages",
  logOut: "Log out",
  skip: "Skip to the alarms",

  login: {
    title: "Log in to the console",
    login: "Login",
    password: "Password",
    send: "Log in",
    ended: "SESSION ENDED - alarms are NOT shown here. Log in again.",
  },

  link: {
    connecting: "Connecting to the base station …",
    lost: (at) => `CONNECTION LOST - this page is stale since ${at}`,
    lostNever: "NO CONNECTION - this page has not heard from the base station",
    lostHelp: "Alarms may be missing here. Use the telephone and the pagers until this banner is gone.",
    lostTitle: "CONNECTION LOST",
    back: "The connection is back; everything shown is current.",
    noAnswer: "No answer from the base station. Look at the case before you press again.",
    readingPage: "Reading the page …",
    pageNotRead: "This page could not be read from the base station. Load it again; alarms are shown all the same.",
    notReached: "The base station was not reached. Look at the case, then press again.",
  },

  sound: {
    off: "SOUND OFF",
    press: "press anywhere to switch the alarm sound on",
    test: "Test the sound",
    isOn: "Sound is on: test it",
  },

  station: {
    receiving: "Receiving alarms",
    trouble: (what) => `STATION TROUBLE: ${what}. Alarms may not arrive.`,
    brokerDown: "the message broker is down",
    brokerFull: "the message broker's disk is full",
    mqtt: "no connection to the message broker",
    canary: "the message path is not proven",
    standing: (parts) => `it stands still inside (${parts})`,
    quarantined: (n) => `${n} in quarantine`,
  },

  list: {
    title: "Open alarms",
    none: "No open alarm",
    noneHelp: "A new alarm appears here by itself, and is loud.",
    sorted: "Order: not accepted, gravity, time",
    held: "Order held while you are in the list",
    moves: "the true order differs",
    newBelow: (n, first) => `${n} NEW at the end: ${first}`,
    sortNow: "Sort now",
    show: "Show the alarms",
    preAlarms: "Pre-alarms",
    preAlarmHelp: "The worker can still cancel.",
    noPreAlarm: "None",
    atWork: "At work now",
    nobody: "Nobody is on shift.",
    announce: (kind, who, where) => `New alarm: ${kind}, ${who}, ${where}`,
    announceSilent: (kind, who, where) => `New ${kind}, ${who}, ${where}. Do not call the worker.`,
    announceTest: (mark, kind, who) => `${mark}: ${kind}, ${who}`,
    openTitle: (n) => `(${n}) ALARM NOT ACCEPTED`,
  },

  row: {
    unconfirmed: "unconfirmed wearer",
    lastWearer: (name) => `last worn by ${name}, not confirmed`,
    nobody: "no wearer known",
    device: (name) => `Device ${name}`,
    noPlace: "Place not known",
    since: (at) => `since ${at}`,
    cancelUntil: "raised by itself in",
    hasIt: (name) => `${name} has it`,
    knows: (name) => `${name} knows`,
    nobodyHasIt: "Nobody has it",
    next: "Next:",
    nextIn: (time) => `in ${time}`,
    nextNow: "now",
    overdue: "NOBODY ON SCENE IN TIME",
    reset: "The worker has reset the device",
    allRight: (at) => `The wearer says: I am all right, ${at}`,
    noProof: "under threat this proves nothing",
    noProofShort: "proves nothing",
    silent: "SILENT",
    silentHelp: "Do not call or radio the worker: nobody near may notice.",
    hiddenIn: (id) => `Came as the worker cancelled a pre-alarm: #${id}`,
    cancelledUnder: (id) => `CANCELLED UNDER DURESS: see #${id}`,
    linked: (ids) => `See also ${ids}`,
    details: "Details",
    closedHere: "No longer open",
    working: "Sending …",
  },

  allClear: {
    title: "All clear",
    ask: "What happened, and how is the worker?",
    more: "In your words",
    moreHelp: "Needed if no reason above fits",
    confirm: "Close the case: all clear",
    cancel: "Back",
    others: (n) => `${n} other ${n === 1 ? "alarm is" : "alarms are"} not accepted.`,
    empty: "Choose a reason or write one.",
  },



  shifts: {
    title: "Shifts",
    start: "Start a shift",
    worker: "Worker",
    device: "Device",
    workplace: "Workplace",
    end: "Planned end (your local time)",
    send: "Start the shift",
    choose: "Choose …",
    open: "At work now",
    none: "Nobody is on shift. Off shift, a silent device is no alarm.",
    endShift: "End shift",
    endSure: (name) => `End ${name}'s shift? From then on the device's silence is no alarm.`,
    endYes: "Yes, end it",
    endNo: "No",
    started: (name) => `The shift of ${name} has started.`,
    ended: (name) => `The shift of ${name} has ended.`,
    needs: "Register at least one worker, one device and one workplace first.",
    until: "until",
    seen: "Last seen",
    seenNever: "never",
    ago: (time) => `${time} ago`,
    battery: "Battery",
    batteryUnknown: "unknown", batteryUntil: (time) => `, until about ${time}`,
    mode: "Device",
    silent: "SILENT",
    asked: (at) => `PLANNED END HAS PASSED - worker is asked, alarm at ${at}`,
    offline: "offline",
  },
  preferences: preferenceWords,
  search: searchWords,
  people: peopleWords, handover: handoverWords,
  vigilance: vigilanceWords,
  budget: budgetWords, drills: drillWords, observer: observerWords,
  chain: chainWords,
  casefile: casefileWords,
  location: locationWords,
  plan: planWords,
  trust: trustWords,
  virtual: virtualWords, tuning: tuningWords,
  wall: wallWords,
};
