// What the pages about the rescue chain share: reading a list, sending a change, saying what came of it,
// and plain fields. What was entered stays while it was refused.
import { useEffect, useRef, useState } from "preact/hooks";

import { get } from "./api.js";
import { html } from "./html.js";
import { words } from "./words.js";

const w = words.rescue;

/** Return [what `path` answers, or `first` before, a function that reads it again, what went wrong].
    An answer that comes after a newer question was asked is dropped: it may be older than what is shown. */
export function useRead(path, first) {
  const [found, setFound] = useState(first);
  const [fault, setFault] = useState("");
  const asked = useRef(0);
  const read = async () => {
    const mine = (asked.current += 1);
    const isNewest = () => mine === asked.current;
    try {
      const answer = await get(path);
      if (isNewest()) setFound(answer);
      if (isNewest()) setFault("");
    } catch (refused) {
      if (isNewest()) setFault(refused.message);
    }
  };
  useEffect(() => void read(), [path]);
  return [found, read, fault];
}

/** Return [a function that does a change and tells whether it was taken, the lines that say what came of it]. */
export function useChange(after) {
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  const change = async (work, sentence = w.saved) => {
    setSaid("");
    setFault("");
    try {
      await work();
      setSaid(sentence);
      await after?.();
      return true;
    } catch (refused) {
      setFault(refused.message);
      return false;
    }
  };
  return [change, html`<p class="said" role="status">${said}</p><p class="failure" role="alert">${fault}</p>`];
}

/** A field with its label; `put` gets what is typed. */
export function Field({ label, value, put, type = "text", ...more }) {
  return html`<label class="field">${label}<input type=${type} value=${value} autocomplete="off"
    onInput=${(event) => put(type === "number" ? event.target.valueAsNumber : event.target.value)} ...${more} /></label>`;
}

/** A choice with its label; `of` are [value, text] pairs. */
export function Choice({ label, value, put, of, isOptional = false, none = w.choose }) {
  const chosen = (event) => put(event.target.value);
  return html`<label class="field">${label}<select value=${value ?? ""} required=${!isOptional} onChange=${chosen}>
    <option value="">${none}</option>
    ${of.map(([key, text]) => html`<option key=${key} value=${key} selected=${String(key) === String(value ?? "")}>${text}</option>`)}</select></label>`;
}

/** A button that asks once before it takes something away. */
export function Retire({ name, retire }) {
  const [isSure, setSure] = useState(false);
  if (!isSure) {
    return html`<button type="button" class="small" aria-label=${`${w.retire}: ${name}`} onClick=${() => setSure(true)}>${w.retire}</button>`;
  }
  return html`<span class="sure" role="group">${w.sure(name)}
    <button type="button" class="small" onClick=${() => setSure(false)}>${w.no}</button>
    <button type="button" class="small" onClick=${retire}>${w.yes}</button></span>`;
}

export function BackToRegister() {
  return html`<p><a href="#/register">← ${w.back}</a></p>`;
}
