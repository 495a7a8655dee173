// What the page of a case says of its facts and of everything that happened.
import { words } from "../en.js";
import { chainWords } from "./chain.js";
import { linkWords } from "./link.js";
import { reportsWords } from "./reports.js";
import { wallWords } from "./wall.js";

// What is no call is told or asked.
const VERB_OF_TEXT = {
  taken: "Told who has it:", closed: "Told of the end:", place: "Told where:",
  ask_arrival: "Asked for the arrival:", ask_helper: "Asked for a sign of life:", hand_over: "Asked to take over:", confirm: "Asked to confirm:",
};

export const detailWords = {
  title: (id) => `Case ${id}`,
  back: "Back to the alarms",
  timeline: "What happened",
  facts: "Facts",
  state: "State",
  worker: "Worker",
  device: "Device",
  place: "Place",
  way: "Way in",
  cause: "Cause",
  raised: "Raised",
  accepted: "Accepted",
  closed: "Closed",
  reason: "Reason",
  next: "Next step",
  linked: "Linked cases",
  allRight: "The wearer says",
  allRightAt: (at) => `I am all right, ${at}`,
  hiddenIn: "Cancelled with it",
  cancelledUnder: "Cancelled",
  underDuress: "UNDER DURESS, see",
  loading: "Reading the case …",
  empty: "Nothing is recorded yet.",
};

// What an entry of a case's log says; each takes the entry. Kinds without words are shown as they are.
export const happenedWords = {
  link_back: (e) => linkWords.back(e.away_s),
  pre_alarm_reported: (e) => `The device announced the alarm; ${Math.round(e.deadline_ms / 1000)} s to cancel`,
  alarm_reported: (e) => (e.cause ? `Alarm raised: ${words.causes[e.cause] ?? e.cause}` : "Alarm raised"),
  cancel_reported: (e) => (e.by === "key" ? "Cancelled by the worker's key" : "Cancelled: the condition ended"),
  trace_begun: () => "Movement is coming in", trace_kept: () => "Movement around the alarm is kept",
  trace_read: (e) => `Movement was read by ${e.user}`,
  reset_reported: () => "The worker reset the device",
  all_right_reported: (e, c) =>
    c.is_silent_alarm ? `The wearer says: I am all right - ${words.row.noProof}` : "The wearer says: I am all right",
  duress_joined: (e) => (e.is_duress ? words.row.hiddenIn(e.with) : words.row.cancelledUnder(e.with)),
  condition_ended: () => "What was reported is over",
  timer_fired: (e) => ({
    pre_alarm: "The pre-alarm ran out without an answer of the device",
    answer: "Nobody accepted in time",
    arrival: "Nobody reported from the scene in time",
    asked: "Whoever had the case did not answer", presence: "No sign of life from the scene in time", call: "Called once more",
    repeat: "Still nobody: everyone is called again", unanswered: "Everyone was called, and nobody answers",
  })[e.name] ?? `Timer: ${e.name}`,
  accept_pressed: (e) => `${e.user} accepted`,
  acknowledge_pressed: (e) => `${e.user} acknowledged`,
  report_made: (e) => reportsWords.made(e.user, e.format),
  sounder_silenced: (e) => wallWords.silencedThen(e.user),
  place_reported: (e) => `Heard near ${e.near} (${e.dbm} dBm, ${e.age_s} s before)`,
  tone_ordered: (e) => `${e.user} ordered the location tone ${e.is_tone_on ? "on" : "off"}`,
  command_answered: (e) => `The device answered: ${e.result}${e.reason ? `, ${e.reason}` : ""}`,
  device_told: (e) => `The device shows: ${e.state.toLowerCase().replaceAll("_", " ")} (${e.by})`,
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
  note_added: (e) => `${e.user}: ${e.text}`,
  step_done: (e) => `${e.user} ticked step ${e.step}: ${e.text}`,
  step_taken_back: (e) => `${e.user} took back step ${e.step}: ${e.text}`,
  report_written: (e) => `${e.user} wrote the report, version ${e.version}`,
  casualty_opened: (e) => (e.is_phone_shown ? `${e.user} saw the worker's number` : `${e.user} opened the case`),
  picture_opened: (e) => `${e.user} saw the worker's picture`,
};
