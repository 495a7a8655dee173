// The observer's page of a drill on a phone: one large button a stage, a stopwatch since the alarm. Nothing looks
// taken before the base station has taken it; what was noted without a link is sent when it is back, once.
import htm from "/static/vendor/htm.js";
import { h, render } from "/static/vendor/preact.js";

import { language, locale } from "./language.js";
import { ask, discard, note, nowMs, send, waiting } from "./observer_notes.js";

const html = htm.bind(h);
const { observerWords: w } = await import(`./words/${language}/drills.js`);
const POLL_MS = 3000;
const clockOf = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const clock = (at) => clockOf.format(new Date(at));
const shown = { page: null, isLost: false, isInvalid: false, correcting: "", remark: "" };

function draw(change = {}) {
  Object.assign(shown, change);
  render(html`<${Page} />`, document.getElementById("page"));
}

/** What is noted: taken or waiting, without what was corrected since. */
function notes() {
  const taken = shown.page.notes.map((one) => ({ ...one, atMs: one.at && Date.parse(one.at) }));
  const known = new Set(taken.map((one) => one.key));
  const mine = waiting.filter((one) => !known.has(one.key))
    .map((one) => ({ ...one, atMs: one.at_ms === null ? null : one.at_ms + (one.offset_ms ?? 0), isWaiting: true }));
  const all = [...taken, ...mine];
  const corrected = new Set(all.map((one) => one.corrects));
  return all.filter((one) => one.atMs !== null && !corrected.has(one.key));
}

function Page() {
  if (shown.isInvalid) return html`<h1>${w.title}</h1><p class="lost">${w.invalid}</p>`;
  if (shown.page === null) return html`<h1>${w.title}</h1><p role="status">${shown.isLost ? w.lost : w.reading}</p>`;
  const page = shown.page;
  const all = notes();
  const alarmAt = page.stages[0].at ? Date.parse(page.stages[0].at) : all.find((one) => one.stage === "alarm")?.atMs;
  return html`
    <p class="mark">${w.mark}</p>
    <h1>${page.workplace}</h1>
    <p>${w.observer(page.observer)} · ${w.states[page.state]}</p>
    <div class="watch">${shown.isLost && html`<p class="lost" role="alert">${w.lost}</p>`}<span>${w.sinceAlarm}</span><span class="digits" role="timer">${alarmAt ? span((page.state === "RUNNING" ? nowMs() : latest(all, alarmAt)) - alarmAt) : "–"}</span></div>
    <div role="status">${waiting.length > 0 && html`<p class="unsent-count">${w.unsent(waiting.length)}</p>`}</div>
    <ul class="stages">${page.stages.map((stage) => html`<${Stage} key=${stage.name} stage=${stage} mine=${all.filter((one) => one.stage === stage.name)} />`)}</ul>
    <${Remarks} mine=${all.filter((one) => one.stage === "remark")} />
    <dl><dt>${w.scenario}</dt><dd>${page.scenario}</dd><dt>${w.place}</dt><dd>${page.place}</dd></dl>`;
}

const latest = (all, alarmAt) => all.reduce((found, one) => Math.max(found, one.atMs), alarmAt);

function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

function Stage({ stage, mine }) {
  const isKnown = stage.source === "case";
  return html`<li>
    ${mine.length === 0 && html`<button type="button" class=${isKnown ? "press known" : "press"} onClick=${() => take(stage.name)}>${w.stages[stage.name]}</button>`}
    ${isKnown && html`<p>${mine.length > 0 && html`${w.stages[stage.name]}: `}✓ ${w.known(clock(stage.at))}</p>`}
    ${mine.map((one) => html`<${Noted} key=${one.key} one=${one} name=${w.stages[stage.name]} />`)}</li>`;
}

function Noted({ one, name }) {
  if (shown.correcting === one.key) return html`<${Correct} one=${one} name=${name} />`;
  return html`<div class=${one.isWaiting ? "noted waiting" : "noted"}>
    <span>${name} <b>${clock(one.atMs)}</b> ${one.isWaiting ? w.waits : `✓ ${w.taken}`}</span>
    ${!one.isWaiting && html`<button type="button" aria-label=${`${w.correct}: ${name}`} onClick=${() => draw({ correcting: one.key })}>${w.correct}</button>`}
    ${one.words && html`<p>${one.words}</p>`}
    ${one.refusal && html`<p class="alarm">${one.refusal}</p><button type="button" onClick=${() => (discard(one.key), draw())}>${w.discard}</button>`}
  </div>`;
}

function Correct({ one, name }) {
  const save = (event) => {
    event.preventDefault();
    const [hour, minute, second = "0"] = event.currentTarget.elements.time.value.split(":");
    const at = new Date(one.atMs);
    at.setHours(Number(hour), Number(minute), Number(second), 0);
    correct(one, at.getTime());
  };
  return html`<form class="correct" onSubmit=${save}>
    <label>${w.rightTime(name)}<input type="time" name="time" step="1" required defaultValue=${clock(one.atMs)} /></label>
    <button type="submit">${w.save}</button>
    <button type="button" onClick=${() => correct(one, null)}>${w.takeBack}</button>
    <button type="button" onClick=${() => draw({ correcting: "" })}>${w.leave}</button></form>`;
}

function Remarks({ mine }) {
  const add = (event) => {
    event.preventDefault();
    if (!shown.remark.trim()) return;
    note("remark", { words: shown.remark.trim() });
    draw({ remark: "" });
    deliver();
  };
  return html`<section class="remark" aria-labelledby="remarks"><h2 id="remarks">${w.remarks}</h2>
    ${mine.map((one) => html`<${Noted} key=${one.key} one=${one} name=${w.remark} />`)}
    <form onSubmit=${add}><label>${w.saw}<textarea rows="3" maxlength="500" value=${shown.remark} onInput=${(event) => { shown.remark = event.target.value; }}></textarea></label>
      <button type="submit">${w.add}</button></form></section>`;
}

function take(stage) {
  note(stage);
  draw();
  deliver();
}

function correct(one, atMs) {
  note(one.stage, { atMs, words: one.words, corrects: one.key });
  draw({ correcting: "" });
  deliver();
}

async function deliver() {
  const page = await send();
  if (page) shown.page = page;
  draw();
}

let turn = 0;
async function poll() {
  const mine = (turn += 1);
  try {
    const page = await ask("state");
    if (mine === turn) draw({ page, isLost: false, isInvalid: false });
    if (waiting.length > 0) await deliver();
  } catch (error) {
    if (mine === turn) draw(error.status === 404 ? { isInvalid: shown.page === null, isLost: true } : { isLost: true });
  }
}

document.title = w.title;
draw();
poll();
setInterval(poll, POLL_MS);
// What is being typed is not drawn anew under the fingers.
setInterval(() => shown.page && !shown.correcting && draw(), 1000);
addEventListener("online", poll);
