// Sites and their zones: added, changed, retired, with history and undo.
import { post, put } from "./api.js";
import { html } from "./html.js";
import { History, Send, Sure, useDraft, useNewest, useOutcome } from "./register_parts.js";
import { BackToRegister, Choice, Field } from "./rescue_forms.js";
import { isAtLeast } from "./session.js";
import { words } from "./words.js";

const w = words.sites;
const u = words.users;
const NEW_SITE = { name: "", zone: "", proof_days: 30 };
const NEW_ZONE = { name: "", hazard: "", plan_id: null, beacon_ids: [], workplace_ids: [] };

export function SitesPage() {
  const [sites, readSites, fault] = useNewest("/api/v1/sites?retired=true", []);
  const [zones, readZones] = useNewest("/api/v1/zones", []);
  const [plans] = useNewest("/api/v1/plans", []);
  const [beacons] = useNewest("/api/v1/beacons", []);
  const [workplaces] = useNewest("/api/v1/workplaces", []);
  const read = () => Promise.all([readSites(), readZones()]);
  return html`
    <${BackToRegister} /><h1>${w.title}</h1>
    <p class="quiet">${w.help}</p>
    <p class="failure" role="alert">${fault}</p>
    <div class="register sites">
      ${sites.map((one) => html`<${Site} key=${one.id} one=${one} read=${read} beacons=${beacons}
        zones=${zones.filter((zone) => zone.site_id === one.id)} plans=${plans.filter((plan) => plan.site_id === one.id)}
        workplaces=${workplaces.filter((place) => place.site_id === one.id)} />`)}
      ${isAtLeast("safety_officer") && html`<section aria-labelledby="site-new"><h2 id="site-new">${w.add}</h2>
        <${SiteForm} start=${NEW_SITE} text=${w.add} send=${(form) => post("/api/v1/sites", form)} read=${read} /></section>`}
    </div>`;
}

function Site({ one, zones, read, ...of }) {
  const [act, outcome] = useOutcome(read);
  const path = `/api/v1/sites/${one.id}`;
  const press = (verb, sentence) => () => act(() => post(`${path}/${verb}`, { version: one.version }), sentence);
  const text = (s) => [s.name, w.facts(s), s.is_active ? "" : u.retired].filter(Boolean).join(" · ");
  return html`
    <section aria-labelledby=${`site-${one.id}`}>
      <h2 id=${`site-${one.id}`}>${one.name}${!one.is_active && html` <span class="quiet">(${u.retired})</span>`}</h2>
      <p class="quiet">${w.facts(one)}</p>
      ${outcome}
      ${one.is_active && html`<h3>${w.zones}</h3>
        ${zones.length === 0 && html`<p class="quiet">${w.none}</p>`}
        ${zones.map((zone) => html`<${Zone} key=${zone.id} one=${zone} read=${read} ...${of} />`)}`}
      ${isAtLeast("safety_officer") && html`
        ${one.is_active && html`<details><summary>${w.addZone}</summary><${ZoneForm} start=${NEW_ZONE} text=${w.addZone} ...${of}
          send=${(form) => post("/api/v1/zones", { ...form, site_id: one.id })} read=${read} /></details>
        <details><summary>${u.change}: ${one.name}</summary><${SiteForm} start=${one} text=${u.save} send=${(form) => put(path, form)} read=${read} /></details>`}
        <div class="verbs">${one.is_active
          ? one.id !== 1 && html`<${Sure} text=${u.retire} name=${one.name} question=${w.retireSite(one.name)} act=${press("retire", u.retired)} />`
          : html`<button type="button" aria-label=${`${u.bringBack}: ${one.name}`} onClick=${press("bring-back", u.broughtBack)}>${u.bringBack}</button>`}</div>
        <${History} path=${`${path}/history`} version=${one.version} text=${text}>
          ${one.version > 1 && html`<button type="button" aria-label=${`${u.undo}: ${one.name}`} onClick=${press("undo", u.undone)}>${u.undo}</button>`}</${History}>`}
    </section>`;
}

