// The site's protocols and the pictures of workers, kept by a safety officer. A list that somebody else changed
// meanwhile is not overwritten, and what was typed stays until it was taken.
import { useState } from "preact/hooks";

import { Refused, put, remove } from "./api.js";
import { useSending } from "./case_written.js";
import { useDraft } from "./drafts.js";
import { html } from "./html.js";
import { BackToRegister, useRead } from "./rescue_forms.js";
import { clock } from "./station_time.js";
import { words } from "./words.js";

const w = words.casefile.protocols;
const UPLOAD_MS_MAX = 60000;
const kindName = (kind) => (kind === "" ? w.anyPerson : (words.kinds[kind] ?? kind));

export function ProtocolsPage() {
  const [lists, read, fault] = useRead("/api/v1/protocols", null);
  const [sites] = useRead("/api/v1/sites", []);
  const [kind, setKind] = useState("");
  const [site, setSite] = useState(1);
  return html`
    <${BackToRegister} /><h1>${w.title}</h1><p class="quiet">${w.help}</p>
    <p class="failure" role="alert">${fault}</p>
    <div class="register">
      <section>
        ${sites.length > 1 && html`<label class="field">${w.site}<select onChange=${(event) => setSite(Number(event.target.value))}>
          ${sites.map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === site}>${one.name}</option>`)}</select></label>`}
        <label class="field">${w.kind}<select onChange=${(event) => setKind(event.target.value)}>
          ${["", ...Object.keys(words.kinds)].map((one) => html`<option key=${one} value=${one} selected=${one === kind}>${kindName(one)}</option>`)}</select></label>
        ${lists && html`<${Editor} key=${`${site}/${kind}`} site=${site} kind=${kind} read=${read}
          lists=${lists.filter((one) => one.site_id === site && one.kind === kind)} />`}
      </section>
      <${Pictures} />
    </div>`;
}

function Editor({ site, kind, lists, read }) {
  const newest = lists[0];
  const current = newest && !newest.ended_at ? newest : null;
  const [draft, setDraft] = useDraft(`protocol.${site}.${kind}`);
  const [base, setBase] = useState(newest?.version ?? 0);
  const [said, setSaid] = useState("");
  const [isSending, fault, send] = useSending();
  const [isTouched, setTouched] = useState(draft !== "");
  const text = isTouched ? draft : (current?.steps ?? []).join("\n");
  const type = (next) => {
    if (!isTouched) setBase(newest?.version ?? 0);
    setTouched(true);
    setDraft(next);
    setSaid("");
  };
  const submit = async (event) => {
    event.preventDefault();
    const steps = text.split("\n").map((line) => line.trim()).filter(Boolean);
    const isTaken = await send(() => put("/api/v1/protocols", { site_id: site, kind, steps, version: isTouched ? base : (newest?.version ?? 0) }));
    await read();
    if (!isTaken) return setBase(-1);
    setDraft("");
    setTouched(false);
    return setSaid(w.was);
  };
  // What somebody else set is shown below; sending again after that is a decision.
  if (base === -1 && newest) setBase(newest.version);
  return html`
    <form onSubmit=${submit}>
      <p>${current ? w.inForce(current.version, current.set_by, clock(current.set_at)) : w.notInForce}</p>
      <label class="field">${w.steps}<textarea rows="10" value=${text} onInput=${(event) => type(event.target.value)}></textarea></label>
      <p class="said" role="status">${said}</p><p class="failure" role="alert">${fault}</p>
      <button type="submit" class="strong" aria-disabled=${isSending ? "true" : "false"}>${isSending ? words.row.working : w.set}</button>
    </form>
    ${lists.length > 0 && html`<details open=${fault !== ""}><summary>${w.history}</summary><ul role="list">${lists.map((one) => html`
      <li key=${one.id}><p>${w.ended(one.version, one.set_by, clock(one.set_at))}</p>
        ${one.steps.length === 0 ? html`<p class="quiet">${w.empty}</p>` : html`<ol>${one.steps.map((step) => html`<li>${step}</li>`)}</ol>
          <button type="button" class="small" onClick=${() => type(one.steps.join("\n"))}>${w.takeAgain}</button>`}</li>`)}</ul></details>`}`;
}

function Pictures() {
  const [workers] = useRead("/api/v1/workers", []);
  const [pictures, read, fault] = useRead("/api/v1/pictures", []);
  const [said, setSaid] = useState("");
  const [isSending, wrong, send] = useSending();
  const nameOf = (id) => workers.find((one) => one.id === id)?.name ?? id;
  const submit = async (event) => {
    event.preventDefault();
    const target = event.currentTarget;
    const form = new FormData(target);
    setSaid("");
    if (!(await send(() => upload(form.get("worker"), form.get("file"))))) return;
    setSaid(w.kept);
    target.reset();
    await read();
  };
  const forget = (id) => send(() => remove(`/api/v1/workers/${id}/picture`)).then(read);
  return html`
    <section aria-labelledby="pictures-title"><h2 id="pictures-title">${w.pictures}</h2><p class="quiet">${w.picturesHelp}</p>
      <ul role="list">${pictures.map((one) => html`<li key=${one.worker_id}><b>${nameOf(one.worker_id)}</b>
        <span class="quiet">${w.since(one.set_by, clock(one.set_at))}</span>
        <button type="button" class="small" aria-label=${w.forget(nameOf(one.worker_id))} onClick=${() => forget(one.worker_id)}>${words.rescue.remove}</button></li>`)}</ul>
      <form onSubmit=${submit}>
        <label class="field">${w.worker}<select name="worker" required><option value="">${words.rescue.choose}</option>
          ${workers.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}</select></label>
        <label class="field">${w.file}<input type="file" name="file" accept=".png,.jpg,.jpeg" required /></label>
        <p class="said" role="status">${said}</p><p class="failure" role="alert">${fault || wrong}</p>
        <button type="submit" class="strong" aria-disabled=${isSending ? "true" : "false"}>${isSending ? words.row.working : w.keep}</button>
      </form></section>`;
}

// A file goes as it is, and not as JSON.
async function upload(worker, file) {
  let response;
  try {
    response = await fetch(`/api/v1/workers/${worker}/picture`, {
      method: "PUT", body: file, signal: AbortSignal.timeout(UPLOAD_MS_MAX), redirect: "error",
    });
  } catch {
    throw new Refused(words.link.notReached, 0);
  }
  if (response.ok) return;
  const answer = await response.json().catch(() => ({}));
  throw new Refused(answer.detail ?? answer.error ?? words.link.noAnswer, response.status);
}
