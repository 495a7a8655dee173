// What the pages of log-ins and sites share: a button that asks once, the outcome of a change, the history.
// A refused change leaves what was typed; an older answer that comes late never replaces a newer one.
import { useEffect, useRef, useState } from "preact/hooks";

import { get } from "./api.js";
import { html } from "./html.js";
import { clock } from "./station_time.js";
import { words } from "./words.js";

const w = words.users;

/** Return [what `path` answers, or `first` before, a function that reads it again, what went wrong]. */
export function useNewest(path, first) {
  const [found, setFound] = useState(first);
  const [fault, setFault] = useState("");
  const asked = useRef(0);
  const read = async () => {
    const number = ++asked.current;
    const [answer, refused] = await get(path).then((a) => [a, ""], (r) => [null, r.message]);
    if (number !== asked.current) return;
    setFault(refused);
    if (answer !== null) setFound(answer);
  };
  useEffect(() => void read(), [path]);
  return [found, read, fault];
}

/** Return [a function that does a change and returns its answer or null, the lines that say what came of it]. */
export function useOutcome(after) {
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  const act = async (work, sentence = w.saved) => {
    if (isBusy) return null;
    setSaid("");
    setFault("");
    setBusy(true);
    try {
      const answer = (await work()) ?? {};
      setSaid(sentence);
      await after?.();
      return answer;
    } catch (refused) {
      setFault(refused.message);
      return null;
    } finally {
      setBusy(false);
    }
  };
  return [act, html`<p class="said" role="status">${said}</p><p class="failure" role="alert">${fault}</p>`];
}

/** Return what stands in a form, a function that puts a part of it, and one that forgets what was typed.
 *
 * Until something is typed the form follows `start`; from then on it keeps what was typed and the version of
 * that moment, so that a change that somebody else makes meanwhile is refused and nothing typed is lost. */
export function useDraft(start) {
  const [draft, setDraft] = useState(null);
  const put = (name) => (value) => setDraft((before) => ({ ...(before ?? start), [name]: value }));
  return [draft ?? start, put, () => setDraft(null), draft !== null];
}

/** The buttons of such a form. */
export function Send({ text, isTyped, forget }) {
  return html`<div class="buttons">${isTyped && html`<button type="button" onClick=${forget}>${w.discard}</button>`}
    <button type="submit">${text}</button></div>`;
}

/** A button that asks once before it acts; the focus goes to the answer, and back. */
export function Sure({ text, name, question, act }) {
  const [isSure, setSure] = useState(false);
  const first = useRef(null);
  const again = useRef(null);
  const wasSure = useRef(false);
  useEffect(() => {
    if (isSure) first.current?.focus();
    else if (wasSure.current) again.current?.focus();
    wasSure.current = isSure;
  }, [isSure]);
  if (!isSure) {
    return html`<button type="button" ref=${again} aria-label=${`${text}: ${name}`} onClick=${() => setSure(true)}>${text}</button>`;
  }
  return html`<span class="sure" role="group" aria-label=${question}><span>${question}</span>
    <button type="button" ref=${first} onClick=${() => setSure(false)}>${w.no}</button>
    <button type="button" onClick=${() => (setSure(false), act())}>${w.yes}</button></span>`;
}

/** What was done to one thing, read when it is opened; `text` puts the content into words. */
export function History({ path, version, text, children }) {
  const [isOpen, setOpen] = useState(false);
  return html`<details class="register-history" onToggle=${(event) => setOpen(event.target.open)}><summary>${w.history}</summary>
    ${isOpen && html`<${Entries} key=${version} path=${path} text=${text} />`}${children}</details>`;
}

function Entries({ path, text }) {
  const [entries, , fault] = useNewest(path, []);
  return html`<p class="failure" role="alert">${fault}</p>
    <ol>${entries.map((one) => html`<li key=${`${one.at}-${one.version}-${one.kind}`}>
      <strong>${w.kinds[one.kind] ?? one.kind}</strong>${" "}<span class="digits">${clock(one.at)}</span>${" "}${w.by(one.by)}
      <br /><span class="quiet">${text(one.content)}</span></li>`)}</ol>`;
}
