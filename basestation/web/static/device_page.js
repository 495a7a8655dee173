// One device: its state, who wears it, what it runs, what is kept of it by hand, and what it has lived
// through. Each grave action asks once. Facts are read again while the page is open; what was typed stays.
import { useEffect, useState } from "preact/hooks";

import { post } from "./api.js";
import { html } from "./html.js";
import { OrderSettings } from "./device_settings.js";
import { Ask } from "./register_forms.js";
import { LISTS } from "./register_lists.js";
import { Opened } from "./register_rows.js";
import { useRead } from "./rescue_forms.js";
import { isAtLeast } from "./session.js";
import { clock, day, minute } from "./station_time.js";
import { words } from "./words.js";

const w = words.registers.device;
const READ_AGAIN_MS = 5000;

export function DevicePage({ argument: name }) {
  const [device, read, fault] = useRead(`/api/v1/devices/${name}`, null);
  const [life, readLife] = useRead(`/api/v1/devices/${name}/life`, { shifts: [], cases: [], log: [] });
  const [settings, readSettings] = useRead(`/api/v1/devices/${name}/settings`, { history: [] });
  const readAll = () => Promise.all([read(), readLife(), readSettings()]);
  useEffect(() => {
    const timer = setInterval(readAll, READ_AGAIN_MS);
    return () => clearInterval(timer);
  }, [name]);
  const back = html`<p><a href="#/register/devices">← ${w.back}</a></p>`;
  if (device === null) return html`${back}<h1>${name}</h1><p class="failure" role="alert">${fault}</p>`;
  return html`
    ${back}<h1>${device.name} ${device.label && html`<span class="quiet">${device.label}</span>`}</h1>
    <p class="failure" role="alert">${fault}</p>
    <div class="register">
      <${Facts} device=${device} />
      <${Kept} device=${device} readAll=${readAll} />
      <${Lines} id="device-shifts" title=${w.shifts} rows=${life.shifts} text=${shiftOf} />
      <${Lines} id="device-cases" title=${w.cases} rows=${life.cases} text=${caseOf} />
      <${Lines} id="device-settings" title=${w.settings} rows=${settings.history} text=${settingsOf} />
      ${device.is_active && isAtLeast("safety_officer") && settings.sums && html`
        <${OrderSettings} name=${device.name} settings=${settings} read=${readSettings} />`}
      <${Lines} id="device-log" title=${w.log} rows=${life.log} text=${logOf} />
    </div>`;
}

function Facts({ device: d }) {
  const check = d.setup_report?.checks ?? [];
  const facts = [
    [w.state, words.registers.states[d.state] ?? d.state],
    [w.wornBy, d.worker ?? w.nobody],
    [w.seen, d.seen_at ? clock(d.seen_at) : w.never],
    [w.link, w.presences[d.presence] ?? w.unknown],
    [w.battery, d.battery_percent === null ? w.unknown : w.batteryAt(d.battery_percent, d.battery_mv, d.is_charging)],
    [w.firmware, d.firmware ?? w.unknown],
    [w.settingsVersion, d.settings_version ?? w.unknown],
    [w.certificate, d.certificate_ends_at ? day(d.certificate_ends_at) : w.noCertificate],
    [w.due, d.alarms_due ?? w.unknown],
    d.replaces && [w.replaces, d.replaces],
    d.replaced_by && [w.replacedBy, d.replaced_by],
    d.retired_at && [w.retiredAt, minute(d.retired_at)],
    d.log_in_left_at.length > 0 && [w.left, d.log_in_left_at.join(", ")],
    [w.selfTest, check.length === 0 ? w.noTest : check.map(([part, isPassed, said]) => w.tested(part, isPassed, said)).join("; ")],
  ].filter(Boolean);
  return html`
    <section aria-labelledby="device-facts"><h2 id="device-facts">${w.facts}</h2>
      <dl class="facts">${facts.map(([term, fact]) => html`<dt>${term}</dt><dd>${fact}</dd>`)}</dl>
      ${d.open_cases.length > 0 && html`<p class="alert-line">${w.openCases(d.open_cases.join(", "))}</p>`}
    </section>`;
}

/** What is kept by hand, and what can be done; an operator only reads. */
function Kept({ device, readAll }) {
  const [rows, read] = useRead("/api/v1/registers/devices", []);
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  const row = rows.find((one) => one.name === device.name);
  const part = { list: LISTS.devices, path: "/api/v1/registers/devices", read: () => Promise.all([read(), readAll()]), say: setSaid };
  const retire = async () => {
    try {
      await post(`/api/v1/devices/${device.name}/retire`);
      setSaid(w.wasRetired(device.name));
      setFault("");
    } catch (refused) {
      setFault(refused.message);
    }
    await part.read();
  };
  const worn = device.worker ? w.retireWorn(device.worker) : "";
  return html`
    <section class="rows" aria-labelledby="device-kept"><h2 id="device-kept">${w.kept}</h2>
      ${row?.lent_to && html`<p>${words.registers.lentTo(row.lent_to)}</p>`}
      ${row?.withdrawn_because && html`<p class="alert-line">${words.registers.withdrawn(row.withdrawn_because)}</p>`}
      <p class="said" role="status">${said}</p><p class="failure" role="alert">${fault}</p>
      ${row && isAtLeast("admin") && html`<${Opened} row=${row} part=${part} />`}
      ${device.is_active && isAtLeast("admin") && html`<${Ask} text=${w.retire} label=${`${w.retire}: ${device.name}`}
        question=${`${w.retireSure(device.name)} ${worn}`} yes=${words.registers.retireYes} act=${retire} />`}
      ${!isAtLeast("admin") && html`<p class="quiet">${words.register.onlyBy(words.roles.admin)}</p>`}
    </section>`;
}

function Lines({ id, title, rows, text }) {
  return html`
    <section aria-labelledby=${id}><h2 id=${id}>${title} <span class="count">${rows.length}</span></h2>
      ${rows.length === 0
        ? html`<p class="quiet">${words.register.none}</p>`
        : html`<ul role="list" tabindex="0" aria-labelledby=${id}>${rows.map((row) => html`<li>${text(row)}</li>`)}</ul>`}
    </section>`;
}

const shiftOf = (s) => w.shift(s.worker, s.workplace, minute(s.started_at), s.ended_at && minute(s.ended_at));

const caseOf = (c) => html`<a href=${`#/case/${c.id}`}>${words.kinds[c.kind] ?? words.unknownKind(c.kind)}</a>
  ${c.mark !== "real" && html` <span class="tag">${words.marks[c.mark] ?? c.mark}</span>`}
  <span class="quiet"> ${minute(c.opened_at)}, ${words.states[c.state] ?? c.state}</span>`;

const settingsOf = (s) => html`<strong>${w.version(s.version)}</strong> <span class="quiet">
  ${[words.register.settingsStates[s.state] ?? s.state, s.by, s.at && minute(s.at), s.reason].filter(Boolean).join(", ")}</span>`;

const logOf = (one) => html`<span class="digits">${minute(one.at)}</span> ${w.logged[one.kind] ?? one.kind}
  <span class="quiet"> ${[one.by ?? one.user, one.label, one.lent_to && words.registers.lentTo(one.lent_to),
    one.withdrawn_because && words.registers.withdrawn(one.withdrawn_because), one.replaces].filter(Boolean).join(", ")}</span>`;
