// The German of en/chain.js: the same keys, the same functions.

export const verbWords = {
  accept: "Übernehmen",
  decline: "Ich kann nicht kommen",
  on_the_way: "Unterwegs…",
  on_scene: "Vor Ort",
  still_here: "Noch da",
  need_more: "Mehr Hilfe…",
  escalate: "Jetzt mehr rufen",
  hand_over: "Übergeben…",
  contact: "Mit der Person gesprochen…",
  all_clear: "Entwarnung…",
  false_alarm: "Fehlalarm…",
  confirm: "Bestätigen",
  acknowledge: "Quittieren",
};

export const chainWords = {
  more: "Alle Handgriffe",
  moreOf: (kind, who) => `Alle Handgriffe und Angaben: ${kind}, ${who}`,
  contactSilent: "Nachricht der Person…",
  takeOver: "Übernehmen",
  confirmOf: { all_clear: "Bestätigen: Entwarnung", false_alarm: "Bestätigen: Fehlalarm" },
  /** What happens next if nobody does anything. */
  nextStep: (n) => {
    const calls = n.level === null ? `alle werden wieder gerufen (Runde ${n.round})` : `Stufe ${n.level} wird gerufen: ${n.level_name}`;
    const doing = {
      pre_alarm: "der Alarm wird ausgelöst, wenn die Person nicht abbricht", arrival: `${n.who} wird nach der Ankunft gefragt, und ${calls}`,
      asked: `${n.who} verliert den Fall, und die Kette wird neu gerufen`, presence: `${n.who} wird um ein Lebenszeichen gebeten, und ${calls}`,
    };
    return doing[n.does] ?? calls;
  },

  reasons: {
    unanswered: "ALLE WURDEN GERUFEN - NIEMAND ANTWORTET",
    dropped: (name) => `${name} hatte den Fall und kann nicht mehr für ihn einstehen`,
    helperSilent: (name) => `${name} ist vor Ort und gibt KEIN LEBENSZEICHEN - Helfende können in Gefahr sein`,
    more: (name) => `${name} braucht MEHR HILFE`,
    further: (n, kinds) => `${n} ALARME: ${kinds}`,
    furtherUnseen: "ein weiterer Alarm kam, niemand hat ihn gesehen",
    offered: (name) => `${name} ist gefragt, ob er oder sie übernimmt`,
    waits: (name, what, reason) => `${name} schlägt vor: ${what} (${reason})`,
    second: "EINE ZWEITE PERSON muss bestätigen",
  },
  outcome: { all_clear: "Entwarnung", false_alarm: "Fehlalarm" },
  onTheWay: (name) => `${name} ist unterwegs`,
  inMinutes: (time) => `dort in ${time}`,
  late: "ZU SPÄT",
  onScene: (name, at) => `${name} ist vor Ort seit ${at}`,

  dialog: {
    minutesAsk: "In wie vielen Minuten dort?",
    minutes: (n) => `${n} min`,
    unknown: "Nicht bekannt",
    on_the_way: "Hilfe ist unterwegs",
    need_more: "Mehr Hilfe wird gebraucht",
    needMoreAsk: "Was wird gebraucht",
    contact: "Die Person hat etwas gesagt",
    contactAsk: "Was die Person gesagt hat",
    contactSilent: "Die Person NICHT anrufen. Nur aufschreiben, was Sie erreicht hat; unter Bedrohung beweist es nichts.",
    hand_over: "Übergeben",
    handOverAsk: "Wer soll übernehmen",
    handOverHelp: "Der Fall bleibt bei Ihnen, bis angenommen wurde.",
    operators: "An einer Konsole",
    people: "In Bereitschaft",
    false_alarm: "Fehlalarm",
    all_clear: "Entwarnung",
    send: "Senden",
    propose: "Eine zweite Person um Bestätigung bitten",
    second: "Niemand war vor Ort und niemand hat mit der Person gesprochen: eine zweite Person muss bestätigen, bevor der Fall endet.",
    closeFalse: "Fall schließen: Fehlalarm",
    falseAsk: "Was hat den Alarm ausgelöst?",
    chooseOne: "Bitte jemanden wählen.",
    write: "Bitte ein paar Worte schreiben.",
  },

  called: {
    title: "Wer gerufen wurde",
    none: "Noch niemand.",
    level: (n) => `Stufe ${n}`,
    beside: "Außerhalb der Stufen gerufen",
    declined: "kann nicht kommen",
    failed: "NICHT ERREICHBAR",
    stages: {
      waiting: "wird gleich gesendet", sent: "gesendet", delivered: "zugestellt", opened: "geöffnet", answered: "beantwortet",
      failed: "GESCHEITERT, neuer Versuch", replaced: "nicht mehr nötig",
    },
    console: { sent: "auf der Konsole, noch nicht gesehen", opened: "auf einer besetzten Konsole gesehen" },
    times: (n) => `${n}-mal`,
    code: "Code für Antworten per SMS",
    add: "Noch jemanden rufen",
    addWho: "Person",
    addSend: "Jetzt rufen",
    added: (name) => `${name} wird gerufen.`,
    leftOut: "Nicht zu rufen",
    why: {
      casualty: "ist die Person in Gefahr", own_case: "hat selbst einen Alarm", absent: "ist abwesend",
      nobody_on_duty: "niemand hat Dienst", no_address: "hat keine Adresse", unknown: "ist nicht bekannt", silent: "nicht bei stillem Alarm",
    },
    correct: "Eine Adresse berichtigen",
    correctHelp: "Nur für diesen Fall; dort wird sofort gerufen.",
    whose: "Von",
    channel: "Weg",
    address: "Adresse",
    correctSend: "Jetzt dort rufen",
    corrected: "Die Adresse gilt ab sofort.",
  },

  facts: {
    helpers: "Helfende", contact: "Die Person sagte", confirmed: "Bestätigt von", further: "Weitere Alarme",
    companion: "Teil von", shown: "In der Leitstelle gesehen",
  },
};

export const vigilanceWords = {
  ask: "IST JEMAND DA? Drücken Sie eine Taste.",
  in: (s) => `In ${s} s gilt diese Konsole als unbesetzt: Alarme rufen dann sofort auch die nächste Stufe.`,
  over: "Diese Konsole gilt als unbesetzt: Alarme rufen sofort auch die nächste Stufe.",
};
