// What the page of a case says of its facts and of everything that happened.
import { words } from "../de.js";
import { chainWords } from "./chain.js";
import { linkWords } from "./link.js";
import { reportsWords } from "./reports.js";
import { wallWords } from "./wall.js";

// What is no call is told or asked.
const VERB_OF_TEXT = {
  taken: "Mitgeteilt, wer den Fall hat:", closed: "Ende mitgeteilt:", place: "Ort mitgeteilt:",
  ask_arrival: "Nach der Ankunft gefragt:", ask_helper: "Um ein Lebenszeichen gebeten:", hand_over: "Um Übernahme gebeten:", confirm: "Um Bestätigung gebeten:",
};

export const detailWords = {
  title: (id) => `Fall ${id}`,
  back: "Zurück zu den Alarmen",
  timeline: "Was geschehen ist",
  facts: "Angaben",
  state: "Zustand",
  worker: "Person",
  device: "PNG",
  place: "Ort",
  way: "Weg hinein",
  cause: "Ursache",
  raised: "Ausgelöst",
  accepted: "Übernommen",
  closed: "Geschlossen",
  reason: "Grund",
  next: "Nächster Schritt",
  linked: "Verbundene Fälle",
  allRight: "Die Person sagt",
  allRightAt: (at) => `Mir geht es gut, ${at}`,
  hiddenIn: "Zugleich abgebrochen",
  cancelledUnder: "Abgebrochen",
  underDuress: "UNTER ZWANG, siehe",
  loading: "Der Fall wird gelesen …",
  empty: "Noch nichts aufgezeichnet.",
};

// What an entry of a case's log says; each takes the entry. Kinds without words are shown as they are.
export const happenedWords = {
  link_back: (e) => linkWords.back(e.away_s),
  pre_alarm_reported: (e) => `Das PNG kündigte den Alarm an; ${Math.round(e.deadline_ms / 1000)} s zum Abbrechen`,
  alarm_reported: (e) => (e.cause ? `Alarm ausgelöst: ${words.causes[e.cause] ?? e.cause}` : "Alarm ausgelöst"),
  cancel_reported: (e) => (e.by === "key" ? "Mit der Taste der Person abgebrochen" : "Abgebrochen: die Lage endete"),
  trace_begun: () => "Bewegung kommt herein", trace_kept: () => "Bewegung um den Alarm ist aufbewahrt",
  trace_read: (e) => `Bewegung gelesen von ${e.user}`,
  reset_reported: () => "Die Person hat das PNG zurückgesetzt",
  all_right_reported: (e, c) =>
    c.is_silent_alarm ? `Die Person sagt: Mir geht es gut - ${words.row.noProof}` : "Die Person sagt: Mir geht es gut",
  duress_joined: (e) => (e.is_duress ? words.row.hiddenIn(e.with) : words.row.cancelledUnder(e.with)),
  condition_ended: () => "Was gemeldet wurde, ist vorbei",
  timer_fired: (e) => ({
    pre_alarm: "Der Voralarm lief ab, ohne dass das PNG antwortete",
    answer: "Niemand hat rechtzeitig übernommen",
    arrival: "Niemand hat sich rechtzeitig von vor Ort gemeldet",
    asked: "Wer den Fall hatte, hat nicht geantwortet", presence: "Kein rechtzeitiges Lebenszeichen von vor Ort", call: "Noch einmal gerufen",
    repeat: "Noch immer niemand: alle werden wieder gerufen", unanswered: "Alle wurden gerufen, und niemand antwortet",
  })[e.name] ?? `Frist: ${e.name}`,
  accept_pressed: (e) => `${e.user} hat übernommen`,
  acknowledge_pressed: (e) => `${e.user} hat quittiert`,
  report_made: (e) => reportsWords.made(e.user, e.format),
  sounder_silenced: (e) => wallWords.silencedThen(e.user),
  place_reported: (e) => `Gehört bei ${e.near} (${e.dbm} dBm, ${e.age_s} s vorher)`,
  tone_ordered: (e) => `${e.user} hat den Ortungston ${e.is_tone_on ? "angefordert" : "abgestellt"}`,
  command_answered: (e) => `Das PNG antwortete: ${e.result}${e.reason ? `, ${e.reason}` : ""}`,
  device_told: (e) => `Das PNG zeigt: ${(words.states[e.state] ?? e.state).toLowerCase()} (${e.by})`,
  people_found: (e) => {
    const who = e.found?.length ? `Gerufen: ${e.found.join(", ")}` : "Niemand konnte gerufen werden";
    const left = Object.entries(e.left_out ?? {}).map(([name, why]) => `${name} ${chainWords.called.why[why] ?? why}`);
    return [who, ...left].join("; ");
  },
  notified: (e) => {
    const level = e.level < 0 ? "außerhalb der Stufen" : `Stufe ${e.level + 1}`;
    return `${VERB_OF_TEXT[e.text] ?? "Gerufen:"} ${e.recipient} (${e.channel}), ${level}, Runde ${e.round + 1}`;
  },
  shown_on_console: () => "Auf einer besetzten Konsole gesehen",
  recipient_added: (e) => `${e.user} hat zusätzlich ${e.found} gerufen`,
  address_corrected: (e) => `${e.user} hat die Adresse von ${e.key} berichtigt (${e.channel})`,
  accepter_lost: (e) => `${e.user} ${e.why}: der Fall geht zurück an die Kette`,
  decline_pressed: (e) => `${e.user} kann nicht kommen`,
  on_the_way_pressed: (e) => `${e.user} ist unterwegs${e.minutes ? `, dort in ${e.minutes} min` : ""}`,
  on_scene_pressed: (e) => `${e.user} ist vor Ort`,
  still_here_pressed: (e) => `${e.user}: noch da`,
  need_more_pressed: (e) => `${e.user} braucht mehr Hilfe${e.words ? `: ${e.words}` : ""}`,
  escalate_pressed: (e) => `${e.user} ließ mehr Leute rufen`,
  hand_over_pressed: (e) => `${e.user} hat ${e.to} um Übernahme gebeten`,
  contact_pressed: (e) => `${e.user} hat mit der Person gesprochen: ${e.words}`,
  all_clear_pressed: (e) => `${e.user}: Entwarnung: ${e.reason}`,
  false_alarm_pressed: (e) => `${e.user}: Fehlalarm: ${e.reason}`,
  confirm_pressed: (e) => `${e.user} hat bestätigt`,
  further_alarm: (e) => `Ein weiterer Alarm derselben Person: #${e.case_id}`,
  companion_found: (e) => (e.case_id ? `Die Person hat einen offenen Fall: #${e.case_id}` : "Der andere Fall der Person ist geschlossen"),
  delivery_reported: (e) =>
    e.stage === "failed"
      ? `NICHT GESENDET an ${e.recipient}: ${e.detail || "ohne Angabe von Gründen"}`
      : `${e.recipient}: ${chainWords.called.stages[e.stage] ?? e.stage}`,
  note_added: (e) => `${e.user}: ${e.text}`,
  step_done: (e) => `${e.user} hat Schritt ${e.step} erledigt: ${e.text}`,
  step_taken_back: (e) => `${e.user} hat Schritt ${e.step} zurückgenommen: ${e.text}`,
  report_written: (e) => `${e.user} hat den Bericht geschrieben, Fassung ${e.version}`,
  casualty_opened: (e) => (e.is_phone_shown ? `${e.user} hat die Nummer der Person gesehen` : `${e.user} hat den Fall geöffnet`),
  picture_opened: (e) => `${e.user} hat das Bild der Person gesehen`,
};
