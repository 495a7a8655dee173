// What the worker's page and the kiosk share: asking the base station, the own shift, the own protection and
// what to do, the answer to a control call. Shows no case, whatever happens. Nothing looks done before it is.
import { h } from "/static/vendor/preact.js";
import htm from "/static/vendor/htm.js";

import { language, minute, other, speak, words } from "./worker_language.js";

export const html = htm.bind(h);
const ANSWER_MS_MAX = 8000;

/** The base station refused, or was not reached (status 0); `message` is the sentence. */
export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

/** Ask the base station; `visit` names who stands at a kiosk. */
export async function ask(method, path, body, visit = "") {
  const headers = { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...(visit && { "X-Rufweite-Visit": visit }) };
  let response;
  try {
    response = await fetch(`/api/v1/${path}`, {
      method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(ANSWER_MS_MAX), redirect: "error",
    });
  } catch {
    throw new Refused(words.notReached, 0);
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  throw new Refused(words.refusals[response.status] ?? words.failed, response.status);
}

/** The form of number and PIN; `enter` takes both. */
export function Identify({ title, fault, isBusy, enter }) {
  const send = (event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    enter({ number: Number(form.get("number")), pin: form.get("pin") }, event.currentTarget);
  };
  return html`
    <h1>${title}</h1>
    <form class="identify" onSubmit=${send}>
      <p>${words.enter}</p>
      <label>${words.number} <input name="number" inputmode="numeric" pattern="[0-9]{1,18}" required maxlength="18" autocomplete="off" /></label>
      <label>${words.pin} <input name="pin" type="password" inputmode="numeric" pattern="[0-9]{4,12}" required maxlength="12" autocomplete="off" /></label>
      <p class="said refused" role="alert">${fault}</p>
      <button class="go" type="submit" disabled=${isBusy}>${words.send}</button>
    </form>`;
}

/** Where the worker stands, and what they may do. */
export function Mine({ state, choices, said, isRefused, isBusy, isSure, act, setSure }) {
  const { shift } = state;
  return html`
    <h1>${words.hello(state.name)}</h1>
    <p class=${isRefused ? "said refused" : "said"} role="status">${said}</p>
    ${state.call_until && html`
      <section class="asked"><p>${words.call(minute(state.call_until))}</p>
        <button type="button" class="go" disabled=${isBusy} onClick=${() => act("own/confirm")}>${words.confirm}</button></section>`}
    ${shift ? html`<${OnShift} shift=${shift} isBusy=${isBusy} isSure=${isSure} act=${act} setSure=${setSure} />`
      : html`<${OffShift} choices=${choices} isBusy=${isBusy} act=${act} />`}`;
}

function OnShift({ shift, isBusy, isSure, act, setSure }) {
  const state = shift.protection;
  const todo = words.todo[shift.protection_reason] ?? (state === "protected" ? "" : words.todoElse);
  return html`
    <section class=${`own-protection ${state}`} aria-label=${words.protection}>
      <p class="who"><span aria-hidden="true">${words.signs[state]}</span> ${words.states[state]}</p>
      ${todo && html`<p>${todo}</p>`}
    </section>
    ${shift.ask_until && html`<p class="loud">${words.endAsked}</p>`}
    <h2>${words.onShift}</h2>
    <dl>
      <dt>${words.place}</dt><dd>${shift.workplace}</dd>
      <dt>${words.device}</dt><dd>${shift.device}${shift.battery_percent !== null && html` · ${words.battery(shift.battery_percent)}`}</dd>
      <dt>${words.since}</dt><dd>${minute(shift.started_at)}</dd>
      <dt>${words.until}</dt><dd>${minute(shift.planned_end)}</dd>
    </dl>
    ${isSure ? html`
      <section class="sure" role="group" aria-label=${words.end}><p>${words.endSure}</p>
        <button type="button" onClick=${() => setSure(false)}>${words.endNo}</button>
        <button type="button" disabled=${isBusy} onClick=${() => act("own/shift/end")}>${words.endYes}</button></section>`
      : html`<button type="button" onClick=${() => setSure(true)}>${words.end}</button>`}`;
}

function OffShift({ choices, isBusy, act }) {
  const send = (event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    act("own/shift", { device: form.get("device"), workplace_id: Number(form.get("workplace")), hours: Number(form.get("hours")) });
  };
  return html`
    <h2>${words.offShift}</h2>
    ${choices && html`<form class="identify" onSubmit=${send}>
      <${Choice} name="device" label=${words.chooseDevice} of=${choices.devices.map((d) => [d.name, d.label ? `${d.name} (${d.label})` : d.name])} />
      <${Choice} name="workplace" label=${words.choosePlace} of=${choices.workplaces.map((p) => [p.id, p.name])} />
      <label>${words.hours} <input name="hours" type="number" min="1" max="24" value="8" required /></label>
      <button class="go" type="submit" disabled=${isBusy}>${words.start}</button>
    </form>`}`;
}

function Choice({ name, label, of }) {
  return html`<label>${label}
    <select name=${name} required><option value="">${words.choose}</option>
      ${of.map(([value, text]) => html`<option key=${value} value=${value}>${text}</option>`)}</select></label>`;
}

/** The button for the other language. */
export const Language = () => html`
  <p class="foot"><button type="button" class="plain" lang=${other} onClick=${() => speak(other)}>${words.otherLanguage}</button></p>`;

document.title = words.pageTitle;
export { language, words };
