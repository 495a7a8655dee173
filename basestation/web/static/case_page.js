// One case: its facts, its verbs, and everything that happened to it.
import { useEffect, useState } from "preact/hooks";

import { get } from "./api.js";
import { causeOf, isRehearsed, kindOf, stateOf, whoOf } from "./alarms.js";
import { Budget } from "./budget.js";
import { Called, Helpers, Reasons } from "./case_chain.js";
import { Next, Silence } from "./case_row.js";
import { Verbs } from "./case_verbs.js";
import { FloorPlans } from "./floor_plan.js";
import { html } from "./html.js";
import { snapshot } from "./link.js";
import { Heard, Near, Tone } from "./location.js";
import { clock } from "./station_time.js";
import { words } from "./words.js";

const LOOK_MS = 4000;

export function CasePage({ id }) {
  const [found, setFound] = useState(null);
  const [fault, setFault] = useState("");
  const live = snapshot.value?.cases.find((c) => c.id === id);
  const [look, setLook] = useState(0);
  // What becomes of a notice changes nothing in the snapshot: read again from time to time while it is open.
  const isOpen = live !== undefined;
  useEffect(() => {
    const timer = isOpen ? setInterval(() => setLook((n) => n + 1), LOOK_MS) : null;
    return () => clearInterval(timer);
  }, [isOpen]);
  // And at once whenever the case in the snapshot differs.
  const version = JSON.stringify(live ?? null);
  useEffect(() => {
    let isWanted = true;
    get(`/api/v1/cases/${id}`).then(
      (answer) => isWanted && (setFound(answer), setFault("")),
      (refused) => isWanted && setFault(refused.message),
    );
    return () => {
      isWanted = false;
    };
  }, [id, version, look]);
  const c = found && { ...found, ...live };
  return html`
    <article class="case-page">
      <p><a href="#/">← ${words.detail.back}</a></p>
      ${fault && html`<p class="failure" role="alert">${fault}</p>`}
      ${c ? html`<${Case} c=${c} timeline=${found.timeline} />` : !fault && html`<p>${words.detail.loading}</p>`}
      <p class="report-link"><a href=${`#/reports/case-${id}`}>${words.reports.ofCase}</a></p>
    </article>`;
}

function Case({ c, timeline }) {
  return html`
    <h1>${kindOf(c)}: ${whoOf(c)} <span class="quiet">${words.detail.title(c.id)}</span></h1>
    ${isRehearsed(c) && html`<p class="mark">${words.marksLong[c.mark] ?? c.mark}</p>`}
    <${Silence} c=${c} />
    <div class="case-columns">
      <div class="case-left">
        <section><h2>${words.detail.facts}</h2>
          ${c.is_open && html`<${Reasons} c=${c} />`}<${Facts} c=${c} />
          ${c.is_open && html`<${Verbs} c=${c} isWhole />`}<${Tone} c=${c} /><${Budget} c=${c} /></section>
        <${Called} c=${c} />
      </div>
      <div class="case-left"><${FloorPlans} c=${c} />
        <section><h2>${words.detail.timeline}</h2><${Timeline} c=${c} entries=${timeline} /></section></div>
    </div>`;
}

function Facts({ c }) {
  const w = words.detail;
  const f = words.chain.facts;
  const rows = [
    [w.state, stateOf(c)],
    [w.worker, c.worker ? (c.is_wearer_confirmed ? c.worker : words.row.lastWearer(c.worker)) : words.row.nobody],
    [w.device, c.device],
    [w.place, c.workplace],
    [w.way, c.directions],
    [words.location.near, c.near && html`<${Near} c=${c} />`],
    [words.location.places, c.places?.length > 0 && html`<${Heard} places=${c.places} />`],
    [w.cause, c.cause && causeOf(c)],
    [w.raised, clock(c.raised_at ?? c.opened_at)],
    [w.accepted, c.accepted_by && `${c.accepted_by}, ${clock(c.accepted_at)}`],
    [f.shown, c.shown_at && clock(c.shown_at)],
    [f.helpers, c.helpers?.length > 0 && html`<${Helpers} c=${c} />`],
    [f.contact, c.contact_by && `${c.contact_words} (${c.contact_by})`],
    [w.next, c.is_open && c.next_step && html`<${Next} c=${c} isBare />`],
    [f.companion, c.companion && linkTo(c.companion)],
    [f.further, c.further?.length > 0 && c.further.map((one) => html`${words.kinds[one.kind] ?? one.kind} ${linkTo(one.case)} `)],
    [w.closed, c.closed_at && `${clock(c.closed_at)}${c.closed_by ? `, ${c.closed_by}` : ""}`],
    [w.reason, c.reason && `${words.outcomes[c.outcome] ?? c.outcome}: ${c.reason}`],
    [f.confirmed, c.confirmed_by],
    [w.allRight, c.all_right_at && html`${w.allRightAt(clock(c.all_right_at))} ${
      c.is_silent_alarm && html`<b class="alert-line">${words.row.noProof}</b>`}`],
    [w.hiddenIn, c.hidden_in && linkTo(c.hidden_in)],
    [w.cancelledUnder, c.cancelled_under && html`<b class="alert-line">${w.underDuress}</b> ${linkTo(c.cancelled_under)}`],
    [w.trace, c.trace && traceOf(c)],
    [w.linked, c.linked?.length > 0 && c.linked.map((id) => html`${linkTo(id)} `)],
  ];
  return html`<dl>${rows.filter(([, value]) => value).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function traceOf(c) {
  const w = words.detail;
  const extent = c.trace.is_complete ? w.traceWhole : w.tracePartial(c.trace.pieces, c.trace.pieces_expected);
  return html`${extent} <a href=${`/api/v1/cases/${c.id}/trace`} download>${w.traceFile}</a>`;
}

function linkTo(id) {
  return html`<a href=${`#/case/${id}`}>#${id}</a>`;
}

function Timeline({ c, entries }) {
  if (entries.length === 0) return html`<p class="quiet">${words.detail.empty}</p>`;
  return html`<ol class="timeline" role="list">${entries.map((entry) => html`<${Entry} c=${c} entry=${entry} />`)}</ol>`;
}

function Entry({ c, entry }) {
  return html`
    <li><time class="digits" datetime=${entry.at}>${clock(entry.at)}</time> <span>${sentenceOf(entry, c)}</span></li>`;
}

function sentenceOf(entry, c) {
  const { kind, at: _at, seq: _seq, ...facts } = entry;
  const sentence = words.happened[kind];
  if (sentence) return sentence(entry, c);
  const rest = Object.entries(facts).map(([name, value]) => `${name.replaceAll("_", " ")}: ${JSON.stringify(value)}`);
  return [kind.replaceAll("_", " "), ...rest].join(", ");
}
