// The keys of a case's verbs: one letter each, shown on the button, only on the case's page, never while somebody
// types or a dialog asks, and switched off for good by whoever does not want them (WCAG 2.1.4).
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { html } from "./html.js";
import { isStale } from "./link.js";
import { leftAloneIn } from "./vigilance.js";
import { words } from "./words.js";

const NAME = "rufweite.verb-keys";
const w = words.ends.keys;

/** Whether this browser's operator wants the keys. */
export const hasKeys = signal(localStorage.getItem(NAME) !== "off");

/** Return the letter of a verb, or undefined where it has none or keys are off. */
export const keyOf = (verb) => (hasKeys.value ? w.of[verb] : undefined);

/** Listen for the keys while the page of a case is shown. */
export function useKeys() {
  useEffect(() => {
    // On the window, so before the press itself counts as the sign that somebody is here.
    addEventListener("keydown", pressed, { capture: true });
    return () => removeEventListener("keydown", pressed, { capture: true });
  }, []);
}

function pressed(event) {
  // "Press any key" is no verb, and what reaches no base station is none either.
  if (!hasKeys.value || leftAloneIn.value !== null || isStale.value) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
  if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog")) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key?.length !== 1) return;
  const letter = event.key.toUpperCase();
  const button = [...document.querySelectorAll(".case-page button[data-key]")].find((one) => one.dataset.key === letter);
  if (!button) return;
  event.preventDefault();
  button.focus();
  button.click();
}

/** The switch: on or off in this browser. */
export function KeySwitch() {
  const change = (event) => {
    hasKeys.value = event.target.checked;
    localStorage.setItem(NAME, hasKeys.value ? "on" : "off");
  };
  return html`<label class="choice key-switch"><input type="checkbox" checked=${hasKeys.value} onChange=${change} /> ${w.on}</label>`;
}
