// Every word the console shows in German, here and in de/: the same keys and functions as in en.js. The words
// are those of the field in German (PNG, Voralarm, Rettungskette).
import { casefileWords } from "./de/case.js";
import { chainWords, verbWords, vigilanceWords } from "./de/chain.js";
import { accessWords } from "./de/access.js";
import { budgetWords } from "./de/budget.js";
import { casefileHappened, casefileWords } from "./de/case.js";
import { chainHappened, chainWords, verbWords, vigilanceWords } from "./de/chain.js";
import { drillWords, observerWords } from "./de/drills.js";
import { fleetWords } from "./de/fleet.js";
import { interfaceWords } from "./de/interface.js";
import { linkWords } from "./de/link.js";
import { locationWords } from "./de/location.js";
import { menuWords } from "./de/menu.js";
import { handoverWords, peopleWords } from "./de/people.js";
import { preferenceWords } from "./de/preferences.js";
import { protectionWords } from "./de/protection.js";
import { searchWords } from "./de/search.js";
import { registerWords } from "./de/register.js";
import { registersWords } from "./de/registers.js";
import { reportsWords } from "./de/reports.js";
import { rescueWords } from "./de/rescue.js";
import { trustWords } from "./de/trust.js";
import { sitesWords, usersWords } from "./de/users.js";
import { tuningWords } from "./de/tuning.js";
import { virtualWords } from "./de/virtual.js";
import { wallWords } from "./de/wall.js";

