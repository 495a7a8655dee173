// Was die Seite eines Falls neben der Rettungskette sagt: Tasten, Ablauf, Notizen, Bericht, um wen es geht, Verlauf,
// Bewegung; und die Seite, auf der die Sicherheitsfachkraft Abläufe pflegt.

export const casefileWords = {
  now: "Stand",

  keys: {
    on: "Tasten mit den Buchstaben auf den Knöpfen",
    of: {
      accept: "A", acknowledge: "A", confirm: "B", on_the_way: "U", on_scene: "O", all_clear: "E", still_here: "H", escalate: "M",
      need_more: "V", contact: "G", hand_over: "W", false_alarm: "F", decline: "K",
    },
  },

  protocol: {
    title: "Was zu tun ist",
    done: (n, of) => `${n} von ${of} erledigt`,
    by: (name, at) => `${name}, ${at}`,
    takenBack: (name, at) => `zurückgenommen von ${name}, ${at}`,
  },

  notes: { title: "Notizen", add: "Weitere Notiz", send: "Notiz speichern" },

  report: {
    title: "Ergebnis und Bericht",
    none: "Noch kein Bericht.",
    by: (name, at, version) => `${name}, ${at}, Fassung ${version}`,
    write: "Bericht schreiben",
    change: "Bericht ändern",
    field: "Was geschehen ist und was getan wurde",
    send: "Bericht speichern",
    drop: "Meinen Text verwerfen",
    overtaken: (name) => `${name} hat einen neueren Bericht geschrieben, er steht oben. Lesen Sie ihn, dann weiter.`,
    overwrite: "Gelesen: meinen danach speichern",
  },

  casualty: {
    call: "Person anrufen",
    noNumber: "Es ist keine Nummer der Person bekannt.",
    doNotCall: "NICHT anrufen: Solange ein stiller Alarm dieser Person offen ist, wird die Nummer nicht gezeigt.",
    pictureOf: (name) => `Bild von ${name}`,
    notShown: "Das Bild konnte nicht gezeigt werden.",
  },

  timeline: {
    filter: "Gezeigt",
    shown: (n, of) => (n === of ? `${of}` : `${n} von ${of}`),
    groups: { device: "PNG", chain: "Rettungskette", ways: "Anrufe und Nachrichten", people: "Personen", written: "Geschriebenes" },
    newestFirst: "Neueste zuerst zeigen",
    oldestFirst: "Älteste zuerst zeigen",
  },

  movement: {
    title: "Bewegung",
    none: "Zu diesem Fall wurde keine Bewegung gespeichert.",
    whole: "Gespeichert, je eine Minute vor und nach dem Alarm.",
    part: (count, of) => `Zum Teil gespeichert: ${count} von ${of} Stücken.`,
    officer: "Die Sicherheitsfachkraft kann sie ansehen.",
    open: "Bewegung ansehen",
    logged: "Dass Sie sie ansehen, wird protokolliert.",
    file: "Als CSV herunterladen",
    samples: "Beschleunigung je Achse und ihr Betrag (dick)",
    time: "Sekunden ab dem Alarm",
    amount: "Betrag",
    mg: (n) => `${n} mg`,
    degrees: (n) => `${n}°`,
    tracks: {
      tilt: "Neigung gegen aufrecht (Lagealarm)", blow: "Stärkster Stoß je Fünftelsekunde (Sturzalarm)",
      movement: "Bewegung (Ruhealarm)", swing: "Schwung (Fluchtalarm)",
    },
    limit: "Grenze",
    marks: { condition: "Bedingung", pre_alarm: "Voralarm", alarm: "Alarm", fall: "Sturz erkannt" },
    table: "Dasselbe in Worten",
    columns: { track: "Was der Detektor sieht", limit: "Grenze", most: "Höchstens", least: "Mindestens", beyond: "Jenseits der Grenze" },
    spans: (spans) => spans.map(([from, to]) => `${from} bis ${to} s`).join("; "),
    beneath: "Unter der Grenze",
    never: "nie",
    upright: { unknown: "Das PNG wusste nicht, wo oben ist: keine Neigung." },
    settings: (version) => `Grenzen nach den Einstellungen der Version ${version}.`,
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

  protocols: {
    title: "Abläufe",
    help: "Was bei einem Alarm zu tun ist, Schritt für Schritt. Ein Fall behält die Liste, mit der er begann; jede Liste bleibt hier lesbar.",
    site: "Standort",
    kind: "Für",
    anyPerson: "Jeden Alarm einer Person ohne eigene Liste",
    steps: "Schritte, einer je Zeile",
    inForce: (version, name, at) => `In Kraft: Fassung ${version}, ${name}, ${at}`,
    notInForce: "Keine ist in Kraft.",
    set: "In Kraft setzen",
    history: "Frühere Listen",
    ended: (version, name, at) => `Fassung ${version}, ${name}, ${at}`,
    takeAgain: "Wieder verwenden",
    empty: "Keine Schritte: außer Kraft gesetzt",
    was: "Die Liste gilt für Fälle, die ab jetzt beginnen.",
    pictures: "Bilder der Personen",
    picturesHelp: "Gezeigt werden sie nur der Leitstelle und nur, solange die Person einen offenen Fall hat. PNG oder JPEG, höchstens 60 kB.",
    worker: "Person",
    file: "Bild",
    keep: "Bild speichern",
    kept: "Das Bild ist gespeichert.",
    since: (name, at) => `${name}, ${at}`,
    forget: (name) => `Bild von ${name} entfernen`,
  },
};
