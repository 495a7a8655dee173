// The people who come: added, changed, retired, and their addresses in the order in which they are tried.
import { useState } from "preact/hooks";

import { post, put } from "./api.js";
import { html } from "./html.js";
import { BackToRegister, Choice, Field, Retire, useChange, useRead } from "./rescue_forms.js";
import { isAtLeast } from "./session.js";
import { day } from "./station_time.js";
import { words } from "./words.js";

const all = words.rescue;
const w = all.responders;
const NOBODY = { name: "", language: "en", user_id: null, worker_id: null };

export function RespondersPage() {
  const [people, read, fault] = useRead("/api/v1/responders", []);
  const [workers] = useRead("/api/v1/workers", []);
  return html`
    <${BackToRegister} /><h1>${w.title}</h1>
    <p class="quiet">${w.help}</p>
    <p class="failure" role="alert">${fault}</p>
    <div class="register">
      ${people.map((one) => html`<${Responder} key=${one.id} one=${one} workers=${workers} read=${read} />`)}
      <section aria-labelledby="responder-new"><h2 id="responder-new">${w.addTitle}</h2>
        <${Person} start=${NOBODY} workers=${workers} text=${all.add} isNew
          send=${(form) => post("/api/v1/responders", form)} after=${read} /></section>
    </div>`;
}

function Responder({ one, workers, read }) {
  const [change, outcome] = useChange(read);
  const start = { name: one.name, language: one.language, user_id: one.user_id, worker_id: one.worker_id };
  return html`
    <section aria-labelledby=${`responder-${one.id}`}><h2 id=${`responder-${one.id}`}>${one.name}</h2>
      <${Addresses} one=${one} read=${read} />
      <details><summary>${all.change}</summary>
        <${Person} start=${start} workers=${workers} text=${all.save}
          send=${(form) => put(`/api/v1/responders/${one.id}`, form)} after=${read} /></details>
      <${Retire} name=${one.name} retire=${() => change(() => post(`/api/v1/responders/${one.id}/retire`))} />${outcome}
    </section>`;
}

function Person({ start, workers, text, send, after, isNew = false }) {
  const [form, setForm] = useState(start);
  const [change, outcome] = useChange(after);
  const set = (name) => (value) => setForm({ ...form, [name]: value });
  const number = (name) => (value) => setForm({ ...form, [name]: value === "" ? null : Number(value) });
  const submit = async (event) => {
    event.preventDefault();
    if ((await change(() => send(form))) && isNew) setForm(start);
  };
  return html`
    <form onSubmit=${submit}>
      <${Field} label=${w.name} value=${form.name} put=${set("name")} required maxlength="120" />
      <${Choice} label=${w.language} value=${form.language} put=${set("language")} of=${Object.entries(w.languages)} />
      <${Choice} label=${w.worker} value=${form.worker_id} put=${number("worker_id")} isOptional none=${w.nobody}
        of=${workers.map((one) => [one.id, one.name])} />
      ${isAtLeast("admin") && html`<${LogIn} form=${form} put=${number("user_id")} />`}
      ${outcome}<button type="submit">${text}</button>
    </form>`;
}

/** Who an answer at a console comes from; only an administrator sees who may log in. */
function LogIn({ form, put: choose }) {
  const [users] = useRead("/api/v1/users", []);
  return html`<${Choice} label=${w.user} value=${form.user_id} put=${choose} isOptional none=${w.nobody}
    of=${users.map((one) => [one.id, one.display_name])} />`;
}

function Addresses({ one, read }) {
  const [rows, setRows] = useState(one.addresses.map(({ channel, address }) => ({ channel, address })));
  const [change, outcome] = useChange(read);
  const set = (index, name) => (value) => setRows(rows.map((row, at) => (at === index ? { ...row, [name]: value } : row)));
  const submit = (event) => {
    event.preventDefault();
    return change(() => put(`/api/v1/responders/${one.id}/addresses`, { addresses: rows }));
  };
  return html`
    <form onSubmit=${submit}><h3>${w.addresses}</h3>
      ${rows.map((row, index) => html`<div class="line" key=${index}>
        <${Field} label=${w.channel} value=${row.channel} put=${set(index, "channel")} required pattern="[a-z0-9_.\\-]{1,32}" list="channels" />
        <${Field} label=${w.address} value=${row.address} put=${set(index, "address")} maxlength="500" />
        ${index > 0 && html`<button type="button" class="small" aria-label=${`${all.up}: ${row.channel}`}
          onClick=${() => setRows(earlier(rows, index))}>↑</button>`}
        <button type="button" class="small" onClick=${() => setRows(rows.filter((_, at) => at !== index))}>${all.remove}</button>
        <p class="quiet proof">${proofOf(one, row)}</p></div>`)}
      <div class="buttons">
        <button type="button" class="small" onClick=${() => setRows([...rows, { channel: "", address: "" }])}>${w.addAddress}</button>
        <button type="submit">${w.saveAddresses}</button></div>
      ${outcome}
      <datalist id="channels">${["sms", "voice", "email", "espa", "webhook"].map((name) => html`<option value=${name} />`)}</datalist>
    </form>`;
}

/** Say whether the person has confirmed the address, and when it was last seen to work. */
function proofOf(one, row) {
  const kept = one.addresses.find((own) => own.channel === row.channel && own.address === row.address);
  if (!kept) return "";
  const facts = [];
  if (kept.confirmed_at) facts.push(w.confirmed(day(kept.confirmed_at)));
  if (kept.proven_at) facts.push(w.proven(day(kept.proven_at)));
  return facts.length > 0 ? facts.join(", ") : w.unproven;
}

function earlier(rows, index) {
  const moved = [...rows];
  [moved[index - 1], moved[index]] = [moved[index], moved[index - 1]];
  return moved;
}
