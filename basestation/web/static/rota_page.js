// Duties: their plan, changes of it for some time, and absences; each added, changed where that means
// something, and taken back. Hours are local to the duty's site, moments to the browser.
import { useState } from "preact/hooks";

import { post, put } from "./api.js";
import { html } from "./html.js";
import { language } from "./language.js";
import { History } from "./register_forms.js";
import { BackToRegister, Choice, Field, Retire, useChange, useRead } from "./rescue_forms.js";
import { RotaCalendar } from "./rota_calendar.js";
import { moment } from "./station_time.js";
import { words } from "./words.js";

const all = words.rescue;
const w = all.rota;
const EMPTY = { roles: [], plan: [], overrides: [], absences: [] };

export function RotaPage() {
  const [rota, read, fault] = useRead("/api/v1/rota", EMPTY);
  const [people] = useRead("/api/v1/responders", []);
  const [sites] = useRead("/api/v1/sites", []);
  const part = { rota, people, sites, read };
  return html`
    <${BackToRegister} /><h1>${w.title}</h1>
    <p class="failure" role="alert">${fault}</p>
    <${RotaCalendar} key=${JSON.stringify(rota)} />
    <div class="register">
      <${Part} name="roles" title=${w.roles} part=${part} rows=${rota.roles} text=${(one) => one.name} Change=${RoleForm} Add=${RoleForm} />
      <${Part} name="plan" title=${w.plan} part=${part} rows=${rota.plan} text=${(one) => plannedText(one, part)} Change=${PlanForm} Add=${PlanForm} />
      <${Part} name="overrides" title=${w.overrides} part=${part} rows=${rota.overrides}
        text=${(one) => `${roleOf(one, part)}: ${personOf(one, part)}, ${timesOf(one)}, ${one.is_instead ? w.instead : w.beside}`} Add=${TimeForm} />
      <${Part} name="absences" title=${w.absences} part=${part} rows=${rota.absences}
        text=${(one) => `${personOf(one, part)}, ${timesOf(one)}`} Add=${TimeForm} />
    </div>`;
}

function Part({ name, title, part: { read, ...rest }, rows, text, Add, Change }) {
  const path = `/api/v1/registers/${name}`;
  const [kept, readKept] = useRead(path, []);
  const readAll = () => Promise.all([read(), readKept()]);
  const part = { ...rest, read: readAll };
  const [change, outcome] = useChange(readAll);
  const [retired, setRetired] = useState(null);
  const versionOf = (one) => kept.find((row) => row.id === one.id)?.version ?? 0;
  const retire = (one) => () =>
    change(async () => setRetired(await post(`${path}/${one.id}/retire`, { version: versionOf(one) })));
  const undo = () =>
    change(async () => (await post(`${path}/${retired.id}/undo`, { version: retired.version }), setRetired(null)));
  const id = `rota-${name}`;
  return html`
    <section aria-labelledby=${id}><h2 id=${id}>${title} <span class="count">${rows.length}</span></h2>
      ${rows.length === 0 && html`<p class="quiet">${all.none}</p>`}
      <ul role="list">${rows.map((one) => html`<li key=${one.id}>${text(one)}
        ${Change && html`<details><summary>${all.change}</summary><${Change} name=${name} part=${part} start=${one} version=${versionOf(one)} /></details>`}
        <${History} path=${`${path}/${one.id}`} fields=${[]} version=${versionOf(one)} />
        <${Retire} name=${text(one)} retire=${retire(one)} /></li>`)}</ul>
      ${outcome}${retired && html`<button type="button" class="small" onClick=${undo}>${words.registers.undo}</button>`}<${Add} name=${name} part=${part} />
    </section>`;
}

/** The form of a part: `start` is what is changed; without it something is added. */
function useForm(name, part, start, empty, version = 0) {
  const [seen, setSeen] = useState(version);
  const [isTyped, setTyped] = useState(false);
  const [form, setForm] = useState(start ? { ...empty, ...chosenOf(start, empty) } : empty);
  const [change, outcome] = useChange(part.read);
  const set = (field) => (value) => {
    if (!isTyped) setSeen(version);
    setTyped(true);
    setForm({ ...form, [field]: value });
  };
  const submit = (body) => async (event) => {
    event.preventDefault();
    const changed = { ...body(form), version: isTyped ? seen : version };
    const send = () => (start ? put(`/api/v1/rota/${name}/${start.id}`, changed) : post(`/api/v1/rota/${name}`, body(form)));
    const isTaken = await change(send);
    if (isTaken && !start) setForm(empty);
    if (isTaken) setTyped(false);
    // What somebody else has saved is in the list above by now: from here on it counts as seen.
    else await part.read().then(() => setTyped(false));
  };
  const end = html`${outcome}<button type="submit">${start ? all.save : all.add}</button>`;
  return { form, set, submit, end };
}

function chosenOf(start, empty) {
  return Object.fromEntries(Object.keys(empty).map((field) => [field, start[field] ?? empty[field]]));
}

