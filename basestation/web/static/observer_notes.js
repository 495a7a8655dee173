// What an observer has noted and nobody has taken yet: kept on this phone over a lost link, a reload and a refusal,
// sent in order, each with a key by which it counts once. The time of a note is the phone's, with what has to be
// added to it for the base station's clock, which is carried on by the monotonic clock between two answers.
const ANSWER_MS_MAX = 8000;
const token = location.pathname.split("/")[2] ?? "";
const KEY = `rufweite.observer.${token}`;

let serverAtZeroMs = null;

/** Tell the time of the base station, in ms since 1970; the phone's own before the first answer. */
export const nowMs = () => (serverAtZeroMs === null ? Date.now() : Math.round(serverAtZeroMs + performance.now()));

const offsetMs = () => (serverAtZeroMs === null ? null : nowMs() - Date.now());

/** Ask for the page, or send a note; throws an Error with `status`, 0 where nobody answered. */
export async function ask(path, body) {
  const askedAt = performance.now();
  let answer;
  try {
    answer = await fetch(`/o/${token}/${path}`, {
      method: body ? "POST" : "GET", redirect: "error", signal: AbortSignal.timeout(ANSWER_MS_MAX),
      headers: { "Accept-Language": document.documentElement.lang, ...(body ? { "Content-Type": "application/json" } : {}) },
      body: body && JSON.stringify(body),
    });
  } catch {
    throw Object.assign(new Error(""), { status: 0 });
  }
  const said = await answer.json().catch(() => null);
  if (!answer.ok || said === null) throw Object.assign(new Error(said?.detail ?? ""), { status: answer.ok ? 0 : answer.status });
  serverAtZeroMs = Date.parse(said.now) - (askedAt + performance.now()) / 2;
  return said;
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}

/** What waits to be taken, oldest first. */
export const waiting = read();

function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify(waiting));
  } catch {
    // A browser that keeps nothing still has it on the page.
  }
}

const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (octet) => octet.toString(16).padStart(2, "0")).join("");

/** Note something now, or at `atMs` by the base station's clock; `atMs` null takes the corrected note back. */
export function note(stage, { atMs = nowMs(), words = "", corrects = "" } = {}) {
  const offset = offsetMs();
  waiting.push({ key: newKey(), stage, at_ms: atMs === null ? null : atMs - (offset ?? 0), offset_ms: offset, words, corrects });
  keep();
}

let isSending = false;

/** Send what waits, in order; return the newest page, or null. A refused one stays, with its sentence. */
export async function send() {
  if (isSending) return null;
  isSending = true;
  let page = null;
  try {
    for (const one of [...waiting]) {
      const { refusal: _, ...body } = one;
      try {
        page = await ask("notes", body);
      } catch (error) {
        if (error.status === 0 || error.status >= 500 || error.status === 429) break;
        one.refusal = error.message;
        continue;
      }
      waiting.splice(waiting.indexOf(one), 1);
    }
  } finally {
    isSending = false;
    keep();
  }
  return page;
}

/** Throw away a note that was refused; the observer has decided so. */
export function discard(key) {
  const at = waiting.findIndex((one) => one.key === key);
  if (at >= 0) waiting.splice(at, 1);
  keep();
}
