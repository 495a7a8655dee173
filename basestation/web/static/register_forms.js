// The form of a row, and what surrounds a change: the question before something grave, what was changed
// before, and both sides of a change that somebody else was quicker with. What was typed stays.
import { useEffect, useRef, useState } from "preact/hooks";

import { html } from "./html.js";
import { Choice, useRead } from "./rescue_forms.js";
import { isAtLeast } from "./session.js";
import { minute } from "./station_time.js";
import { words } from "./words.js";

const w = words.registers;

/** One field of a form; `now` is what the base station has where that is something else than `value`. */
export function FormField({ field, value, put, now }) {
  const theirs = now !== undefined && html`<p class="theirs">${w.now(shownOf(field, now))}</p>`;
  return html`<div class="form-field"><${Entry} field=${field} value=${value} put=${put} />${theirs}</div>`;
}

function Entry({ field, value, put }) {
  const { label, help, isLong, choices, from, name, role, start, isHiddenAlone, ...more } = field;
  if (role && !isAtLeast(role)) return null;
  if (from) return html`<${ChoiceFrom} field=${field} value=${value} put=${put} />`;
  if (choices) return html`<${Choice} label=${label} value=${value} put=${put} of=${Object.entries(choices)} />`;
  const typed = (event) => put(event.target.value);
  return html`<label class="field">${label}${help && html`<span class="quiet">${help}</span>`}
    ${isLong
      ? html`<textarea name=${name} rows="2" maxlength="500" value=${value} onInput=${typed}></textarea>`
      : html`<input name=${name} type="text" value=${value} autocomplete="off" onInput=${typed} ...${more} />`}</label>`;
}

/** A choice among the rows of another register, by number; those out of service are not offered anew. */
function ChoiceFrom({ field, value, put }) {
  const [rows] = useRead(`/api/v1/${field.from}`, []);
  if (field.isHiddenAlone && rows.length < 2) return null;
  const offered = rows.filter((row) => row.is_active !== false || row.id === value);
  return html`<${Choice} label=${field.label} value=${value} isOptional=${field.start === null} none=${field.start === null ? "-" : undefined}
    put=${(chosen) => put(chosen === "" ? null : Number(chosen))} of=${offered.map((row) => [row.id, row.name ?? row.display_name])} />`;
}

/** What a value is called; numbers of other registers stay numbers. */
function shownOf(field, value) {
  if (value === "" || value === null || value === undefined) return w.empty;
  return field?.choices?.[value] ?? String(value);
}

/** A button that asks once; the answer that changes nothing gets the focus. */
export function Ask({ text, label, question, yes, act, isSmall = true }) {
  const [isSure, setSure] = useState(false);
  const button = useRef(null);
  const wasAsked = useRef(false);
  useEffect(() => {
    if (wasAsked.current && !isSure) button.current?.focus();
    wasAsked.current = isSure;
  }, [isSure]);
  if (!isSure) {
    return html`<button type="button" ref=${button} class=${isSmall ? "small" : ""} aria-label=${label} onClick=${() => setSure(true)}>${text}</button>`;
  }
  return html`<div class="sure ask" role="group" aria-label=${question} onKeyDown=${(event) => event.key === "Escape" && setSure(false)}>
    <p>${question}</p>
    <button type="button" ref=${(no) => no && !wasAsked.current && no.focus()} onClick=${() => setSure(false)}>${w.no}</button>
    <button type="button" class="strong" onClick=${async () => { await act(); setSure(false); }}>${yes}</button></div>`;
}

/** What was changed of a row: who, when, each field before and after. Read when it is opened. */
export function History({ path, fields, version }) {
  const [isOpen, setOpen] = useState(false);
  return html`<details onToggle=${(event) => setOpen(event.currentTarget.open)}><summary>${w.history}</summary>
    ${isOpen && html`<${Entries} key=${version} path=${path} fields=${fields} />`}</details>`;
}

function Entries({ path, fields }) {
  const [entries, , fault] = useRead(`${path}/history`, null);
  if (entries === null) return html`<p class="failure" role="alert">${fault}</p>`;
  if (entries.length === 0) return html`<p class="quiet">${w.noHistory}</p>`;
  return html`<ol class="history" role="list">${entries.map((one) => html`
    <li key=${one.version}><p><span class="digits">${minute(one.at)}</span> <strong>${one.by}</strong> ${w.kinds[one.kind] ?? one.kind}</p>
      ${one.kind !== "added" && html`<ul role="list">${Object.entries(one.fields).map(([name, [before, after]]) => html`
        <li><${Difference} name=${name} field=${fields.find((field) => field.name === name)} before=${before} after=${after} /></li>`)}</ul>`}</li>`)}</ol>`;
}

function Difference({ name, field, before, after }) {
  return html`<span class="quiet">${field?.label ?? w.columns[name] ?? name}:</span> ${said(name, field, before)}
    <span aria-hidden="true"> → </span><span class="unseen"> ${w.became} </span>${said(name, field, after)}`;
}

function said(name, field, value) {
  if (name === "is_active") return value ? w.inService : w.retired;
  return shownOf(field, value);
}
