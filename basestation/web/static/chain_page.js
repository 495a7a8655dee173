// The rescue chain, changed: levels with their recipients and ways, and every time of the chain. What is
// wrong is said by the base station, which judges the whole chain when it is saved.
import { useEffect, useState } from "preact/hooks";

import { post, put, remove } from "./api.js";
import { Rules, Versions } from "./chain_rules.js";
import { DryRun, Readiness } from "./chain_trial.js";
import { html } from "./html.js";
import { BackToRegister, Choice, Field, useChange, useRead } from "./rescue_forms.js";
import { minute } from "./station_time.js";
import { words } from "./words.js";

const all = words.rescue;
const w = all.chain;
const TIMES = ["arrival_s", "ask_s", "presence_s", "repeat_s"];
const SOMEBODY = { kind: "person", name: "", ways: [] };
const WAY = { channel: "", tries: 2, interval_s: 30, address: "" };
const NEW = "";
/** Kinds that need no name of anybody. */
const NAMES = { control_room: w.kinds.control_room, worker: w.kinds.worker };

export function ChainPage() {
  const [standard, readStandard, fault] = useRead("/api/v1/chain", null);
  const [others, readOthers] = useRead("/api/v1/chains", []);
  const [chosen, choose] = useState(null);
  const [turn, setTurn] = useState(0);
  if (standard === null) return html`<p class="failure" role="alert">${fault}</p>`;
  const read = () => Promise.all([readStandard(), readOthers()]).then(() => setTurn((old) => old + 1));
  const named = others.filter((one) => !one.is_default).map((one) => one.chain);
  const current = chosen === null ? standard : named.find((one) => one.name === chosen) ?? { ...standard, name: "" };
  const isDefault = chosen === null;
  return html`
    <${BackToRegister} /><h1>${w.title}</h1><p class="quiet">${w.help}</p>
    <div class="chain-choice" role="group" aria-label=${w.which}>
      <button type="button" aria-pressed=${isDefault} onClick=${() => choose(null)}>${w.isDefault(standard.name)}</button>
      ${named.map((one) => html`<button type="button" key=${one.name} aria-pressed=${chosen === one.name} onClick=${() => choose(one.name)}>${one.name}</button>`)}
      <button type="button" aria-pressed=${chosen === NEW} onClick=${() => choose(NEW)}>${w.newOne}</button>
    </div>
    <div class="chain-columns">
      <${Editor} key=${chosen ?? "standard"} chain=${current} isDefault=${isDefault} read=${read} done=${(name) => choose(name)} />
      <div class="register chain-beside"><${Readiness} turn=${turn} /><${DryRun} /></div>
    </div>
    <div class="register"><${Rules} chains=${others.map((one) => one.chain.name)} /></div>`;
}

function Editor({ chain: saved, isDefault, read, done }) {
  const [chain, setChain] = useState(saved);
  const path = `/api/v1/chains/${encodeURIComponent(saved.name || "-")}/versions`;
  const [versions, readVersions] = useRead(path, null);
  const [seen, setSeen] = useState(null);
  const [change, outcome] = useChange();
  const newest = versions?.[0]?.version ?? 0;
  // What is shown is what was read with the first list of versions; a chain of another name is a new one.
  useEffect(() => void (versions !== null && seen === null && setSeen(newest)), [versions, seen]);
  const version = chain.name === saved.name ? seen ?? 0 : 0;
  const [responders] = useRead("/api/v1/responders", []);
  const [rota] = useRead("/api/v1/rota", { roles: [] });
  const set = (name) => (value) => setChain({ ...chain, [name]: value });
  const level = (index) => (value) => setChain({ ...chain, levels: changed(chain.levels, index, value) });
  const submit = async (event) => {
    event.preventDefault();
    const isTaken = await change(() => (isDefault ? put(`/api/v1/chain?version=${version}`, chain) : post(`/api/v1/chains?version=${version}`, chain)));
    await Promise.all([readVersions(), read()]);
    if (isTaken) setSeen(null);
    if (isTaken && !isDefault) done(chain.name);
  };
  const forget = async () => {
    if (await change(() => remove(`/api/v1/chains/${encodeURIComponent(saved.name)}`))) await read().then(() => done(null));
  };
  return html`
    <form class="chain-editor" onSubmit=${submit}>
      <${Field} label=${w.name} value=${chain.name} put=${set("name")} required maxlength="120" />
      <ol class="levels">${chain.levels.map((one, index) => html`<${LevelForm} key=${index} one=${one} number=${index + 1}
        people=${responders} roles=${rota.roles} set=${level(index)} canRemove=${chain.levels.length > 1} />`)}</ol>
      <button type="button" onClick=${() => setChain({ ...chain, levels: [...chain.levels, newLevel(chain)] })}>${w.addLevel}</button>
      <p class="quiet">${w.total(chain.levels.reduce((sum, one) => sum + (one.answer_s || 0), 0))}</p>
      ${TIMES.map((name) => html`<${Field} label=${w[name]} type="number" value=${chain[name]} put=${set(name)} required />`)}
      ${seen !== null && newest !== seen && html`<div class="theirs"><p>${words.registers.rules.overtaken(versions[0].by, minute(versions[0].at), textOf(versions[0].chain))}</p>
        <button type="button" onClick=${() => setSeen(newest)}>${words.registers.rules.keepMine}</button>
        <button type="button" onClick=${() => { setSeen(newest); setChain(versions[0].chain ?? chain); }}>${words.registers.rules.takeTheirs}</button></div>`}
      ${outcome}
      <div class="buttons">
        ${!isDefault && saved.name && html`<button type="button" onClick=${forget}>${w.removeChain}</button>`}
        <button type="submit" class="strong">${all.save}</button></div>
      <${Versions} versions=${versions ?? []} take=${setChain} text=${(one) => textOf(one.chain)} of="chain" />
    </form>`;
}

