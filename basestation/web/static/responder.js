// Keeps a responder's page up to date and sends its presses. Decides nothing: what is shown and offered comes
// from the base station as markup. A press is done only when the base station has said so; until then its
// button says that it is under way, or that it was not sent, and the same press may be repeated.
const POLL_MS = 4000;
const ANSWER_MS_MAX = 4000;
const PRESS_MS_MAX = 8000;
// With no answer for so long the page says that it may be old; together with one poll below 10 s.
const STALE_MS = 6000;
const SEEN_MS = 1500;

const { token, sending, unsent, ago } = document.body.dataset;
const base = `/r/${token}`;
const at = (id) => document.getElementById(id);
const markup = globalThis.trustedTypes?.createPolicy("responder", { createHTML: (text) => text }) ??
  { createHTML: (text) => text };

let tag = "";
let nonce = document.querySelector("input[name=nonce]")?.value ?? "";
let heardAt = Date.now();
let isOver = false;
let isAsking = false;
// How far this phone's clock is from the base station's.
let offsetMs = 0;
const shown = { facts: "", verbs: "", more: "" };
// The nonce of a press that was not heard of stays its own, so that a repeat is the same press.
const pending = new Map();

function put(name, text) {
  if (shown[name] === text) return;
  const place = at(name);
  const typed = new Map([...place.querySelectorAll("textarea")].map((field) => [field.form.dataset.verb, field.value]));
  const open = [...place.querySelectorAll("details[open]")].map((one) => one.id);
  const focused = place.contains(document.activeElement) ? document.activeElement.form?.dataset.verb : undefined;
  shown[name] = text;
  place.innerHTML = markup.createHTML(text);
  for (const id of open) at(id)?.setAttribute("open", "");
  for (const field of place.querySelectorAll("textarea")) {
    field.value = typed.get(field.form.dataset.verb) ?? "";
    if (field.form.dataset.verb === focused) field.focus();
  }
}

function heard(answer) {
  heardAt = Date.now();
  at("lost").hidden = true;
  const said = Date.parse(answer.headers.get("Date") ?? "");
  if (!Number.isNaN(said)) offsetMs = said - heardAt;
}

function take(state) {
  isOver = state.is_over;
  nonce = state.nonce || nonce;
  put("facts", state.facts);
  put("verbs", state.verbs);
  put("more", state.more);
  age();
}

function within(ms) {
  return { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(ms) };
}

async function poll() {
  if (isOver || isAsking) return;
  isAsking = true;
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const answer = await fetch(`${base}/state`, { ...within(ANSWER_MS_MAX), headers });
    if (answer.ok || answer.status === 304) heard(answer);
    if (answer.ok) {
      tag = answer.headers.get("ETag") ?? "";
      take(await answer.json());
    } else if (answer.status === 404) {
      location.reload();
    }
  } catch {
    // What was not heard is shown below, by its age.
  } finally {
    isAsking = false;
  }
}

function age() {
  const now = Date.now();
  if (!isOver && now - heardAt > STALE_MS) at("lost").hidden = false;
  for (const time of document.querySelectorAll("time[data-age]")) {
    const seconds = Math.max(0, Math.floor((now + offsetMs - Date.parse(time.dateTime)) / 1000));
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    let note = time.nextElementSibling;
    if (!note) {
      note = document.createElement("span");
      time.after(note);
    }
    note.textContent = ` (${text} ${ago})`;
  }
}

async function press(event) {
  event.preventDefault();
  const form = event.target;
  const button = event.submitter ?? form.querySelector("button");
  const fields = new URLSearchParams(new FormData(form));
  if (button.name) fields.set(button.name, button.value);
  fields.delete("nonce");
  const what = `${form.dataset.verb}?${fields}`;
  if (!pending.has(what)) pending.set(what, nonce);
  fields.set("nonce", pending.get(what));
  const words = button.dataset.words ?? button.textContent;
  button.dataset.words = words;
  button.disabled = true;
  button.textContent = sending;
  try {
    const answer = await fetch(form.action, {
      ...within(PRESS_MS_MAX), method: "POST", body: fields, headers: { Accept: "application/json" },
    });
    if (answer.status !== 200 && answer.status !== 409) throw new Error(String(answer.status));
    const state = await answer.json();
    heard(answer);
    pending.delete(what);
    tag = "";
    // What is offered is drawn anew, and whatever was typed for this press has arrived.
    form.querySelectorAll("textarea").forEach((field) => { if (answer.ok) field.value = ""; });
    if (answer.ok) form.closest("details")?.removeAttribute("open");
    shown.verbs = "";
    take(state);
    const said = at("said");
    said.className = answer.ok ? "said" : "said refused";
    said.textContent = isOver ? "" : state.sentence;
    said.scrollIntoView({ block: "nearest" });
  } catch {
    button.disabled = false;
    button.classList.add("unsent");
    button.textContent = `${words}: ${unsent}`;
  }
}

function seen() {
  let timer = 0;
  const look = () => {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    timer = setTimeout(async () => {
      try {
        const answer = await fetch(`${base}/opened`, { ...within(ANSWER_MS_MAX), method: "POST" });
        if (answer.ok) document.removeEventListener("visibilitychange", look);
      } catch {
        timer = setTimeout(look, POLL_MS);
      }
    }, SEEN_MS);
  };
  document.addEventListener("visibilitychange", look);
  look();
}

if (token) {
  document.addEventListener("submit", press);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && poll());
  setInterval(poll, POLL_MS);
  setInterval(age, 1000);
  poll();
  seen();
}
