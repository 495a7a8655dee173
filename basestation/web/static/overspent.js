// The stages of a case that took, or have been running for, longer than their limit. The base station judges.
import { html } from "./html.js";
import { words } from "./words.js";

const w = words.wall;

/** The newest stage that overspent, and how many more did; nothing where all is in time. */
export function Overspent({ c }) {
  const stages = c.overspent ?? [];
  if (stages.length === 0) return null;
  const newest = stages.at(-1);
  return html`<b class="alert-line overspent">${w.overspent(w.stages[newest] ?? newest, stages.length - 1)}</b>`;
}
