// Closed cases, newest first, page by page, by worker, kind and time. An answer to an older question that
// comes late is forgotten.
import { useEffect, useRef, useState } from "preact/hooks";

import { get } from "./api.js";
import { html } from "./html.js";
import { minute } from "./station_time.js";
import { words } from "./words.js";

const w = words.past;
const LIMIT = 50;

/** The days asked for begin and end at midnight where the reader sits; the last day counts whole. */
function asked(fields, after) {
  const query = new URLSearchParams({ limit: LIMIT, after });
  if (fields.worker.trim()) query.set("worker", fields.worker.trim());
  if (fields.kind) query.set("kind", fields.kind);
  if (fields.from) query.set("from_at", new Date(`${fields.from}T00:00`).toISOString());
  if (fields.until) {
    const day = new Date(`${fields.until}T00:00`);
    day.setDate(day.getDate() + 1);
    query.set("until_at", day.toISOString());
  }
  return `/api/v1/cases?${query}`;
}

export function PastPage() {
  const [fields, setFields] = useState({ worker: "", kind: "", from: "", until: "" });
  const [found, setFound] = useState(null);
  const [fault, setFault] = useState("");
  const question = useRef(0);
  const read = async (before) => {
    const mine = ++question.current;
    try {
      const page = await get(asked(before?.fields ?? fields, before?.next ?? ""));
      if (mine !== question.current) return;
      setFound({ items: [...(before?.items ?? []), ...page.items], next: page.next, fields: before?.fields ?? fields });
      setFault("");
    } catch (refused) {
      if (mine === question.current) setFault(refused.message);
    }
  };
  useEffect(() => void read(), []);
  const put = (name) => (event) => setFields({ ...fields, [name]: event.target.value });
  const send = (event) => (event.preventDefault(), read());
  return html`
    <h1>${w.title}</h1>
    <form class="line past-question" onSubmit=${send}>
      <label class="field">${w.worker}<input value=${fields.worker} onInput=${put("worker")} maxlength="120" autocomplete="off" /></label>
      <label class="field">${w.kind}<select value=${fields.kind} onChange=${put("kind")}>
        <option value="">${w.anyKind}</option>
        ${Object.entries(words.kinds).map(([kind, text]) => html`<option key=${kind} value=${kind}>${text}</option>`)}</select></label>
      <label class="field">${w.from}<input type="date" value=${fields.from} onInput=${put("from")} /></label>
      <label class="field">${w.until}<input type="date" value=${fields.until} onInput=${put("until")} /></label>
      <button class="strong" type="submit">${w.find}</button>
    </form>
    <p class="failure" role="alert">${fault}</p>
    ${found && html`<${Cases} found=${found} more=${() => read(found)} />`}`;
}

function Cases({ found: { items, next }, more }) {
  return html`
    <p class="quiet" role="status">${items.length === 0 && !next ? w.none : w.shown(items.length)}</p>
    <ul role="list" class="past">${items.map((c) => html`<${Row} key=${c.id} c=${c} />`)}</ul>
    ${next ? html`<button type="button" onClick=${more}>${w.more}</button>` : items.length > 0 && html`<p class="quiet">${w.all}</p>`}`;
}

function Row({ c }) {
  const outcome = words.outcomes[c.outcome] ?? c.outcome;
  return html`<li>
    <a href=${`#/case/${c.id}`}><span class="digits">#${c.id}</span> ${words.kinds[c.kind] ?? words.unknownKind(c.kind)}</a>
    ${words.marks[c.mark] && html` <strong>${words.marks[c.mark]}</strong>`}
    <span>${c.is_readable ? (c.worker ?? w.nobody) : w.unreadable}${c.workplace ? `, ${c.workplace}` : ""}</span>
    <span class="quiet">${c.opened_at && `${w.opened} ${minute(c.opened_at)}`}</span>
    <span class="quiet">${[outcome, c.closed_by && w.closedBy(c.closed_by)].filter(Boolean).join(" ")}${c.reason ? `: ${c.reason}` : ""}</span></li>`;
}
