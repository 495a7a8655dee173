// The dialogs of the verbs that ask something first: minutes, words, a person, a reason. Escape or
// "Back" changes nothing; what was typed stays until the base station has taken it.
import { useEffect, useRef, useState } from "preact/hooks";

import { isAlarm, isWaiting, kindOf, whoOf } from "./alarms.js";
import { get } from "./api.js";
import { useDraft } from "./drafts.js";
import { html } from "./html.js";
import { snapshot } from "./link.js";
import { user } from "./session.js";
import { failures, press, sending } from "./verbs.js";
import { words } from "./words.js";

const w = words.chain.dialog;
const MINUTES = [2, 3, 5, 8, 10, 15];

/** Verbs that ask something before they are sent. */
export const ASKING = ["on_the_way", "need_more", "hand_over", "contact", "all_clear", "false_alarm"];

export function VerbDialog({ c, verb, close }) {
  const dialog = useRef(null);
  const [fault, setFault] = useState("");
  useEffect(() => dialog.current.showModal(), []);
  const send = async (body, taken) => {
    setFault("");
    if (await press(c.id, verb, body)) (taken?.(), close());
    else setFault(failures.value.get(c.id) ?? "");
  };
  const titleId = `${verb}-${c.id}`;
  const Body = BODIES[verb];
  return html`
    <dialog ref=${dialog} class="verb-dialog" aria-labelledby=${titleId} onClose=${close}>
      <h2 id=${titleId}>${w[verb]}: ${kindOf(c)}, ${whoOf(c)}</h2>
      <${Others} id=${c.id} />
      <${Body} c=${c} verb=${verb} send=${send} close=${close} fault=${fault} setFault=${setFault} />
    </dialog>`;
}

/** An alarm that came meanwhile must not hide behind the dialog. */
function Others({ id }) {
  const n = (snapshot.value?.cases ?? []).filter((c) => c.id !== id && isAlarm(c) && isWaiting(c)).length;
  return html`<p class="others" role="status">${n > 0 ? words.allClear.others(n) : ""}</p>`;
}

function Form({ c, submit, text, fault, close, children }) {
  return html`
    <form onSubmit=${(event) => (event.preventDefault(), submit())}>
      ${children}
      <p class="failure" role="alert">${fault}</p>
      <div class="buttons">
        <button type="button" onClick=${close}>${words.allClear.cancel}</button>
        <button type="submit" class="strong">${sending.value.has(c.id) ? words.row.working : text}</button>
      </div>
    </form>`;
}

function Minutes({ send, close, fault }) {
  return html`
    <form onSubmit=${(event) => event.preventDefault()}>
      <fieldset><legend>${w.minutesAsk}</legend>
        <div class="minutes">${MINUTES.map((n) => html`
          <button type="button" onClick=${() => send({ minutes: n })}>${w.minutes(n)}</button>`)}
          <button type="button" onClick=${() => send({})}>${w.unknown}</button></div>
      </fieldset>
      <p class="failure" role="alert">${fault}</p>
      <div class="buttons"><button type="button" onClick=${close}>${words.allClear.cancel}</button></div>
    </form>`;
}

function Words({ c, verb, send, close, fault, setFault }) {
  const [own, setOwn] = useDraft(`${verb}.${c.id}`);
  const isContact = verb === "contact";
  const taken = () => setOwn("");
  const submit = () => (isContact && !own.trim() ? setFault(w.write) : send({ reason: own.trim() }, taken));
  return html`
    <${Form} c=${c} submit=${submit} text=${w.send} fault=${fault} close=${close}>
      ${isContact && c.is_silent_alarm && html`<p class="silence">${w.contactSilent}</p>`}
      <label class="field">${isContact ? w.contactAsk : w.needMoreAsk}
        <textarea rows="3" maxlength="380" value=${own} onInput=${(e) => setOwn(e.target.value)}></textarea></label>
    </${Form}>`;
}

function HandOver({ c, send, close, fault, setFault }) {
  const [found, setFound] = useState(null);
  const [to, setTo] = useState("");
  useEffect(() => {
    get(`/api/v1/cases/${c.id}/candidates`).then(setFound, (refused) => setFault(refused.message));
  }, []);
  const me = user.value?.display_name;
  const people = (found?.people ?? []).map((p) => p.name).filter((name) => name !== me);
  const operators = (found?.operators ?? []).filter((name) => name !== me && !people.includes(name));
  const group = (label, names) => names.length > 0 && html`
    <optgroup label=${label}>${names.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}</optgroup>`;
  return html`
    <${Form} c=${c} submit=${() => (to ? send({ to }) : setFault(w.chooseOne))} text=${w.send} fault=${fault} close=${close}>
      <label class="field">${w.handOverAsk}
        <select value=${to} onChange=${(e) => setTo(e.target.value)}>
          <option value="">${words.shifts.choose}</option>
          ${group(w.operators, operators)}${group(w.people, people)}
        </select></label>
      <p class="quiet">${w.handOverHelp}</p>
    </${Form}>`;
}

function Ending({ c, verb, send, close, fault, setFault }) {
  const [ready, setReady] = useState("");
  const [own, setOwn] = useDraft(`${verb}.${c.id}`);
  const isFalse = verb === "false_alarm";
  const submit = () => {
    const reason = [words.ends.codes[ready], own.trim()].filter(Boolean).join(": ");
    if (reason) send({ reason, code: ready }, () => setOwn(""));
    else setFault(words.allClear.empty);
  };
  const choice = (code) => html`
    <label class="choice"><input type="radio" name="reason" checked=${ready === code}
      onChange=${() => { setReady(code); setFault(""); }} /> ${words.ends.codes[code]}</label>`;
  const text = !c.may_end ? w.propose : isFalse ? w.closeFalse : words.allClear.confirm;
  return html`
    <${Form} c=${c} submit=${submit} text=${text} fault=${fault} close=${close}>
      ${!c.may_end && html`<p class="alert-line">${w.second}</p>`}
      <fieldset><legend>${isFalse ? w.falseAsk : words.allClear.ask}</legend>
        ${words.ends.codesOf[verb].map(choice)}</fieldset>
      <label class="field">${words.allClear.more} <span class="quiet">(${words.allClear.moreHelp})</span>
        <textarea rows="2" maxlength="380" value=${own} onInput=${(e) => { setOwn(e.target.value); setFault(""); }}></textarea>
      </label>
    </${Form}>`;
}

const BODIES = {
  on_the_way: Minutes, need_more: Words, contact: Words, hand_over: HandOver, all_clear: Ending, false_alarm: Ending,
};
