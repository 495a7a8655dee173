// What lets devices in: the brokers and how each does, certificates and their ends, log-ins to be removed
// at brokers of others. A state is told by words, never by colour alone.
import { useEffect, useState } from "preact/hooks";

import { get } from "./api.js";
import { html } from "./html.js";
import { minute } from "./station_time.js";
import { words } from "./words.js";

const w = words.trust;

const READ_AGAIN_MS = 5000;
const PATHS = ["brokers", "devices", "log-ins-left"];

/** The day of a time, with its year: certificates last for many. */
const day = (at) => at.slice(0, 10);

export function FleetTrust() {
  const [[brokers, devices, left], setRead] = useState([[], [], []]);
  const [fault, setFault] = useState("");
  useEffect(() => {
    const read = async () => {
      try {
        setRead(await Promise.all(PATHS.map((path) => get(`/api/v1/${path}`))));
        setFault("");
      } catch (refused) {
        setFault(refused.message);
      }
    };
    read();
    const timer = setInterval(read, READ_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const given = devices.filter((device) => device.certificate_ends_at);
  return html`
    <p class="failure" role="alert">${fault}</p>
    <section aria-labelledby="fleet-left">
      <h2 id="fleet-left">${w.left}</h2>
      ${left.length === 0
        ? html`<p class="quiet">${w.noneLeft}</p>`
        : html`<p class="quiet">${w.leftHelp}</p>
            <${Table} id="fleet-left" columns=${w.leftColumns} rows=${left.map(leftRow)} />`}
    </section>
    <section aria-labelledby="fleet-brokers">
      <h2 id="fleet-brokers">${w.brokers}</h2>
      ${brokers.length === 0
        ? html`<p class="quiet">${w.noBroker}</p>`
        : html`<${Table} id="fleet-brokers" columns=${w.brokerColumns} rows=${brokers.map(brokerRow)} />`}
    </section>
    <section aria-labelledby="fleet-certificates">
      <h2 id="fleet-certificates">${w.certificates}</h2>
      ${given.length === 0
        ? html`<p class="quiet">${w.noCertificate}</p>`
        : html`<${Table} id="fleet-certificates" columns=${w.certificateColumns}
            rows=${given.map((one) => [one.name, w.state(one.is_active), day(one.certificate_ends_at)])} />`}
    </section>`;
}

function Table({ id, columns, rows }) {
  return html`<div class="wide" role="region" tabindex="0" aria-labelledby=${id}><table class="coverage" aria-labelledby=${id}>
    <thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${rows.map(([head, ...cells]) => html`
      <tr><th scope="row">${head}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

function leftRow(row) {
  const found = w.found(row.is_let_in);
  return [row.device, row.broker, row.is_retired ? w.retired : w.renewed,
    row.is_let_in ? html`<strong>${found}</strong>` : found, row.checked_at ? minute(row.checked_at) : ""];
}

function brokerRow(row) {
  const isWell = row.is_connected && row.is_healthy;
  const connected = row.is_connected ? w.since(minute(row.since)) : html`<strong>${w.away}</strong>`;
  const membership = row.membership ? `, ${w.membership[row.membership] ?? row.membership}` : "";
  return [`${row.number}: ${row.place}`, (w.kinds[row.kind] ?? row.kind) + membership, w.tls[row.tls] ?? row.tls, connected,
    row.proven_at ? minute(row.proven_at) : w.never, row.certificate_ends_at ? day(row.certificate_ends_at) : "",
    isWell && row.faults.length === 0 ? w.well : html`<strong>${row.faults.join("; ") || w.notProven}</strong>`];
}
