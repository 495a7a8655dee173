// The page's one connection: a WebSocket that brings a full snapshot, then what changes in it, and a heartbeat.
// Decides when the page is stale: 5 s without a message, whatever the socket says, because a frozen
// server keeps its sockets open. It comes back by itself, and only a full snapshot ends the staleness.
// A page that was itself held up first reads what waited for it in the browser.
import { signal } from "@preact/signals";

import { heard, tick } from "./station_time.js";

/** No message for this long: the page is stale, in milliseconds. */
const SILENCE_MS_MAX = 5000;
/** Two looks further apart: the page was held up, in milliseconds; the pulse comes every 250. */
const HELD_UP_MS = 1000;
/** Then this long to read what came meanwhile before anything is judged, in milliseconds. */
const READING_MS = 500;
/** The longest wait for a try that hangs, in milliseconds; a slow base station is not asked anew all the time. */
const TRY_MS_MAX = 15000;
/** Waits before the next try, in milliseconds; the last one repeats. */
const RETRY_MS = [250, 500, 1000, 2000, 4000];
const LOGGED_OUT = 4401;

/** The newest snapshot; null before the first. */
export const snapshot = signal(null);
/** True while the page must not be trusted. */
export const isStale = signal(false);
/** The browser's time of the last message (Date); null before the first. */
export const lastHeardAt = signal(null);
/** True when the base station ended the session without being asked. */
export const isLoggedOut = signal(false);

/** Counts the connections that came about: what was told over an older one is forgotten. */
export const connections = signal(0);

let socket = null;
/** Snapshots taken over this socket, whole or by their changes. */
let taken = 0;
let isWanted = false;
let heardMs = 0;
let triedMs = 0;
let lookedMs = 0;
let readingUntilMs = 0;
let excusedMs = -1;
let retries = 0;
let retryTimer = null;

/** Connect, and stay connected until `disconnect`. */
export function connect() {
  isWanted = true;
  isLoggedOut.value = false;
  heardMs = performance.now();
  open();
}

/** Hang up, and forget what was shown. */
export function disconnect() {
  isWanted = false;
  drop();
  snapshot.value = null;
  lastHeardAt.value = null;
  isStale.value = false;
}

function open() {
  drop();
  taken = 0;
  triedMs = performance.now();
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/api/v1/ws?changes=1`);
  socket.onmessage = (event) => take(JSON.parse(event.data));
  socket.onclose = (event) => closed(event.code);
  socket.onopen = () => {
    connections.value += 1;
  };
}

/** Tell the base station something of this page; false while there is no connection. */
export function tell(message) {
  if (socket === null || socket.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
}

function take(message) {
  if (message.snapshot) {
    taken = 1;
    retries = 0;
    snapshot.value = message.snapshot;
    isStale.value = false;
  } else if (taken === 0 || (message.changes && message.after !== taken)) {
    // Something is missing in between: what this page would show never was.
    return open();
  } else if (message.changes) {
    taken += 1;
    snapshot.value = changed(snapshot.value, message.changes);
  }
  heardMs = performance.now();
  lastHeardAt.value = new Date();
  heard(message.now ?? (message.snapshot ?? message.changes).now);
}

/** The snapshot after a change; what stayed as it was stays the same object. */
function changed(before, { order, cases, ...facts }) {
  if (!order) return { ...before, ...facts };
  const known = new Map([...before.cases, ...cases].map((c) => [c.id, c]));
  return { ...before, ...facts, cases: order.map((id) => known.get(id)) };
}

function closed(code) {
  socket = null;
  if (code === LOGGED_OUT) {
    disconnect();
    isLoggedOut.value = true;
  } else if (isWanted) {
    // Spread, so that the consoles of a room do not all come back in the same moment.
    retryTimer = setTimeout(open, RETRY_MS[Math.min(retries, RETRY_MS.length - 1)] * (0.75 + Math.random() / 2));
    retries += 1;
  }
}

function drop() {
  clearTimeout(retryTimer);
  if (socket !== null) {
    socket.onmessage = null;
    socket.onclose = null;
    socket.onopen = null;
    socket.close();
    socket = null;
  }
}

/** Look after the connection; called by the pulse, four times a second. */
export function watch() {
  tick();
  const now = performance.now();
  const isHeldUp = now - lookedMs > HELD_UP_MS;
  lookedMs = now;
  if (!isWanted || now - heardMs < SILENCE_MS_MAX || isReading(now, isHeldUp)) return;
  if (!isStale.value) {
    isStale.value = true;
    open();
  } else if (socket !== null && now - triedMs > Math.min(SILENCE_MS_MAX * (1 + retries), TRY_MS_MAX)) {
    // The try itself hangs: a frozen server accepts and never answers.
    retries += 1;
    open();
  }
}

/** Tell whether a page that was held up has still to read what came; once for each silence and each try, so that
    a page that is always late is not silent for ever. */
function isReading(now, isHeldUp) {
  const since = Math.max(heardMs, triedMs);
  if (isHeldUp && excusedMs !== since) {
    excusedMs = since;
    readingUntilMs = now + READING_MS;
  }
  return now < readingUntilMs;
}
