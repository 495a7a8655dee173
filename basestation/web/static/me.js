// The worker's own page on the phone: enters with the personal link behind the #, or with number and PIN.
import { render } from "/static/vendor/preact.js";

import { language, minute } from "./worker_language.js";
import { Identify, Language, Mine, Refused, ask, html, words } from "./worker_page.js";

const LOOK_MS = 5000;
/** What is shown; `state` null: nobody has entered. `turn` counts what was asked, so that no older answer wins. */
const shown = { state: undefined, choices: null, record: null, said: "", fault: "", isRefused: false, isBusy: false, isSure: false, lostAt: "", turn: 0 };

function draw(change = {}) {
  Object.assign(shown, change);
  render(html`<${Page} />`, document.getElementById("page"));
}

function Page() {
  if (shown.state === undefined) return html`<p>…</p><p class="said refused" role="alert">${shown.fault}</p>`;
  if (shown.state === null) {
    return html`<${Identify} title=${words.title} fault=${shown.fault} isBusy=${shown.isBusy} enter=${enter} /><${Language} />`;
  }
  return html`
    ${shown.lostAt && html`<p class="lost" role="alert">${words.lost(shown.lostAt)}</p>`}
    <${Mine} ...${shown} act=${act} setSure=${(isSure) => draw({ isSure })} />
    <${Record} />
    <p><button type="button" class="plain" onClick=${leave}>${words.leave}</button></p>
    <${Language} />`;
}

async function enter(form, element) {
  draw({ isBusy: true, fault: "" });
  try {
    await ask("POST", "own/log-in", form);
    await look();
  } catch (refused) {
    element?.reset();
    draw({ fault: refused.message });
  }
  draw({ isBusy: false });
}

async function look() {
  const turn = ++shown.turn;
  try {
    const state = await ask("GET", "own");
    // The choices change rarely; a form that is being filled in keeps its own.
    const choices = state.shift === null ? (shown.choices ?? (await ask("GET", "own/choices"))) : null;
    if (turn === shown.turn) draw({ state, choices, lostAt: "", fault: "" });
  } catch (refused) {
    if (turn !== shown.turn) return;
    if (refused.status === 401) draw({ state: null, record: null });
    else draw(shown.state ? { lostAt: shown.lostAt || minute(Date.now()) } : { fault: refused.message });
  }
}

async function act(path, body = {}) {
  const turn = ++shown.turn;
  draw({ isBusy: true, said: "" });
  try {
    const { result, ...state } = await ask("POST", path, body);
    const choices = state.shift === null ? await ask("GET", "own/choices") : null;
    const isRefused = !["started", "ended", "confirmed"].includes(result);
    if (turn === shown.turn) draw({ state, choices, said: words.results[result] ?? words.failed, isRefused, isSure: false });
  } catch (refused) {
    if (refused.status === 401) draw({ state: null });
    else draw({ said: refused.message, isRefused: true });
  }
  draw({ isBusy: false });
}

async function leave() {
  try {
    await ask("POST", "own/log-out", {});
    draw({ state: null, record: null, said: "", fault: "" });
  } catch (refused) {
    draw({ said: refused.message, isRefused: true });
  }
}

function Record() {
  return html`
    <h2>${words.record}</h2>
    <p>${words.recordHelp}</p>
    <p><button type="button" onClick=${read}>${words.recordShow}</button></p>
    <p><a class="button" href="/api/v1/own/record" download="rufweite-own.json">${words.recordSave}</a></p>
    ${shown.record && Object.entries(words.recordParts).map(([name, title]) => html`
      <h3>${title}</h3><${Rows} rows=${[shown.record[name]].flat()} />`)}`;
}

function Rows({ rows }) {
  if (rows.length === 0) return html`<p>${words.recordNone}</p>`;
  return rows.map((row) => html`<dl class="record">${Object.entries(row)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => html`<dt>${words.fields[name] ?? name}</dt><dd>${texted(value)}</dd>`)}</dl>`);
}

function texted(value) {
  // What rules say is there in every language.
  if (typeof value === "object") return value[language] ?? Object.values(value)[0];
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) return minute(value);
  return Object.hasOwn(words.values, String(value)) ? words.values[value] : String(value);
}

async function read() {
  try {
    draw({ record: await ask("GET", "own/record") });
  } catch (refused) {
    draw({ said: refused.message, isRefused: true });
  }
}

async function begin() {
  const secret = location.hash.slice(1);
  if (secret) {
    // Out of the address, so that nobody reads or copies it from there.
    history.replaceState(null, "", "/me");
    try {
      await ask("POST", "own/link", { secret });
    } catch (refused) {
      if (refused instanceof Refused) draw({ state: null, fault: refused.message });
    }
  }
  if (!shown.fault) await look();
  setInterval(() => shown.state !== null && !shown.isBusy && look(), LOOK_MS);
}

begin();
