// The tablet at the gate: who comes types number and PIN, starts or ends a shift, sees the result, and goes.
// Goes back to its start by itself after 20 s without a touch; what anybody typed or saw is gone then.
import { render } from "/static/vendor/preact.js";

import { Identify, Language, Mine, ask, html, words } from "./worker_page.js";

/** Without a touch for so long the tablet forgets who stood there. */
export const IDLE_MS = 20000;
const EMPTY = { visit: "", state: null, choices: null, said: "", fault: "", isRefused: false, isBusy: false, isSure: false };
/** What is shown; `turn` counts the people, so that an answer for somebody who has left is dropped. */
const shown = { ...EMPTY, isKiosk: true, turn: 0 };
let touchedMs = performance.now();

function draw(change = {}) {
  Object.assign(shown, change);
  render(html`<${Page} />`, document.getElementById("page"));
}

function Page() {
  if (!shown.isKiosk) return html`<h1>${words.kioskTitle}</h1><p class="loud" role="alert">${words.kioskClosed}</p><${Language} />`;
  if (shown.state === null) {
    return html`<${Identify} key=${shown.turn} title=${words.kioskTitle} fault=${shown.fault} isBusy=${shown.isBusy} enter=${enter} /><${Language} />`;
  }
  return html`
    <${Mine} ...${shown} act=${act} setSure=${(isSure) => draw({ isSure })} />
    <p><button type="button" class="plain" onClick=${leave}>${words.kioskLeave}</button></p>`;
}

async function enter(form, element) {
  const turn = shown.turn;
  element.reset();
  draw({ isBusy: true, fault: "" });
  try {
    const { visit } = await ask("POST", "kiosk/identify", form);
    const state = await ask("GET", "own", undefined, visit);
    const choices = state.shift === null ? await ask("GET", "own/choices", undefined, visit) : null;
    if (turn === shown.turn) draw({ visit, state, choices, isBusy: false });
    else await ask("POST", "own/log-out", {}, visit);
  } catch (refused) {
    if (turn === shown.turn) draw({ fault: refused.message, isBusy: false, isKiosk: refused.status !== 403 });
  }
}

async function act(path, body = {}) {
  const { turn, visit } = shown;
  draw({ isBusy: true, said: "" });
  try {
    const { result, ...state } = await ask("POST", path, body, visit);
    const choices = state.shift === null ? await ask("GET", "own/choices", undefined, visit) : null;
    const isRefused = !["started", "ended", "confirmed"].includes(result);
    if (turn === shown.turn) draw({ state, choices, said: words.results[result] ?? words.failed, isRefused, isSure: false, isBusy: false });
  } catch (refused) {
    if (turn === shown.turn) draw({ said: refused.message, isRefused: true, isBusy: false });
  }
}

function leave() {
  const { visit } = shown;
  draw({ ...EMPTY, turn: shown.turn + 1 });
  // It ends by itself within two minutes where this is not heard.
  if (visit) ask("POST", "own/log-out", {}, visit).catch(() => {});
}

function watch() {
  if (performance.now() - touchedMs < IDLE_MS) return;
  touchedMs = performance.now();
  const typed = [...document.querySelectorAll("input")].some((input) => input.name !== "hours" && input.value);
  if (shown.state !== null || shown.fault || typed) leave();
}

async function begin() {
  const secret = location.hash.slice(1);
  history.replaceState(null, "", "/kiosk");
  draw();
  if (!secret) return;
  try {
    await ask("POST", "kiosk/open", { secret });
  } catch {
    draw({ isKiosk: false });
  }
}

for (const touch of ["pointerdown", "keydown", "input"]) {
  document.addEventListener(touch, () => (touchedMs = performance.now()), { capture: true, passive: true });
}
setInterval(watch, 500);
begin();
