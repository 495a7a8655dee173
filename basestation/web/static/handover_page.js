// The duty of the control room and its handover: what is left to be confirmed, one press each. What counts is
// what the snapshot says; a press that was refused or not heard never looks done.
import { useEffect, useRef, useState } from "preact/hooks";

import { get, post } from "./api.js";
import { html } from "./html.js";
import { snapshot } from "./link.js";
import { user } from "./session.js";
import { clock } from "./station_time.js";
import { words } from "./words.js";

const w = words.handover;

export function HandoverPage() {
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState("");
  if (snapshot.value === null) return html`<p class="none">${words.link.connecting}</p>`;
  const { on_duty: duty, handover } = snapshot.value.room_duty;
  /** Send one press; `name` is the button that waits. */
  const press = async (name, path, body, done = "") => {
    setBusy(name);
    setSaid("");
    try {
      await post(`/api/v1/${path}`, body);
      setFault("");
      setSaid(done);
    } catch (refused) {
      setFault(refused.message);
    }
    setBusy("");
  };
  const verbs = { press, busy };
  return html`
    <h1>${w.title}</h1>
    <p class="quiet">${w.help}</p>
    <p class="said" role="status">${said}</p>
    <p class="failure" role="alert">${fault}</p>
    <p class="on-duty">${duty ? w.onDuty(duty.name, clock(duty.since)) : w.nobody}</p>
    ${handover ? html`<${Open} handover=${handover} verbs=${verbs} />` : html`<${Idle} duty=${duty} verbs=${verbs} />`}
    <${Past} version=${handover?.id ?? 0} duty=${duty?.since} />`;
}

function Idle({ duty, verbs }) {
  if (duty === null) {
    return html`<button type="button" class="strong" disabled=${verbs.busy === "free"}
      onClick=${() => verbs.press("free", "room-duty", {}, w.done)}>${w.takeFree}</button>`;
  }
  if (duty.user_id !== user.value.id) return null;
  return html`
    <button type="button" class="strong" disabled=${verbs.busy === "begin"}
      onClick=${() => verbs.press("begin", "handovers")}>${w.begin}</button>
    <p class="quiet">${w.beginHelp}</p>`;
}

function Open({ handover, verbs }) {
  const isIncoming = handover.incoming_id === user.value.id;
  const isOutgoing = handover.outgoing_id === user.value.id;
  return html`
    <section class="handover" aria-labelledby="handover-items">
      <p>${w.open(handover.outgoing, clock(handover.started_at))} ${handover.incoming ? w.incoming(handover.incoming) : w.waiting}</p>
      <p class="alert-line" role="status">${w.notReleased(handover.outgoing)} ${handover.left > 0 ? w.left(handover.left) : w.all}</p>
      ${!isOutgoing && handover.incoming === null && html`
        <button type="button" class="strong" disabled=${verbs.busy === "join"}
          onClick=${() => verbs.press("join", `handovers/${handover.id}/join`)}>${w.join}</button>`}
      <h2 id="handover-items">${w.items} <span class="count">${handover.items.length}</span></h2>
      ${handover.items.length === 0 && html`<p>${w.nothing}</p>`}
      <ul role="list" class="handover-items">${handover.items.map((item) => html`
        <${Item} key=${item.key} item=${item} number=${handover.id} isOurs=${isIncoming} verbs=${verbs} />`)}</ul>
      ${isIncoming && handover.left === 0 && html`
        <button type="button" class="strong" disabled=${verbs.busy === "take"}
          onClick=${() => verbs.press("take", `handovers/${handover.id}/take`, {}, w.done)}>${w.take(handover.outgoing)}</button>`}
      <${BreakOff} handover=${handover} verbs=${verbs} />
    </section>`;
}

