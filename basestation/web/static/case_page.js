// One case: where it stands and what is next, its verbs, who it is about, what is to be done, who comes, and
// everything that happened. What cannot wait comes first, on a console and on a telephone.
import { isRehearsed, causeOf, kindOf, stateOf, whoOf } from "./alarms.js";
import { Budget } from "./budget.js";
import { Casualty } from "./case_casualty.js";
import { Called, Helpers, Reasons } from "./case_chain.js";
import { KeySwitch, useKeys } from "./case_keys.js";
import { Protocol } from "./case_protocol.js";
import { useCase } from "./case_reading.js";
import { Next, Silence } from "./case_row.js";
import { Timeline } from "./case_timeline.js";
import { Movement } from "./case_movement.js";
import { Verbs } from "./case_verbs.js";
import { Notes, Report } from "./case_written.js";
import { FloorPlans } from "./floor_plan.js";
import { html } from "./html.js";
import { Heard, Near } from "./location.js";
import { age, clock, nowS } from "./station_time.js";
import { words } from "./words.js";

const w = words.casefile;

export function CasePage({ id }) {
  const { c, timeline, fault, read } = useCase(id);
  useKeys();
  return html`
    <article class="case-page">
      <p><a href="#/">← ${words.detail.back}</a></p>
      ${fault && html`<p class="failure" role="alert">${fault}</p>`}
      ${c ? html`<${Case} c=${c} timeline=${timeline} read=${read} />` : !fault && html`<p>${words.detail.loading}</p>`}
      <p class="report-link"><a href=${`#/reports/case-${id}`}>${words.reports.ofCase}</a></p>
    </article>`;
}

function Case({ c, timeline, read }) {
  return html`
    <h1>${kindOf(c)}: ${whoOf(c)} <span class="quiet">${words.detail.title(c.id)}</span></h1>
    ${isRehearsed(c) && html`<p class="mark">${words.marksLong[c.mark] ?? c.mark}</p>`}
    <${Silence} c=${c} />
    <div class="case-columns">
      <div class="case-left">
        <${Standing} c=${c} />
        <${Casualty} c=${c} />
        <${Protocol} c=${c} read=${read} />
        <${Notes} c=${c} read=${read} />
        <${Report} c=${c} read=${read} />
      </div>
      <div class="case-left">
        <${FloorPlans} c=${c} />
        <${Called} c=${c} />
        <section aria-labelledby="facts-title"><h2 id="facts-title">${words.detail.facts}</h2><${Facts} c=${c} /></section>
        <${Movement} c=${c} />
        <${Timeline} c=${c} entries=${timeline} />
        ${c.stages && html`<section><${Budget} c=${c} /></section>`}
      </div>
    </div>`;
}

/** What an operator reads and presses first. */
function Standing({ c }) {
  const raisedAt = c.raised_at ?? c.opened_at;
  const holder = c.accepted_by ?? c.acknowledged_by;
  return html`
    <section class="case-now" aria-label=${w.now}>
      <p class="now-state"><strong>${stateOf(c)}</strong>
        ${c.is_open && html` <time class="digits" datetime=${raisedAt}>${nowS.value === null ? "" : age(raisedAt)}</time>`}
        <span class="quiet">${words.row.since(clock(raisedAt))}</span></p>
      <p class="now-place">${c.workplace ?? words.row.noPlace}</p>
      ${c.directions && html`<p>${c.directions}</p>`}
      ${c.near && html`<p><${Near} c=${c} /></p>`}
      ${c.is_open && html`<${Reasons} c=${c} />`}
      ${c.is_open && !holder && html`<p class="now-nobody">${words.row.nobodyHasIt}</p>`}
      ${c.is_open && html`<${Helpers} c=${c} />`}
      ${c.is_open && c.next_step && html`<div class="now-next"><${Next} c=${c} /></div>`}
      ${c.is_open && html`<${Verbs} c=${c} isWhole /><${KeySwitch} />`}
    </section>`;
}

function Facts({ c }) {
  const d = words.detail;
  const f = words.chain.facts;
  const rows = [
    [d.state, stateOf(c)],
    [d.worker, c.worker ? (c.is_wearer_confirmed ? c.worker : words.row.lastWearer(c.worker)) : words.row.nobody],
    [d.device, c.device],
    [d.place, c.workplace],
    [d.way, c.directions],
    [words.location.near, c.near && html`<${Near} c=${c} />`],
    [words.location.places, c.places?.length > 0 && html`<${Heard} places=${c.places} />`],
    [d.cause, c.cause && causeOf(c)],
    [d.raised, clock(c.raised_at ?? c.opened_at)],
    [d.accepted, c.accepted_by && `${c.accepted_by}, ${clock(c.accepted_at)}`],
    [f.shown, c.shown_at && clock(c.shown_at)],
    [f.contact, c.contact_by && `${c.contact_words} (${c.contact_by})`],
    [f.companion, c.companion && linkTo(c.companion)],
    [f.further, c.further?.length > 0 && c.further.map((one) => html`${words.kinds[one.kind] ?? one.kind} ${linkTo(one.case)} `)],
    [d.closed, c.closed_at && `${clock(c.closed_at)}${c.closed_by ? `, ${c.closed_by}` : ""}`],
    [d.reason, c.reason && `${words.outcomes[c.outcome] ?? c.outcome}: ${c.reason}`],
    [f.confirmed, c.confirmed_by],
    [d.allRight, c.all_right_at && html`${d.allRightAt(clock(c.all_right_at))} ${
      c.is_silent_alarm && html`<b class="alert-line">${words.row.noProof}</b>`}`],
    [d.hiddenIn, c.hidden_in && linkTo(c.hidden_in)],
    [d.cancelledUnder, c.cancelled_under && html`<b class="alert-line">${d.underDuress}</b> ${linkTo(c.cancelled_under)}`],
    [d.linked, c.linked?.length > 0 && c.linked.map((id) => html`${linkTo(id)} `)],
  ];
  return html`<dl>${rows.filter(([, value]) => value).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function linkTo(id) {
  return html`<a href=${`#/case/${id}`}>#${id}</a>`;
}
