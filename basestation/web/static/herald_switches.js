// What this browser tells beyond the page, and the switches for it.
import { askToNotify, isSpeaking, permission, speakAloud, voice } from "./herald.js";
import { html } from "./html.js";
import { words } from "./words.js";

const w = words.wall;

export function HeraldSwitches() {
  return html`
    <section class="herald" aria-labelledby="herald-title">
      <h2 id="herald-title">${w.browser}</h2>
      <p><label class="switch"><input type="checkbox" checked=${isSpeaking.value}
        onChange=${(event) => speakAloud(event.currentTarget.checked)} /> ${w.speak}</label></p>
      ${voice() === null && html`<p class="quiet">${w.noVoice}</p>`}
      <p class="quiet">${w.notifications[permission.value]}</p>
      ${permission.value === "default" && html`<button type="button" onClick=${askToNotify}>${w.allow}</button>`}
    </section>`;
}
