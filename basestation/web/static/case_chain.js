// Who comes, what is wrong with the chain, who was called by which way and what became of it; and what an
// operator changes of it in an open case. Sent, delivered, opened and answered are never one for the other.
import { useEffect, useState } from "preact/hooks";

import { get, post } from "./api.js";
import { html } from "./html.js";
import { clock, duration, nowS, secondsUntil } from "./station_time.js";
import { words } from "./words.js";

const w = words.chain;
const BESIDE = -1;
const CONTROL_ROOM = "control_room";

/** What nobody may overlook: why people are called again, who waits for whom. */
export function Reasons({ c }) {
  const r = w.reasons;
  const kinds = [...(c.further ?? []).map((one) => words.kinds[one.kind] ?? one.kind)];
  const lines = [
    c.is_unanswered && r.unanswered,
    c.dropped_by && r.dropped(c.dropped_by),
    c.is_arrival_overdue && words.row.overdue,
    c.is_helper_silent && r.helperSilent(c.on_scene_by),
    c.more_wanted_by && r.more(c.more_wanted_by),
    kinds.length > 0 && [r.further(kinds.length + 1, [words.kinds[c.kind] ?? c.kind, ...kinds].join(", ")),
      c.is_further_unseen && r.furtherUnseen].filter(Boolean).join(" - "),
    c.proposal && `${r.waits(c.proposal.by, w.outcome[c.proposal.outcome], c.proposal.reason)} - ${r.second}`,
  ].filter(Boolean);
  return html`
    ${lines.map((line) => html`<p class="alert-line reason">${line}</p>`)}
    ${c.offered_to && html`<p>${r.offered(c.offered_to)}</p>`}`;
}

/** Who is on the way, and in how many minutes there; who is there, and since when. */
export function Helpers({ c }) {
  if (!(c.helpers?.length > 0)) return null;
  return html`<ul class="helpers" role="list">${c.helpers.map((one) => html`<li key=${one.name}>${
    one.on_scene_at ? w.onScene(one.name, clock(one.on_scene_at)) : html`${w.onTheWay(one.name)}<${Arrival} at=${one.expected_at} />`
  }</li>`)}</ul>`;
}

function Arrival({ at }) {
  if (!at || nowS.value === null) return null;
  const left = secondsUntil(at);
  return left > 0 ? html`, <span class="digits">${w.inMinutes(duration(left))}</span>` : html`, <b class="alert-line inline">${w.late}</b>`;
}

/** Everybody who was called, by level, with what became of every way to them. */
export function Called({ c }) {
  const levels = [...new Set(c.called.map((one) => one.level))].sort((one, other) => rank(one) - rank(other));
  return html`
    <section class="called" aria-labelledby="called-title"><h2 id="called-title">${w.called.title}</h2>
      ${levels.length === 0 && html`<p class="quiet">${w.called.none}</p>`}
      ${levels.map((level) => html`
        <h3>${level === BESIDE ? w.called.beside : w.called.level(level + 1)}</h3>
        <ul role="list">${c.called.filter((one) => one.level === level).map((one) => html`<${One} key=${one.key} c=${c} one=${one} />`)}</ul>`)}
      ${c.code && html`<p class="quiet">${w.called.code}: <b class="digits">${c.code}</b></p>`}
      ${c.is_open && html`<${AddRecipient} c=${c} /><${CorrectAddress} c=${c} />`}
    </section>`;
}

function rank(level) {
  return level === BESIDE ? Infinity : level;
}

