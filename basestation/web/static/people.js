// Beside the list of alarms: the pre-alarms that run, quietly, and the people at work now.
import { kindOf, whoOf } from "./alarms.js";
import { html } from "./html.js";
import { DeviceTrouble } from "./location.js";
import { Protection, SelfTest, byUrgency, unprotected } from "./protection.js";
import { age, clock, duration, minute, nowS, secondsUntil } from "./station_time.js";
import { words } from "./words.js";

export function PreAlarms({ cases }) {
  return html`
    <section class="pre-alarms" aria-labelledby="pre-alarms-title">
      <h2 id="pre-alarms-title">${words.list.preAlarms} <span class="count">${cases.length}</span></h2>
      ${cases.length === 0
        ? html`<p class="quiet">${words.list.noPreAlarm}</p>`
        : html`<p class="quiet">${words.list.preAlarmHelp}</p>`}
      <ul role="list">${cases.map((c) => html`<${PreAlarm} key=${c.id} c=${c} />`)}</ul>
    </section>`;
}

function PreAlarm({ c }) {
  const left = c.deadline_at && nowS.value !== null ? secondsUntil(c.deadline_at) : null;
  return html`
    <li>
      ${c.mark !== "real" && html`<b class="tag">${words.marks[c.mark] ?? c.mark}</b> `}
      <strong>${kindOf(c)}</strong>, ${whoOf(c)}
      ${left !== null && html`<span class="quiet"> · ${words.row.cancelUntil} <span class="digits">${duration(left)}</span></span>`}
    </li>`;
}

export function PeopleAtWork({ people }) {
  return html`
    <section class="at-work" aria-labelledby="at-work-title">
      <h2 id="at-work-title">${words.list.atWork} <span class="count">${people.length}</span></h2>
      <${Unprotected} people=${people} />
      ${people.length === 0 && html`<p class="quiet">${words.list.nobody}</p>`}
      <ul role="list">${byUrgency(people).map((p) => html`<li key=${p.shift_id}><${Person} p=${p} /></li>`)}</ul>
    </section>`;
}

/** How many are not protected, on every page that shows people; nothing when nobody is. */
export function Unprotected({ people }) {
  const n = unprotected(people);
  return n > 0 && html`<b class="unprotected">${words.protection.count(n)}</b>`;
}

/** One person on shift: who, where, and how well the device guards them. */
export function Person({ p }) {
  return html`
    <p class="person-line"><strong>${p.worker}</strong> <span class="quiet">${p.workplace}</span></p>
    <${Protection} p=${p} />
    <${DeviceTrouble} p=${p} />
    ${p.is_silent && html`<p class="alert-line">${words.shifts.silent}</p>`}
    ${p.ask_until && html`<p class="alert-line">${words.shifts.asked(clock(p.ask_until))}</p>`}
    <p class="quiet facts">
      <span>${p.device}: ${p.presence === "offline" ? words.shifts.offline : words.modes[p.mode] ?? p.mode ?? "-"}</span>
      <span>${words.shifts.seen} <${Seen} at=${p.seen_at} /></span>
      <span>${words.shifts.battery} ${p.battery_percent === null ? words.shifts.batteryUnknown : `${p.battery_percent} %`}${p.battery_until && words.shifts.batteryUntil(minute(p.battery_until))}</span>
      <span>${words.shifts.until} ${minute(p.planned_end)}</span>
      <span><${SelfTest} test=${p.self_test} /></span>
      ${linkFacts(p.link).map((fact) => html`<span>${fact}</span>`)}
    </p>`;
}

/** What the device says of its link, as sentences: its way, its strength, and what went wrong. */
export function linkFacts(link) {
  if (!link) return [];
  const facts = [];
  if (link.network !== null) facts.push(words.link_facts.network(link.network + 1));
  if (link.broker !== null) facts.push(words.link_facts.broker(link.broker + 1));
  if (link.rssi_dbm !== null) facts.push(words.link_facts.strength(link.rssi_dbm));
  for (const [name, n] of Object.entries(link.counts)) {
    const say = words.link_facts.counts[name];
    facts.push(say ? say(n) : `${name}: ${n}`);
  }
  return facts;
}

function Seen({ at }) {
  if (!at || nowS.value === null) return words.shifts.seenNever;
  return html`<span class="digits">${words.shifts.ago(age(at))}</span>`;
}
