// The banners an operator must not miss. They lie over the page's edges and push nothing around:
// a row must not move away under the pointer because a banner comes or goes.
import { foremost, isRehearsed, kindOf, troubleOf, whoOf } from "./alarms.js";
import { html } from "./html.js";
import { isStale, lastHeardAt, snapshot } from "./link.js";
import { route } from "./route.js";
import { isSounding, unlock } from "./sound.js";
import { clock } from "./station_time.js";
import { leftAloneIn } from "./vigilance.js";
import { words } from "./words.js";

/** The page is stale: nothing on it may be trusted. */
export function LostBanner() {
  if (!isStale.value) return html`<div role="alert"></div>`;
  const at = lastHeardAt.value;
  return html`
    <div role="alert"><div class="banner lost">
      <strong>${at ? words.link.lost(clock(at)) : words.link.lostNever}</strong>
      <span>${words.link.lostHelp}</span>
    </div></div>`;
}

/** The base station runs, but alarms may not reach it. */
export function TroubleBanner() {
  const trouble = isStale.value ? "" : troubleOf(snapshot.value?.station);
  return html`<div role="alert">${trouble &&
    html`<div class="banner trouble"><strong>${words.station.trouble(trouble)}</strong></div>`}</div>`;
}

/** On every page but the list: alarms wait there. A test or a drill is told as one, unless a real alarm waits too. */
export function AlarmBanner() {
  const waiting = foremost(snapshot.value?.cases ?? []);
  if (route.value.page === "" || waiting === null) return null;
  const { first, title } = waiting;
  return html`<a class=${`banner alarms-wait${isRehearsed(first) ? " rehearsed" : ""}`} href="#/"><strong>${title}</strong>
    <span>${kindOf(first)}, ${whoOf(first)}</span> <u>${words.list.show}</u></a>`;
}

/** Nobody has pressed anything here for long: soon the next level is called together with this one. */
export function AloneBanner() {
  const left = leftAloneIn.value;
  return html`<div role="status">${left !== null &&
    html`<div class="banner alone"><strong>${words.vigilance.ask}</strong>
      <span>${left > 0 ? words.vigilance.in(left) : words.vigilance.over}</span></div>`}</div>`;
}

/** The browser does not sound yet; any press changes that, and the cases stay usable. */
export function SoundBanner() {
  if (isSounding.value) return null;
  return html`<button type="button" class="banner sound-off" onClick=${unlock}>
    <strong>${words.sound.off}</strong> <span>- ${words.sound.press}</span></button>`;
}
