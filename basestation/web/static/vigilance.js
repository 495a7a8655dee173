// Tells the base station that somebody sits here: that the sound is proven, and how long ago somebody
// pressed something. Moving the pointer is no act: a table shakes, too. Asks before the time is over.
import { computed, effect, signal } from "@preact/signals";

import { connections, snapshot, tell } from "./link.js";
import { isSounding } from "./sound.js";
import { nowS } from "./station_time.js";

/** Between two signs, in milliseconds; the base station takes a console for deaf after three. */
const SIGN_MS = 10000;
/** So long before the console counts as left alone it asks for a press, in milliseconds; a quarter of a short time. */
const ASK_MS_MAX = 60000;

let actedMs = null;
let toldMs = -Infinity;
let toldActMs = -Infinity;
const acts = signal(0);

function act() {
  actedMs = performance.now();
  acts.value += 1;
  if (actedMs - toldActMs >= SIGN_MS) sign();
}

function sign() {
  const now = performance.now();
  const idle = actedMs === null ? null : Math.floor((now - actedMs) / 1000);
  if (!tell({ is_sounding: isSounding.value, idle_s: idle })) return;
  toldMs = now;
  toldActMs = actedMs ?? -Infinity;
}

/** Tell again when it is time; called by the pulse. */
export function keepTelling() {
  if (performance.now() - toldMs >= SIGN_MS) sign();
}

/** Start to listen for acts; tell at once when the sound or the connection changes. */
export function watchOver() {
  for (const gesture of ["pointerdown", "keydown", "wheel"]) {
    document.addEventListener(gesture, act, { capture: true, passive: true });
  }
  effect(() => {
    if (connections.value > 0 || isSounding.value) sign();
  });
}

/** Seconds until this console counts as left alone, when it is time to ask; null before. */
export const leftAloneIn = computed(() => {
  void nowS.value;
  void acts.value;
  const actS = snapshot.value?.attendance?.act_s;
  if (!actS || actedMs === null || !isSounding.value) return null;
  const leftMs = actedMs + actS * 1000 - performance.now();
  return leftMs <= Math.min(ASK_MS_MAX, actS * 250) ? Math.max(0, Math.ceil(leftMs / 1000)) : null;
});
