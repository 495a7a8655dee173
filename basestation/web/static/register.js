// What the site registers: the way to its lists, the rescue chain to read, the quarantine.
import { useEffect, useState } from "preact/hooks";

import { get } from "./api.js";
import { html } from "./html.js";
import { LISTS } from "./register_lists.js";
import { isAtLeast } from "./session.js";
import { clock } from "./station_time.js";
import { words } from "./words.js";

const w = words.register;
const QUARANTINED_SHOWN = 20;

export function Overview() {
  return html`
    <h1>${w.title}</h1>
    <p class="links"><a class="button" href="#/sites">${words.users.sitesLink}</a>
      <a class="button" href="#/users">${isAtLeast("admin") ? words.users.link : words.users.own}</a>
      ${isAtLeast("admin") && html`<a class="button" href="#/tokens">${words.tokens.link}</a>`}
      <a class="button" href="#/drills">${words.drills.title}</a>
      <a class="button" href="#/past">${words.past.link}</a></p>
    <${Cards} />
    <div class="register">
      <${Chain} />
      <${Quarantine} />
    </div>`;
}

/** The lists of the site, each a page of its own, for those who may read it. */
function Cards() {
  const lists = Object.entries(LISTS).filter(([, list]) => !list.reads || isAtLeast(list.reads));
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

function Row({ texts: [name, more] }) {
  return html`<li><strong>${name}</strong> <span class="quiet">${more}</span></li>`;
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
