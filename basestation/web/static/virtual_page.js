// The virtual device: a figure that leans, shakes, lies down and takes its device off, and the device with
// key, light and sound. The firmware runs on the base station; here nothing is decided. It ends with the page.
import { useEffect, useRef, useState } from "preact/hooks";

import { html } from "./html.js";
import { darken, hearTones, open, shown } from "./virtual_link.js";
import { words } from "./words.js";

const w = words.virtual;
const SAID_MAX = 30;
const LYING_DEG = 90;
const STANDING = { tilt_deg: 0, movement: "stand" };

export function VirtualPage() {
  const [device, setDevice] = useState(null);
  const [said, setSaid] = useState([]);
  const [fault, setFault] = useState("");
  const link = useRef(null);
  const number = useRef(0);
  const hear = (one) => {
    if (one.kind === "device") return setDevice(one);
    number.current += 1;
    return setSaid((list) => [{ ...one, number: number.current }, ...list].slice(0, SAID_MAX));
  };
  const closed = (reason) => {
    link.current = null;
    setDevice(null);
    setFault(reason === null ? w.lost : reason || w.ended);
  };
  const start = (event) => {
    event.preventDefault();
    setFault("");
    setSaid([]);
    link.current = open(new FormData(event.currentTarget).get("mark"), hear, closed);
  };
  useEffect(() => () => {
    link.current?.close();
    hearTones(false);
    darken();
  }, []);
  const send = (deed) => link.current?.send(deed);
  return html`
    <div class="virtual">
      <h1>${w.title}</h1>
      <p class="quiet">${w.help}</p>
      <p class="failure" role="alert">${fault}</p>
      ${device === null ? html`<${Start} start=${start} />` : html`
        <p class="mark" role="status">${w.running(device.name, device.mark)}</p>
        <div class="virtual-columns"><${Figure} send=${send} /><${Device} send=${send} /></div>
        <p><button type="button" onClick=${() => link.current?.close()}>${w.stop}</button></p>`}
      <${Said} said=${said} />
    </div>`;
}

function Start({ start }) {
  return html`
    <form onSubmit=${start} class="virtual-start">
      <fieldset><legend>${w.choose}</legend>
        ${Object.entries(w.marks).map(([mark, text], place) => html`<label class="choice" key=${mark}>
          <input type="radio" name="mark" value=${mark} defaultChecked=${place === 0} />${text}</label>`)}</fieldset>
      <p class="quiet">${w.warning}</p>
      <button class="strong" type="submit">${w.start}</button>
    </form>`;
}

function Figure({ send }) {
  const [pose, setPose] = useState(STANDING);
  const move = (change) => {
    const next = { ...pose, ...change };
    setPose(next);
    send({ do: "move", ...next });
  };
  const fall = () => {
    setPose({ tilt_deg: LYING_DEG, movement: "still" });
    send({ do: "fall" });
  };
  return html`
    <section aria-labelledby="virtual-figure">
      <h2 id="virtual-figure">${w.figure}</h2>
      <svg class=${`virtual-figure ${pose.movement}`} viewBox="-70 -70 140 140" aria-hidden="true">
        <g transform=${`rotate(${pose.tilt_deg})`}>
          <circle cy="-48" r="11" /><path d="M0-37V8M0-28L-20-4M0-28L20-4M0 8L-13 46M0 8L13 46" />
          <rect class="worn" x="3" y="-24" width="9" height="13" rx="2" /></g></svg>
      <label class="field">${w.tilt}: <output>${pose.tilt_deg}°</output>
        <input type="range" min="0" max="180" step="5" value=${pose.tilt_deg} onInput=${(event) => move({ tilt_deg: Number(event.currentTarget.value) })} /></label>
      <label class="field">${w.movement}<select value=${pose.movement} onChange=${(event) => move({ movement: event.currentTarget.value })}>
        ${Object.entries(w.movements).map(([name, text]) => html`<option key=${name} value=${name} selected=${name === pose.movement}>${text}</option>`)}</select></label>
      <p class="virtual-verbs">
        <button type="button" onClick=${() => move({ tilt_deg: LYING_DEG, movement: "still" })}>${w.layDown}</button>
        <button type="button" onClick=${() => move(STANDING)}>${w.standUp}</button>
        <button type="button" onClick=${fall}>${w.fall}</button></p>
    </section>`;
}

function Device({ send }) {
  const [isDown, setDown] = useState(false);
  const [isClipped, setClipped] = useState(true);
  const [isCharging, setCharging] = useState(false);
  const [isHeard, setHeard] = useState(false);
  const key = (down) => {
    if (down === isDown) return;
    setDown(down);
    send({ do: "key", is_on: down });
  };
  const byKey = (down) => (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    key(down);
  };
  const turn = (name, isOn, set) => () => {
    set(!isOn);
    send({ do: name, is_on: !isOn });
  };
  const now = shown.value;
  return html`
    <section aria-labelledby="virtual-device">
      <h2 id="virtual-device">${w.sign}: ${w.signs[now.name] ?? now.name.replaceAll("_", " ")}</h2>
      <p class=${`virtual-light ${now.light}`}>${w.light}: <b>${w.lights[now.light] ?? now.light}</b> · ${now.isVibrating ? w.vibrates : w.still}${now.hz > 0 && html` · ${w.hertz(now.hz)}`}</p>
      <button type="button" class="virtual-key" aria-pressed=${isDown} aria-describedby="virtual-key-help"
        onPointerDown=${() => key(true)} onPointerUp=${() => key(false)} onPointerLeave=${() => key(false)}
        onBlur=${() => key(false)} onKeyDown=${byKey(true)} onKeyUp=${byKey(false)}>${w.key}</button>
      <p class="quiet" id="virtual-key-help">${w.keyHelp}</p>
      <p class="virtual-verbs">
        <button type="button" onClick=${turn("clip", isClipped, setClipped)}>${isClipped ? w.clipOpen : w.clipClosed}</button>
        <button type="button" onClick=${turn("charger", isCharging, setCharging)}>${isCharging ? w.uncharge : w.charge}</button>
        <button type="button" onClick=${() => { hearTones(!isHeard); setHeard(!isHeard); }}>${isHeard ? w.soundOff : w.soundOn}</button></p>
    </section>`;
}

function Said({ said }) {
  const of = (part, name) => name && (part[name] ?? name);
  const facts = (one) => [of(words.kinds, one.alarm_kind), of({ ...words.protection.states, ...words.registers.device.presences }, one.state),
    of(words.protection.results, one.result), of({ ...words.protection.reasons, ...words.causes }, one.cause ?? one.reason)];
  return html`
    <section aria-labelledby="virtual-said"><h2 id="virtual-said">${w.happened}</h2>
      ${said.length === 0 ? html`<p class="quiet">${w.nothing}</p>` : html`<ol class="virtual-said" role="list" aria-live="polite">
        ${said.map((one) => html`<li key=${one.number}>${[w.said[one.what] ?? one.what, ...facts(one)].filter(Boolean).join(", ")}</li>`)}</ol>`}
    </section>`;
}
