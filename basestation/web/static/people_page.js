// People at work now: what is known of each, how old it is, and what is unknown said as unknown. Those who
// are not protected come first. Also the band of them beside the alarms, and the control call.
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";

import { post } from "./api.js";
import { html } from "./html.js";
import { snapshot } from "./link.js";
import { DeviceTrouble } from "./location.js";
import { Protection, SelfTest, byUrgency } from "./protection.js";
import { isAtLeast } from "./session.js";
import { age, clock, minute, nowS } from "./station_time.js";
import { words } from "./words.js";

const w = words.people;
/** What is looked for; kept beside the page, so that nothing typed is lost. */
const wanted = signal("all");
const sought = signal("");

export function PeoplePage() {
  const people = byUrgency(snapshot.value?.people ?? []);
  const shown = people.filter(isShown);
  const [said, setSaid] = useState("");
  return html`
    <div class="people-head"><h1>${w.title}</h1><a class="button" href="#/handover">${w.handover}</a>
      ${isAtLeast("safety_officer") && html`<a class="button" href="#/access">${words.access.title}</a>`}</div>
    <p class="said" role="status">${said}</p>
    <form class="people-filter" onSubmit=${(event) => event.preventDefault()}>
      <label class="field">${w.show}
        <select value=${wanted.value} onChange=${(event) => (wanted.value = event.currentTarget.value)}>
          ${Object.entries(w.filters).map(([value, text]) => html`<option key=${value} value=${value}>${text}</option>`)}
        </select></label>
      <label class="field">${w.search}
        <input type="search" maxlength="60" value=${sought.value} onInput=${(event) => (sought.value = event.currentTarget.value)} /></label>
      <p class="quiet" role="status">${w.shown(shown.length, people.length)}</p>
    </form>
    ${shown.length === 0 && html`<p class="none">${people.length === 0 ? w.nobody : w.none}</p>`}
    <ul class="people-cards" role="list">
      ${shown.map((p) => html`<li key=${p.shift_id} class=${p.protection}><${Card} p=${p} done=${setSaid} /></li>`)}
    </ul>
    <p class="quiet">${w.callHelp}</p>`;
}

function isShown(p) {
  const state = p.protection === "suspended" ? "unknown" : p.protection;
  if (wanted.value !== "all" && state !== wanted.value) return false;
  const text = `${p.worker} ${p.workplace} ${p.device}`.toLowerCase();
  return text.includes(sought.value.trim().toLowerCase());
}

function Card({ p, done }) {
  return html`
    <h2>${p.worker} <span class="quiet">${p.workplace}</span></h2>
    <${Protection} p=${p} />
    <${DeviceTrouble} p=${p} />
    <dl class="people-facts">
      <${Fact} name=${w.facts.seen}>${seen(p)}<//>
      <${Fact} name=${w.facts.checkIn}>${checkIn(p)}<//>
      <${Fact} name=${w.facts.call}>${callOf(p.control_call)}<//>
      <${Fact} name=${w.facts.battery}>${battery(p)}<//>
      <${Fact} name=${w.facts.link}>${linkOf(p)}<//>
      <${Fact} name=${w.facts.worn}>${w.worn[p.worn]}<//>
      <${Fact} name=${w.facts.settings}>${settings(p)}<//>
      <${Fact} name=${w.facts.selfTest}><${SelfTest} test=${p.self_test} /><//>
      <${Fact} name=${w.facts.device}>${p.device}<//>
      <${Fact} name=${w.facts.planned}>${minute(p.planned_end)}<//>
    </dl>
    <${Call} p=${p} done=${done} />`;
}

const Fact = ({ name, children }) => html`<div><dt>${name}</dt><dd class="digits">${children}</dd></div>`;

function seen(p) {
  if (p.is_silent) return html`<b>${w.silent}</b>${p.seen_at && html` ${ago(p.seen_at)}`}`;
  return p.seen_at ? ago(p.seen_at) : w.never;
}

function ago(at) {
  return nowS.value === null ? clock(at) : w.ago(age(at));
}

function checkIn(p) {
  const c = p.check_in;
  if (p.ask_until) return html`<b>${w.endAsked(clock(p.ask_until))}</b>`;
  if (c.is_on === null) return w.unknown;
  if (!c.is_on) return w.checkInOff;
  const next = c.next_at ? w.checkInBy(minute(c.next_at)) : w.checkInEvery(Math.round(c.interval_s / 60));
  return c.confirmed_at ? `${next}; ${w.checkInLast(minute(c.confirmed_at))}` : next;
}

function callOf(call) {
  return call === null ? w.callNone : html`<b>${w.callUntil(w.callStates[call.state], call.asked_by, clock(call.due_at))}</b>`;
}

function battery(p) {
  if (p.battery_percent === null) return w.unknown;
  return `${p.battery_percent} %, ${p.battery_until ? w.batteryUntil(minute(p.battery_until)) : w.batteryUntilUnknown}`;
}

function linkOf(p) {
  if (p.presence === "offline") return html`<b>${w.off}</b>`;
  if (!p.link || p.link.network === null || p.link.broker === null) return w.unknown;
  const way = w.linkOf(p.link.network + 1, p.link.broker + 1);
  return p.link.rssi_dbm === null ? way : `${way}, ${w.dbm(p.link.rssi_dbm)}`;
}

function settings(p) {
  if (p.settings_version === null) return w.unknown;
  return w.settings(p.settings_version) + (p.settings_since ? `, ${w.settingsSince(clock(p.settings_since))}` : "");
}

/** The control call; not offered where a silent alarm is open, or a question is. */
function Call({ p, done }) {
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  const isSilent = snapshot.value.cases.some((c) => c.is_silent_alarm && c.device === p.device);
  if (isSilent || p.control_call !== null || p.ask_until) return null;
  const ask = async () => {
    setBusy(true);
    try {
      const asked = await post(`/api/v1/shifts/${p.shift_id}/control-call`);
      setFault("");
      done(w.called(asked.worker, clock(asked.due_at)));
    } catch (refused) {
      setFault(refused.message);
    }
    setBusy(false);
  };
  return html`
    <button type="button" aria-label=${w.call(p.worker)} disabled=${isBusy} onClick=${ask}>${w.callShort}</button>
    <p class="failure" role="alert">${fault}</p>`;
}
