// Where the time of a case went: each stage against its limit; one that runs is counted on by the station's clock.
import { html } from "./html.js";
import { age, duration, nowS } from "./station_time.js";
import { words } from "./words.js";

const w = words.budget;

export function Budget({ c }) {
  if (!c.stages) return null;
  return html`
    <h2>${w.title}</h2>
    <dl class="budget">${c.stages.map((stage) => html`
      <dt>${w.stages[stage.name] ?? stage.name}</dt>
      <dd>${isOver(stage) ? html`<b class="alert-line">${sentenceOf(stage)}</b>` : sentenceOf(stage)}</dd>`)}</dl>`;
}

function isOver(stage) {
  if (!stage.is_running || stage.limit_s === null) return stage.is_overspent;
  return nowS.value - Date.parse(stage.began_at) / 1000 > stage.limit_s;
}

function sentenceOf(stage) {
  const limit = stage.limit_s !== null && w.limit(duration(stage.limit_s), stage.source);
  if (stage.began_at === null) return joined(w.unknown, limit);
  const took = stage.is_running ? w.running(age(stage.began_at)) : duration(stage.took_s);
  return joined(took, isOver(stage) && w.overspent, limit);
}

function joined(...parts) {
  return parts.filter(Boolean).join(", ");
}
