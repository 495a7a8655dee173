// Whether the device guards its wearer: one line for each person at work, and how many are not protected.
// Decides which of them come first. Every state is told by a sign and a word, never by colour alone.
import { html } from "./html.js";
import { age, clock, duration, nowS, secondsUntil } from "./station_time.js";
import { words } from "./words.js";

const w = words.protection;
const URGENCY = ["not_protected", "unknown", "suspended", "protected"];

/** Return how many people are not protected. */
export const unprotected = (people) => people.filter((p) => p.protection === "not_protected").length;

/** Return the people with those first who are not protected, otherwise in their order. */
export function byUrgency(people) {
  return [...people].sort((one, other) => URGENCY.indexOf(one.protection) - URGENCY.indexOf(other.protection));
}

/** The state, why, since when or how much longer. */
export function Protection({ p }) {
  const reason = p.protection_reason && (w.reasons[p.protection_reason] ?? p.protection_reason);
  return html`
    <p class=${`protection ${p.protection}`}>
      <b><span class="sign" aria-hidden="true">${w.signs[p.protection]}</span> ${w.states[p.protection]}${reason && ":"}</b>
      ${reason && html` <span>${reason}<${Time} p=${p} /></span>`}
    </p>`;
}

function Time({ p }) {
  if (nowS.value === null) return "";
  if (p.protection_until) return html`, <span class="digits">${w.left(duration(secondsUntil(p.protection_until)))}</span>`;
  const lasts = p.protection !== "protected" && p.protection_since;
  return lasts ? html`, <span class="digits">${w.lasts(age(p.protection_since))}</span>` : "";
}

/** The last self-test of the device, and which kinds did not pass. */
export function SelfTest({ test }) {
  if (test === null) return w.noSelfTest;
  const failed = Object.entries(test.parts).filter(([, isPassed]) => !isPassed).map(([kind]) => words.kinds[kind] ?? kind);
  return html`${w.selfTest(w.results[test.result] ?? test.result, clock(test.at))}${
    failed.length > 0 && html` (${w.failedParts(failed.join(", "))})`}`;
}
