// The settings of one device: every value with its limits, what counts together and its sum, ordered after one
// question that names each change. Decides nothing: the base station judges by the firmware's rules. What was
// typed stays while the page reads again; whoever was quicker is said, and both are looked at.
import { useState } from "preact/hooks";

import { put } from "./api.js";
import { html } from "./html.js";
import { Ask } from "./register_forms.js";
import { words } from "./words.js";

const w = words.tuning;
/** What somebody at a desk sets; the rest is for a board's own hardware and stays closed. */
const GROUPS = {
  key: ["worn_at", "manual_hold_ms", "manual_pre_alarm_ms", "reset_hold_ms", "is_hazard_critical", "is_silent_on", "is_duress_on"],
  fall: ["is_fall_on", "fall_pre_alarm_ms"],
  position: ["is_position_on", "tilt_limit_deg", "position_detection_ms", "position_pre_alarm_ms", "position_clear_ms"],
  rest: ["is_rest_on", "rest_detection_ms", "rest_pre_alarm_ms", "rest_clear_ms", "movement_mg"],
  loss: ["is_loss_on", "loss_detection_ms", "loss_pre_alarm_ms", "unworn_ms", "unworn_mg"],
  escape: ["is_escape_on", "escape_detection_ms", "escape_pre_alarm_ms", "hectic_mg"],
  time: ["is_time_on", "time_interval_ms", "time_pre_alarm_ms"],
};
const GROUPED = new Set(Object.values(GROUPS).flat());

const isFlag = (one) => one.low === 0 && one.high === 1 && one.unit === "";
const scaleOf = (one) => (one.unit === "ms" ? 1000 : 1);
/** What a text in a field stands for, in the unit of the setting; without a number what it was before. */
const valueOf = (one, text) => (text === undefined || text.trim() === "" || !Number.isFinite(Number(text)) ? one.value : Math.round(Number(text) * scaleOf(one)));
/** The value as somebody reads it, in s for ms. */
const shown = (one, value) => (isFlag(one) ? (value ? w.on : w.off)
  : one.name === "worn_at" ? w.places[value] : `${value / scaleOf(one)} ${w.units[one.unit] ?? one.unit}`.trim());

export function OrderSettings({ name, settings, read }) {
  const [typed, setTyped] = useState({});
  const [seen, setSeen] = useState(0);
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  const isKnown = settings.settings !== null;
  const all = settings.settings ?? settings.limits;
  const newest = settings.history[0]?.version ?? 0;
  const values = Object.fromEntries(all.map((one) => [one.name, valueOf(one, typed[one.name])]));
  const changes = all.filter((one) => values[one.name] !== one.value);
  const touch = (one) => (text) => {
    // From the first letter on it is that version that was seen.
    if (Object.keys(typed).length === 0) setSeen(newest);
    setSaid("");
    setTyped((old) => ({ ...old, [one.name]: text }));
  };
  const order = async () => {
    try {
      await put(`/api/v1/devices/${name}/settings`, {
        values: Object.fromEntries(changes.map((one) => [one.name, values[one.name]])), is_whole: !isKnown,
        // Both are on the screen once it was said that somebody was quicker: from then on that one counts as seen.
        seen: newest !== seen && fault ? newest : seen,
      });
      setTyped({});
      setFault("");
      setSaid(w.ordered(name));
    } catch (refused) {
      setFault(refused.message);
    }
    await read();
  };
  const part = { values, typed, touch, all, sums: settings.sums };
  return html`
    <section class="tuning" aria-labelledby="device-order"><h2 id="device-order">${w.title}</h2>
      <p class="quiet">${isKnown ? w.help : w.unknown}</p>
      ${Object.keys(GROUPS).map((group) => html`<${Group} key=${group} group=${group} names=${GROUPS[group]} part=${part} />`)}
      <details><summary>${w.groups.more}</summary>
        <div class="tuning-fields">${all.filter((one) => !GROUPED.has(one.name)).map((one) => html`<${Entry} key=${one.name} one=${one} part=${part} />`)}</div></details>
      <p class="said" role="status">${said}</p><p class="failure" role="alert">${fault}</p>
      ${Object.keys(typed).length > 0 && newest !== seen && html`<p class="theirs">${w.newer(newest)}</p>`}
      ${changes.length > 0 && html`
        <ul role="list" class="tuning-changes" aria-label=${w.changes}>${changes.map((one) => html`
          <li key=${one.name}>${w.change(w.names[one.name], shown(one, one.value), shown(one, values[one.name]))}</li>`)}</ul>
        <div class="buttons"><button type="button" onClick=${() => { setTyped({}); setFault(""); }}>${words.registers.discard}</button>
          <${Ask} text=${w.order} label=${`${w.order}: ${name}`} question=${w.sure(name, changes.length)} yes=${w.yes} act=${order} isSmall=${false} /></div>`}
    </section>`;
}

function Group({ group, names, part }) {
  const own = part.sums.filter((sum) => (sum.kind === "critical" ? part.values.is_hazard_critical === 1 && group === "key"
    : sum.kind === group || (sum.kind === "manual" && group === "key")));
  return html`<fieldset><legend>${w.groups[group]}</legend>
    <div class="tuning-fields">${names.map((name) => html`<${Entry} key=${name} one=${part.all.find((one) => one.name === name)} part=${part} />`)}</div>
    ${own.map((sum) => html`<${Sum} key=${sum.parts.join()} sum=${sum} values=${part.values} />`)}</fieldset>`;
}

/** What passes until the alarm leaves, against what may. */
function Sum({ sum, values }) {
  const ms = sum.parts.reduce((all, name) => all + values[name], sum.own_ms);
  const parts = [...sum.parts.map((name) => `${w.names[name]} ${values[name] / 1000} s`), ...(sum.own_ms ? [`${w.own} ${sum.own_ms / 1000} s`] : [])];
  const isOver = ms > sum.ms_max;
  return html`<p class=${isOver ? "sum over" : "sum"} role=${isOver ? "alert" : undefined}>
    <span class="quiet">${parts.join(" + ")} = </span><strong>${w.sum(ms / 1000, sum.ms_max / 1000, isOver)}</strong></p>`;
}

function Entry({ one, part }) {
  const value = part.values[one.name];
  const put = part.touch(one);
  const label = w.names[one.name];
  if (isFlag(one)) {
    return html`<label class="choice"><input type="checkbox" checked=${value === 1} onChange=${(event) => put(event.target.checked ? "1" : "0")} /> ${label}</label>`;
  }
  if (one.name === "worn_at") {
    return html`<label class="field">${label}<select value=${value} onChange=${(event) => put(event.target.value)}>
      ${w.places.map((place, index) => html`<option key=${index} value=${index} selected=${index === value}>${place}</option>`)}</select></label>`;
  }
  const scale = scaleOf(one);
  return html`<label class="field">${label}
    <span class="quiet">${w.limits(one.low / scale, one.high / scale, w.units[one.unit] ?? one.unit, one.default / scale)}</span>
    <input type="number" min=${one.low / scale} max=${one.high / scale} step="any" autocomplete="off"
      value=${part.typed[one.name] ?? value / scale} onInput=${(event) => put(event.target.value)} /></label>`;
}
