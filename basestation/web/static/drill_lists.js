// Lessons of drills with their owners and days, and the list of places that are hard to find.
import { useState } from "preact/hooks";

import { post } from "./api.js";
import { html } from "./html.js";
import { Choice, Field, Retire, useChange, useRead } from "./rescue_forms.js";
import { isAtLeast } from "./session.js";
import { day } from "./station_time.js";
import { words } from "./words.js";

const w = words.drills;

export function Lessons() {
  const [lessons, read, fault] = useRead("/api/v1/drills/lessons", []);
  const open = lessons.filter((one) => !one.done_at);
  return html`<section aria-labelledby="drill-lessons"><h2 id="drill-lessons">${w.lessons} <span class="count">${open.length}</span></h2>
    <p class="failure" role="alert">${fault}</p>
    <${LessonRows} lessons=${lessons} read=${read} /></section>`;
}

/** Lessons, open ones first as they come; those overdue are said to be. */
export function LessonRows({ lessons, read }) {
  if (lessons.length === 0) return html`<p class="quiet">${w.none}</p>`;
  return html`<ul role="list">${lessons.map((one) => html`<${LessonRow} key=${one.id} lesson=${one} read=${read} />`)}</ul>`;
}

function LessonRow({ lesson: one, read }) {
  return html`<li><strong>${one.words}</strong> <span class="quiet">${one.owner}, ${one.workplace}, ${w.due.toLowerCase()} ${day(one.due_on)}</span>
    ${one.is_overdue && html` <span class="alert-line">${w.overdue}</span>`}
    ${one.done_at && html`<p>✓ ${w.doneBy(one.done_by, one.proof)}</p>`}
    ${!one.done_at && isAtLeast("safety_officer") && html`<${Done} lesson=${one} read=${read} />`}</li>`;
}

function Done({ lesson, read }) {
  const [proof, setProof] = useState("");
  const [change, said] = useChange(read);
  const send = (event) => {
    event.preventDefault();
    change(() => post(`/api/v1/drills/lessons/${lesson.id}/done`, { proof, version: lesson.version }));
  };
  return html`<form class="line" onSubmit=${send}><${Field} label=${w.proof(lesson.words)} value=${proof} put=${setProof} required />
    <button type="submit">${w.done}</button>${said}</form>`;
}

export function Places({ places, workplaces, read }) {
  const [form, setForm] = useState({ workplace_id: "", name: "", why: "" });
  const [change, said] = useChange(read);
  const put = (name) => (value) => setForm((before) => ({ ...before, [name]: value }));
  const add = async (event) => {
    event.preventDefault();
    const body = { ...form, workplace_id: Number(form.workplace_id) };
    if (await change(() => post("/api/v1/drills/places", body))) setForm({ ...form, name: "", why: "" });
  };
  const retire = (p) => change(() => post(`/api/v1/drills/places/${p.id}/retire`, { version: p.version }));
  return html`<section aria-labelledby="drill-places"><h2 id="drill-places">${w.places} <span class="count">${places.length}</span></h2>
    ${places.length === 0 && html`<p class="quiet">${w.none}</p>`}
    <ul role="list">${places.map((p) => html`<li key=${p.id}><strong>${p.name}</strong> <span class="quiet">${p.workplace}${p.why && `: ${p.why}`},
      ${p.last_drilled_at ? w.lastDrilled(day(p.last_drilled_at)) : w.neverDrilled}</span>
      ${isAtLeast("safety_officer") && html` <${Retire} name=${p.name} retire=${() => retire(p)} />`}</li>`)}</ul>
    ${isAtLeast("safety_officer") && html`<form onSubmit=${add}>
      <${Choice} label=${w.workplace} value=${form.workplace_id} put=${put("workplace_id")} of=${workplaces.map((p) => [p.id, p.name])} />
      <${Field} label=${w.placeName} value=${form.name} put=${put("name")} required maxlength="120" />
      <${Field} label=${w.why} value=${form.why} put=${put("why")} maxlength="500" />
      <button type="submit">${w.addPlace}</button></form>`}
    ${said}</section>`;
}
