// Where the time of a case went: each stage against its limit; one that runs is counted on by the station's clock.
import { html } from "./html.js";
import { age, duration, nowS } from "./station_time.js";

const names = {
  pre_alarm: "Condition to pre-alarm",
  sent: "Pre-alarm to alarm",
  trigger: "Condition to alarm, in all",
  stored: "Alarm to base station",
  shown: "Stored to shown",
  told: "Stored to somebody told",
  accepted: "Stored to accepted",
  on_scene: "Accepted to on the scene",
  help: "Alarm to help on the spot",
  all_clear: "On the scene to all-clear",
};

export function Budget({ c }) {
  if (!c.stages) return null;
  return html`
    <h2>Time</h2>
    <dl class="budget">${c.stages.map((stage) => html`
      <dt>${names[stage.name] ?? stage.name}</dt>
      <dd>${isOver(stage) ? html`<b class="alert-line">${sentenceOf(stage)}</b>` : sentenceOf(stage)}</dd>`)}</dl>`;
}

function isOver(stage) {
  if (!stage.is_running || stage.limit_s === null) return stage.is_overspent;
  return nowS.value - Date.parse(stage.began_at) / 1000 > stage.limit_s;
}

function sentenceOf(stage) {
  const limit = stage.limit_s === null ? "" : `, limit ${duration(stage.limit_s)} (${stage.source})`;
  if (stage.began_at === null) return `not known${limit}`;
  const took = stage.is_running ? `${age(stage.began_at)} so far` : duration(stage.took_s);
  return `${took}${isOver(stage) ? ", overspent" : ""}${limit}`;
}
