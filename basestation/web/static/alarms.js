// What the open cases mean for the room: which are waiting for somebody, which tone, which title.
// Plain functions of the snapshot's cases; nothing here touches the page.
import { words } from "./words.js";

/** Tell whether a case belongs into the list of alarms (a pre-alarm is shown apart). */
export const isAlarm = (c) => c.state !== "PRE_ALARM";
/** Tell whether a case waits for somebody to accept or acknowledge it. */
export const isWaiting = (c) => c.state === "RECEIVED";
/** Tell whether a case is no emergency but a test or a drill. */
export const isRehearsed = (c) => c.mark !== "real";

/** Return the name of the case's alarm kind; a kind nobody knows is still an alarm. */
export function kindOf(c) {
  return words.kinds[c.kind] ?? words.unknownKind(c.kind);
}

/** Return the cause of the case in words; what has no words stands as it came. */
export function causeOf(c) {
  return words.causes[c.cause] ?? c.cause;
}

/** Return who the case is about, in a few words. */
export function whoOf(c) {
  return c.worker && c.is_wearer_confirmed ? c.worker : `${words.row.device(c.device)}, ${words.row.unconfirmed}`;
}

/** Return the state in words. */
export function stateOf(c) {
  if (c.state === "RECEIVED" && !c.is_person) return words.technicalReceived;
  return words.states[c.state] ?? c.state;
}

/** Return the case to be told first of those that wait, and the words above it, or null: an alarm before a test or a drill. */
export function foremost(cases) {
  const waiting = cases.filter((c) => isAlarm(c) && isWaiting(c));
  const real = waiting.filter((c) => !isRehearsed(c));
  if (real.length > 0) return { first: real[0], count: real.length, title: words.list.openTitle(real.length) };
  const [first] = waiting;
  return first ? { first, count: waiting.length, title: words.marksLong[first.mark] ?? first.mark } : null;
}

/** Return the tone the open cases need: the gravest only, so that it can be told by ear; or null. */
export function toneOf(cases) {
  const loud = cases.filter((c) => c.is_loud);
  const real = loud.filter((c) => !isRehearsed(c));
  const waiting = real.filter((c) => c.is_person && isWaiting(c));
  if (waiting.length > 0) {
    return waiting.reduce((one, other) => (other.gravity < one.gravity ? other : one)).is_silent_alarm ? "silent" : "person";
  }
  if (real.some((c) => c.is_person)) return "overdue";
  if (real.length > 0) return "technical";
  return loud.length > 0 ? "test" : null;
}

/** Return what is wrong with the base station itself, in words; empty when all is well. */
export function troubleOf(station) {
  const found = [];
  const broker = station?.broker?.state;
  if (broker === "DOWN") found.push(words.station.brokerDown);
  if (broker === "SPACE_SHORT") found.push(words.station.brokerFull);
  if (station?.mqtt && !station.mqtt.is_connected) found.push(words.station.mqtt);
  else if (station?.canary && !station.canary.is_healthy) found.push(words.station.canary);
  if (station?.standing?.length) found.push(words.station.standing(station.standing.join(", ")));
  return found.join(", ");
}
