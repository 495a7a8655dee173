// What this browser tells beyond the page: a notification and a spoken sentence for each new case, once.
// Of several tabs only one tells: the one that holds the lock, which needs a live page and a proven sound.
// A silent case is told as "alarm" and nothing else: a notification is read over a shoulder, and a voice
// goes out of the room by any open telephone or radio, to whoever stands beside the worker.
import { effect, signal } from "@preact/signals";

import { isRehearsed, isWaiting, kindOf, whoOf } from "./alarms.js";
import { language } from "./language.js";
import { isStale } from "./link.js";
import { user } from "./session.js";
import { isSounding, lower } from "./sound.js";
import { words } from "./words.js";

const w = words.wall;
const KEY = "rufweite.speaks";
const LOCK = "rufweite.herald";
/** More new cases at once than this are told in one sentence. */
const SINGLE_MAX = 3;
/** So long the sounder gives way to one sentence, in seconds; it is back by the audio clock, whatever the voice does. */
const SENTENCE_S = 6;

/** True where this browser is told to speak. */
export const isSpeaking = signal(localStorage.getItem(KEY) !== "no");
/** "granted", "denied", "default", or "none" where the browser has no notifications. */
export const permission = signal(globalThis.Notification?.permission ?? "none");
/** True while this tab tells for the browser. */
export const isHerald = signal(false);

const shown = new Map();
let letGo = null;

/** Speak from now on, or no more; kept in this browser. */
export function speakAloud(isWanted) {
  isSpeaking.value = isWanted;
  localStorage.setItem(KEY, isWanted ? "yes" : "no");
  if (!isWanted) globalThis.speechSynthesis?.cancel();
}

/** Ask the browser for leave to notify; needs a gesture. */
export async function askToNotify() {
  if (permission.value === "default") permission.value = await Notification.requestPermission();
}

/** Return the voice of the page's language, or null where the browser has none. */
export function voice() {
  return globalThis.speechSynthesis?.getVoices().find((one) => one.lang.slice(0, 2) === language) ?? null;
}

/** Return what is said of a case, [title, more]. */
export function saidOf(c) {
  if (c.is_silent_alarm) return [w.alarm, ""];
  const mark = isRehearsed(c) ? `${words.marks[c.mark] ?? c.mark}: ` : "";
  return [`${mark}${kindOf(c)}`, `${whoOf(c)}, ${c.workplace ?? words.row.noPlace}`];
}

/** Tell of new cases, and take back the notifications of those that somebody has by now. */
export function tellOf(fresh, cases) {
  for (const [id, notification] of shown) {
    if (!cases.some((c) => c.id === id && isWaiting(c))) {
      notification.close();
      shown.delete(id);
    }
  }
  if (!isHerald.value || fresh.length === 0) return;
  for (const c of fresh) notify(c);
  if (fresh.length > SINGLE_MAX) say(w.several(fresh.length));
  else for (const c of fresh) say(saidOf(c).filter(Boolean).join(", "));
}

function notify(c) {
  if (permission.value !== "granted") return;
  const [title, body] = saidOf(c);
  try {
    const options = { body, tag: `rufweite-${c.id}`, lang: language, requireInteraction: true, silent: true, icon: "/static/icon.svg" };
    const notification = new Notification(c.is_silent_alarm ? title : `${words.product}: ${title}`, options);
    notification.onclick = () => {
      focus();
      location.hash = "#/";
    };
    shown.set(c.id, notification);
  } catch {
    // Some browsers have the name and not the thing; the page itself has told already.
    permission.value = "none";
  }
}

function say(sentence) {
  const chosen = voice();
  if (!isSpeaking.value || chosen === null) return;
  const spoken = new SpeechSynthesisUtterance(sentence);
  spoken.lang = chosen.lang;
  spoken.voice = chosen;
  lower(SENTENCE_S);
  speechSynthesis.speak(spoken);
}

/** Start to stand for the herald's part; asks for leave at the first gesture of somebody logged in. */
export function standBy() {
  // Browsers read their voices only when first asked.
  voice();
  addEventListener("pointerup", () => user.value && isSounding.value && askToNotify(), { capture: true, passive: true });
  effect(() => {
    const isFit = Boolean(user.value) && !isStale.value && isSounding.value;
    if (isFit && letGo === null) stand();
    if (!isFit && letGo !== null) letGo();
  });
}

function stand() {
  if (!navigator.locks) {
    isHerald.value = true;
    letGo = () => ended();
    return;
  }
  const waiting = new AbortController();
  letGo = () => waiting.abort();
  const hold = () => new Promise((released) => {
    isHerald.value = true;
    letGo = released;
  });
  navigator.locks.request(LOCK, { signal: waiting.signal }, hold).then(ended, ended);
}

function ended() {
  isHerald.value = false;
  letGo = null;
}