/** What a thing to confirm, or one that was confirmed, is about. */
export function titleOf(item) {
  if (item.case === undefined) {
    const reason = words.protection.reasons[item.protection_reason] ?? item.protection_reason ?? w.noReason;
    return w.workerOf(item.worker, reason);
  }
  const kind = words.kinds[item.kind] ?? words.unknownKind(item.kind);
  const mark = item.case_mark === "real" ? "" : `${words.marks[item.case_mark] ?? item.case_mark}: `;
  return mark + w.caseOf(item.case, kind, item.worker ?? words.row.device(item.device));
}

function Item({ item, number, isOurs, verbs }) {
  const title = titleOf(item);
  const path = `handovers/${number}/confirm`;
  const since = item.raised_at ?? item.protection_since;
  return html`
    <li class=${item.confirmed_at ? "known" : "open"}>
      <p class="person-line"><strong>${title}</strong></p>
      <p>${item.workplace}${since && html` · <span class="digits">${w.since(clock(since))}</span>`}
        ${item.case !== undefined && html` · ${words.states[item.state] ?? item.state} · ${item.accepted_by ? w.takenBy(item.accepted_by) : w.nobodyHasIt}`}</p>
      ${item.is_silent_alarm && html`<p class="alert-line">${w.silent}</p>`}
      ${item.case !== undefined && html`<p><a href=${`#/case/${item.case}`}>${w.openCase}</a></p>`}
      ${item.confirmed_at
        ? html`<p class="confirmed"><span aria-hidden="true">✓</span> ${w.confirmed(clock(item.confirmed_at))}</p>`
        : isOurs && html`
          <button type="button" class="strong" aria-label=${w.confirmOf(title)} disabled=${verbs.busy === item.key}
            onClick=${() => verbs.press(item.key, path, { key: item.key, mark: item.mark })}>${w.confirm}</button>`}
    </li>`;
}

function BreakOff({ handover, verbs }) {
  const send = (event) => {
    event.preventDefault();
    const reason = new FormData(event.currentTarget).get("reason");
    verbs.press("off", `handovers/${handover.id}/break-off`, { version: handover.version, reason }, w.broken);
  };
  return html`
    <details class="break-off">
      <summary>${w.breakOff}</summary>
      <form onSubmit=${send}>
        <p class="quiet">${w.breakOffHelp(handover.outgoing)}</p>
        <label class="field">${w.breakOffReason} <input name="reason" maxlength="120" /></label>
        <button type="submit" disabled=${verbs.busy === "off"}>${w.breakOff}</button>
      </form>
    </details>`;
}

function Past({ version, duty }) {
  const [list, setList] = useState(null);
  const [fault, setFault] = useState("");
  const asked = useRef(0);
  useEffect(() => {
    const mine = ++asked.current;
    // An answer that comes late never overwrites a newer one.
    const take = (set) => (found) => mine === asked.current && set(found);
    get("/api/v1/handovers").then(take(setList), take((refused) => setFault(refused.message)));
  }, [version, duty]);
  return html`
    <section class="past-handovers" aria-labelledby="past-title">
      <h2 id="past-title">${w.past}</h2>
      <p class="failure" role="alert">${fault}</p>
      ${list?.length === 0 && html`<p class="quiet">${w.noPast}</p>`}
      <ol role="list">${(list ?? []).map((one) => html`
        <li key=${one.id}>
          <details>
            <summary><strong>${w.pastOf(one.outgoing, one.incoming)}</strong>
              <span class="digits"> ${w.ended(w.states[one.state] ?? one.state, one.ended_by, clock(one.ended_at))}</span>,
              ${" "}${w.confirmations(one.confirmations.length)}</summary>
            ${one.reason && html`<p>${one.reason}</p>`}
            <ul>${one.confirmations.map((c) => html`
              <li key=${c.key}>${titleOf(c)} <span class="quiet digits">${w.confirmed(clock(c.confirmed_at))}</span></li>`)}</ul>
          </details>
        </li>`)}</ol>
    </section>`;
}
