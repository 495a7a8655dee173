// The verbs of a case, each in its own place, so that a second press never meets another verb. The row
// of the list has those that cannot wait; the case's page has all that are offered.
import { useState } from "preact/hooks";

import { kindOf, whoOf } from "./alarms.js";
import { keyOf } from "./case_keys.js";
import { html } from "./html.js";
import { user } from "./session.js";
import { ASKING, VerbDialog } from "./verb_dialogs.js";
import { failures, press, sending } from "./verbs.js";
import { words } from "./words.js";

const FIRST = ["accept", "acknowledge", "confirm"];
const IN_ROW = ["on_the_way", "on_scene", "all_clear", "still_here", "escalate"];
const ON_PAGE = [...IN_ROW, "need_more", "contact", "hand_over", "false_alarm", "decline"];

/** The verbs that are offered to whoever sits here; `isWhole`: all of them. */
export function Verbs({ c, isWhole = false }) {
  const [asking, setAsking] = useState(null);
  const failure = failures.value.get(c.id);
  const holder = c.accepted_by ?? c.acknowledged_by;
  const button = (verb) => isOffered(c, verb) && html`<${Verb} c=${c} verb=${verb} ask=${setAsking} letter=${isWhole ? keyOf(verb) : undefined} />`;
  return html`
    <div class=${isWhole ? "verbs whole" : "verbs"}>
      <div class="first">
        ${holder && html`<p class="holder">${c.is_person ? words.row.hasIt(holder) : words.row.knows(holder)}</p>`}
        ${FIRST.map(button)}
      </div>
      ${(isWhole ? ON_PAGE : IN_ROW).map(button)}
      ${!isWhole && c.is_person && html`<a class="button verb more" href=${`#/case/${c.id}`}
        aria-label=${words.chain.moreOf(kindOf(c), whoOf(c))}>${words.chain.more}</a>`}
      ${failure && html`<p class="failure" role="alert">${failure}</p>`}
      ${asking && html`<${VerbDialog} c=${c} verb=${asking} close=${() => setAsking(null)} />`}
    </div>`;
}

function Verb({ c, verb, ask, letter }) {
  const busy = sending.value.get(c.id);
  return html`<button type="button" class=${`verb ${verb}`} aria-disabled=${busy ? "true" : "false"}
    data-key=${letter} aria-keyshortcuts=${letter} aria-label=${words.verbOf(words.verbs[verb], kindOf(c), whoOf(c))}
    onClick=${() => (ASKING.includes(verb) ? ask(verb) : press(c.id, verb))}>
    ${busy === verb ? words.row.working : textOf(c, verb)}${letter && html`<kbd aria-hidden="true">${letter}</kbd>`}</button>`;
}

function textOf(c, verb) {
  if (verb === "contact" && c.is_silent_alarm) return words.chain.contactSilent;
  if (verb === "accept" && c.accepted_by) return words.chain.takeOver;
  if (verb === "confirm" && c.proposal) return words.chain.confirmOf[c.proposal.outcome];
  return words.verbs[verb];
}

/** What makes sense for whoever sits here; the base station judges every press again. */
function isOffered(c, verb) {
  if (!c.verbs.includes(verb)) return false;
  const me = user.value?.display_name;
  if (verb === "decline") return c.called.some((one) => one.name === me);
  if (verb === "accept") return c.accepted_by !== me;
  if (verb === "confirm") return c.proposal?.by !== me;
  if (verb === "hand_over") return c.accepted_by === me;
  return true;
}
