// What stands on a plan: placed by a click, or by a cross that the arrow keys move and Enter sets; taken back by Undo.
// Coordinates are the plan's own units. Nothing looks placed before the base station has said so.
import { useEffect, useRef, useState } from "preact/hooks";

import { get, post } from "./api.js";
import { html } from "./html.js";
import { readDrawing, showDrawing } from "./plan_drawing.js";
import { words } from "./words.js";

const w = words.plan;

const SVG = "http://www.w3.org/2000/svg";
/** A step of the cross, as a part of the plan's width. */
const STEP = 1 / 50;
const SMALL_STEP = 1 / 500;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const START = { kind: "workplace", workplace: "", beacon: "", label: "" };

export function PlanEditor({ plan, read }) {
  const place = useRef(null);
  const shown = useRef(null);
  const back = useRef([]);
  const [lists, setLists] = useState({ workplaces: [], beacons: [] });
  const [tool, setTool] = useState(START);
  const [cross, setCross] = useState({ x: plan.width / 2, y: plan.height / 2 });
  const [bends, setBends] = useState([]);
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  useEffect(() => {
    Promise.all([get("/api/v1/workplaces"), get("/api/v1/beacons")]).then(
      ([workplaces, beacons]) => setLists({ workplaces, beacons }), (refused) => setFault(refused.message));
  }, []);
  useEffect(() => {
    const request = readDrawing(`/api/v1/plans/${plan.id}/drawing`, (drawing) => {
      if (!drawing) return setFault(w.notRead);
      showDrawing(place, shown, drawing);
      drawCross(place.current, plan, cross, bends);
    });
    return () => request.abort();
  }, [plan]);
  useEffect(() => drawCross(place.current, plan, cross, bends), [cross, bends]);

  const act = async (doing, words, undo) => {
    try {
      const answer = await doing();
      if (undo) back.current.push(() => undo(answer));
      setSaid(words);
      setFault("");
      await read();
      return true;
    } catch (refused) {
      setFault(refused.message);
      return false;
    }
  };
  const put = async (points) => {
    const form = { kind: tool.kind, points };
    if (tool.kind === "beacon") form.beacon = tool.beacon;
    else if (tool.workplace) form.workplace_id = Number(tool.workplace);
    if (tool.kind === "way" || tool.kind === "assembly") form.label = tool.label;
    const [x, y] = points.at(-1);
    const done = await act(() => post(`/api/v1/plans/${plan.id}/marks`, form), w.placed(nameOf(tool, lists), x, y), async (mark) => {
      await (mark.moved_from ? again(mark.moved_from) : off(mark));
    });
    if (done) setBends([]);
  };
  const setAt = (x, y) => {
    const point = [round(clamp(x, plan.width)), round(clamp(y, plan.height))];
    setCross({ x: point[0], y: point[1] });
    if (tool.kind === "way") setBends([...bends, point]);
    else put([point]);
  };
  const click = (event) => {
    const at = inPlan(place.current, event);
    if (at) setAt(at.x, at.y);
  };
  const key = (event) => {
    const way = ARROWS[event.key];
    if (way) {
      const step = plan.width * (event.shiftKey ? SMALL_STEP : STEP);
      const next = { x: round(clamp(cross.x + way[0] * step, plan.width)), y: round(clamp(cross.y + way[1] * step, plan.height)) };
      setCross(next);
      setSaid(w.cross(next.x, next.y));
    } else if (event.key === "Enter") setAt(cross.x, cross.y);
    else if (event.key === "Backspace") setBends(bends.slice(0, -1));
    else return;
    event.preventDefault();
  };
  const undo = async () => {
    const last = back.current.pop();
    if (!(await act(last, w.undone))) back.current.push(last);
  };
  return html`
    <div class="columns plan-editor">
      <section><p class="quiet" id="plan-how">${tool.kind === "way" ? w.howWay : w.how}</p>
        <div class="plan-field" ref=${place} tabindex="0" role="application" aria-label=${w.listed(plan)}
          aria-describedby="plan-how" onClick=${click} onKeyDown=${key}></div>
        <p role="status">${said}</p><p class="failure" role="alert">${fault}</p></section>
      <section><${Tool} tool=${tool} lists=${lists} set=${(next) => { setTool(next); setBends([]); }} />
        <div class="buttons">
          ${tool.kind === "way" && html`<button type="button" class="strong" disabled=${bends.length < 2} onClick=${() => put(bends)}>${w.saveWay(bends.length)}</button>`}
          <button type="button" disabled=${back.current.length === 0} onClick=${undo}>${w.undo}</button></div>
        <${Marks} marks=${plan.marks} take=${(mark) => act(() => off(mark), w.takenOff(titleOf(mark)), () => again(mark))} /></section>
    </div>`;
}

