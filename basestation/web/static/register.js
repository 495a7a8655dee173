// What the site registers: the way to its lists, the users, the rescue chain to read, the quarantine.
// Shows each form to the roles that may use it; the base station checks the role again.
import { useEffect, useState } from "preact/hooks";

import { get, post } from "./api.js";
import { html } from "./html.js";
import { LISTS as LISTS_OF_SITE } from "./register_lists.js";
import { useRead } from "./rescue_forms.js";
import { isAtLeast } from "./session.js";
import { clock } from "./station_time.js";
import { words } from "./words.js";

const w = words.register;
const QUARANTINED_SHOWN = 20;

/** One list with its form: path of the API, who may add, the fields, and a row in words. */
const LISTS = [
  {
    path: "users", title: w.users, role: "admin", isSecret: true,
    fields: [
      { name: "login", label: w.login, pattern: "[A-Za-z0-9._@\\-]{1,64}" },
      { name: "display_name", label: w.displayName },
      { name: "password", label: w.password, type: "password", minlength: 10 },
      { name: "role", label: w.role, choices: words.roles },
    ],
    row: (r) => [r.display_name, `${r.login}, ${words.roles[r.role] ?? r.role}`],
  },
];

export function Overview() {
  const lists = LISTS.filter((list) => !list.isSecret || isAtLeast(list.role));
  return html`
    <h1>${w.title}</h1>
    <${Cards} />
    <div class="register">
      ${lists.map((list) => html`<${Register} key=${list.path} list=${list} />`)}
      <${Chain} />
      <${Quarantine} />
    </div>`;
}

/** The lists of the site, each a page of its own, for those who may read it. */
function Cards() {
  const lists = Object.entries(LISTS_OF_SITE).filter(([, list]) => !list.reads || isAtLeast(list.reads));
  return html`
    <nav class="register-cards" aria-label=${words.registers.overview}>
      ${lists.map(([name, list]) => html`<a class="button" key=${name} href=${name === "responders" ? "#/responders" : `#/register/${name}`}>${list.title}</a>`)}
      <a class="button" href="#/fleet">${words.fleet.link}</a>
      ${isAtLeast("safety_officer") && Object.entries(words.rescue.links).filter(([page]) => page !== "responders").map(([page, text]) => html`
        <a class="button" key=${page} href=${`#/${page}`}>${text}</a>`)}
    </nav>`;
}

/** What a device sent that nobody understood; empty on a site that is well. */
function Quarantine() {
  const [rows, setRows] = useState([]);
  useEffect(() => void get("/api/v1/quarantine").then(setRows, () => setRows([])), []);
  return html`
    <section aria-labelledby="register-quarantine">
      <h2 id="register-quarantine">${w.quarantine} <span class="count">${rows.length}</span></h2>
      <p class="quiet">${w.quarantineHelp}</p>
      <ul role="list">${rows.slice(0, QUARANTINED_SHOWN).map((r) => html`
        <${Row} texts=${[r.device, `${w.reasons[r.reason] ?? r.reason}, ${clock(r.received_at)}`]} />`)}</ul>
      ${rows.length === 0 && html`<p class="quiet">${w.none}</p>`}
    </section>`;
}

function Register({ list }) {
  const [rows, read, unread] = useRead(`/api/v1/${list.path}`, []);
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  const send = async (event) => {
    event.preventDefault();
    const target = event.currentTarget;
    try {
      const added = await post(`/api/v1/${list.path}`, Object.fromEntries(new FormData(target)));
      setSaid(w.added(added.name ?? added.display_name));
      setFault("");
      target.reset();
      await read();
    } catch (refused) {
      setFault(refused.message);
    }
  };
  const titleId = `register-${list.path}`;
  return html`
    <section aria-labelledby=${titleId}>
      <h2 id=${titleId}>${list.title} <span class="count">${rows.length}</span></h2>
      <ul role="list">${rows.map((r) => html`<${Row} texts=${list.row(r)} />`)}</ul>
      ${rows.length === 0 && html`<p class="quiet">${w.none}</p>`}
      <p class="said" role="status">${said}</p>
      ${isAtLeast(list.role)
        ? html`<form onSubmit=${send}>
            ${list.fields.map((field) => html`<${Field} field=${field} />`)}
            <p class="failure" role="alert">${fault || unread}</p>
            <button type="submit" aria-label=${`${w.add}: ${list.title}`}>${w.add}</button>
          </form>`
        : html`<p class="quiet">${w.onlyBy(words.roles[list.role])}</p>`}
    </section>`;
}

function Row({ texts: [name, more] }) {
  return html`<li><strong>${name}</strong> <span class="quiet">${more}</span></li>`;
}

function Field({ field }) {
  const { name, label, isOptional, isLong, choices, type = "text", pattern, minlength } = field;
  if (choices) {
    return html`<label class="field">${label}<select name=${name}>
      ${Object.entries(choices).map(([value, text]) => html`<option value=${value}>${text}</option>`)}</select></label>`;
  }
  if (isLong) return html`<label class="field">${label}<textarea name=${name} rows="2" maxlength="500"></textarea></label>`;
  return html`<label class="field">${label}
    <input name=${name} type=${type} required=${!isOptional} pattern=${pattern} minlength=${minlength} maxlength="120"
      autocomplete=${type === "password" ? "new-password" : "off"} /></label>`;
}

function Chain() {
  const [chain, setChain] = useState(null);
  useEffect(() => void get("/api/v1/chain").then(setChain, () => setChain(null)), []);
  return html`
    <section aria-labelledby="register-chain">
      <h2 id="register-chain">${w.chain}</h2>
      <p class="quiet">${w.chainHelp}</p>
      <ol>${(chain?.levels ?? []).map((level) => html`
        <li><strong>${w.level(level.name, level.answer_s)}</strong>
          <ul>${level.recipients.map((r) => html`<li>${r.name} <span class="quiet">(${recipientOf(r)})</span></li>`)}</ul></li>`)}</ol>
    </section>`;
}

function recipientOf(r) {
  return [words.rescue.chain.kinds[r.kind] ?? r.kind, ...r.ways.map((way) => way.channel)].join(", ");
}
