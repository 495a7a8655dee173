// Drills: what runs, what is planned, what is past; a new plan, lessons, and places that are hard to find. The
// address names what is shown: #/drills, #/drills/12, #/drills/quarter-2026-1.
import { useState } from "preact/hooks";

import { post } from "./api.js";
import { DrillDocument, OneDrill } from "./drill_page.js";
import { Lessons, Places } from "./drill_lists.js";
import { html } from "./html.js";
import { Choice, Field, useChange, useRead } from "./rescue_forms.js";
import { isAtLeast } from "./session.js";
import { day, moment } from "./station_time.js";
import { words } from "./words.js";

const w = words.drills;
const OVER = ["ENDED", "CANCELLED", "CUT_SHORT"];
/** Kinds that can be drilled; the base station refuses every other. */
const KINDS = ["manual", "fall", "position", "rest", "loss", "escape", "time"];

export function DrillsPage({ argument, id }) {
  const quarter = /^quarter-(20\d\d-[1-4])$/.exec(argument ?? "");
  if (quarter) return html`<p><a href="#/drills">← ${w.back}</a></p><${DrillDocument} path=${`/api/v1/drills/quarters/${quarter[1]}`} />`;
  return id ? html`<${OneDrill} id=${id} />` : html`<${AllDrills} />`;
}

function AllDrills() {
  const [drills, read, fault] = useRead("/api/v1/drills", []);
  const [places, readPlaces] = useRead("/api/v1/drills/places", []);
  const [workplaces] = useRead("/api/v1/workplaces", []);
  const of = (...states) => drills.filter((d) => states.includes(d.state));
  return html`
    <h1>${w.title}</h1>
    <p class="quiet">${w.help}</p>
    <p class="failure" role="alert">${fault}</p>
    <div class="register drills">
      ${of("RUNNING").length > 0 && html`<${Listed} title=${w.running} drills=${of("RUNNING")} at="begun_at" />`}
      <${Listed} title=${w.planned} drills=${of("PLANNED")} at="planned_for" />
      <${Listed} title=${w.past} drills=${of(...OVER)} at="ended_at" />
      <${Quarter} />
      ${isAtLeast("safety_officer") && html`<section aria-labelledby="drill-new"><h2 id="drill-new">${w.plan}</h2>
        <${NewDrill} places=${places} workplaces=${workplaces} read=${read} /></section>`}
      <${Lessons} />
      <${Places} places=${places} workplaces=${workplaces} read=${readPlaces} />
    </div>`;
}

function Listed({ title, drills, at }) {
  return html`<section aria-label=${title}><h2>${title} <span class="count">${drills.length}</span></h2>
    ${drills.length === 0 && html`<p class="quiet">${w.none}</p>`}
    <ul role="list">${drills.map((d) => html`<li key=${d.id}><a href=${`#/drills/${d.id}`}>${w.listed(d)}</a>
      <span class="quiet"> ${d[at] && moment(d[at])}${d.state !== "PLANNED" && `, ${w.states[d.state]}`}</span></li>`)}</ul></section>`;
}

function Quarter() {
  const show = (event) => {
    event.preventDefault();
    location.hash = `#/drills/quarter-${new FormData(event.currentTarget).get("quarter")}`;
  };
  return html`<section aria-labelledby="drill-quarter"><h2 id="drill-quarter">${w.quarter}</h2>
    <form onSubmit=${show}><label class="field">${w.quarterName}<input name="quarter" required pattern="20\\d\\d-[1-4]" autocomplete="off" /></label>
      <button type="submit">${w.show}</button></form></section>`;
}

const EMPTY = { workplace_id: "", shift: "", scenario: "", hard_place_id: "", place: "", when: "", observers: "", source: "station", device: "", kind: "manual", limit: "" };

function NewDrill({ places, workplaces, read }) {
  const [form, setForm] = useState(EMPTY);
  const [change, said] = useChange(read);
  const put = (name) => (value) => setForm((before) => ({ ...before, [name]: value }));
  const here = places.filter((p) => String(p.workplace_id) === String(form.workplace_id));
  // The one drilled longest ago stands first, and is offered.
  const putWorkplace = (value) => {
    const first = places.find((p) => String(p.workplace_id) === value);
    setForm((before) => ({ ...before, workplace_id: value, hard_place_id: first ? String(first.id) : "", place: before.place || (first?.name ?? "") }));
  };
  const send = async (event) => {
    event.preventDefault();
    const body = {
      workplace_id: Number(form.workplace_id), shift: form.shift, scenario: form.scenario, place: form.place, kind: form.kind,
      planned_for: new Date(form.when).toISOString(), source: form.source, device: form.source === "device" ? form.device : "",
      hard_place_id: form.hard_place_id ? Number(form.hard_place_id) : null,
      observers: form.observers.split("\n").map((name) => name.trim()).filter(Boolean),
      limits: form.limit ? { accepted: Number(form.limit) } : {},
    };
    if (await change(() => post("/api/v1/drills", body), w.plannedNow)) setForm(EMPTY);
  };
  return html`<form onSubmit=${send}>
    <${Choice} label=${w.workplace} value=${form.workplace_id} put=${putWorkplace} of=${workplaces.map((p) => [p.id, p.name])} />
    <${Field} label=${`${w.shift} (${w.shiftHelp})`} value=${form.shift} put=${put("shift")} required maxlength="40" />
    <${Field} label=${w.scenario} value=${form.scenario} put=${put("scenario")} required maxlength="120" />
    ${here.length > 0 && html`<${Choice} label=${w.hardPlace} value=${form.hard_place_id} put=${put("hard_place_id")} isOptional none=${w.hardPlaceNone} of=${here.map((p) => [p.id, w.hardPlaceOf(p, drilled(p))])} />`}
    <${Field} label=${w.place} value=${form.place} put=${put("place")} required maxlength="500" />
    <${Field} label=${w.when} type="datetime-local" value=${form.when} put=${put("when")} required />
    <label class="field">${w.observers}<textarea rows="3" value=${form.observers} onInput=${(event) => put("observers")(event.target.value)}></textarea></label>
    <${Choice} label=${w.source} value=${form.source} put=${put("source")} of=${Object.entries(w.sources)} />
    ${form.source === "device" && html`<${Field} label=${w.device} value=${form.device} put=${put("device")} required />`}
    <${Choice} label=${w.kind} value=${form.kind} put=${put("kind")} of=${KINDS.map((kind) => [kind, words.kinds[kind]])} />
    <${Field} label=${w.limit} value=${form.limit} put=${put("limit")} inputmode="numeric" pattern="\\d{1,4}" />
    <button class="strong" type="submit">${w.plan}</button>${said}</form>`;
}

/** When a place was last drilled, in words. */
export const drilled = (p) => (p.last_drilled_at ? w.lastDrilled(day(p.last_drilled_at)) : w.neverDrilled);
