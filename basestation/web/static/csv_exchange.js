// A register as a file: taken out, and read in after a look, line by line, at what it would do. A file with a
// line that is refused is not offered to be read in: the base station takes all of a file or nothing.
import { useState } from "preact/hooks";

import { download, post } from "./api.js";
import { html } from "./html.js";
import { words } from "./words.js";

const w = words.registers.csv;
/** Lines of each part that are shown. */
const SHOWN = 20;

export function CsvExchange({ register, mayImport, read }) {
  const path = `/api/v1/csv/${register}`;
  const [file, setFile] = useState(null);
  const [plan, setPlan] = useState(null);
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  const attempt = async (work) => {
    setSaid("");
    setFault("");
    setPlan(null);
    try {
      await work();
    } catch (refused) {
      setFault(refused.message);
    }
  };
  const takeOut = () => attempt(async () => keep(await download(path), `${register}.csv`));
  const look = (event) => {
    const [chosen] = event.currentTarget.files;
    event.currentTarget.value = "";
    if (!chosen) return;
    const content = new Blob([chosen], { type: "text/csv" });
    attempt(async () => {
      setPlan(await post(`${path}?dry_run=true`, content));
      setFile(content);
    });
  };
  const readIn = () => attempt(async () => {
    setSaid(w.done(sums(await post(`${path}?dry_run=false`, file))));
    await read();
  });
  return html`<div class="csv">
    <button type="button" onClick=${takeOut}>${w.export}</button>
    ${mayImport && html`<label class="button">${w.import}<input class="unseen" type="file" accept=".csv,text/csv" onChange=${look} /></label>`}
    <p role="status">${said}</p><p class="failure" role="alert">${fault}</p>
    ${plan && html`<${Plan} plan=${plan} readIn=${readIn} cancel=${() => setPlan(null)} />`}
  </div>`;
}

const sums = (plan) => ({ added: plan.created.length, changed: plan.changed.length, same: plan.unchanged, refused: plan.refused.length });

function Plan({ plan, readIn, cancel }) {
  const told = sums(plan);
  return html`<section class="csv-plan" aria-label=${w.look}>
    <p role="status"><strong>${told.refused > 0 ? w.refused(told) : w.would(told)}</strong></p>
    <${Lines} title=${w.refusedLines} of=${plan.refused} text=${(one) => one.detail} />
    <${Lines} title=${w.addedLines} of=${plan.created} text=${(one) => one.name} />
    <${Lines} title=${w.changedLines} of=${plan.changed} text=${changeOf} />
    <div class="buttons">
      <button type="button" onClick=${cancel}>${w.cancel}</button>
      ${told.refused === 0 && told.added + told.changed > 0 && html`<button type="button" class="strong" onClick=${readIn}>${w.confirm}</button>`}
    </div></section>`;
}

function Lines({ title, of, text }) {
  if (of.length === 0) return null;
  return html`<h2>${title} <span class="count">${of.length}</span></h2>
    <ul role="list">${of.slice(0, SHOWN).map((one) => html`<li key=${one.line}><span class="quiet">${w.line(one.line)}</span> ${text(one)}</li>`)}
      ${of.length > SHOWN && html`<li class="quiet">${w.more(of.length - SHOWN)}</li>`}</ul>`;
}

function changeOf({ name, fields }) {
  const said = Object.entries(fields).map(([field, [before, after]]) =>
    w.becomes(words.registers.fields[field] ?? field, before || words.registers.empty, after || words.registers.empty));
  return html`<strong>${name}</strong> <span>${said.join("; ")}</span>`;
}

/** Hand a file over to the browser. */
function keep(content, name) {
  const address = URL.createObjectURL(content);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}
