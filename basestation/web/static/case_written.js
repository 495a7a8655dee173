// What people write of a case: notes, and the report. Append-only and in versions; a text stays in its field until
// the base station has taken it.
import { useRef, useState } from "preact/hooks";

import { post, put } from "./api.js";
import { useDraft } from "./drafts.js";
import { html } from "./html.js";
import { clock } from "./station_time.js";
import { words } from "./words.js";

const w = words.casefile;
const NOTE_CHARACTERS_MAX = 2000;
const REPORT_CHARACTERS_MAX = 10000;

/** Return [whether it is on its way, what was wrong, a function that does `work`]; a second press does nothing. */
export function useSending() {
  const [isSending, setSending] = useState(false);
  const [fault, setFault] = useState("");
  const under = useRef(false);
  const send = async (work) => {
    if (under.current) return false;
    under.current = true;
    setSending(true);
    setFault("");
    try {
      await work();
      return true;
    } catch (refused) {
      setFault(refused.message);
      return false;
    } finally {
      under.current = false;
      setSending(false);
    }
  };
  return [isSending, fault, send];
}

/** The notes of a case and the field for one more. */
export function Notes({ c, read }) {
  const [text, setText] = useDraft(`note.${c.id}`);
  const [isSending, fault, send] = useSending();
  // The same text sent again, because no answer came, is the same note.
  const sent = useRef({ text: "", key: "" });
  const submit = async (event) => {
    event.preventDefault();
    if (!text.trim()) return;
    if (sent.current.text !== text) sent.current = { text, key: newKey() };
    const isTaken = await send(() => post(`/api/v1/cases/${c.id}/notes`, { text, key: sent.current.key }));
    if (!isTaken) return;
    sent.current = { text: "", key: "" };
    setText("");
    read();
  };
  return html`
    <section class="notes" aria-labelledby="notes-title"><h2 id="notes-title">${w.notes.title} <span class="count">${c.notes.length}</span></h2>
      <ol role="list" class="written">${c.notes.map((note) => html`
        <li key=${note.id}><p class="quiet"><time class="digits" datetime=${note.at}>${clock(note.at)}</time> ${note.by}</p>
          <p class="text">${note.text}</p></li>`)}</ol>
      <form onSubmit=${submit}>
        <label class="field">${w.notes.add}<textarea rows="2" maxlength=${NOTE_CHARACTERS_MAX} value=${text}
          onInput=${(event) => setText(event.target.value)}></textarea></label>
        <p class="failure" role="alert">${fault}</p>
        <button type="submit" aria-disabled=${isSending ? "true" : "false"}>${isSending ? words.row.working : w.notes.send}</button>
      </form></section>`;
}

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The report of a case. What somebody else wrote meanwhile is shown beside what is being typed. */
export function Report({ c, read }) {
  const [draft, setDraft] = useDraft(`report.${c.id}`);
  const [isEditing, setEditing] = useState(draft !== "");
  const [base, setBase] = useState(c.report?.version ?? 0);
  const [isSending, fault, send] = useSending();
  const stored = c.report;
  const begin = () => {
    setBase(stored?.version ?? 0);
    if (!draft) setDraft(stored?.text ?? "");
    setEditing(true);
  };
  const submit = async (event) => {
    event.preventDefault();
    if (!(await send(() => put(`/api/v1/cases/${c.id}/report`, { text: draft, version: base })))) return read();
    setDraft("");
    setEditing(false);
    return read();
  };
  const isOvertaken = isEditing && (stored?.version ?? 0) > base;
  const takeOver = () => setBase(stored.version);
  return html`
    <section class="report" aria-labelledby="report-title"><h2 id="report-title">${w.report.title}</h2>
      ${c.outcome && html`<p><b>${words.outcomes[c.outcome] ?? c.outcome}</b>${c.outcome_code && ` - ${words.ends.codes[c.outcome_code] ?? c.outcome_code}`}</p>
        <p>${c.reason}</p>`}
      ${stored ? html`<p class="quiet">${w.report.by(stored.by, clock(stored.at), stored.version)}</p><p class="text">${stored.text}</p>`
        : html`<p class="quiet">${w.report.none}</p>`}
      ${!isEditing && html`<button type="button" onClick=${begin}>${stored ? w.report.change : w.report.write}</button>`}
      ${isEditing && html`<form onSubmit=${submit}>
        <label class="field">${w.report.field}<textarea rows="8" maxlength=${REPORT_CHARACTERS_MAX} value=${draft}
          onInput=${(event) => setDraft(event.target.value)}></textarea></label>
        <p class="failure" role="alert">${fault}</p>
        ${isOvertaken && html`<p class="alert-line">${w.report.overtaken(stored.by)}</p>
          <button type="button" onClick=${takeOver}>${w.report.overwrite}</button>`}
        <div class="buttons"><button type="button" onClick=${() => { setDraft(""); setEditing(false); }}>${w.report.drop}</button>
          <button type="submit" class="strong" aria-disabled=${isSending ? "true" : "false"}>${isSending ? words.row.working : w.report.send}</button></div>
      </form>`}</section>`;
}
