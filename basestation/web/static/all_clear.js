// The dialog that asks why a case is over. Escape or "Back" changes nothing.
import { useEffect, useRef, useState } from "preact/hooks";

import { isAlarm, isWaiting, kindOf, whoOf } from "./alarms.js";
import { html } from "./html.js";
import { snapshot } from "./link.js";
import { failures, press, sending } from "./verbs.js";
import { words } from "./words.js";

export function AllClear({ c, close }) {
  const dialog = useRef(null);
  const [ready, setReady] = useState("");
  const [own, setOwn] = useState("");
  const [fault, setFault] = useState("");
  useEffect(() => dialog.current.showModal(), []);

  const send = async (event) => {
    event.preventDefault();
    const reason = [ready, own.trim()].filter(Boolean).join(": ");
    if (!reason) {
      setFault(words.allClear.empty);
      return;
    }
    // The dialog stays, with what was typed, until the base station has taken it.
    setFault("");
    if (await press(c.id, "all_clear", { reason })) close();
    else setFault(failures.value.get(c.id) ?? "");
  };
  const choice = (text) => html`
    <label class="choice"><input type="radio" name="reason" checked=${ready === text}
      onChange=${() => { setReady(text); setFault(""); }} /> ${text}</label>`;
  const titleId = `all-clear-${c.id}`;
  return html`
    <dialog ref=${dialog} class="all-clear" aria-labelledby=${titleId} onClose=${close}>
      <form onSubmit=${send}>
        <h2 id=${titleId}>${words.allClear.title}: ${kindOf(c)}, ${whoOf(c)}</h2>
        <${Others} id=${c.id} />
        <fieldset><legend>${words.allClear.ask}</legend>${words.allClear.reasons.map(choice)}</fieldset>
        <label class="field">${words.allClear.more} <span class="quiet">(${words.allClear.moreHelp})</span>
          <textarea rows="2" maxlength="380" value=${own} onInput=${(e) => { setOwn(e.target.value); setFault(""); }}></textarea>
        </label>
        <p class="failure" role="alert">${fault}</p>
        <div class="buttons">
          <button type="button" onClick=${close}>${words.allClear.cancel}</button>
          <button type="submit" class="strong">${sending.value.has(c.id) ? words.row.working : words.allClear.confirm}</button>
        </div>
      </form>
    </dialog>`;
}

/** An alarm that came meanwhile must not hide behind the dialog. */
function Others({ id }) {
  const n = (snapshot.value?.cases ?? []).filter((c) => c.id !== id && isAlarm(c) && isWaiting(c)).length;
  return html`<p class="others" role="status">${n > 0 ? words.allClear.others(n) : ""}</p>`;
}
