// One drill: begun, watched stage by stage, ended; its observers' links, what they noted, lessons, the protocol.
// Shows what the base station knows and reads it again every few seconds while the drill runs.
import { useEffect, useState } from "preact/hooks";

import { post } from "./api.js";
import { LessonRows } from "./drill_lists.js";
import { html } from "./html.js";
import { language } from "./language.js";
import { Report } from "./reports_page.js";
import { Field, useChange, useRead } from "./rescue_forms.js";
import { isAtLeast } from "./session.js";
import { clock, moment } from "./station_time.js";
import { words } from "./words.js";

const w = words.drills;
const LOOK_MS = 3000;
const SURE = { begin: w.beginSure, end: w.endSure, cancel: w.cancelSure };

export function OneDrill({ id }) {
  const [drill, read, fault] = useRead(`/api/v1/drills/${id}`, null);
  const isRunning = drill?.state === "RUNNING";
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(read, LOOK_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
  return html`<p><a href="#/drills">← ${w.back}</a></p>
    <p class="failure" role="alert">${fault}</p>
    ${drill && html`<${Shown} drill=${drill} read=${read} />`}`;
}

function Shown({ drill: d, read }) {
  const isOfficer = isAtLeast("safety_officer");
  return html`
    <h1>${w.listed(d)}</h1>
    <p class="drill-state"><strong>${w.states[d.state]}</strong> <span class="quiet">${moment(d.begun_at ?? d.planned_for)}</span>
      ${d.state === "ENDED" && html` <b class=${d.is_passed ? "drill-good" : "drill-bad"}>${d.is_passed ? `✓ ${w.passed}` : `✗ ${w.failed}`}</b>`}</p>
    ${d.end_words && html`<p>${d.end_words}</p>`}
    ${isOfficer && html`<${Moves} drill=${d} read=${read} />`}
    ${d.state === "RUNNING" && !d.case_id && html`<p role="status">${w.awaited}</p>`}
    ${d.case_id && html`<p><a href=${`#/case/${d.case_id}`}>${w.toCase(d.case_id)}</a></p>`}
    <${Help} drill=${d} />
    <div class="register drills">
      <section class="wide"><${Stages} drill=${d} /></section>
      <section aria-labelledby="drill-observers"><h2 id="drill-observers">${w.observersTitle}</h2><p class="quiet">${w.linkHelp}</p>
        ${d.observers.length === 0 && html`<p class="quiet">${w.none}</p>`}
        <ul role="list">${d.observers.map((o) => html`<li key=${o.id}>${o.name} ${isOfficer && html`<a class="button" href=${o.link} target="_blank" rel="noopener">${w.openLink(o.name)}</a>`}</li>`)}</ul></section>
      <section aria-labelledby="drill-notes"><h2 id="drill-notes">${w.notes}</h2><${Notes} notes=${d.notes} /></section>
      <section aria-labelledby="drill-people"><h2 id="drill-people">${w.participants}</h2><p>${d.participants.join(", ") || w.none}</p>
        ${d.place && html`<p class="quiet">${w.placeIs(d.place)}</p>`}</section>
      <section aria-labelledby="drill-here"><h2 id="drill-here">${w.lessonsHere}</h2><${LessonRows} lessons=${d.lessons} read=${read} />
        ${isOfficer && html`<${NewLesson} drill=${d} read=${read} />`}</section>
      ${d.ended_at && html`<section aria-labelledby="drill-protocol"><h2 id="drill-protocol">${w.protocol}</h2><p class="quiet">${w.signature}</p>
        <${Files} path=${`/api/v1/drills/${d.id}/protocol`} /></section>`}
    </div>`;
}

function Moves({ drill: d, read }) {
  const [asked, setAsked] = useState("");
  const [endWords, setEndWords] = useState("");
  const [change, said] = useChange(read);
  const moves = { PLANNED: ["begin", "cancel"], RUNNING: ["end", "cancel"] }[d.state] ?? [];
  const go = async () => {
    const body = { version: d.version, words: asked === "begin" ? "" : endWords };
    await change(() => post(`/api/v1/drills/${d.id}/${asked}`, body), "");
    setAsked("");
  };
  return html`
    ${moves.length > 0 && !asked && html`<div class="line">${moves.map((move) => html`
      <button type="button" key=${move} class=${move === "cancel" ? "" : "strong"} onClick=${() => setAsked(move)}>${w[move]}</button>`)}</div>`}
    ${moves.includes(asked) && html`<div class="sure" role="group" aria-label=${w[asked]}><p>${SURE[asked]}</p>
      ${asked !== "begin" && html`<${Field} label=${w.endWords} value=${endWords} put=${setEndWords} maxlength="500" />`}
      <button type="button" class="strong" onClick=${go}>${w.yes}</button>
      <button type="button" onClick=${() => setAsked("")}>${w.no}</button></div>`}
    ${said}`;
}

function Help({ drill: d }) {
  const [times] = useRead(`/api/v1/drills/times?workplace_id=${d.workplace_id}&shift=${encodeURIComponent(d.shift)}&of=${d.version}`, null);
  const worst = times?.worst;
  return html`
    ${d.is_measured && html`<p><strong>${d.help_s === null ? w.helpNever : w.helpAfter(w.seconds(d.help_s), w.stages[d.help_stage])}</strong></p>`}
    ${times && html`<p class=${worst && worst.ev === null ? "alert-line" : "quiet"}>${!worst ? w.evNone : worst.ev === null ? w.evForbidden : w.ev(worst.ev)}</p>`}`;
}

function Stages({ drill: d }) {
  const limit = (one) => (one.limit_s === null ? "" : `${w.seconds(one.limit_s)}, ${[one.limit_source, w.tag[one.tag] ?? ""].filter(Boolean).join(" ")}`);
  return html`<div class="report-scroll" tabindex="0" role="group" aria-label=${w.stage}><table class="drill-stages"><thead><tr>
    ${[w.stage, w.at, w.after, w.limitColumn, w.knownFrom, w.result].map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
    <tbody>${d.stages.map((one) => html`<tr key=${one.name} class=${one.result}><th scope="row">${w.stages[one.name]}</th>
      <td class="digits">${one.at && clock(one.at)}</td><td class="digits">${one.took_s !== null && w.seconds(one.took_s)}</td>
      <td>${limit(one)}</td><td>${w.known[one.source] ?? ""}</td><td>${w.results[one.result]}</td></tr>`)}</tbody></table></div>`;
}

function Notes({ notes }) {
  if (notes.length === 0) return html`<p class="quiet">${w.none}</p>`;
  return html`<ul role="list">${notes.map((one) => html`<li key=${one.key}><b>${w.stages[one.stage] ?? w.remark}</b>
    <span class="digits"> ${one.at ? clock(one.at) : w.takenBack}</span> ${one.words}
    <span class="quiet"> ${one.observer}${Math.abs(one.offset_s ?? 0) >= 1 ? `, ${w.offset(Math.round(one.offset_s))}` : ""}${one.is_corrected ? `, ${w.corrected}` : ""}</span></li>`)}</ul>`;
}

function NewLesson({ drill, read }) {
  const [form, setForm] = useState({ words: "", owner: "", due_on: "" });
  const [change, said] = useChange(read);
  const put = (name) => (value) => setForm((before) => ({ ...before, [name]: value }));
  const send = async (event) => {
    event.preventDefault();
    if (await change(() => post(`/api/v1/drills/${drill.id}/lessons`, form))) setForm({ words: "", owner: "", due_on: "" });
  };
  return html`<form onSubmit=${send}><${Field} label=${w.lesson} value=${form.words} put=${put("words")} required maxlength="500" />
    <${Field} label=${w.owner} value=${form.owner} put=${put("owner")} required maxlength="120" />
    <${Field} label=${w.due} type="date" value=${form.due_on} put=${put("due_on")} required />
    <button type="submit">${w.addLesson}</button>${said}</form>`;
}

function Files({ path }) {
  const query = `?language=${language}`;
  return html`<p class="report-files"><a class="button" href=${`${path}/pdf${query}`} download>${w.pdf}</a>
    <a class="button" href=${`${path}/csv${query}`} download>${w.csv}</a></p>`;
}

/** A document of drills with its files. */
export function DrillDocument({ path }) {
  const [found, , fault] = useRead(`${path}?language=${language}`, null);
  return html`<div class="reports"><p class="failure" role="alert">${fault}</p>
    ${found && html`<h1>${found.document.title}</h1><${Files} path=${path} /><${Report} document=${found.document} />`}</div>`;
}
