// Which chain counts when: the table of rules, the first that fits counts. Saved as a whole, because its order is
// what it says; a table that somebody else has saved meanwhile is not written over.
import { useState } from "preact/hooks";

import { put } from "./api.js";
import { html } from "./html.js";
import { Choice, Field, useChange, useRead } from "./rescue_forms.js";
import { minute } from "./station_time.js";
import { words } from "./words.js";

const w = words.registers.rules;
const all = words.rescue;
const ANY = { site: null, kinds: [], marks: [], weekdays: [1, 2, 3, 4, 5, 6, 7], start: "00:00", end: "00:00" };
const KINDS = Object.entries(words.kinds);
const MARKS = Object.entries(words.registers.trial.marks);

export function Rules({ chains }) {
  const [saved, read] = useRead("/api/v1/chain-rules", []);
  const [versions, readVersions] = useRead("/api/v1/chain-rules/versions", []);
  const [typed, setTyped] = useState(null);
  const [seen, setSeen] = useState(0);
  const [change, outcome] = useChange();
  const newest = versions[0]?.version ?? 0;
  const rules = typed ?? saved;
  const set = (wanted) => {
    if (typed === null) setSeen(newest);
    setTyped(wanted);
  };
  const submit = async (event) => {
    event.preventDefault();
    const isTaken = await change(() => put("/api/v1/chain-rules", { rules, version: typed === null ? newest : seen }));
    await Promise.all([read(), readVersions()]);
    if (isTaken) setTyped(null);
  };
  const overtaken = typed !== null && newest !== seen;
  const one = (index) => (value) => set(rules.map((rule, at) => (at === index ? value : rule)));
  return html`
    <section aria-labelledby="chain-rules"><h2 id="chain-rules">${w.title}</h2><p class="quiet">${w.help}</p>
      <form onSubmit=${submit}>
        ${rules.length === 0 && html`<p class="quiet">${w.none}</p>`}
        <ol class="levels">${rules.map((rule, index) => html`<${Rule} key=${index} rule=${rule} number=${index + 1} chains=${chains} set=${one(index)}
          up=${index > 0 && (() => set(earlier(rules, index)))} remove=${() => set(rules.filter((_, at) => at !== index))} />`)}</ol>
        ${overtaken && html`<div class="theirs"><p>${w.overtaken(versions[0].by, minute(versions[0].at), versions[0].rules.map(textOf).join("; ") || words.registers.empty)}</p>
          <button type="button" onClick=${() => setSeen(newest)}>${w.keepMine}</button>
          <button type="button" onClick=${() => setTyped(null)}>${w.takeTheirs}</button></div>`}
        ${outcome}
        <div class="buttons">
          <button type="button" onClick=${() => set([...rules, { ...ANY, chain: chains[0] ?? "" }])}>${w.add}</button>
          <button type="submit" class="strong">${w.save}</button></div>
      </form>
      <${Versions} versions=${versions} take=${(rules_) => set(rules_)} text=${(version) => version.rules.map(textOf).join("; ") || words.registers.empty} of="rules" />
    </section>`;
}

function Rule({ rule, number, chains, set, up, remove }) {
  const field = (name) => (value) => set({ ...rule, [name]: value });
  const toggle = (name, value) => () =>
    set({ ...rule, [name]: rule[name].includes(value) ? rule[name].filter((other) => other !== value) : [...rule[name], value] });
  const boxes = (name, legend, pairs) => html`<fieldset><legend>${legend}</legend><div class="weekdays">${pairs.map(([value, text]) => html`
    <label class="choice"><input type="checkbox" checked=${rule[name].includes(value)} onChange=${toggle(name, value)} /> ${text}</label>`)}</div></fieldset>`;
  return html`
    <li><fieldset><legend>${w.rule(number)}</legend>
      <${Choice} label=${w.chain} value=${rule.chain} put=${field("chain")} of=${chains.map((name) => [name, name])} />
      ${boxes("kinds", w.kinds, withOwn(KINDS, rule.kinds))}${boxes("marks", w.marks, MARKS)}
      ${boxes("weekdays", all.rota.weekdays, all.rota.days.map((text, index) => [index + 1, text]))}
      <div class="line"><${Field} label=${all.rota.start} type="time" value=${rule.start} put=${field("start")} required />
        <${Field} label=${all.rota.end} type="time" value=${rule.end} put=${field("end")} required /></div>
      <div class="buttons">${up && html`<button type="button" class="small" aria-label=${`${all.up}: ${w.rule(number)}`} onClick=${up}>${all.up}</button>`}
        <button type="button" class="small" aria-label=${`${all.remove}: ${w.rule(number)}`} onClick=${remove}>${all.remove}</button></div>
    </fieldset></li>`;
}

/** What was saved before, each to be taken into the form again; it counts when it is saved. */
export function Versions({ versions, take, text, of }) {
  return html`<details><summary>${words.registers.history}</summary>
    ${versions.length === 0 && html`<p class="quiet">${words.registers.noHistory}</p>`}
    <ol class="history" role="list">${versions.map((one) => html`<li key=${one.version}>
      <p><span class="digits">${minute(one.at)}</span> <strong>${one.by || w.byCommand}</strong> ${w.version(one.version)}</p>
      ${one[of] && html`<p class="quiet">${text(one)}</p>
        <button type="button" class="small" aria-label=${`${w.take}: ${w.version(one.version)}`} onClick=${() => take(one[of])}>${w.take}</button>`}</li>`)}</ol></details>`;
}

function textOf(rule) {
  const kinds = rule.kinds.map((kind) => words.kinds[kind] ?? kind).join(", ") || w.everyKind;
  return `${rule.chain}: ${kinds}, ${rule.start}-${rule.end}`;
}

/** A kind that has no word here stays visible, so that saving does not silently drop it. */
function withOwn(known, own) {
  const values = known.map(([value]) => value);
  return [...known, ...own.filter((value) => !values.includes(value)).map((value) => [value, value])];
}

function earlier(list, index) {
  const moved = [...list];
  [moved[index - 1], moved[index]] = [moved[index], moved[index - 1]];
  return moved;
}
