// The floor plans: brought, looked at, retired; what stands on one is placed on a page of its own.
import { useState } from "preact/hooks";

import { Refused, post } from "./api.js";
import { html } from "./html.js";
import { PlanEditor } from "./plan_editor.js";
import { BackToRegister, useRead } from "./rescue_forms.js";
import { words } from "./words.js";

const w = words.plan;

/** A file takes longer than a press. */
const UPLOAD_MS_MAX = 60000;

export function PlansPage({ id }) {
  return id ? html`<${OnePlan} id=${id} />` : html`<${AllPlans} />`;
}

function AllPlans() {
  const [plans, read, fault] = useRead("/api/v1/plans", []);
  return html`
    <${BackToRegister} /><h1>${w.title}</h1>
    <p class="quiet">${w.help}</p>
    <p class="failure" role="alert">${fault}</p>
    <div class="register">
      <section aria-labelledby="plans-all"><h2 id="plans-all">${w.plans}</h2>
        ${plans.length === 0 && html`<p class="quiet">${w.none}</p>`}
        <ul role="list">${plans.map((p) => html`
          <li key=${p.id}><a href=${`#/plans/${p.id}`}>${w.listed(p)}</a> <span class="quiet">${w.size(p)}</span></li>`)}</ul>
      </section>
      <section aria-labelledby="plan-new"><h2 id="plan-new">${w.add}</h2><${NewPlan} read=${read} /></section>
    </div>`;
}

function NewPlan({ read }) {
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  const send = async (event) => {
    event.preventDefault();
    const target = event.currentTarget;
    const form = new FormData(target);
    try {
      const added = await upload(form.get("file"), { name: form.get("name"), level: form.get("level") });
      const parts = Object.entries(added.left_out).map(([name, count]) => `${count} × ${name}`);
      setSaid([w.added(added.name), parts.length > 0 && w.leftOut(parts.join(", "))].filter(Boolean).join(" "));
      setFault("");
      target.reset();
      read();
    } catch (refused) {
      setFault(refused.message);
    }
  };
  return html`
    <form onSubmit=${send}>
      <label class="field">${w.file}<input type="file" name="file" accept=".svg,.png,.jpg,.jpeg" required /></label>
      <label class="field">${w.name}<input name="name" maxlength="120" autocomplete="off" required /></label>
      <label class="field">${w.level}<input name="level" maxlength="120" autocomplete="off" /></label>
      <button class="strong" type="submit">${w.add}</button>
      <p role="status">${said}</p><p class="failure" role="alert">${fault}</p>
    </form>`;
}

// A file goes as it is, and not as JSON.
async function upload(file, facts) {
  let response;
  try {
    response = await fetch(`/api/v1/plans?${new URLSearchParams(facts)}`, {
      method: "POST", body: file, signal: AbortSignal.timeout(UPLOAD_MS_MAX), redirect: "error",
    });
  } catch {
    throw new Refused(words.link.notReached, 0);
  }
  const answer = await response.json().catch(() => ({ detail: words.link.noAnswer }));
  if (response.ok) return answer;
  throw new Refused(answer.detail ?? words.link.noAnswer, response.status);
}

function OnePlan({ id }) {
  const [plan, read, fault] = useRead(`/api/v1/plans/${id}`, null);
  return html`
    <p><a href="#/plans">← ${w.back}</a></p>
    <p class="failure" role="alert">${fault}</p>
    ${plan && html`<h1>${w.listed(plan)} <span class="quiet">${w.size(plan)}</span></h1>
      <${PlanEditor} plan=${plan} read=${read} />
      ${!plan.retired_at && html`<${RetirePlan} id=${id} />`}`}`;
}

function RetirePlan({ id }) {
  const [isAsking, setAsking] = useState(false);
  const [fault, setFault] = useState("");
  const retire = () => post(`/api/v1/plans/${id}/retire`).then(() => { location.hash = "#/plans"; }, (refused) => setFault(refused.message));
  if (!isAsking) return html`<p><button type="button" onClick=${() => setAsking(true)}>${w.retire}</button></p>`;
  return html`
    <div class="sure"><p>${w.sure}</p>
      <button type="button" onClick=${retire}>${w.yes}</button>
      <button type="button" onClick=${() => setAsking(false)}>${w.no}</button>
      <p class="failure" role="alert">${fault}</p></div>`;
}
