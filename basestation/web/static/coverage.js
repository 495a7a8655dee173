// The coverage walks: begin and end one, name its points, see its map with the worst places first.
// A grade is told by a number and a word, never by colour alone.
import { useEffect, useState } from "preact/hooks";

import { get, post, put } from "./api.js";
import { html } from "./html.js";
import { snapshot } from "./link.js";
import { CoverageDue } from "./location.js";
import { minute } from "./station_time.js";
import { words } from "./words.js";

const w = words.location;

const READ_AGAIN_MS = 5000;

export function CoveragePage({ id }) {
  const [lists, setLists] = useState({ walks: [], workplaces: [], devices: [] });
  const [shown, setShown] = useState(null);
  const [fault, setFault] = useState("");
  const fail = (refused) => setFault(refused.message);
  const read = async () => {
    const names = ["walks", "workplaces", "devices"];
    const [walks, workplaces, devices] = await Promise.all(names.map((name) => get(`/api/v1/${name}`)));
    setLists({ walks, workplaces, devices });
    if (id) setShown(await get(`/api/v1/walks/${id}`));
    setFault("");
  };
  // Measurements come while the walk goes on, and change nothing else that is shown.
  useEffect(() => {
    read().catch(fail);
    const timer = setInterval(() => read().catch(fail), READ_AGAIN_MS);
    return () => clearInterval(timer);
  }, [id]);
  const act = (sending) => sending.then(read).catch(fail);
  return html`
    <h1>${w.coverageTitle}</h1>
    <p class="quiet">${w.coverageHelp}</p>
    <p class="failure" role="alert">${fault}</p>
    <${CoverageDue} due=${snapshot.value?.coverage_due} />
    <div class="columns">
      <section><${Start} lists=${lists} act=${act} /></section>
      <section><${Walks} walks=${lists.walks} act=${act} /></section>
    </div>
    ${id && shown && html`<${CoverageMap} key=${shown.id} walk=${shown} act=${act} />`}`;
}

function Start({ lists, act }) {
  const send = (event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const workplaceId = Number(form.get("workplace"));
    if (event.submitter.name === "changed") return act(post(`/api/v1/workplaces/${workplaceId}/building-changed`));
    const body = { device: form.get("device"), workplace_id: workplaceId, minutes: Number(form.get("minutes")) };
    return act(post("/api/v1/walks", body));
  };
  // A press before the lists are here would do nothing, and not say so.
  const isReady = lists.workplaces.length > 0 && lists.devices.length > 0;
  return html`
    <h2>${w.start}</h2>
    <form onSubmit=${send}>
      <label class="field">${words.shifts.workplace}<select name="workplace" required>
        ${lists.workplaces.map((p) => html`<option key=${p.id} value=${p.id}>${p.name}</option>`)}</select></label>
      <label class="field">${words.shifts.device}<select name="device" required>
        ${lists.devices.filter((d) => d.is_active).map((d) => html`<option key=${d.name} value=${d.name}>${d.name}</option>`)}</select></label>
      <label class="field">${w.minutes}<input type="number" name="minutes" min="1" max="120" defaultValue="30" required /></label>
      <button class="strong" type="submit" disabled=${!isReady}>${w.start}</button>
      <button type="submit" name="changed" disabled=${!isReady}>${w.changed}</button>
    </form>`;
}

function Walks({ walks, act }) {
  if (walks.length === 0) return html`<p class="quiet">${w.noWalk}</p>`;
  return html`<ul role="list">${walks.map((walk) => html`
    <li key=${walk.id}><a href=${`#/coverage/${walk.id}`}>${w.walk(walk, minute(walk.started_at))}</a>
      ${walk.ended_at === null && html` <b>${w.goesOn}</b>
        <button type="button" onClick=${() => act(post(`/api/v1/walks/${walk.id}/stop`))}>${w.stop}</button>`}</li>`)}</ul>`;
}

function CoverageMap({ walk, act }) {
  const save = (event) => {
    event.preventDefault();
    const names = new FormData(event.currentTarget).get("names").split("\n");
    return act(put(`/api/v1/walks/${walk.id}/points`, { names }));
  };
  return html`
    <section aria-labelledby="map-title">
      <h2 id="map-title">${w.map(walk.workplace, walk.started_at.slice(0, 10))}</h2>
      ${walk.map.length === 0
        ? html`<p class="quiet">${w.noPoints}</p>`
        : html`<table class="coverage"><thead><tr>${w.columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
            <tbody>${walk.map.map((row) => html`<${Point} key=${row.point} row=${row} />`)}</tbody></table>`}
      <form onSubmit=${save}>
        <label class="field">${w.names}<textarea name="names" rows="4" defaultValue=${walk.point_names.join("\n")}></textarea></label>
        <button type="submit">${w.save}</button>
      </form>
    </section>`;
}

function Point({ row }) {
  return html`
    <tr class=${row.grade}>
      <th scope="row">${w.grades[row.grade]}</th>
      <td>${row.point} ${row.name}</td>
      <td class="digits">${w.dbm(row.rssi_dbm)}</td>
      <td class="digits">${w.ms(row.round_trip_ms)}</td>
      <td class="digits">${w.unanswered(row.unanswered, row.measurements)}</td>
      <td>${row.beacon}</td>
    </tr>`;
}
