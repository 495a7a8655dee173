// What the site registers: workers, workplaces, devices, users, and the rescue chain to read.
// Shows each form to the roles that may use it; the base station checks the role again.
import { useEffect, useState } from "preact/hooks";

import { get, post } from "./api.js";
import { html } from "./html.js";
import { isAtLeast } from "./session.js";
import { clock } from "./station_time.js";
import { words } from "./words.js";

const w = words.register;
const QUARANTINED_SHOWN = 20;

/** One list with its form: path of the API, who may add, the fields, and a row in words. */
const LISTS = [
  {
    path: "workers", title: w.workers, role: "safety_officer",
    fields: [{ name: "name", label: w.name }, { name: "phone", label: w.phone, isOptional: true, type: "tel" }],
    row: (r) => [r.name, r.phone],
  },
  {
    path: "workplaces", title: w.workplaces, role: "safety_officer",
    fields: [{ name: "name", label: w.name }, { name: "directions", label: w.directions, isOptional: true, isLong: true }],
    row: (r) => [r.name, r.directions],
  },
  {
    path: "beacons", title: words.location.beacons, role: "safety_officer",
    fields: [
      { name: "name", label: words.location.beaconName, pattern: "[a-z0-9\\-]{1,32}" },
      { name: "zone", label: words.location.zone },
    ],
    row: (r) => [r.zone, r.name],
  },
  {
    path: "devices", title: w.devices, role: "admin",
    fields: [{ name: "name", label: w.deviceName, pattern: "[a-z0-9\\-]{1,32}" }, { name: "label", label: w.label, isOptional: true }],
    row: (r) => [r.name, deviceFacts(r)],
  },
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

/** What is known of a device, in one line. */
function deviceFacts(r) {
  const facts = [r.label, w.deviceStates[r.state] ?? r.state];
  if (r.replaced_by) facts.push(w.replacedBy(r.replaced_by));
  if (r.worker) facts.push(w.wornBy(r.worker));
  if (r.firmware) facts.push(w.firmware(r.firmware, r.settings_version));
  if (r.settings_change && r.settings_change.state !== "applied") {
    const change = r.settings_change;
    facts.push(w.settingsChange(change.version, w.settingsStates[change.state] ?? change.state, change.reason));
  }
  if (r.battery_percent !== null) facts.push(w.battery(r.battery_percent));
  facts.push(r.seen_at ? w.seen(clock(r.seen_at)) : w.neverSeen);
  return facts.filter(Boolean).join(", ");
}

export function RegisterPage() {
  const lists = LISTS.filter((list) => !list.isSecret || isAtLeast(list.role));
  return html`
    <h1>${w.title}</h1>
    <p><a href="#/fleet">${words.fleet.link}</a> · <a href="#/past">${words.past.link}</a>${isAtLeast("admin") && html` · <a href="#/tokens">${words.tokens.link}</a>`}</p>
    <div class="register">
      ${lists.map((list) => html`<${Register} key=${list.path} list=${list} />`)}
      <${Chain} />
      <${Quarantine} />
    </div>`;
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
  const [rows, setRows] = useState([]);
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  const [credential, setCredential] = useState(null);
  const read = () => get(`/api/v1/${list.path}`).then(setRows, (refused) => setFault(refused.message));
  useEffect(() => void read(), []);
  const send = async (event) => {
    event.preventDefault();
    const target = event.currentTarget;
    try {
      const added = await post(`/api/v1/${list.path}`, Object.fromEntries(new FormData(target)));
      if (added.secret) setCredential(added);
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
      ${credential && html`<${Credential} of=${credential} hide=${() => setCredential(null)} />`}
      ${isAtLeast(list.role)
        ? html`<form onSubmit=${send}>
            ${list.fields.map((field) => html`<${Field} field=${field} />`)}
            <p class="failure" role="alert">${fault}</p>
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

/** The one moment in which a device's secrets can be read. */
function Credential({ of, hide }) {
  return html`
    <div class="credential" role="alert">
      <p><strong>${w.credential}</strong></p>
      <dl><dt>${w.deviceName.split(" (")[0]}</dt><dd>${of.name}</dd>
        <dt>${w.secret}</dt><dd class="digits">${of.secret}</dd>
        <dt>${w.clientId}</dt><dd class="digits">${of.client_id}</dd></dl>
      <button type="button" onClick=${hide}>${w.gone}</button>
    </div>`;
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
      ${isAtLeast("safety_officer") && html`<p class="links">${Object.entries(words.rescue.links).map(([page, text]) => html`
        <a class="button" href=${`#/${page}`}>${text}</a> `)}</p>`}
    </section>`;
}

function recipientOf(r) {
  return [words.rescue.chain.kinds[r.kind] ?? r.kind, ...r.ways.map((way) => way.channel)].join(", ");
}
