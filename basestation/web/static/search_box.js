// The search in the header: a few letters, the results by arrow keys, Enter opens one. Key / comes here from
// everywhere but a field. An answer to older letters that comes late is forgotten.
import { useEffect, useRef, useState } from "preact/hooks";

import { get } from "./api.js";
import { html } from "./html.js";
import { isMenuOpen } from "./menu.js";
import { words } from "./words.js";

const w = words.search;
const PAUSE_MS = 150;
const FIELDS = "input, textarea, select, [contenteditable]";

/** Where each kind of thing is shown. */
const PLACES = {
  case: (id) => `#/case/${id}`,
  plan: (id) => `#/plans/${id}`,
  device: (id) => `#/device/${id}`,
  worker: () => "#/register/workers",
  workplace: () => "#/register/workplaces",
  beacon: () => "#/register/beacons",
  responder: () => "#/register/responders",
  site: () => "#/sites",
  user: () => "#/users",
};
const placeOf = (one) => (PLACES[one.kind] ?? (() => "#/register"))(one.id);

export function SearchBox() {
  const field = useRef(null);
  const question = useRef(0);
  const pause = useRef(0);
  const [letters, setLetters] = useState("");
  const [found, setFound] = useState(null);
  const [at, setAt] = useState(-1);
  const [fault, setFault] = useState("");
  useEffect(() => {
    const focus = (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(FIELDS)) return;
      if (document.querySelector("dialog[open]")) return;
      event.preventDefault();
      // On a narrow screen it lies in the menu, which is drawn before the next task.
      if (field.current.offsetParent === null) isMenuOpen.value = true;
      setTimeout(() => field.current.select());
    };
    addEventListener("keydown", focus);
    return () => (removeEventListener("keydown", focus), clearTimeout(pause.current));
  }, []);
  const ask = async (q) => {
    const mine = ++question.current;
    try {
      const answer = await get(`/api/v1/search?${new URLSearchParams({ q })}`);
      if (mine === question.current) (setFound(answer), setAt(-1), setFault(""));
    } catch (refused) {
      if (mine === question.current) (setFound([]), setFault(refused.message));
    }
  };
  const type = (event) => {
    const typed = event.target.value;
    setLetters(typed);
    clearTimeout(pause.current);
    if (typed.trim()) pause.current = setTimeout(() => ask(typed.trim()), PAUSE_MS);
    else close();
  };
  const close = () => (question.current++, setFound(null), setAt(-1), setFault(""));
  const open = (one) => {
    clearTimeout(pause.current);
    close();
    setLetters("");
    location.hash = placeOf(one);
  };
  const press = (event) => {
    const count = found?.length ?? 0;
    if (event.key === "Escape") (close(), setLetters(""));
    else if (event.key === "ArrowDown" && count) setAt((at + 1) % count);
    else if (event.key === "ArrowUp" && count) setAt((at + count - (at < 0 ? 0 : 1)) % count);
    else if (event.key === "Enter" && count) open(found[Math.max(0, at)]);
    else return;
    event.preventDefault();
  };
  const isOpen = found !== null;
  return html`
    <div class="search" role="search">
      <input ref=${field} type="text" role="combobox" aria-label=${w.label} placeholder=${w.placeholder} value=${letters} maxlength="80"
        autocomplete="off" spellcheck=${false} aria-autocomplete="list" aria-expanded=${isOpen && found.length > 0 ? "true" : "false"}
        aria-controls="search-found" aria-activedescendant=${at >= 0 ? `search-${at}` : undefined}
        onInput=${type} onKeyDown=${press} onBlur=${close} />
      <div class="search-found" hidden=${!isOpen}>
        <ul role="listbox" id="search-found" aria-label=${w.label}>${(found ?? []).map((one, index) => html`
          <li key=${`${one.kind}/${one.id}`} id=${`search-${index}`} role="option" aria-selected=${index === at ? "true" : "false"}
            onMouseDown=${(event) => (event.preventDefault(), open(one))}>
            <span class="quiet">${w.kinds[one.kind] ?? one.kind}</span> <strong>${one.title}</strong> <span>${one.more}</span></li>`)}</ul>
        <p role="status">${fault || (isOpen && (found.length === 0 ? w.none : w.found(found.length)))}</p>
      </div>
    </div>`;
}
