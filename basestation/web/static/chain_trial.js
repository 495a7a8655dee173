// Beside the chain: what is missing in it, and who would be called, when, for an alarm that has not happened.
// Asks the base station; nobody is called.
import { useState } from "preact/hooks";

import { get } from "./api.js";
import { html } from "./html.js";
import { Choice, Field, useRead } from "./rescue_forms.js";
import { words } from "./words.js";

const w = words.registers.trial;
const KINDS = Object.entries(words.kinds);
const START = { kind: "manual", mark: "real", worker_id: "", workplace: "", at: "" };

export function Readiness({ turn }) {
  const [found, , fault] = useRead(`/api/v1/chains/check?turn=${turn}`, null);
  return html`
    <section aria-labelledby="chain-readiness"><h2 id="chain-readiness">${w.readiness}</h2>
      <p class="failure" role="alert">${fault}</p>
      ${found?.length === 0 && html`<p class="said">${w.ready}</p>`}
      <ul role="list">${(found ?? []).map((one) => html`<li><strong>${w.gravities[one.gravity] ?? one.gravity}</strong> ${one.sentence}</li>`)}</ul>
    </section>`;
}

export function DryRun() {
  const [form, setForm] = useState(START);
  const [workers] = useRead("/api/v1/workers", []);
  const [workplaces] = useRead("/api/v1/workplaces", []);
  const [told, setTold] = useState(null);
  const [fault, setFault] = useState("");
  const set = (name) => (value) => setForm((old) => ({ ...old, [name]: value }));
  const send = async (event) => {
    event.preventDefault();
    const given = Object.entries({ ...form, at: form.at && new Date(form.at).toISOString() }).filter(([, value]) => value !== "");
    try {
      setTold(await get(`/api/v1/chains/dry-run?${new URLSearchParams(given)}`));
      setFault("");
    } catch (refused) {
      setTold(null);
      setFault(refused.message);
    }
  };
  const active = (rows) => rows.filter((row) => row.is_active !== false);
  return html`
    <section aria-labelledby="chain-trial"><h2 id="chain-trial">${w.title}</h2><p class="quiet">${w.help}</p>
      <form onSubmit=${send}>
        <${Choice} label=${w.kind} value=${form.kind} put=${set("kind")} of=${KINDS} />
        <${Choice} label=${w.worker} value=${form.worker_id} put=${set("worker_id")} isOptional none=${w.anybody} of=${active(workers).map((one) => [one.id, one.name])} />
        <${Choice} label=${w.workplace} value=${form.workplace} put=${set("workplace")} isOptional none=${w.ofShift} of=${active(workplaces).map((one) => [one.name, one.name])} />
        <${Choice} label=${w.mark} value=${form.mark} put=${set("mark")} of=${Object.entries(w.marks)} />
        <${Field} label=${w.at} type="datetime-local" value=${form.at} put=${set("at")} />
        <p class="failure" role="alert">${fault}</p><button type="submit">${w.ask}</button>
      </form>
      <div role="status">${told && html`<p><strong>${w.chain(told.chain)}</strong></p>
        ${told.steps.length === 0 && html`<p class="alert-line">${w.nobody}</p>`}
        <ol class="steps" role="list">${told.steps.map((step) => html`<li><span class="digits">${w.after(step.after_s)}</span> <strong>${step.name}</strong>
          <span class="quiet"> ${step.level}${step.channel && `, ${step.channel}`}${step.address && ` ${step.address}`}</span>
          ${step.left_out && html` <span class="tag">${w.leftOut}</span> ${step.left_out}`}</li>`)}</ol>`}</div>
    </section>`;
}
