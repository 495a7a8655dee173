// The rota as a calendar: who has which duty on each day of a week or a month, and when nobody has it. Days
// are those of the browser; a gap is told by a word and a border, never by colour alone.
import { useState } from "preact/hooks";

import { html } from "./html.js";
import { language } from "./language.js";
import { useRead } from "./rescue_forms.js";
import { words } from "./words.js";

const w = words.registers.calendar;
const locale = language === "en" ? "en-GB" : language;
const dayOf = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short" });
const monthOf = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" });
const timeOf = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const WEEK = 7;

export function RotaCalendar() {
  const [shown, setShown] = useState({ span: "week", day: startOfDay(new Date()) });
  const [first, days] = daysOf(shown);
  const [duties, , fault] = useRead(`/api/v1/rota/calendar?from_at=${first.toISOString()}&days=${days}`, null);
  const [links] = useRead("/api/v1/calendars", []);
  const move = (by) => () => setShown({ ...shown, day: moved(shown, by) });
  const span = (name) => html`<button type="button" aria-pressed=${shown.span === name} onClick=${() => setShown({ ...shown, span: name })}>${w[name]}</button>`;
  const title = shown.span === "month" ? monthOf.format(shown.day) : w.weekOf(dayOf.format(first));
  return html`
    <section class="calendar" aria-labelledby="rota-calendar">
      <h2 id="rota-calendar">${w.title}: ${title}</h2>
      <div class="buttons-left" role="group" aria-label=${w.title} onKeyDown=${(event) => byKey(event, move)}>
        <button type="button" aria-label=${w.earlier} onClick=${move(-1)}>←</button>
        <button type="button" onClick=${() => setShown({ ...shown, day: startOfDay(new Date()) })}>${w.today}</button>
        <button type="button" aria-label=${w.later} onClick=${move(1)}>→</button>${span("week")}${span("month")}
      </div>
      <p class="failure" role="alert">${fault}</p>
      ${duties !== null && (duties.length === 0 ? html`<p class="quiet">${words.rescue.none}</p>` : html`
        <ol class=${`days ${shown.span}`} role="list" aria-label=${title}>${Array.from({ length: days }, (_, index) => html`
          <${Day} key=${index} from=${plusDays(first, index)} duties=${duties} />`)}</ol>`)}
      ${links.length > 0 && html`<details><summary>${w.links}</summary><p class="quiet">${w.linksHelp}</p>
        <ul role="list">${links.map((one) => html`<li><a href=${one.path}>${one.name}</a></li>`)}</ul></details>`}
    </section>`;
}

function Day({ from, duties }) {
  const until = plusDays(from, 1);
  const within = (list) => list.filter((one) => new Date(one.from_at) < until && new Date(one.until_at) > from);
  const isToday = from.getTime() === startOfDay(new Date()).getTime();
  const times = (one) => hours(one, from, until);
  return html`
    <li class=${isToday ? "day today" : "day"} aria-current=${isToday ? "date" : undefined}>
      <h3>${dayOf.format(from)}</h3>
      ${duties.map((duty) => html`<div class="duty"><p class="quiet">${duty.role}</p><ul role="list">
        ${within(duty.entries).map((one) => html`<li><span class="digits">${times(one)}</span> <strong>${one.name}</strong>${one.is_override ? ` ${w.changed}` : ""}</li>`)}
        ${within(duty.gaps).map((one) => html`<li class="gap"><span class="digits">${times(one)}</span> <strong>${w.gap}</strong></li>`)}</ul></div>`)}
    </li>`;
}

/** "06:00-14:00" within one day; "all day" where it covers it. */
function hours(one, from, until) {
  const begin = new Date(one.from_at), end = new Date(one.until_at);
  if (begin <= from && end >= until) return w.allDay;
  return `${begin <= from ? "00:00" : timeOf.format(begin)}-${end >= until ? "24:00" : timeOf.format(end)}`;
}

function byKey(event, move) {
  const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -1, PageDown: 1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  move(by)();
}

/** The first day that is shown and how many; a month is shown in whole weeks. */
function daysOf({ span, day }) {
  if (span === "week") return [monday(day), WEEK];
  const first = monday(new Date(day.getFullYear(), day.getMonth(), 1));
  const last = new Date(day.getFullYear(), day.getMonth() + 1, 0);
  const weeks = Math.ceil((Math.round((last - first) / 86400000) + 1) / WEEK);
  return [first, weeks * WEEK];
}

function moved({ span, day }, by) {
  return span === "week" ? plusDays(day, by * WEEK) : new Date(day.getFullYear(), day.getMonth() + by, 1);
}

// By the calendar and not by hours: a day may have 23 or 25 of them.
const plusDays = (day, days) => new Date(day.getFullYear(), day.getMonth(), day.getDate() + days);
const startOfDay = (at) => plusDays(at, 0);
const monday = (day) => plusDays(day, -((day.getDay() + 6) % 7));