/** A chain in one line: its levels with whom they call and for how long. */
function textOf(chain) {
  return (chain?.levels ?? []).map((one) => `${one.name}: ${one.recipients.map((r) => r.name).join(", ")} (${one.answer_s} s)`).join("; ");
}

function LevelForm({ one, number, people, roles, set, canRemove }) {
  const recipient = (index) => (value) => set({ ...one, recipients: changed(one.recipients, index, value) });
  return html`
    <li><fieldset><legend>${w.level(number)}</legend>
      <div class="line">
        <${Field} label=${w.name} value=${one.name} put=${(name) => set({ ...one, name })} required maxlength="120" />
        <${Field} label=${w.answer_s} type="number" value=${one.answer_s} put=${(answer_s) => set({ ...one, answer_s })} required />
        ${canRemove && html`<button type="button" class="small" aria-label=${`${all.remove}: ${w.level(number)}`} onClick=${() => set(null)}>${all.remove}</button>`}
      </div>
      ${one.recipients.map((r, index) => html`<${RecipientForm} key=${index} r=${r} people=${people} roles=${roles} set=${recipient(index)} />`)}
      <button type="button" class="small" onClick=${() => set({ ...one, recipients: [...one.recipients, { ...SOMEBODY }] })}>${w.addRecipient}</button>
    </fieldset></li>`;
}

function RecipientForm({ r, people, roles, set }) {
  const kind = (value) => set({ ...r, kind: value, name: NAMES[value] ?? "" });
  const names = { person: people, role: roles }[r.kind];
  const way = (index) => (value) => set({ ...r, ways: changed(r.ways, index, value) });
  return html`
    <div class="recipient">
      <div class="line">
        <${Choice} label=${w.kind} value=${r.kind} put=${kind} of=${Object.entries(w.kinds)} />
        ${names
          ? html`<${Choice} label=${w.name} value=${r.name} put=${(name) => set({ ...r, name })} of=${withOwn(names, r.name)} />`
          : html`<${Field} label=${w.name} value=${r.name} put=${(name) => set({ ...r, name })} required maxlength="120" />`}
        <button type="button" class="small" aria-label=${`${all.remove}: ${r.name}`} onClick=${() => set(null)}>${all.remove}</button>
      </div>
      ${r.kind !== "control_room" && html`
        <p class="quiet">${w.ways}</p>
        ${r.ways.map((one, index) => html`<${WayForm} key=${index} one=${one} set=${way(index)} />`)}
        <button type="button" class="small" onClick=${() => set({ ...r, ways: [...r.ways, { ...WAY }] })}>${w.addWay}</button>`}
    </div>`;
}

function WayForm({ one, set }) {
  const put_ = (name) => (value) => set({ ...one, [name]: value });
  return html`<div class="line way">
    <${Field} label=${w.channel} value=${one.channel} put=${put_("channel")} required pattern="[a-z0-9_.\\-]{1,32}" />
    <${Field} label=${w.tries} type="number" min="1" max="10" value=${one.tries} put=${put_("tries")} required />
    <${Field} label=${w.interval_s} type="number" min="10" max="300" value=${one.interval_s} put=${put_("interval_s")} required />
    <${Field} label=${w.address} value=${one.address} put=${put_("address")} maxlength="500" />
    <button type="button" class="small" aria-label=${`${all.remove}: ${one.channel}`} onClick=${() => set(null)}>${all.remove}</button></div>`;
}

/** Return the list with one entry changed, or taken away where `value` is null. */
function changed(list, index, value) {
  return value === null ? list.filter((_, at) => at !== index) : list.map((one, at) => (at === index ? value : one));
}

/** A name that nobody has any more stays visible, so that saving does not silently change it. */
function withOwn(known, own) {
  const names = known.map((one) => one.name);
  return [...(own && !names.includes(own) ? [own] : []), ...names].map((name) => [name, name]);
}

function newLevel(chain) {
  return { name: w.level(chain.levels.length + 1), recipients: [{ ...SOMEBODY }], answer_s: 60 };
}
