// A register: its rows with a filter, a form that adds, and for each row the form that changes it, its
// history, retirement and undo. Shows the forms to the roles that may; the base station checks it again.
import { useState } from "preact/hooks";

import { post, put } from "./api.js";
import { CsvExchange } from "./csv_exchange.js";
import { html } from "./html.js";
import { Ask, FormField, History } from "./register_forms.js";
import { nameOf, startOf } from "./register_lists.js";
import { BackToRegister, useRead } from "./rescue_forms.js";
import { isAtLeast } from "./session.js";
import { minute } from "./station_time.js";
import { words } from "./words.js";

const w = words.registers;
/** Changes that cannot be undone: there is nothing before them, or it is not kept. */
const LASTING = ["added", "addresses_set"];

export function RegisterRows({ name, list, Extra }) {
  const path = `/api/v1/registers/${name}`;
  const [rows, read, fault] = useRead(path, null);
  const [filter, setFilter] = useState("");
  const [isAll, setAll] = useState(false);
  const [said, setSaid] = useState({ text: "" });
  const wanted = filter.trim().toLowerCase();
  const isWanted = (row) => JSON.stringify(list.row(row)).toLowerCase().includes(wanted);
  const shown = (rows ?? []).filter((row) => (isAll || row.is_active) && isWanted(row));
  const mayChange = isAtLeast(list.role);
  const part = { name, list, path, read, say: (text, row) => setSaid({ text, row }), mayChange, Extra };
  return html`
    <${BackToRegister} /><h1>${list.title} <span class="count">${shown.length}</span></h1>
    ${list.help && html`<p class="quiet">${list.help}</p>`}
    <div class="register-tools">
      <label class="field">${w.filter}<input type="search" value=${filter} autocomplete="off" onInput=${(event) => setFilter(event.target.value)} /></label>
      <label class="choice"><input type="checkbox" checked=${isAll} onChange=${(event) => setAll(event.target.checked)} /> ${w.showRetired}</label>
      <${CsvExchange} register=${name} mayImport=${mayChange} read=${read} />
    </div>
    <p class="failure" role="alert">${fault}</p>
    <${Said} said=${said} part=${part} />
    ${mayChange ? html`<${Add} part=${part} />` : html`<p class="quiet">${words.register.onlyBy(words.roles[list.role])}</p>`}
    ${rows !== null && shown.length === 0 && html`<p class="quiet">${wanted ? w.nothingFound : words.register.none}</p>`}
    <ul class="rows" role="list">${shown.map((row) => html`<${Row} key=${row[list.key]} row=${row} part=${part} />`)}</ul>`;
}

/** What was done last; a retirement can be taken back at once. */
function Said({ said, part }) {
  const undo = async () => {
    const row = said.row;
    try {
      await post(`${part.path}/${row[part.list.key]}/undo`, { version: row.version });
      part.say(w.undone(nameOf(part.list, row)));
    } catch (refused) {
      part.say(refused.message);
    }
    await part.read();
  };
  return html`<div class="said" role="status">${said.text && html`<span>${said.text}</span>`}
    ${said.row && html` <button type="button" class="small" onClick=${undo}>${w.undo}</button>`}</div>`;
}

function Add({ part }) {
  const { list, path, read, say } = part;
  const fields = list.add?.fields ?? list.fields;
  const [form, setForm] = useState(startOf(fields));
  const [fault, setFault] = useState("");
  const [given, setGiven] = useState(null);
  const send = async (event) => {
    event.preventDefault();
    try {
      const added = await post(list.add ? `/api/v1/${list.add.path}` : path, form);
      setFault("");
      setForm(startOf(fields));
      say(words.register.added(added.name));
      if (added.secret) setGiven(added);
    } catch (refused) {
      setFault(refused.message);
      return;
    }
    await read();
  };
  return html`
    <details class="add"><summary>${w.add(list.one)}</summary>
      <form onSubmit=${send} aria-label=${w.add(list.one)}>
        ${fields.map((field) => html`<${FormField} key=${field.name} field=${field} value=${form[field.name]}
          put=${(value) => setForm((old) => ({ ...old, [field.name]: value }))} />`)}
        <p class="failure" role="alert">${fault}</p>
        <div class="buttons"><button type="submit" class="strong">${words.register.add}</button></div>
      </form></details>
    ${given && html`<${Credential} of=${given} hide=${() => setGiven(null)} />`}`;
}