function Tool({ tool, lists, set }) {
  const change = (name) => (event) => set({ ...tool, [name]: event.currentTarget.value });
  const choose = (event) => set({ ...START, kind: event.currentTarget.value });
  return html`
    <form onSubmit=${(event) => event.preventDefault()}>
      <label class="field">${w.kind}<select value=${tool.kind} onChange=${choose}>
        ${Object.entries(w.kinds).map(([kind, text]) => html`<option key=${kind} value=${kind}>${text}</option>`)}</select></label>
      ${(tool.kind === "workplace" || tool.kind === "way") && html`
        <label class="field">${tool.kind === "way" ? w.only : w.which}<select value=${tool.workplace} onChange=${change("workplace")}>
          <option value="">${tool.kind === "way" ? w.everywhere : ""}</option>
          ${lists.workplaces.map((p) => html`<option key=${p.id} value=${p.id}>${p.name}</option>`)}</select></label>`}
      ${tool.kind === "beacon" && html`
        <label class="field">${w.which}<select value=${tool.beacon} onChange=${change("beacon")}>
          <option value=""></option>
          ${lists.beacons.map((b) => html`<option key=${b.name} value=${b.name}>${b.zone} (${b.name})</option>`)}</select></label>`}
      ${(tool.kind === "way" || tool.kind === "assembly") && html`
        <label class="field">${w.label}<input value=${tool.label} maxlength="120" onInput=${change("label")} /></label>`}
    </form>`;
}

function Marks({ marks, take }) {
  return html`
    <h2>${w.marks} <span class="count">${marks.length}</span></h2>
    ${marks.length === 0 && html`<p class="quiet">${w.noMarks}</p>`}
    <ul role="list">${marks.map((mark) => html`
      <li key=${mark.id} class="line"><span class="field">${titleOf(mark)}</span>
        <button type="button" aria-label=${`${w.takeOff}: ${titleOf(mark)}`} onClick=${() => take(mark)}>${w.takeOff}</button></li>`)}</ul>`;
}

// What was placed again has another number; whoever undoes further knows it by its first one.
const newer = new Map();

function off(mark) {
  let id = mark.id;
  while (newer.has(id)) id = newer.get(id);
  return post(`/api/v1/plans/${mark.plan_id}/marks/${id}/retire`);
}

// A beacon is placed by its name; a mark that moved away knows only its number, and its list its name.
async function again(mark) {
  const form = { kind: mark.kind, points: mark.points, label: mark.label };
  if (mark.workplace_id) form.workplace_id = mark.workplace_id;
  if (mark.kind === "beacon") form.beacon = mark.beacon ?? (await get("/api/v1/beacons")).find((b) => b.id === mark.beacon_id)?.name ?? "";
  const placed = await post(`/api/v1/plans/${mark.plan_id}/marks`, form);
  newer.set(mark.id, placed.id);
  return placed;
}

function nameOf(tool, lists) {
  const workplace = lists.workplaces.find((p) => String(p.id) === tool.workplace)?.name;
  return tool.label || tool.beacon || (tool.kind === "workplace" && workplace) || w.kinds[tool.kind];
}

function titleOf(mark) {
  const name = mark.label || mark.beacon || mark.workplace;
  return name ? `${w.kinds[mark.kind]}: ${name}` : w.kinds[mark.kind];
}

const round = (number) => Math.round(number * 100) / 100;
const clamp = (number, most) => Math.min(Math.max(number, 0), most);

// Where an event is, in the units of the plan's view box; null outside of it.
function inPlan(field, event) {
  const svg = field?.querySelector("svg.plan-map");
  const matrix = svg?.getScreenCTM();
  if (!matrix) return null;
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
  const { width, height } = svg.viewBox.baseVal;
  return at.x >= 0 && at.y >= 0 && at.x <= width && at.y <= height ? at : null;
}

// The cross and the bends so far, over everything else.
function drawCross(field, plan, cross, bends) {
  const svg = field?.querySelector("svg.plan-map");
  if (!svg) return;
  svg.querySelector(".plan-cross")?.remove();
  const group = document.createElementNS(SVG, "g");
  group.setAttribute("class", "plan-cross");
  const add = (name, facts) => {
    const shape = group.appendChild(document.createElementNS(SVG, name));
    for (const [key, value] of Object.entries(facts)) shape.setAttribute(key, value);
  };
  const arm = plan.width / 30;
  if (bends.length > 0) add("polyline", { points: bends.map((point) => point.join(",")).join(" ") });
  for (const [x, y] of bends) add("circle", { cx: x, cy: y, r: arm / 4 });
  for (const kind of ["plan-cross-edge", "plan-cross-line"]) {
    add("line", { class: kind, x1: cross.x - arm, y1: cross.y, x2: cross.x + arm, y2: cross.y });
    add("line", { class: kind, x1: cross.x, y1: cross.y - arm, x2: cross.x, y2: cross.y + arm });
  }
  svg.append(group);
}
