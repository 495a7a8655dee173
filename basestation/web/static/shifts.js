// The shifts: who works now, the form that starts a shift, the button that ends one (it asks once).
import { useEffect, useState } from "preact/hooks";

import { get, post } from "./api.js";
import { html } from "./html.js";
import { snapshot } from "./link.js";
import { Person } from "./people.js";
import { words } from "./words.js";

/** Usual length of a shift, in hours; the end can be changed in the form. */
const SHIFT_H = 8;

export function ShiftsPage() {
  const [said, setSaid] = useState("");
  const people = snapshot.value?.people ?? [];
  return html`
    <h1>${words.shifts.title}</h1>
    <p class="said" role="status">${said}</p>
    <div class="columns">
      <section aria-labelledby="people-title">
        <h2 id="people-title">${words.shifts.open} <span class="count">${people.length}</span></h2>
        ${people.length === 0 && html`<p>${words.shifts.none}</p>`}
        <ul class="people" role="list">${people.map((p) => html`
          <li key=${p.shift_id}><div><${Person} p=${p} /></div><${EndShift} p=${p} done=${setSaid} /></li>`)}</ul>
      </section>
      <section aria-labelledby="start-title">
        <h2 id="start-title">${words.shifts.start}</h2>
        <${StartShift} people=${people} done=${setSaid} />
      </section>
    </div>`;
}

function EndShift({ p, done }) {
  const [isSure, setSure] = useState(false);
  const [fault, setFault] = useState("");
  const end = async () => {
    try {
      await post(`/api/v1/shifts/${p.shift_id}/end`);
      done(words.shifts.ended(p.worker));
    } catch (refused) {
      setFault(refused.message);
    }
  };
  if (!isSure) {
    return html`<button type="button" aria-label=${`${words.shifts.endShift}: ${p.worker}`}
      onClick=${() => setSure(true)}>${words.shifts.endShift}</button>`;
  }
  return html`
    <div class="sure" role="group">
      <p>${words.shifts.endSure(p.worker)}</p>
      <p class="failure" role="alert">${fault}</p>
      <button type="button" onClick=${() => setSure(false)} ref=${focusOnce}>${words.shifts.endNo}</button>
      <button type="button" class="strong" onClick=${end}>${words.shifts.endYes}</button>
    </div>`;
}

function focusOnce(button) {
  button?.focus();
}

function StartShift({ people, done }) {
  const [lists, setLists] = useState(null);
  const [fault, setFault] = useState("");
  useEffect(() => {
    Promise.all(["workers", "devices", "workplaces"].map((name) => get(`/api/v1/${name}`))).then(
      ([workers, devices, workplaces]) => setLists({ workers, devices, workplaces }),
      (refused) => setFault(refused.message),
    );
  }, []);
  if (lists === null) return html`<p class="failure" role="alert">${fault}</p>`;
  const worn = new Set(people.map((p) => p.device));
  const devices = lists.devices.filter((d) => d.is_active && !worn.has(d.name));
  const workers = lists.workers.filter((w) => w.is_active);
  if (workers.length === 0 || lists.devices.length === 0 || lists.workplaces.length === 0) {
    return html`<p>${words.shifts.needs} <a href="#/register">${words.nav.register}</a></p>`;
  }
  const send = async (event) => {
    event.preventDefault();
    const target = event.currentTarget;
    const form = new FormData(target);
    try {
      await post("/api/v1/shifts", {
        worker_id: Number(form.get("worker")),
        device: form.get("device"),
        workplace_id: Number(form.get("workplace")),
        planned_end: new Date(form.get("end")).toISOString(),
      });
      setFault("");
      done(words.shifts.started(workers.find((w) => w.id === Number(form.get("worker"))).name));
      target.reset();
    } catch (refused) {
      setFault(refused.message);
    }
  };
  return html`
    <form onSubmit=${send}>
      <${Choice} name="worker" label=${words.shifts.worker} of=${workers.map((w) => [w.id, w.name])} />
      <${Choice} name="device" label=${words.shifts.device}
        of=${devices.map((d) => [d.name, d.label ? `${d.name} (${d.label})` : d.name])} />
      <${Choice} name="workplace" label=${words.shifts.workplace} of=${lists.workplaces.filter((w) => w.is_active).map((w) => [w.id, w.name])} />
      <label class="field">${words.shifts.end}
        <input type="datetime-local" name="end" required defaultValue=${localIn(SHIFT_H)} /></label>
      <p class="failure" role="alert">${fault}</p>
      <button class="strong" type="submit">${words.shifts.send}</button>
    </form>`;
}

function Choice({ name, label, of }) {
  return html`
    <label class="field">${label}
      <select name=${name} required>
        <option value="">${words.shifts.choose}</option>
        ${of.map(([value, text]) => html`<option key=${value} value=${value}>${text}</option>`)}
      </select></label>`;
}

/** Return the local time in `hours`, to the minute, as a datetime-local field takes it. */
function localIn(hours) {
  const at = new Date(Date.now() + hours * 3600000);
  at.setMinutes(at.getMinutes() - at.getTimezoneOffset());
  return at.toISOString().slice(0, 16);
}
