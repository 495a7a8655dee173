// The frame around every page: header with pages, sound, clock and who is logged in.
import { html } from "./html.js";
import { isStale, snapshot } from "./link.js";
import { isAlarm, isRehearsed, isWaiting } from "./alarms.js";
import { Beside, Menu, MenuButton, closeByKey, closeWhenLeft, isMenuOpen } from "./menu.js";
import { Unprotected } from "./people.js";
import { Preferences } from "./preferences.js";
import { announcement } from "./room.js";
import { SearchBox } from "./search_box.js";
import { logOut, user } from "./session.js";
import { isSounding, test } from "./sound.js";
import { clock, nowS } from "./station_time.js";
import { words } from "./words.js";

export function Header() {
  const waiting = (snapshot.value?.cases ?? []).filter((c) => isAlarm(c) && isWaiting(c) && !isRehearsed(c)).length;
  return html`
    <header class=${isMenuOpen.value ? "open" : ""} onKeyDown=${closeByKey} onFocusOut=${closeWhenLeft}>
      <a class="skip" href="#main" onClick=${skip}>${words.skip}</a>
      <span class="brand">${words.product}</span>
      <${MenuButton} /><${Menu} />
      <${Beside} waiting=${waiting} />
      <p class="station"><${Station} /></p>
      <p class="clock digits"><${Clock} /></p>
      <${SearchBox} />
      <button type="button" class="small" onClick=${test}><${Sound} /></button>
      <span class="user">${user.value.display_name}</span>
      <${Preferences} user=${user} />
      <button type="button" class="small" onClick=${logOut}>${words.logOut}</button>
    </header>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

function Clock() {
  return nowS.value === null ? "" : clock(nowS.value * 1000);
}

function Sound() {
  return isSounding.value ? words.sound.isOn : words.sound.test;
}

function Station() {
  if (snapshot.value === null) return words.link.connecting;
  const quarantined = snapshot.value.station?.quarantined ?? 0;
  return html`<span class=${isStale.value ? "dot" : "dot good"} aria-hidden="true"></span>
    ${isStale.value ? words.link.lostTitle : words.station.receiving}
    ${quarantined > 0 && html`<span class="quiet"> · ${words.station.quarantined(quarantined)}</span>`}
 <span role="status"><${Unprotected} people=${snapshot.value.people} /></span>`;
}

/** Says aloud, for screen readers, what has just come; each case once. */
export function Announcer() {
  return html`<div class="unseen" aria-live="assertive" role="status">${announcement.value.text}</div>`;
}
