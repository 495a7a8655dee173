// One row of the list of alarms: what, who, where, since when, who has it, what happens next, the verbs.
// The focus stays in the row when the pressed button goes.
import { useLayoutEffect, useRef } from "preact/hooks";

import { causeOf, isRehearsed, isWaiting, kindOf, stateOf, whoOf } from "./alarms.js";
import { Helpers, Reasons } from "./case_chain.js";
import { Verbs } from "./case_verbs.js";
import { html } from "./html.js";
import { Overspent } from "./overspent.js";
import { age, clock, duration, nowS, secondsUntil } from "./station_time.js";
import { words } from "./words.js";

export function CaseRow({ c, isOpen }) {
  const row = useRef(null);
  const hadFocus = row.current !== null && row.current.contains(document.activeElement);
  useLayoutEffect(() => {
    if (hadFocus && !row.current.contains(document.activeElement)) row.current.focus();
  });
  useLayoutEffect(() => {
    // A row that has ended is only there so that nothing jumps; the focus must not hold it.
    if (!isOpen && row.current.contains(document.activeElement)) document.getElementById("alarms-title").focus();
  }, [isOpen]);
  const raisedAt = c.raised_at ?? c.opened_at;
  return html`
    <li ref=${row} class=${classOf(c, isOpen)} id=${`case-${c.id}`} tabindex="-1" data-case=${c.id}
      aria-label=${`${kindOf(c)}, ${whoOf(c)}, ${stateOf(c)}`}>
      ${isRehearsed(c) && html`<p class="mark">${words.marksLong[c.mark] ?? c.mark}</p>`}
      <${Silence} c=${c} />
      <div class="what">
        <h2><a href=${`#/case/${c.id}`}>${kindOf(c)}</a></h2>
        <${Who} c=${c} />
        ${c.cause && html`<p class="quiet clip">${causeOf(c)}</p>`}
      </div>
      <div class="where">
        <p class="when"><${Age} at=${raisedAt} /> <span class="label">${words.row.since(clock(raisedAt))}</span></p>
        <p class="place">${c.workplace ?? words.row.noPlace}</p>
        <p class="way">${c.directions}</p>
      </div>
      <${Standing} c=${c} isOpen=${isOpen} />
      ${isOpen ? html`<${Verbs} c=${c} />` : html`<p class="verbs ended">${words.row.closedHere}</p>`}
    </li>`;
}

function classOf(c, isOpen) {
  return [
    "case",
    c.is_person ? "person" : "technical",
    c.is_silent_alarm && "silent",
    isOpen ? (isWaiting(c) ? "waiting" : "taken") : "over",
    isRehearsed(c) && "rehearsed",
    (c.is_arrival_overdue || c.is_helper_silent || c.is_unanswered) && isOpen && "overdue",
  ].filter(Boolean).join(" ");
}

/** What an operator must know before anything else: whoever rings the worker up betrays them. */
export function Silence({ c }) {
  if (!c.is_silent_alarm) return null;
  return html`<p class="silence"><b>${words.row.silent}</b> ${words.row.silentHelp}</p>`;
}

function Who({ c }) {
  if (c.worker && c.is_wearer_confirmed) {
    return html`<p class="who">${c.worker}</p><p class="quiet">${words.row.device(c.device)}</p>`;
  }
  return html`
    <p class="who">${words.row.device(c.device)}</p>
    <p class="unconfirmed">${c.worker ? words.row.lastWearer(c.worker) : words.row.nobody}</p>`;
}

/** A duration that counts up; the only part of a row that is drawn every second. */
export function Age({ at }) {
  return html`<time class="digits" datetime=${at}>${nowS.value === null ? "" : age(at)}</time>`;
}

/** Where it stands, and what happens next. */
function Standing({ c, isOpen }) {
  return html`
    <div class="standing">
      <p class="state"><strong>${isOpen ? stateOf(c) : words.row.closedHere}</strong></p>
      ${c.hidden_in && html`<p>${words.row.hiddenIn(c.hidden_in)}</p>`}
      ${isOpen && html`<${Reasons} c=${c} /><${Helpers} c=${c} /><${Overspent} c=${c} />`}
      ${isOpen && c.next_step && html`<${Next} c=${c} />`}
      ${c.device_reset_at && html`<p class="quiet">${words.row.reset}, ${clock(c.device_reset_at)}</p>`}
      ${c.all_right_at && html`<p>${words.row.allRight(clock(c.all_right_at))}
        ${c.is_silent_alarm && html` <b class="alert-line">${words.row.noProofShort}</b>`}</p>`}
      ${c.cancelled_under && html`<p class="alert-line">${words.row.cancelledUnder(c.cancelled_under)}</p>`}
      ${c.linked?.length > 0 && html`<p class="quiet">${words.row.linked(c.linked.map((id) => `#${id}`).join(", "))}</p>`}
    </div>`;
}

/** What happens next if nobody does anything, counted down. */
export function Next({ c, isBare = false }) {
  const left = c.next_step_at && nowS.value !== null ? secondsUntil(c.next_step_at) : null;
  const time = left === null ? "" : left > 0 ? words.row.nextIn(duration(left)) : words.row.nextNow;
  return html`<p class="next">${!isBare && html`<span class="label">${words.row.next}</span> `}${c.next_doing ? words.chain.nextStep(c.next_doing) : c.next_step}
    ${time && html` <span class="digits countdown">${time}</span>`}</p>`;
}
