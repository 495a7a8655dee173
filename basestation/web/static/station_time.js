// The station's time in the page: carried on from its last message by the monotonic clock,
// because the browser's own clock may be wrong and may jump. Formats times and durations.
import { signal } from "@preact/signals";

import { locale } from "./language.js";
import { words } from "./words.js";

/** The station's time in whole seconds since 1970; null before its first message. */
export const nowS = signal(null);

let offsetMs = null;

/** Take over the station's time (ISO 8601) from a message that has just come. */
export function heard(iso) {
  offsetMs = Date.parse(iso) - performance.now();
  tick();
}

/** Move `nowS` on; called by the pulse. */
export function tick() {
  if (offsetMs !== null) nowS.value = Math.floor((offsetMs + performance.now()) / 1000);
}

/** Return "m:ss", "h:mm:ss" or "d days h:mm" for a duration in seconds; never below zero. */
export function duration(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  if (s < 3600) return `${Math.floor(s / 60)}:${two(s % 60)}`;
  if (s < 172800) return `${Math.floor(s / 3600)}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`;
  return words.units.days(Math.floor(s / 86400), Math.floor((s % 86400) / 3600));
}

/** Return how long ago `iso` was by the station's clock, as a duration. */
export function age(iso) {
  return duration(nowS.value - Math.floor(Date.parse(iso) / 1000));
}

/** Return the seconds until `iso` by the station's clock; negative once it has passed. */
export function secondsUntil(iso) {
  return Math.ceil(Date.parse(iso) / 1000) - nowS.value;
}

const clockOf = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const minuteOf = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const dayOf = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short" });

/** Return "hh:mm:ss" in the browser's time zone; with the day where it is not today's. */
export function clock(at) {
  return withDay(new Date(at), clockOf);
}

/** Return "hh:mm" in the browser's time zone; with the day where it is not today's. */
export function minute(at) {
  return withDay(new Date(at), minuteOf);
}

const mediumDay = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const mediumMoment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

/** Return the day with its year, such as "22 Nov 2026". */
export function day(at) {
  return mediumDay.format(new Date(at));
}

/** Return the day with its year, and "hh:mm". */
export function moment(at) {
  return mediumMoment.format(new Date(at));
}

function withDay(date, format) {
  const today = new Date(nowS.value === null ? Date.now() : nowS.value * 1000);
  const day = date.toDateString() === today.toDateString() ? "" : `${dayOf.format(date)}, `;
  return day + format.format(date);
}
