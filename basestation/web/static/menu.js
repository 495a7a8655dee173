// The menu: every page, grouped by who uses it. A page that there is not, or that the role may not open, is left
// out. It closes by Escape, by a page that was chosen, by a press beside it, when the focus leaves, and when an
// alarm comes, which it must not lie over.
import { effect, signal } from "@preact/signals";

import { html } from "./html.js";
import { isPage } from "./pages.js";
import { announcement } from "./room.js";
import { route } from "./route.js";
import { isAtLeast } from "./session.js";
import { words } from "./words.js";

const w = words.menu;

/** Name in words.menu.pages, address behind the # where it is another, lowest role where the page itself names none. */
const GROUPS = {
  room: [["alarms", ""], ["wall"], ["people"], ["handover", , "operator"], ["past", , "viewer"], ["virtual", , "operator"]],
  site: [["shifts", , "viewer"], ["workers", "register/workers", "viewer"], ["workplaces", "register/workplaces", "viewer"],
    ["devices", "register/devices", "viewer"], ["beacons", "register/beacons", "viewer"], ["plans"], ["coverage", , "viewer"],
    ["fleet", , "viewer"], ["register", , "viewer"]],
  rescue: [["chain"], ["responders"], ["rota"], ["protocols"]],
  desk: [["reports", , "viewer"], ["tests"], ["drills"], ["lessons"], ["records"], ["clearance"], ["access"]],
  house: [["sites"], ["users"], ["tokens"]],
};

/** Those of the control room, which stand beside the menu where there is room. */
const BESIDE = ["alarms", "people", "shifts", "handover", "wall"];

export const isMenuOpen = signal(false);

const addressOf = ([name, address = name]) => `#/${address}`;

function isOffered([name, address = name, role]) {
  return (address === "" || isPage(address.split("/")[0])) && (!role || isAtLeast(role));
}

function isHere([name, address = name]) {
  const { page, argument } = route.value;
  return address === page || (argument !== "" && address === `${page}/${argument}`);
}

function Link({ one, children }) {
  return html`<a href=${addressOf(one)} aria-current=${isHere(one) ? "page" : undefined}>${w.pages[one[0]]}${children}</a>`;
}

/** The pages beside the menu; `waiting` alarms stand behind the first. */
export function Beside({ waiting }) {
  const all = Object.values(GROUPS).flat();
  return html`<nav class="beside" aria-label=${words.navLabel}>
    ${BESIDE.map((name) => all.find((one) => one[0] === name)).filter(isOffered).map((one) => html`
      <${Link} key=${one[0]} one=${one}>${one[0] === "alarms" && waiting > 0 && html` <b class="waiting-count">${waiting}</b>`}<//>`)}
  </nav>`;
}

export function MenuButton() {
  const isOpen = isMenuOpen.value;
  return html`<button type="button" id="menu-button" class="small" aria-expanded=${isOpen ? "true" : "false"} aria-controls="menu"
    onClick=${() => (isMenuOpen.value = !isOpen)}><span aria-hidden="true">☰</span> ${w.open}</button>`;
}

/** All pages; a list of its own for each who uses them. */
export function Menu() {
  const chosen = (event) => {
    if (event.target.closest("a") === null) return;
    isMenuOpen.value = false;
    document.getElementById("main").focus();
  };
  return html`<nav id="menu" aria-label=${w.label} hidden=${!isMenuOpen.value} onClick=${chosen}>
    ${Object.entries(GROUPS).map(([group, pages]) => [group, pages.filter(isOffered)]).filter(([, pages]) => pages.length > 0)
      .map(([group, pages]) => html`
        <section key=${group}><p class="label" id=${`menu-${group}`}>${w.groups[group]}</p>
          <ul role="list" aria-labelledby=${`menu-${group}`}>${pages.map((one) => html`<li key=${one[0]}><${Link} one=${one} /></li>`)}</ul></section>`)}
  </nav>`;
}

/** Close it; its button gets the focus that was in it. */
function close() {
  if (!isMenuOpen.peek()) return;
  const hadFocus = document.getElementById("menu").contains(document.activeElement);
  isMenuOpen.value = false;
  if (hadFocus) document.getElementById("menu-button").focus();
}

/** Close the menu by Escape; for the header around it. */
export function closeByKey(event) {
  if (event.key === "Escape") close();
}

/** Close the menu when the focus goes on to the page. */
export function closeWhenLeft(event) {
  if (event.relatedTarget !== null && !event.currentTarget.contains(event.relatedTarget)) isMenuOpen.value = false;
}

addEventListener("pointerdown", (event) => event.target.closest?.("header") || close());
effect(() => {
  if (announcement.value.text) close();
});
