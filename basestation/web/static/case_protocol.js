// The site's protocol of a case as a checklist: each step ticked by whom and when. A tick shows only what the base
// station has stored; while one is on its way its step says so.
import { useState } from "preact/hooks";

import { put } from "./api.js";
import { html } from "./html.js";
import { clock } from "./station_time.js";
import { words } from "./words.js";

const w = words.casefile.protocol;

export function Protocol({ c, read }) {
  if (!c.protocol) return null;
  const { steps } = c.protocol;
  const done = steps.filter((step) => step.is_done).length;
  return html`
    <section class="protocol" aria-labelledby="protocol-title">
      <h2 id="protocol-title">${w.title} <span class="count">${w.done(done, steps.length)}</span></h2>
      <ol>${steps.map((step) => html`<${Step} key=${step.step} c=${c} step=${step} read=${read} />`)}</ol>
    </section>`;
}

function Step({ c, step, read }) {
  const [isSending, setSending] = useState(false);
  const [fault, setFault] = useState("");
  const tick = async (event) => {
    // The box goes back to what is stored; what is stored comes with the next reading.
    event.preventDefault();
    if (isSending) return;
    setSending(true);
    setFault("");
    await put(`/api/v1/cases/${c.id}/protocol/${step.step}`, { is_done: !step.is_done, version: step.version })
      .catch((refused) => setFault(refused.message));
    await read();
    setSending(false);
  };
  return html`
    <li class=${step.is_done ? "is-done" : ""}><label class="choice">
      <input type="checkbox" checked=${step.is_done} aria-busy=${isSending ? "true" : "false"} onClick=${tick} />
      <span><span class="step-text">${step.text}</span>
        ${step.by && html`<span class="quiet step-by">${(step.is_done ? w.by : w.takenBack)(step.by, clock(step.at))}</span>`}
        ${isSending && html`<span class="quiet">${words.row.working}</span>`}</span></label>
      <p class="failure" role="alert">${fault}</p></li>`;
}
