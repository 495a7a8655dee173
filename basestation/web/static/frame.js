// The frame around every page: header with pages, sound, clock and who is logged in.
import { html } from "./html.js";
import { isStale, snapshot } from "./link.js";
import { isAlarm, isRehearsed, isWaiting } from "./alarms.js";
import { Unprotected } from "./people.js";
import { Preferences } from "./preferences.js";
import { announcement } from "./room.js";
import { route } from "./route.js";
import { SearchBox } from "./search_box.js";
import { logOut, user } from "./session.js";
import { isSounding, test } from "./sound.js";
import { clock, nowS } from "./station_time.js";
import { words } from "./words.js";

export function Header() {
  const waiting = (snapshot.value?.cases ?? []).filter((c) => isAlarm(c) && isWaiting(c) && !isRehearsed(c)).length;
  const link = (page, text) => html`
    <a href=${`#/${page}`} aria-current=${route.value.page === page ? "page" : undefined}>${text}</a>`;
  return html`
    <header>
      <a class="skip" href="#main" onClick=${skip}>${words.skip}</a>
      <span class="brand">${words.product}</span>
      <nav aria-label=${words.navLabel}>
        ${link("", html`${words.nav.alarms}${waiting > 0 && html` <b class="waiting-count">${waiting}</b>`}`)}
        ${link("wall", words.wall.nav)}
        ${link("people", words.people.nav)}
        ${link("shifts", words.nav.shifts)}
        ${link("coverage", words.nav.coverage)}
        ${link("register", words.nav.register)}
        ${link("reports", words.nav.reports)}
      </nav>
      <${SearchBox} />
      <p class="station"><${Station} /></p>
      <p class="clock digits"><${Clock} /></p>
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