/** The one moment in which a device's secrets can be read. */
function Credential({ of, hide }) {
  const r = words.register;
  return html`
    <div class="credential" role="alert">
      <p><strong>${r.credential}</strong></p>
      <dl><dt>${words.shifts.device}</dt><dd>${of.name}</dd><dt>${r.secret}</dt><dd class="digits">${of.secret}</dd>
        <dt>${r.clientId}</dt><dd class="digits">${of.client_id}</dd></dl>
      <button type="button" onClick=${hide}>${r.gone}</button>
    </div>`;
}

function Row({ row, part }) {
  const { list, mayChange } = part;
  const [isOpen, setOpen] = useState(false);
  const [name, facts] = list.row(row);
  return html`
    <li aria-label=${nameOf(list, row)} class=${row.is_active ? "" : "retired"}>
      <p class="row-line"><strong>${list.page ? html`<a href=${list.page(row)}>${name}</a>` : name}</strong>
        ${!row.is_active && html` <span class="tag">${w.retired}</span>`}
        <span class="quiet">${facts.filter(Boolean).join(", ")}</span></p>
      ${mayChange && html`<details onToggle=${(event) => setOpen(event.currentTarget.open)}>
        <summary>${w.change}<span class="unseen">: ${nameOf(list, row)}</span></summary>
        ${isOpen && html`<${Opened} row=${row} part=${part} />`}</details>`}
    </li>`;
}

/** Everything that can be done with one row. */
export function Opened({ row, part }) {
  const { list, path, read, say, Extra } = part;
  const [fault, setFault] = useState("");
  const own = `${path}/${row[list.key]}`;
  const name = nameOf(list, row);
  const verb = (word, text, isUndoable) => async () => {
    try {
      const changed = await post(`${own}/${word}`, { version: row.version });
      setFault("");
      say(text(name), isUndoable ? changed : undefined);
    } catch (refused) {
      setFault(refused.message);
    }
    await read();
  };
  return html`
    ${row.changed_by && html`<p class="quiet">${w.lastChanged(row.changed_by, minute(row.changed_at))}</p>`}
    ${row.is_active && html`<${Change} row=${row} part=${part} own=${own} />`}
    ${row.is_active && Extra && html`<${Extra} row=${row} read=${read} />`}
    <p class="failure" role="alert">${fault}</p>
    <div class="row-verbs">
      ${row.is_active && !list.isRetiredElsewhere && html`<${Ask} text=${w.retire} label=${`${w.retire}: ${name}`}
        question=${w.retireSure(name)} yes=${w.retireYes} act=${verb("retire", w.wasRetired, true)} />`}
      ${row.version > 0 && !LASTING.includes(row.last_change) && html`<${Ask} text=${w.undo} label=${`${w.undo}: ${name}`}
        question=${w.undoSure(name)} yes=${w.undoYes} act=${verb("undo", w.undone, false)} />`}
    </div>
    <${History} path=${own} fields=${list.fields} version=${row.version} />`;
}

/** The form that changes a row. Fields that were not touched follow the base station; those that were stay. */
function Change({ row, part, own }) {
  const { list, read, say } = part;
  const [typed, setTyped] = useState({});
  const [seen, setSeen] = useState(row);
  const [fault, setFault] = useState("");
  const isTouched = Object.keys(typed).length > 0;
  // As long as nothing was typed, what is shown is what was seen.
  const base = isTouched ? seen : row;
  const touch = (name) => (value) => {
    if (!isTouched) setSeen(row);
    setTyped((old) => ({ ...old, [name]: value }));
  };
  const isOvertaken = isTouched && row.version !== base.version;
  const now = (name) => (name in typed && row[name] !== base[name] && row[name] !== typed[name] ? row[name] : undefined);
  const send = async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(list.fields.map(({ name }) => [name, typed[name] ?? (name in typed ? null : row[name])]));
    // Both are on the screen once it was said that somebody was quicker: from then on that one counts as seen.
    const version = isOvertaken && fault ? row.version : base.version;
    try {
      await put(own, { ...values, version });
      setTyped({});
      setFault("");
      say(w.saved(nameOf(list, row)));
    } catch (refused) {
      setFault(refused.message);
    }
    await read();
  };
  return html`
    <form onSubmit=${send} aria-label=${`${w.change}: ${nameOf(list, row)}`}>
      ${list.fields.map((field) => html`<${FormField} key=${field.name} field=${field} now=${now(field.name)}
        value=${field.name in typed ? typed[field.name] : row[field.name]} put=${touch(field.name)} />`)}
      <p class="failure" role="alert">${fault}</p>
      <div class="buttons">
        ${isTouched && html`<button type="button" onClick=${() => { setTyped({}); setFault(""); }}>${w.discard}</button>`}
        <button type="submit" class="strong">${words.rescue.save}</button></div>
    </form>`;
}