function RoleForm({ name, part, start, version }) {
  const { form, set, submit, end } = useForm(name, part, start, { name: "", site_id: part.sites[0]?.id ?? 1 }, version);
  return html`<form onSubmit=${submit((f) => ({ name: f.name, site_id: Number(f.site_id) }))}>
    <${Field} label=${w.role} value=${form.name} put=${set("name")} required maxlength="120" />
    ${part.sites.length > 1 && html`<${Choice} label=${w.site} value=${form.site_id} put=${set("site_id")} of=${part.sites.map((one) => [one.id, one.name])} />`}
    ${end}</form>`;
}

function PlanForm({ name, part, start, version }) {
  const empty = {
    role_id: "", responder_id: "", weekdays: [1, 2, 3, 4, 5], start: "06:00", end: "14:00",
    first_day: new Date().toISOString().slice(0, 10), last_day: "", every_weeks: 1,
  };
  const { form, set, submit, end } = useForm(name, part, start, empty, version);
  const body = ({ role_id, responder_id, ...f }) => ({
    ...f, last_day: f.last_day || null, ...(start ? {} : { role_id: Number(role_id), responder_id: Number(responder_id) }),
  });
  const toggle = (number) => () =>
    set("weekdays")(form.weekdays.includes(number) ? form.weekdays.filter((one) => one !== number) : [...form.weekdays, number].sort());
  return html`<form onSubmit=${submit(body)}>
    ${!start && html`<${RoleChoice} form=${form} set=${set} part=${part} /><${PersonChoice} form=${form} set=${set} part=${part} />`}
    <fieldset><legend>${w.weekdays}</legend><div class="weekdays">${w.days.map((text, index) => html`
      <label class="choice"><input type="checkbox" checked=${form.weekdays.includes(index + 1)} onChange=${toggle(index + 1)} /> ${text}</label>`)}</div></fieldset>
    <div class="line"><${Field} label=${w.start} type="time" value=${form.start} put=${set("start")} required />
      <${Field} label=${w.end} type="time" value=${form.end} put=${set("end")} required /></div>
    <div class="line"><${Field} label=${w.firstDay} type="date" value=${form.first_day} put=${set("first_day")} required />
      <${Field} label=${w.lastDay} type="date" value=${form.last_day} put=${set("last_day")} /></div>
    <${Field} label=${w.everyWeeks} type="number" min="1" max="52" value=${form.every_weeks} put=${set("every_weeks")} required />
    ${end}</form>`;
}

/** A change of the plan, or an absence: somebody, from, until. */
function TimeForm({ name, part }) {
  const isOverride = name === "overrides";
  const { form, set, submit, end } = useForm(name, part, null, { role_id: "", responder_id: "", from_at: "", until_at: "", is_instead: true });
  const body = (f) => ({
    responder_id: Number(f.responder_id), from_at: new Date(f.from_at).toISOString(), until_at: new Date(f.until_at).toISOString(),
    ...(isOverride ? { role_id: Number(f.role_id), is_instead: f.is_instead } : {}),
  });
  return html`<form onSubmit=${submit(body)}>
    ${isOverride && html`<${RoleChoice} form=${form} set=${set} part=${part} />`}
    <${PersonChoice} form=${form} set=${set} part=${part} />
    <${Field} label=${w.fromAt} type="datetime-local" value=${form.from_at} put=${set("from_at")} required />
    <${Field} label=${w.untilAt} type="datetime-local" value=${form.until_at} put=${set("until_at")} required />
    ${isOverride && html`<label class="choice"><input type="checkbox" checked=${form.is_instead}
      onChange=${(event) => set("is_instead")(event.target.checked)} /> ${w.isInstead}</label>`}
    ${end}</form>`;
}

function RoleChoice({ form, set, part }) {
  return html`<${Choice} label=${w.role} value=${form.role_id} put=${set("role_id")} of=${part.rota.roles.map((one) => [one.id, one.name])} />`;
}

function PersonChoice({ form, set, part }) {
  return html`<${Choice} label=${w.who} value=${form.responder_id} put=${set("responder_id")} of=${part.people.map((one) => [one.id, one.name])} />`;
}

function plannedText(one, part) {
  const days = one.weekdays.map((number) => w.days[number - 1]).join(" ");
  return `${roleOf(one, part)}: ${personOf(one, part)}, ${days} ${one.start}-${one.end}, ${w.weeks(one.every_weeks)}, ${w.since(one.first_day, one.last_day)}`;
}

function roleOf(one, part) {
  return part.rota.roles.find((role) => role.id === one.role_id)?.name ?? w.retired(one.role_id);
}

function personOf(one, part) {
  return part.people.find((person) => person.id === one.responder_id)?.name ?? w.retired(one.responder_id);
}

function timesOf(one) {
  return `${moment(one.from_at)} - ${moment(one.until_at)}`;
}