function One({ c, one }) {
  const ways = (c.notified ?? []).filter((way) => way.key === one.key);
  const coming = c.helpers?.find((helper) => helper.name === one.name);
  const untried = one.channels.filter((channel) => !ways.some((way) => way.channel === channel));
  return html`
    <li><strong>${one.name}</strong>
      ${coming && html` <span class="helper-line">${coming.on_scene_at ? w.onScene(one.name, clock(coming.on_scene_at)) : html`${w.onTheWay(one.name)}<${Arrival} at=${coming.expected_at} />`}</span>`}
      ${one.is_declined && html` <b class="alert-line inline">${w.called.declined}</b>`}
      ${one.is_failed && html` <b class="alert-line inline">${w.called.failed}</b>`}
      <ul class="ways">
        ${ways.map((way) => html`<li class=${way.stage}><span class="channel">${way.channel}</span> <${Stage} way=${way} /></li>`)}
        ${untried.map((channel) => html`<li class="quiet"><span class="channel">${channel}</span> -</li>`)}
      </ul></li>`;
}

function Stage({ way }) {
  const text = (way.channel === "console" && w.called.console[way.stage]) || (w.called.stages[way.stage] ?? way.stage);
  return html`${text}${way.at && `, ${clock(way.at)}`}${way.count > 1 && ` (${w.called.times(way.count)})`}${
    way.stage === "failed" && way.detail && `: ${way.detail}`}`;
}

/** Send a form, say what came of it, and keep what was entered while it failed. */
function useSending(path) {
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  const send = async (form, body, sentence) => {
    setSaid("");
    setFault("");
    try {
      await post(path, body);
      setSaid(sentence);
      form.reset();
    } catch (refused) {
      setFault(refused.message);
    }
  };
  return [send, html`<p class="said" role="status">${said}</p><p class="failure" role="alert">${fault}</p>`, setFault];
}

function AddRecipient({ c }) {
  const [send, outcome, setFault] = useSending(`/api/v1/cases/${c.id}/recipients`);
  const [found, setFound] = useState({ people: [], left_out: [] });
  useEffect(() => {
    get(`/api/v1/cases/${c.id}/candidates`).then(setFound, (refused) => setFault(refused.message));
  }, [c.id, c.state]);
  const submit = (event) => {
    event.preventDefault();
    const name = new FormData(event.currentTarget).get("name");
    return send(event.currentTarget, { name }, w.called.added(name));
  };
  return html`
    <details><summary>${w.called.add}</summary><form onSubmit=${submit}>
      <label class="field">${w.called.addWho}<select name="name" required>
        <option value="">${words.shifts.choose}</option>
        ${found.people.map((p) => html`<option key=${p.name} value=${p.name}>${p.name} (${p.channels.join(", ")})</option>`)}
      </select></label>
      ${found.left_out.length > 0 && html`<p class="quiet">${w.called.leftOut}: ${
        found.left_out.map((p) => `${p.name} ${w.called.why[p.reason] ?? p.reason}`).join("; ")}</p>`}
      ${outcome}<button type="submit">${w.called.addSend}</button>
    </form></details>`;
}

function CorrectAddress({ c }) {
  const [send, outcome] = useSending(`/api/v1/cases/${c.id}/addresses`);
  const submit = (event) => {
    event.preventDefault();
    return send(event.currentTarget, Object.fromEntries(new FormData(event.currentTarget)), w.called.corrected);
  };
  const channels = [...new Set(["voice", "sms", "email", ...c.called.flatMap((one) => one.channels)])].filter((name) => name !== "console");
  const people = c.called.filter((one) => one.key !== CONTROL_ROOM);
  if (people.length === 0) return null;
  return html`
    <details><summary>${w.called.correct}</summary><form onSubmit=${submit}>
      <p class="quiet">${w.called.correctHelp}</p>
      <label class="field">${w.called.whose}<select name="key" required>
        ${people.map((one) => html`<option key=${one.key} value=${one.key}>${one.name}</option>`)}</select></label>
      <label class="field">${w.called.channel}<select name="channel">
        ${channels.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}</select></label>
      <label class="field">${w.called.address}<input name="address" required maxlength="500" autocomplete="off" /></label>
      ${outcome}<button type="submit">${w.called.correctSend}</button>
    </form></details>`;
}
