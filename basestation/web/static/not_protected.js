// Beside the alarms: each worker who is not protected, as visible as an alarm, and a handover that is open.
import { html } from "./html.js";
import { Protection } from "./protection.js";
import { words } from "./words.js";

const w = words.people;

/** Never says to call somebody whose silent alarm is open. Nothing while everybody at work is protected, or not known to be without protection. */
export function NotProtected({ people, cases }) {
  const found = people.filter((p) => p.protection === "not_protected");
  if (found.length === 0) return null;
  const isSilent = (p) => cases.some((c) => c.is_silent_alarm && c.device === p.device);
  return html`
    <section class="not-protected" aria-labelledby="not-protected-title">
      <h2 id="not-protected-title"><span class="sign" aria-hidden="true">!</span> ${found.length} ${w.bandTitle}</h2>
      <p>${found.some(isSilent) ? w.bandHelpSilent : w.bandHelp}</p>
      <ul role="list">${found.map((p) => html`
        <li key=${p.shift_id}><strong>${p.worker}</strong> ${p.workplace}<${Protection} p=${p} />
          ${isSilent(p) && html`<p class="never-call">${words.row.silent}: ${words.row.silentHelp}</p>`}</li>`)}</ul>
      <p><a href="#/people">${w.openPage}</a></p>
    </section>`;
}

/** That the control room is being handed over, and what is left. */
export function HandoverNote({ handover }) {
  return handover && html`
    <p class="handover-note"><a href="#/handover">${words.handover.note(handover.outgoing, handover.left)}</a></p>`;
}
