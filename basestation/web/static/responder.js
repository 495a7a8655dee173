// Keeps a responder's page up to date and sends its presses. Decides nothing: what is shown and offered comes
// from the base station as the very page that a phone without scripts gets. A press is done only when the base
// station has said so; until then its button says that it is under way, or that it was not sent, and the same
// press may be repeated.
const POLL_MS = 4000;
const ANSWER_MS_MAX = 4000;
const PRESS_MS_MAX = 8000;
// With no answer for so long the page says that it may be old; together with one poll below 10 s.
const STALE_MS = 6000;
const SEEN_MS = 1500;

const { token, sending, unsent, ago } = document.body.dataset;
const base = `/r/${token}`;
const at = (id) => document.getElementById(id);

let tag = "";
let nonce = document.querySelector("input[name=nonce]")?.value ?? "";
let heardAt = Date.now();
// How far this phone's clock is from the base station's.
let offsetMs = 0;
let isOver = false;
let isAsking = false;
const shown = {};
// The nonce of a press that was not heard of stays its own, so that a repeat is the same press.
const pending = new Map();

// Returns the answer, whose page is parsed and never run; rejects where none came.
function ask(method, path, ms, { body = null, headers = {} } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    request.responseType = "document";
    request.timeout = ms;
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.onload = () => resolve(request);
    request.onerror = request.ontimeout = request.onabort = () => reject(new Error("no answer"));
    request.send(body);
  });
}

function put(name, page) {
  const place = at(name);
  const fresh = page.getElementById(name);
  if (!place || !fresh || shown[name]?.isEqualNode(fresh)) return;
  const typed = new Map([...place.querySelectorAll("textarea")].map((field) => [field.form.dataset.verb, field.value]));
  const chosen = new Map([...place.querySelectorAll("input[type=radio]:checked")].map((one) => [one.form.dataset.verb, one.value]));
  const open = [...place.querySelectorAll("details[open]")].map((one) => one.id);
  const focused = place.contains(document.activeElement) ? document.activeElement.form?.dataset.verb : undefined;
  shown[name] = fresh.cloneNode(true);
  place.replaceChildren(...fresh.childNodes);
  for (const id of open) at(id)?.setAttribute("open", "");
  for (const one of place.querySelectorAll("input[type=radio]")) one.checked = chosen.get(one.form.dataset.verb) === one.value;
  for (const field of place.querySelectorAll("textarea")) {
    field.value = typed.get(field.form.dataset.verb) ?? "";
    if (field.form.dataset.verb === focused) field.focus();
  }
}

function heard(answer) {
  heardAt = Date.now();
  at("lost").hidden = true;
  const said = Date.parse(answer.getResponseHeader("Date") ?? "");
  if (!Number.isNaN(said)) offsetMs = said - heardAt;
}

function take(page) {
  isOver = !page.body.dataset.token;
  const nonces = page.querySelectorAll("input[name=nonce]");
  nonce = nonces[0]?.value ?? nonce;
  // They are new each time, and would make everything look new.
  for (const one of nonces) one.remove();
  for (const name of ["facts", "verbs", "plan", "more"]) put(name, page);
  age();
}

async function poll() {
  if (isOver || isAsking) return;
  isAsking = true;
  try {
    const answer = await ask("GET", `${base}/state`, ANSWER_MS_MAX, { headers: tag ? { "If-None-Match": tag } : {} });
    if (answer.status === 200 || answer.status === 304) heard(answer);
    if (answer.status === 200) {
      tag = answer.getResponseHeader("ETag") ?? "";
      take(answer.responseXML);
    } else if (answer.status === 404) {
      location.reload();
    }
  } catch {
    // What was not heard is shown by its age.
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
  button.dataset.words ??= button.textContent;
  button.disabled = true;
  button.textContent = sending;
  try {
    const answer = await ask("POST", form.action, PRESS_MS_MAX, { body: fields });
    if (answer.status !== 200 && answer.status !== 409) throw new Error(String(answer.status));
    pending.delete(what);
    heard(answer);
    answered(form, answer);
  } catch {
    button.disabled = false;
    button.classList.add("unsent");
    button.textContent = `${button.dataset.words}: ${unsent}`;
  }
}

// What is offered is drawn anew; what was typed for a press that counted has arrived.
function answered(form, answer) {
  if (answer.status === 200) {
    form.reset();
    form.closest("details")?.removeAttribute("open");
  }
  tag = "";
  delete shown.verbs;
  take(answer.responseXML);
  const said = answer.responseXML.getElementById("said");
  at("said").className = said.className;
  at("said").textContent = said.textContent;
  at("said").scrollIntoView({ block: "nearest" });
}

function seen() {
  let timer = 0;
  const look = () => {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    timer = setTimeout(async () => {
      try {
        const answer = await ask("POST", `${base}/opened`, ANSWER_MS_MAX);
        if (answer.status === 204) document.removeEventListener("visibilitychange", look);
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
  // After everything else: nothing stands in the way of the verbs.
  addEventListener("load", async () => (await import("./own_phone.js")).offer(`link/${token}`));
}
