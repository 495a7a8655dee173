// What the console does to the room besides showing rows: the sounder, the window's title, and the
// announcements for screen readers. Decides from signals only; the tones' meaning is in alarms.js.
import { effect, signal, untracked } from "@preact/signals";

import { foremost, isAlarm, isRehearsed, isWaiting, kindOf, toneOf, troubleOf, whoOf } from "./alarms.js";
import { tellOf } from "./herald.js";
import { isLoggedOut, isStale, snapshot } from "./link.js";
import { isSilenced } from "./silence.js";
import { isSounding, play } from "./sound.js";
import { nowS } from "./station_time.js";
import { words } from "./words.js";

/** The newest announcement: { text, isUrgent }. */
export const announcement = signal({ text: "", isUrgent: false });

const isStill = matchMedia("(prefers-reduced-motion: reduce)");

/** Start to look after the room. */
export function attend() {
  effect(() => play(tonesNow()));
  effect(() => {
    document.title = titleNow();
  });
  effect(() => {
    document.querySelector("link[rel=icon]").href = `/static/${iconNow()}.svg`;
  });
  let announced = null;
  effect(() => {
    const cases = snapshot.value?.cases.filter(isAlarm) ?? [];
    const fresh = announced === null ? [] : cases.filter((c) => !announced.has(c.id));
    announced = new Set(cases.map((c) => c.id));
    untracked(() => tellOf(fresh, cases));
    if (fresh.length > 0) announcement.value = { text: fresh.map(sentenceOf).join(". "), isUrgent: true };
  });
}

function tonesNow() {
  const tones = new Set();
  // Read first: when the audio starts, the tones must start too.
  if (!isSounding.value) tones.clear();
  if (isStale.value || isLoggedOut.value) tones.add("lost");
  const tone = toneOf((snapshot.value?.cases ?? []).filter((c) => !isSilenced(c)));
  if (tone !== null) tones.add(tone);
  else if (troubleOf(snapshot.value?.station)) tones.add("technical");
  return tones;
}

function titleNow() {
  if (isStale.value) return `${words.link.lostTitle} - ${words.product}`;
  if (isLoggedOut.value) return words.login.ended;
  const waiting = foremost(snapshot.value?.cases ?? []);
  if (waiting === null) return words.product;
  const isShownNow = isStill.matches || isRehearsed(waiting.first) || (nowS.value ?? 0) % 2 === 0;
  return isShownNow ? waiting.title : `(${waiting.count}) ${kindOf(waiting.first)}: ${whoOf(waiting.first)}`;
}

function iconNow() {
  if (isStale.value || isLoggedOut.value) return "icon_lost";
  return (snapshot.value?.cases ?? []).some((c) => isAlarm(c) && isWaiting(c)) ? "icon_alarm" : "icon";
}

function sentenceOf(c) {
  if (isRehearsed(c)) return words.list.announceTest(words.marks[c.mark] ?? c.mark, kindOf(c), whoOf(c));
  const announce = c.is_silent_alarm ? words.list.announceSilent : words.list.announce;
  return announce(kindOf(c), whoOf(c), c.workplace ?? words.row.noPlace);
}
