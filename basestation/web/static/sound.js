// The console's sounder. Decides nothing about alarms: it plays the tones it is told to.
// Sound counts as on only while the browser's audio clock really advances; a browser lets it run
// only after somebody has pressed something on the page.
import { signal } from "@preact/signals";

import { TONES, bufferOf } from "./tones.js";

/** True while the audio clock advances. */
export const isSounding = signal(false);

const TEST_S = 2.4;
/** What is left of the loudness while somebody speaks. */
const LOWERED = 0.25;

let context = null;
let buffers = null;
let clockS = -1;
let loudness = null;
const playing = new Map();

/** Start the audio if the browser allows it now; asked again at every gesture. */
export function unlock() {
  if (context === null) {
    context = new AudioContext();
    loudness = context.createGain();
    loudness.connect(context.destination);
    buffers = Object.fromEntries(TONES.map((name) => [name, bufferOf(context, name)]));
  }
  if (context.state !== "running") context.resume().then(prove, () => {});
}

/** Unlock at any key or press anywhere on the page; the press does what it does otherwise, too. */
export function unlockAtGestures() {
  for (const gesture of ["pointerdown", "pointerup", "keydown"]) {
    document.addEventListener(gesture, unlock, { capture: true, passive: true });
  }
}

/** Look whether the audio clock advances; called by the pulse. */
export function prove() {
  if (context === null) return;
  isSounding.value = context.state === "running" && context.currentTime > clockS;
  clockS = context.currentTime;
}

/** Return the audio clock in seconds, 0 before it exists. */
export function audioClockS() {
  return context === null ? 0 : context.currentTime;
}

/** Play exactly these tones, from now on, until told otherwise. */
export function play(tones) {
  if (context === null) return;
  for (const [name, source] of playing) {
    if (!tones.has(name)) {
      source.stop();
      playing.delete(name);
    }
  }
  for (const name of tones) {
    if (!playing.has(name)) playing.set(name, start(name));
  }
}

/** Return the names of the tones that play now. */
export function playingTones() {
  return [...playing.keys()];
}

/** Let a spoken sentence be understood: give way for some seconds; the audio clock ends it, nobody has to. */
export function lower(seconds) {
  if (context === null) return;
  loudness.gain.cancelScheduledValues(context.currentTime);
  loudness.gain.setValueAtTime(LOWERED, context.currentTime);
  loudness.gain.setValueAtTime(1, context.currentTime + seconds);
}

/** Let the person tone be heard for a moment, so that somebody can judge the loudness. */
export function test() {
  unlock();
  start("person").stop(context.currentTime + TEST_S);
}

function start(name) {
  const source = context.createBufferSource();
  source.buffer = buffers[name];
  source.loop = true;
  source.connect(loudness);
  source.start();
  return source;
}
