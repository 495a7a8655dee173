// Tokens of programs: made, seen once, revoked. What was typed stays while it was refused.
import { useState } from "preact/hooks";

import { post } from "./api.js";
import { html } from "./html.js";
import { BackToRegister, useChange, useRead } from "./rescue_forms.js";
import { minute } from "./station_time.js";
import { words } from "./words.js";

const w = words.tokens;
const DAYS = 90;

function nameOf(scope) {
  const [area, right] = scope.split(":");
  return w.scope(w.areas[area] ?? area, w.rights[right] ?? right);
}

export function TokensPage() {
  const [tokens, read, fault] = useRead("/api/v1/tokens", []);
  const [made, setMade] = useState(null);
  const take = (token) => (setMade(token), read());
  return html`
    <${BackToRegister} /><h1>${w.title}</h1>
    <p class="quiet">${w.help}</p>
    <p class="failure" role="alert">${fault}</p>
    ${made && html`<div class="credential" role="alert"><p><strong>${w.shownOnce}</strong></p>
      <p>${made.name}: <code class="digits">${made.token}</code></p>
      <button type="button" onClick=${() => setMade(null)}>${w.gone}</button></div>`}
    <div class="register">
      <section aria-labelledby="token-new"><h2 id="token-new">${w.make}</h2><${NewToken} take=${take} /></section>
      <section aria-labelledby="token-all"><h2 id="token-all">${w.list} <span class="count">${tokens.length}</span></h2>
        ${tokens.length === 0 && html`<p class="quiet">${w.none}</p>`}
        <${Tokens} tokens=${tokens} read=${read} /></section>
    </div>`;
}

function NewToken({ take }) {
  const [scopes, , fault] = useRead("/api/v1/tokens/scopes", []);
  const [name, setName] = useState("");
  const [days, setDays] = useState(DAYS);
  const [chosen, setChosen] = useState([]);
  const [refusal, setRefusal] = useState("");
  const toggle = (scope) => setChosen(chosen.includes(scope) ? chosen.filter((one) => one !== scope) : [...chosen, scope]);
  const send = async (event) => {
    event.preventDefault();
    if (chosen.length === 0) return setRefusal(w.needsScope);
    try {
      take(await post("/api/v1/tokens", { name, days, scopes: chosen }));
      setName("");
      setChosen([]);
      setRefusal("");
    } catch (refused) {
      setRefusal(refused.message);
    }
  };
  return html`
    <form onSubmit=${send}>
      <label class="field">${w.name}<input value=${name} onInput=${(e) => setName(e.target.value)} required maxlength="120" autocomplete="off" /></label>
      <label class="field">${w.days}<input type="number" min="1" max="366" value=${days} required
        onInput=${(e) => setDays(e.target.valueAsNumber)} /></label>
      <fieldset class="scopes"><legend>${w.scopes}</legend>
        ${scopes.map((scope) => html`<label class="choice" key=${scope}>
          <input type="checkbox" checked=${chosen.includes(scope)} onChange=${() => toggle(scope)} /> ${nameOf(scope)}</label>`)}</fieldset>
      <p class="failure" role="alert">${refusal || fault}</p>
      <button class="strong" type="submit">${w.make}</button>
    </form>`;
}

function Tokens({ tokens, read }) {
  const [change, lines] = useChange(read);
  const revoke = (one) => change(() => post(`/api/v1/tokens/${one.id}/revoke`), w.revoked(one.name));
  return html`${lines}
    <ul role="list" class="tokens">${tokens.map((one) => html`<li key=${one.id}>
      <strong>${one.name}</strong> ${!one.is_in_force && html`<strong>${one.revoked_by ? w.isRevoked(one.revoked_by) : w.isOver}</strong>`}
      <p class="quiet">${w.facts(one.made_by, minute(one.expires_at), one.used_at && minute(one.used_at))}</p>
      <p class="quiet">${one.scopes.map(nameOf).join(" · ")}</p>
      ${one.is_in_force && html`<${Revoke} name=${one.name} revoke=${() => revoke(one)} />`}</li>`)}</ul>`;
}

/** A button that asks once. */
function Revoke({ name, revoke }) {
  const [isSure, setSure] = useState(false);
  if (!isSure) {
    return html`<button type="button" aria-label=${`${w.revoke}: ${name}`} onClick=${() => setSure(true)}>${w.revoke}</button>`;
  }
  return html`<span class="sure" role="group" aria-label=${w.sure(name)}><p>${w.sure(name)}</p>
    <button type="button" onClick=${() => setSure(false)}>${w.no}</button>
    <button type="button" class="strong" onClick=${revoke}>${w.yes}</button></span>`;
}
