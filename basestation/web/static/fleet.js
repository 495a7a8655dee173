// The fleet: each device with its board, the release it runs, the one that was ordered, and how far that is.
// A state is told by words, never by colour alone.
import { useEffect, useState } from "preact/hooks";

import { get } from "./api.js";
import { FleetTrust } from "./fleet_trust.js";
import { html } from "./html.js";
import { minute } from "./station_time.js";
import { words } from "./words.js";

const w = words.fleet;

const READ_AGAIN_MS = 5000;

export function FleetPage() {
  const [rows, setRows] = useState([]);
  const [releases, setReleases] = useState([]);
  const [fault, setFault] = useState("");
  useEffect(() => {
    const read = async () => {
      try {
        setRows(await get("/api/v1/fleet"));
        setReleases(await get("/api/v1/releases"));
        setFault("");
      } catch (refused) {
        setFault(refused.message);
      }
    };
    read();
    const timer = setInterval(read, READ_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return html`
    <h1>${w.title}</h1>
    <p class="quiet">${w.help}</p>
    <p class="failure" role="alert">${fault}</p>
    ${rows.length === 0
      ? html`<p class="quiet">${w.none}</p>`
      : html`<div class="wide" role="region" tabindex="0" aria-label=${w.title}><table class="coverage"><thead><tr>${w.columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
          <tbody>${rows.map((row) => html`<${Device} key=${row.device} row=${row} />`)}</tbody></table></div>`}
    <${FleetTrust} />
    <section aria-labelledby="fleet-releases">
      <h2 id="fleet-releases">${w.releases}</h2>
      ${releases.length === 0
        ? html`<p class="quiet">${w.noRelease}</p>`
        : html`<ul role="list">${releases.map((r) => html`
            <li key=${r.version}><strong>${r.version}</strong> <span class="quiet">${w.release(r)}</span></li>`)}</ul>`}
    </section>`;
}

function Device({ row }) {
  const isBad = w.bad.includes(row.state);
  return html`
    <tr>
      <th scope="row">${row.device}${row.label && html` <span class="quiet">${row.label}</span>`}</th>
      <td>${row.board ?? w.unknown}</td>
      <td class="digits">${row.running ?? w.unknown}</td>
      <td class="digits">${row.wanted ?? ""}${row.is_canary ? html` <span class="quiet">${w.canary}</span>` : ""}</td>
      <td>${isBad ? html`<strong>${state(row)}</strong>` : state(row)}</td>
      <td class="digits">${row.since ? minute(row.since) : ""}</td>
    </tr>`;
}

function state(row) {
  if (!row.state) return "";
  const words = w.states[row.state] ?? row.state;
  if (row.state === "sending" && row.piece !== null) return `${words}, ${w.progress(row.piece, row.pieces)}`;
  return row.reason ? words + w.because(row.reason) : words;
}