export const words = {
  product: "Rufweite",
  kinds: {
    manual: "Willensabhängiger Alarm",
    silent: "STILLER Alarm",
    duress: "STILLER Alarm unter Zwang",
    fall: "Sturzalarm",
    position: "Lagealarm",
    rest: "Ruhealarm",
    loss: "Verlustalarm",
    escape: "Fluchtalarm",
    time: "Zeitalarm",
    technical: "Technischer Alarm",
  },
  // What a device gives as the cause of a technical alarm; other causes are sentences as they come.
  causes: {
    sensor_silent: "der Bewegungssensor meldet nichts",
    sensor_stuck: "der Bewegungssensor hängt oder hat seine Prüfung nicht bestanden",
    battery_critical: "der Akku ist fast leer",
    battery_low: "der Akku ist schwach", battery_short: "der Akku reicht nicht bis zum geplanten Ende",
    key_stuck: "die Taste klemmt",
    self_test_failed: "der Selbsttest wurde nicht bestanden",
    journal_failed: "das PNG kann sein Journal nicht schreiben",
  },
  unknownKind: (kind) => `Unbekannter Alarm (${kind})`,
  states: {
    PRE_ALARM: "Voralarm",
    RECEIVED: "Nicht übernommen",
    ACCEPTED: "Übernommen",
    DISPATCHED: "Hilfe unterwegs",
    ON_SCENE: "Hilfe vor Ort",
    ACKNOWLEDGED: "Quittiert",
    GONE: "Vorbei, nicht quittiert",
    CANCELLED: "Von der Person abgebrochen",
    JOINED: "Teil eines anderen Falls",
    CLOSED: "Geschlossen",
  },
  units: { days: (days, hours) => `${days} T ${hours} h` },
  technicalReceived: "Nicht quittiert",
  marks: { test: "PROBE", drill: "ÜBUNG" },
  marksLong: { test: "PROBEALARM - kein Notfall", drill: "NOTFALLÜBUNG - geprobter Notfall" },
  verbs: verbWords,
  verbOf: (verb, kind, who) => `${verb}: ${kind}, ${who}`,
  roles: {
    worker: "beschäftigte Person", responder: "helfende Person", viewer: "Mitlesende", operator: "Leitstelle",
    supervisor: "Aufsicht", safety_officer: "Sicherheitsfachkraft", admin: "Verwaltung",
  },
  modes: {
    off_shift: "keine Schicht",
    guarding: "wacht",
    pre_alarm: "Voralarm",
    alarm: "im Alarm",
    received: "im Alarm, empfangen",
  },
  protection: protectionWords,
  link_facts: linkWords,
  outcomes: {
    all_clear: "Entwarnung",
    false_alarm: "Fehlalarm",
    joined: "Teil eines anderen Falls",
    cancelled: "Von der Person abgebrochen",
    acknowledged: "Quittiert",
    condition_ended: "Von selbst vorbei",
  },
  menu: menuWords,
  navLabel: "Seiten",
  logOut: "Abmelden",
  skip: "Zu den Alarmen springen",

  login: {
    title: "An der Konsole anmelden",
    login: "Anmeldename",
    password: "Passwort",
    send: "Anmelden",
    ended: "SITZUNG BEENDET - hier werden KEINE Alarme gezeigt. Bitte neu anmelden.",
  },

  link: {
    connecting: "Verbindung zur Basisstation wird aufgebaut …",
    lost: (at) => `VERBINDUNG VERLOREN - diese Seite ist veraltet seit ${at}`,
    lostNever: "KEINE VERBINDUNG - diese Seite hat von der Basisstation noch nichts gehört",
    lostHelp: "Hier können Alarme fehlen. Benutzen Sie Telefon und Pager, bis dieser Hinweis verschwindet.",
    lostTitle: "VERBINDUNG VERLOREN",
    back: "Die Verbindung ist wieder da; alles Gezeigte ist aktuell.",
    noAnswer: "Keine Antwort der Basisstation. Sehen Sie den Fall an, bevor Sie noch einmal drücken.",
    readingPage: "Die Seite wird gelesen …",
    pageNotRead: "Diese Seite war von der Basisstation nicht zu lesen. Bitte neu laden; Alarme werden trotzdem gezeigt.",
    notReached: "Die Basisstation wurde nicht erreicht. Sehen Sie den Fall an, dann drücken Sie noch einmal.",
  },

  sound: {
    off: "TON AUS",
    press: "irgendwo drücken, um den Alarmton einzuschalten",
    test: "Ton prüfen",
    isOn: "Ton ist an: prüfen",
  },

  station: {
    receiving: "Empfang von Alarmen läuft",
    trouble: (what) => `STÖRUNG DER BASISSTATION: ${what}. Alarme kommen vielleicht nicht an.`,
    brokerDown: "der Broker läuft nicht",
    brokerFull: "die Platte des Brokers ist voll",
    mqtt: "keine Verbindung zum Broker",
    canary: "der Weg der Meldungen ist nicht nachgewiesen",
    standing: (parts) => `im Inneren steht etwas still (${parts})`,
    quarantined: (n) => `${n} in Quarantäne`,
  },

  list: {
    title: "Offene Alarme",
    none: "Kein offener Alarm",
    noneHelp: "Ein neuer Alarm erscheint hier von selbst und ist laut.",
    sorted: "Reihenfolge: nicht übernommen, Schwere, Zeit",
    held: "Reihenfolge steht still, solange Sie in der Liste sind",
    moves: "die wahre Reihenfolge ist anders",
    newBelow: (n, first) => `${n} NEU am Ende: ${first}`,
    sortNow: "Jetzt ordnen",
    show: "Alarme zeigen",
    preAlarms: "Voralarme",
    preAlarmHelp: "Die Person kann noch abbrechen.",
    noPreAlarm: "Keiner",
    atWork: "Jetzt bei der Arbeit",
    nobody: "Niemand hat Schicht.",
    announce: (kind, who, where) => `Neuer Alarm: ${kind}, ${who}, ${where}`,
    announceSilent: (kind, who, where) => `Neu: ${kind}, ${who}, ${where}. Die Person nicht anrufen.`,
    announceTest: (mark, kind, who) => `${mark}: ${kind}, ${who}`,
    openTitle: (n) => `(${n}) ALARM NICHT ÜBERNOMMEN`,
  },

  row: {
    unconfirmed: "Person nicht bestätigt",
    lastWearer: (name) => `zuletzt getragen von ${name}, nicht bestätigt`,
    nobody: "Person nicht bekannt",
    device: (name) => `PNG ${name}`,
    noPlace: "Ort nicht bekannt",
    since: (at) => `seit ${at}`,
    cancelUntil: "wird ausgelöst in",
    hasIt: (name) => `${name} hat übernommen`,
    knows: (name) => `${name} weiß es`,
    nobodyHasIt: "Niemand hat übernommen",
    next: "Als Nächstes:",
    nextIn: (time) => `in ${time}`,
    nextNow: "jetzt",
    overdue: "NIEMAND RECHTZEITIG VOR ORT",
    reset: "Die Person hat das PNG zurückgesetzt",
    allRight: (at) => `Die Person sagt: Mir geht es gut, ${at}`,
    noProof: "unter Bedrohung beweist das nichts",
    noProofShort: "beweist nichts",
    silent: "STILL",
    silentHelp: "Die Person nicht anrufen oder anfunken: niemand dort darf es merken.",
    hiddenIn: (id) => `Kam, als die Person einen Voralarm abbrach: #${id}`,
    cancelledUnder: (id) => `UNTER ZWANG ABGEBROCHEN: siehe #${id}`,
    linked: (ids) => `Siehe auch ${ids}`,
    details: "Einzelheiten",
    closedHere: "Nicht mehr offen",
    working: "Wird gesendet …",
  },

  allClear: {
    title: "Entwarnung",
    ask: "Was ist geschehen, und wie geht es der Person?",
    more: "In Ihren Worten",
    moreHelp: "Nötig, wenn oben kein Grund passt",
    confirm: "Fall schließen: Entwarnung",
    cancel: "Zurück",
    others: (n) => `${n} ${n === 1 ? "weiterer Alarm ist" : "weitere Alarme sind"} nicht übernommen.`,
    empty: "Wählen Sie einen Grund oder schreiben Sie einen.",
  },



  shifts: {
    title: "Schichten",
    start: "Schicht beginnen",
    worker: "Person",
    device: "PNG",
    workplace: "Arbeitsplatz",
    end: "Geplantes Ende (Ihre Ortszeit)",
    send: "Schicht beginnen",
    choose: "Wählen …",
    open: "Jetzt bei der Arbeit",
    none: "Niemand hat Schicht. Ohne Schicht ist ein stummes PNG kein Alarm.",
    endShift: "Schicht beenden",
    endSure: (name) => `Schicht von ${name} beenden? Von da an ist ein stummes PNG kein Alarm.`,
    endYes: "Ja, beenden",
    endNo: "Nein",
    started: (name) => `Die Schicht von ${name} hat begonnen.`,
    ended: (name) => `Die Schicht von ${name} ist beendet.`,
    needs: "Tragen Sie zuerst mindestens eine Person, ein PNG und einen Arbeitsplatz ein.",
    until: "bis",
    seen: "Zuletzt gehört",
    seenNever: "nie",
    ago: (time) => `vor ${time}`,
    battery: "Akku",
    batteryUnknown: "unbekannt", batteryUntil: (time) => `, bis etwa ${time}`,
    mode: "PNG",
    silent: "STUMM",
    asked: (at) => `GEPLANTES ENDE VORBEI - die Person wird gefragt, Alarm um ${at}`,
    offline: "ohne Verbindung",
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
