// Where a device was heard, the tone that it makes, and what else the radio tells of it. Shows what is stored.
import { useState } from "preact/hooks";

import { post } from "./api.js";
import { html } from "./html.js";
import { age, clock } from "./station_time.js";
import { words } from "./words.js";

const w = words.location;

/** "Boiler room, gate 3 (-52 dBm, 0:12 ago)", or nothing. */
export function Near({ c }) {
  return c.near && html`<span class="digits">${w.nearAt(c.near, c.near_dbm, age(c.near_at))}</span>`;
}

/** The beacons that were heard last, the strongest first. */
export function Heard({ places }) {
  const newest = places?.[0];
  return newest && html`<ul role="list">${newest.beacons.map((b) => html`
    <li>${b.zone ?? w.unlisted(b.name)} <span class="digits quiet">${w.dbm(b.dbm)}</span></li>`)}</ul>`;
}

/** The tone of a person's open case: two buttons, and what the device answered. */
export function Tone({ c }) {
  const [fault, setFault] = useState("");
  if (!c.is_open || !c.is_person || c.is_silent_alarm) return null;
  const send = (isOn) => () =>
    post(`/api/v1/cases/${c.id}/tone`, { is_tone_on: isOn }).then(() => setFault(""), (refused) => setFault(refused.message));
  return html`
    <div class="tone" role="group" aria-label=${w.tone}>
      <button type="button" onClick=${send(true)}>${w.toneOn}</button>
      <button type="button" onClick=${send(false)}>${w.toneOff}</button>
      <span role="status">${c.tone && toneOf(c.tone)}</span>
      <p class="failure" role="alert">${fault}</p>
    </div>`;
}

function toneOf(tone) {
  const said = w.toneStates[tone.result ?? "waiting"];
  return `${w.tone}: ${said(tone.is_tone_on)}, ${clock(tone.at)}`;
}

/** What a device at work says of its silence to come, its last start and its clock. */
export function DeviceTrouble({ p }) {
  const { clock: fault, restart, foretold } = p;
  return html`
    ${foretold && html`<p class="alert-line">${w.foretold[foretold] ?? foretold}</p>`}
    ${restart && html`<p class="alert-line">${w.restarted(w.causes[restart.cause] ?? restart.cause, clock(restart.at))}
      ${restart.error && html` <span class="quiet">${restart.error}</span>`}</p>`}
    ${fault && html`<p class="quiet">${fault.offset_s === null ? w.clockUnknown : w.clockOff(fault.offset_s)}</p>`}`;
}

/** The workplaces that need a new coverage walk; nothing where none does. */
export function CoverageDue({ due }) {
  if (!due || due.length === 0) return null;
  return html`
    <section class="coverage-due" aria-labelledby="coverage-due-title">
      <h2 id="coverage-due-title">${w.coverage} <span class="count">${due.length}</span></h2>
      <ul role="list">${due.map((d) => html`
        <li key=${d.workplace_id}>${w.due[d.reason](d.workplace, d.walked_at ? d.walked_at.slice(0, 10) : w.never)}</li>`)}</ul>
      <p><a href="#/coverage">${w.coverageTitle}</a></p>
    </section>`;
}
