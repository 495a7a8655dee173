// Workers' own access and kiosks: given, shown this once, withdrawn. Keeps no secret beyond the page that shows it.
import { useEffect, useRef, useState } from "preact/hooks";

import { get, post, remove } from "./api.js";
import { html } from "./html.js";
import { isAtLeast } from "./session.js";
import { clock } from "./station_time.js";
import { words } from "./words.js";

const w = words.access;

export function AccessPage() {
  return html`
    <h1>${w.title}</h1>
    <div class="register">
      <${Workers} />
      ${isAtLeast("admin") && html`<${Kiosks} />`}
    </div>`;
}

/** Return what `path` lists, how to read it again, and what went wrong; an older answer never wins. */
function useList(...paths) {
  const [lists, setLists] = useState(null);
  const [fault, setFault] = useState("");
  const asked = useRef(0);
  const read = () => {
    const mine = ++asked.current;
    return Promise.all(paths.map(get)).then(
      (found) => mine === asked.current && setLists(found),
      (refused) => mine === asked.current && setFault(refused.message),
    );
  };
  useEffect(() => void read(), []);
  return { lists, read, fault, setFault };
}

function Workers() {
  const { lists, read, fault, setFault } = useList("/api/v1/workers", "/api/v1/worker-access");
  const [given, setGiven] = useState(null);
  const press = (act, done) => act().then((answer) => { setFault(""); done(answer); return read(); }, (refused) => setFault(refused.message));
  const [workers, accesses] = lists ?? [[], []];
  const byWorker = new Map(accesses.map((one) => [one.worker_id, one]));
  return html`
    <section aria-labelledby="access-title">
      <h2 id="access-title">${w.workers}</h2>
      <p class="quiet">${w.help}</p>
      <p class="failure" role="alert">${fault}</p>
      ${given && html`<${Secret} done=${() => setGiven(null)}>
        <p><strong>${given.name}</strong></p>
        <p>${w.number} <b class="digits">${given.number}</b>, ${w.pin} <b class="digits">${given.pin}</b></p>
        <p>${w.link} <code>${location.origin}${given.path}</code></p><//>`}
      <ul role="list">${workers.filter((one) => one.is_active).map((one) => {
        const access = byWorker.get(one.id);
        const give = () => press(() => post(`/api/v1/workers/${one.id}/access`), (answer) => setGiven({ ...answer, name: one.name }));
        return html`
          <li key=${one.id} class="line"><span class="field"><strong>${one.name}</strong>
            <span class="quiet">${access ? w.givenBy(access.given_by, clock(access.given_at)) : w.none}</span></span>
            <button type="button" aria-label=${w.giveTo(one.name)} onClick=${give}>${access ? w.again : w.give}</button>
            ${access && html`<button type="button" aria-label=${w.withdrawFrom(one.name)}
              onClick=${() => press(() => remove(`/api/v1/workers/${one.id}/access`), () => setGiven(null))}>${w.withdraw}</button>`}
          </li>`;
      })}</ul>
    </section>`;
}

function Kiosks() {
  const { lists, read, fault, setFault } = useList("/api/v1/kiosks");
  const [made, setMade] = useState(null);
  const add = (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    post("/api/v1/kiosks", { name: new FormData(form).get("name") }).then(
      (answer) => { setFault(""); setMade(answer); form.reset(); return read(); },
      (refused) => setFault(refused.message),
    );
  };
  const retire = (id) => remove(`/api/v1/kiosks/${id}`).then(read, (refused) => setFault(refused.message));
  return html`
    <section aria-labelledby="kiosks-title">
      <h2 id="kiosks-title">${w.kiosks}</h2>
      <p class="quiet">${w.kioskHelp}</p>
      <p class="failure" role="alert">${fault}</p>
      ${made && html`<${Secret} done=${() => setMade(null)}>
        <p><strong>${made.name}</strong>: <code>${location.origin}${made.path}</code></p><//>`}
      <ul role="list">${(lists?.[0] ?? []).map((one) => html`
        <li key=${one.id} class="line"><span class="field"><strong>${one.name}</strong>
          <span class="quiet">${w.givenBy(one.made_by, clock(one.made_at))}</span></span>
          <button type="button" aria-label=${w.retireKiosk(one.name)} onClick=${() => retire(one.id)}>${w.retire}</button></li>`)}</ul>
      <form onSubmit=${add}>
        <label class="field">${w.kioskName} <input name="name" required maxlength="120" /></label>
        <button type="submit" class="strong">${w.addKiosk}</button>
      </form>
    </section>`;
}

const Secret = ({ children, done }) => html`
  <div class="credential" role="status"><p>${w.once}</p>${children}
    <button type="button" onClick=${done}>${w.noted}</button></div>`;
