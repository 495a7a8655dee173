// Everything that happened to a case, by the station's time: by what it is about, newest first or last. Sent,
// delivered, opened and answered are four things and have four words.
import { signal } from "@preact/signals";

import { html } from "./html.js";
import { clock } from "./station_time.js";
import { words } from "./words.js";

const w = words.casefile.timeline;
const NEWEST = "rufweite.timeline-newest";

/** What an entry is about; what no list names comes from the device or the station. */
const ABOUT = {
  chain: ["timer_fired", "people_found", "shown_on_console", "accepter_lost", "further_alarm", "companion_found", "duress_joined"],
  ways: ["notified", "delivery_reported"],
  people: ["recipient_added", "address_corrected", "tone_ordered", "trace_read", "casualty_opened", "picture_opened"],
  written: ["note_added", "step_done", "step_taken_back", "report_written"],
};
const GROUPS = ["device", "chain", "ways", "people", "written"];

/** The groups that are shown, and the order; kept while this page is open, the order in the browser. */
const hidden = signal(new Set());
const isNewestFirst = signal(localStorage.getItem(NEWEST) === "yes");

/** Return the group of a kind of entry. */
export function groupOf(kind) {
  if (kind.endsWith("_pressed")) return "people";
  return Object.keys(ABOUT).find((name) => ABOUT[name].includes(kind)) ?? "device";
}

export function Timeline({ c, entries }) {
  const shown = entries.filter((entry) => !hidden.value.has(groupOf(entry.kind)));
  if (isNewestFirst.value) shown.reverse();
  return html`
    <section aria-labelledby="timeline-title"><h2 id="timeline-title">${words.detail.timeline}
        <span class="count">${w.shown(shown.length, entries.length)}</span></h2>
      <div class="filters" role="group" aria-label=${w.filter}>
        ${GROUPS.map((name) => html`<button type="button" class="small" aria-pressed=${hidden.value.has(name) ? "false" : "true"}
          onClick=${() => toggle(name)}>${w.groups[name]}</button>`)}
        <button type="button" class="small" onClick=${turn}>${isNewestFirst.value ? w.oldestFirst : w.newestFirst}</button>
      </div>
      ${entries.length === 0 && html`<p class="quiet">${words.detail.empty}</p>`}
      <ol class="timeline" role="list">${shown.map((entry) => html`<${Entry} key=${entry.seq} c=${c} entry=${entry} />`)}</ol>
    </section>`;
}

function toggle(name) {
  const next = new Set(hidden.value);
  if (!next.delete(name)) next.add(name);
  hidden.value = next;
}

function turn() {
  isNewestFirst.value = !isNewestFirst.value;
  localStorage.setItem(NEWEST, isNewestFirst.value ? "yes" : "no");
}

function Entry({ c, entry }) {
  return html`
    <li class=${`about-${groupOf(entry.kind)}`}><time class="digits" datetime=${entry.at}>${clock(entry.at)}</time>
      <span>${sentenceOf(entry, c)}</span></li>`;
}

function sentenceOf(entry, c) {
  const { kind, at: _at, seq: _seq, ...facts } = entry;
  const sentence = words.happened[kind];
  if (sentence) return sentence(entry, c);
  const rest = Object.entries(facts).map(([name, value]) => `${name.replaceAll("_", " ")}: ${JSON.stringify(value)}`);
  return [kind.replaceAll("_", " "), ...rest].join(", ");
}
