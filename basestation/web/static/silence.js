// The silence of the sounder: asked for in two steps, kept by the base station, the same on every console.
// Decides only what is asked for: the cases that this console shows and that sound. It looks done when the
// base station says so in a snapshot, never before; it ends by the station's time.
import { computed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import { post } from "./api.js";
import { html } from "./html.js";
import { snapshot } from "./link.js";
import { duration, secondsUntil } from "./station_time.js";
import { words } from "./words.js";

const w = words.wall;

/** The silences that run now. */
const running = computed(() => (snapshot.value?.silences ?? []).filter((one) => secondsUntil(one.until) > 0));
/** The numbers of the cases that they keep quiet. */
const quiet = computed(() => new Set(running.value.flatMap((one) => one.cases)));

/** Tell whether somebody has silenced this case, here or at another console. */
export const isSilenced = (c) => quiet.value.has(c.id);

/** The button that silences what these cases sound like; asks before it does. */
export function Silencer({ cases }) {
  const [asked, ask] = useState(null);
  const button = useRef(null);
  const sounding = cases.filter((c) => c.is_loud && !isSilenced(c)).map((c) => c.id);
  const close = () => {
    ask(null);
    button.current?.focus();
  };
  if (sounding.length === 0 && asked === null) return null;
  return html`
    <div class="silencer">
      <button type="button" ref=${button} aria-expanded=${asked !== null} onClick=${() => ask(asked ? null : sounding)}>${w.silence}</button>
      ${asked !== null && html`<${Question} ids=${asked} close=${close} />`}
    </div>`;
}

/** Lies elsewhere than the button, so that a second press of the same finger confirms nothing. */
function Question({ ids, close }) {
  const [failure, fail] = useState("");
  const [isSending, send] = useState(false);
  const yes = useRef(null);
  useEffect(() => yes.current.focus(), []);
  const silence = async () => {
    if (isSending) return;
    send(true);
    try {
      await post("/api/v1/sounder/silence", { cases: ids });
      close();
    } catch (refused) {
      fail(refused.message);
      send(false);
    }
  };
  return html`
    <div class="silence-question" role="dialog" aria-label=${w.silence} onKeyDown=${(event) => event.key === "Escape" && close()}>
      <p><b>${w.silenceSure(ids.length)}</b> ${w.silenceHelp}</p>
      <button type="button" ref=${yes} aria-disabled=${isSending ? "true" : "false"} onClick=${silence}>${w.silenceYes}</button>
      <button type="button" onClick=${close}>${w.silenceNo}</button>
      <p class="failure" role="alert">${failure}</p>
    </div>`;
}

/** On every page: what is silenced, by whom, and how much longer. */
export function SilenceBanner() {
  return html`<div role="status">${running.value.map((one) => html`
    <div class="banner silenced" key=${one.at}><strong>${w.silenced(one.cases.length, one.by)}</strong>
      <span class="digits" aria-hidden="true">${duration(secondsUntil(one.until))}</span></div>`)}</div>`;
}
