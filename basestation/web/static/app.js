// The console: joins the parts, draws the page of the route, and starts the pulse.
import { render } from "preact";

import { isAlarm } from "./alarms.js";
import { AlarmBanner, AloneBanner, LostBanner, SoundBanner, TroubleBanner } from "./banners.js";
import { CaseList } from "./cases.js";
import { Announcer, Header } from "./frame.js";
import { standBy } from "./herald.js";
import { HeraldSwitches } from "./herald_switches.js";
import { html } from "./html.js";
import { isStale, snapshot, watch } from "./link.js";
import { CoverageDue } from "./location.js";
import { isPage, LoginPage, Page } from "./pages.js";
import { HandoverNote, NotProtected } from "./not_protected.js";
import { PeopleAtWork, PreAlarms } from "./people.js";
import { attend } from "./room.js";
import { route } from "./route.js";
import { resume, user } from "./session.js";
import { SilenceBanner } from "./silence.js";
import { prove, unlockAtGestures } from "./sound.js";
import "./theme.js";
import { keepTelling, watchOver } from "./vigilance.js";
import { words } from "./words.js";

function Console() {
  if (user.value === undefined) return html`<main class="login"><p>${words.link.connecting}</p></main>`;
  if (user.value === null) return html`<${LoginPage} />`;
  return html`
    <${LostBanner} /><${Announcer} />
    <div class=${`page${isStale.value ? " stale" : ""}${isWall() ? " on-wall" : ""}`}>
      ${!isWall() && html`<${Header} />`}
      <main id="main" tabindex="-1"><${Shown} /></main>
    </div>
    <footer>${!isWall() && html`<${AlarmBanner} />`}<${SilenceBanner} /><${TroubleBanner} /><${AloneBanner} /><${SoundBanner} /></footer>`;
}

const isWall = () => route.value.page === "wall";

function Shown() {
  const { page, argument } = route.value;
  return isPage(page) ? html`<${Page} key=${page} name=${page} argument=${argument} />` : html`<${AlarmsPage} />`;
}

function AlarmsPage() {
  if (snapshot.value === null) return html`<p class="none">${words.link.connecting}</p>`;
  const { cases, people, coverage_due: due } = snapshot.value;
  return html`
    <div class="wallboard">
      <${CaseList} cases=${cases} />
      <aside>
        <${NotProtected} people=${people} cases=${cases} /><${HandoverNote} handover=${snapshot.value.room_duty.handover} />
        <${PreAlarms} cases=${cases.filter((c) => !isAlarm(c))} />
        <${PeopleAtWork} people=${people} />
        <${CoverageDue} due=${due} />
        <${HeraldSwitches} />
      </aside>
    </div>`;
}

/** The one script that is started by its address; the page's policy lets no other text become code. */
function pulseUrl() {
  const url = "/static/pulse.js";
  return globalThis.trustedTypes?.createPolicy("rufweite", { createScriptURL: () => url }).createScriptURL(url) ?? url;
}

const pulse = new Worker(pulseUrl());
pulse.onmessage = () => {
  watch();
  prove();
  keepTelling();
};
unlockAtGestures();
watchOver();
attend();
standBy();
render(html`<${Console} />`, document.getElementById("console"));
resume();
