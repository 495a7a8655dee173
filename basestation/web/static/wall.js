// The wall: the open alarms for a big screen that is read from 5 m and needs no hand. Decides nothing about
// the order, which is the base station's, nor what fits, which is wall_layout.js's. Shows no picture and no number.
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import { isAlarm, isRehearsed, isWaiting, kindOf, stateOf, whoOf } from "./alarms.js";
import { Age, Next } from "./case_row.js";
import { html } from "./html.js";
import { snapshot } from "./link.js";
import { Overspent } from "./overspent.js";
import { unprotected } from "./protection.js";
import { Silencer } from "./silence.js";
import { clock, nowS } from "./station_time.js";
import { layoutOf, letterPx, spaceOf } from "./wall_layout.js";
import { words } from "./words.js";

const w = words.wall;
const KEY = "rufweite.wall_inches";
const INCHES = [24, 27, 32, 43, 50, 55, 65, 75, 86];
const INCHES_DEFAULT = 55;
/** At least so many letters, an em wide, fit into a line. */
const LETTERS_A_LINE = 13;

const inches = signal(INCHES.find((n) => n === Number(localStorage.getItem(KEY))) ?? INCHES_DEFAULT);

export function WallPage() {
  if (snapshot.value === null) return html`<p class="none">${words.link.connecting}</p>`;
  // On a phone nobody stands 5 m away.
  const size = Math.min(letterPx(screen, inches.value), innerWidth / LETTERS_A_LINE);
  const cases = snapshot.value.cases.filter(isAlarm);
  return html`
    <div class="wall" style=${{ "--letter": `${size.toFixed(1)}px` }}>
      <${Head} cases=${cases} />
      <${Cases} cases=${cases} size=${size} />
      <${Foot} people=${snapshot.value.people} />
    </div>`;
}

function Head({ cases }) {
  // A waiting test or drill is in the list, with its mark; it is not what somebody has to run for.
  const waiting = cases.filter((c) => isWaiting(c) && !isRehearsed(c)).length;
  const taken = cases.filter((c) => !isWaiting(c)).length;
  return html`
    <div class=${waiting > 0 ? "wall-head filled" : "wall-head"}>
      <h1>${waiting > 0 ? w.waiting(waiting) : words.list.none}</h1>
      <p>${taken > 0 && w.taken(taken)}</p>
      <p class="digits">${nowS.value === null ? "" : clock(nowS.value * 1000)}</p>
    </div>`;
}

function Cases({ cases, size }) {
  const place = useRef(null);
  const [space, measured] = useState({ lines: 0, columns: 1 });
  useEffect(() => {
    const look = () => measured(spaceOf(place.current.clientWidth, place.current.clientHeight, size));
    const watching = new ResizeObserver(look);
    watching.observe(place.current);
    return () => watching.disconnect();
  }, [size]);
  const { large, small, leftOut } = layoutOf(cases, cases.filter(isWaiting).length, space);
  const unseen = leftOut.filter(isWaiting).length;
  return html`
    <div class="wall-cases" ref=${place}>
      <ol role="list">${large.map((c) => html`<${Large} key=${c.id} c=${c} />`)}</ol>
      <ol role="list" class="wall-small" style=${{ "--columns": space.columns }}>
        ${small.map((c) => html`<${Small} key=${c.id} c=${c} />`)}</ol>
    </div>
    ${leftOut.length > 0 && html`<p class="wall-more">
      ${unseen > 0 && html`<b>${w.moreWaiting(unseen)}</b> `}${leftOut.length > unseen && w.moreTaken(leftOut.length - unseen)}</p>`}`;
}

function classOf(c, size) {
  const kind = isRehearsed(c) ? "rehearsed" : c.is_silent_alarm ? "person silent" : c.is_person ? "person" : "technical";
  return `${size} ${kind} ${isWaiting(c) ? "waiting filled" : "taken"}`;
}

const markOf = (c) => (isRehearsed(c) ? `${words.marks[c.mark] ?? c.mark} ` : "");

function Large({ c }) {
  const holder = c.accepted_by ?? c.acknowledged_by;
  return html`
    <li class=${classOf(c, "wall-case")} data-case=${c.id}>
      <p class="wall-line"><b class="wall-text">${markOf(c)}${kindOf(c)}</b> <${Age} at=${c.raised_at ?? c.opened_at} /></p>
      <p class="wall-line"><span class="wall-text"><b>${whoOf(c)}</b> · ${c.workplace ?? words.row.noPlace}</span></p>
      <div class="wall-line"><b class="wall-text">${holder ? w.hasIt(stateOf(c), holder) : stateOf(c)}</b>
        ${c.is_silent_alarm && html`<b class="silence">${w.noCall}</b>`}</div>
      <div class="wall-line second">${c.next_step && html`<${Next} c=${c} />`}<${Overspent} c=${c} /></div>
    </li>`;
}

function Small({ c }) {
  return html`
    <li class=${classOf(c, "wall-chip")} data-case=${c.id}>
      <b class="wall-text">${markOf(c)}${kindOf(c)} · ${whoOf(c)} · ${c.workplace ?? words.row.noPlace}</b>
      <${Age} at=${c.raised_at ?? c.opened_at} />
    </li>`;
}

/** Who is not protected, as visible as an alarm; and what only somebody close needs. */
function Foot({ people }) {
  const bare = people.filter((p) => p.protection === "not_protected").map((p) => p.worker);
  const choose = (event) => {
    inches.value = Number(event.currentTarget.value);
    localStorage.setItem(KEY, event.currentTarget.value);
  };
  return html`
    <div class="wall-foot">
      ${bare.length > 0 && html`<p class="wall-bare"><b>${words.protection.count(unprotected(people))}: ${bare.join(", ")}</b></p>`}
      <div class="wall-controls">
        <a href="#/">${w.back}</a>
        <label>${w.screen} <select value=${inches.value} onChange=${choose}>
          ${INCHES.map((n) => html`<option value=${n}>${w.inches(n)}</option>`)}</select></label>
        <button type="button" class="small" onClick=${() => document.documentElement.requestFullscreen?.().catch(() => {})}>${w.full}</button>
        <${Silencer} cases=${snapshot.value.cases.filter(isAlarm)} />
      </div>
    </div>`;
}