function SiteForm({ start: { name, zone, proof_days, version }, text, send, read }) {
  const [form, set, forget, isTyped] = useDraft({ name, zone, proof_days, version });
  const [act, outcome] = useOutcome(read);
  const submit = async (event) => {
    event.preventDefault();
    if (await act(() => send(form))) forget();
  };
  return html`<form onSubmit=${submit}>
    <${Field} label=${w.name} value=${form.name} put=${set("name")} required maxlength="120" />
    <${Field} label=${w.zone} value=${form.zone} put=${set("zone")} required maxlength="64" />
    <${Field} label=${w.proofDays} type="number" value=${form.proof_days} put=${set("proof_days")} required min="1" max="90" />
    ${outcome}<${Send} text=${text} isTyped=${isTyped} forget=${forget} /></form>`;
}

function Zone({ one, read, ...of }) {
  const [act, outcome] = useOutcome(read);
  const path = `/api/v1/zones/${one.id}`;
  const press = (verb, sentence) => () => act(() => post(`${path}/${verb}`, { version: one.version }), sentence);
  const named = (rows, ids, name) => rows.filter((row) => ids.includes(row.id)).map((row) => row[name]);
  const facts = [...named(of.workplaces, one.workplace_ids, "name"), ...named(of.beacons, one.beacon_ids, "name"), ...of.plans.filter((p) => p.id === one.plan_id).map((p) => p.name)];
  return html`<div class="zone" role="group" aria-label=${one.name}>
    <p><strong>${one.name}</strong>${" "}<span class="quiet">${facts.join(", ")}</span></p>
    ${one.hazard && html`<p class="hazard"><span aria-hidden="true">⚠ </span>${one.hazard}</p>`}
    ${outcome}
    ${isAtLeast("safety_officer") && html`
      <details><summary>${u.change}: ${one.name}</summary><${ZoneForm} start=${one} text=${u.save} send=${(form) => put(path, form)} read=${read} ...${of} /></details>
      <div class="verbs"><${Sure} text=${u.retire} name=${one.name} question=${w.retireZone(one.name)} act=${press("retire", u.retired)} /></div>
      <${History} path=${`${path}/history`} version=${one.version} text=${(z) => [z.name, z.hazard].filter(Boolean).join(" · ")}>
        ${one.version > 1 && html`<button type="button" aria-label=${`${u.undo}: ${one.name}`} onClick=${press("undo", u.undone)}>${u.undo}</button>`}</${History}>`}</div>`;
}

function ZoneForm({ start, text, send, read, plans, beacons, workplaces }) {
  const { name, hazard, plan_id, beacon_ids, workplace_ids, version } = start;
  const [form, set, forget, isTyped] = useDraft({ name, hazard, plan_id, beacon_ids, workplace_ids, version });
  const [act, outcome] = useOutcome(read);
  const submit = async (event) => {
    event.preventDefault();
    if (await act(() => send(form))) forget();
  };
  return html`<form onSubmit=${submit}>
    <${Field} label=${w.name} value=${form.name} put=${set("name")} required maxlength="120" />
    <label class="field">${w.hazard}<textarea rows="2" maxlength="500" value=${form.hazard} onInput=${(event) => set("hazard")(event.target.value)}></textarea></label>
    <${Choice} label=${w.plan} value=${form.plan_id} put=${(value) => set("plan_id")(value === "" ? null : Number(value))} isOptional none=${w.noPlan}
      of=${plans.map((plan) => [plan.id, words.plan.listed(plan)])} />
    <${Ticks} title=${w.workplaces} rows=${workplaces.map((row) => [row.id, row.name])} chosen=${form.workplace_ids} put=${set("workplace_ids")} />
    <${Ticks} title=${w.beacons} rows=${beacons.map((row) => [row.id, `${row.zone} (${row.name})`])} chosen=${form.beacon_ids} put=${set("beacon_ids")} />
    ${outcome}<${Send} text=${text} isTyped=${isTyped} forget=${forget} /></form>`;
}

function Ticks({ title, rows, chosen, put: set }) {
  if (rows.length === 0) return null;
  const toggle = (id) => () => set(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return html`<fieldset><legend>${title}</legend>${rows.map(([id, text]) => html`
    <label class="choice" key=${id}><input type="checkbox" checked=${chosen.includes(id)} onChange=${toggle(id)} />${text}</label>`)}</fieldset>`;
}
