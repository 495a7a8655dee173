// The list of open alarms. Decides when the order is held (pointer or focus inside) and says so;
// the order itself is the server's.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { isAlarm, kindOf, whoOf } from "./alarms.js";
import { CaseRow } from "./case_row.js";
import { html } from "./html.js";
import { orderOf } from "./order.js";
import { Silencer } from "./silence.js";
import { words } from "./words.js";

export function CaseList({ cases }) {
  const alarms = cases.filter(isAlarm);
  const list = useRef(null);
  const isHeld = useSomebodyInside(list);
  const [, sortAgain] = useState(0);
  const shown = useRef([]);
  const known = useRef(new Map());
  const rows = useRef(new Map());

  const truth = alarms.map((c) => c.id);
  const before = new Set(shown.current);
  const { ids, isTrue } = orderOf(shown.current, truth, isHeld);
  const fresh = useRef(new Set());
  fresh.current = new Set(isHeld ? truth.filter((id) => fresh.current.has(id) || !before.has(id)) : []);
  shown.current = ids;
  known.current = rememberedOf(known.current, alarms, ids);
  for (const id of rows.current.keys()) if (!known.current.has(id)) rows.current.delete(id);

  const sortNow = () => {
    shown.current = truth;
    fresh.current = new Set();
    sortAgain((n) => n + 1);
  };
  const open = new Set(truth);
  return html`
    <section class="alarms" aria-labelledby="alarms-title">
      <${Order} isHeld=${isHeld} isTrue=${isTrue} sortNow=${sortNow} count=${alarms.length}
        fresh=${alarms.filter((c) => fresh.current.has(c.id))} alarms=${alarms} />
      <ol ref=${list} class="cases" role="list" aria-label=${words.list.title}>
        ${ids.map((id) => rowOf(rows.current, known.current.get(id), open.has(id)))}
      </ol>
      ${ids.length === 0 && html`<p class="none"><strong>${words.list.none}</strong> ${words.list.noneHelp}</p>`}
    </section>`;
}

/** Tell whether the pointer or the focus is inside the element of `ref`. */
function useSomebodyInside(ref) {
  const [isPointerInside, setPointerInside] = useState(false);
  const [isFocusInside, setFocusInside] = useState(false);
  const look = () => setFocusInside(ref.current.contains(document.activeElement));
  // An element that is taken away with the focus in it tells nobody: look after every change, too.
  useLayoutEffect(look);
  useEffect(() => {
    const over = (event) => setPointerInside(ref.current.contains(event.target));
    const out = (event) => event.relatedTarget === null && setPointerInside(false);
    const left = (event) => setFocusInside(ref.current.contains(event.relatedTarget));
    const listeners = { pointerover: over, pointerout: out, focusin: look, focusout: left };
    for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) document.removeEventListener(name, listener);
    };
  }, []);
  return isPointerInside || isFocusInside;
}

/** Keep the last facts of every row shown, so that a case that ended can leave its row behind. */
function rememberedOf(known, alarms, ids) {
  const all = new Map(known);
  for (const c of alarms) all.set(c.id, c);
  return new Map(ids.map((id) => [id, all.get(id)]));
}

/** The row of a case; one of which nothing has changed is not drawn again. */
function rowOf(rows, c, isOpen) {
  const kept = rows.get(c.id);
  if (kept?.c === c && kept.isOpen === isOpen) return kept.row;
  const row = html`<${CaseRow} key=${c.id} c=${c} isOpen=${isOpen} />`;
  rows.set(c.id, { c, isOpen, row });
  return row;
}

/** The line above the list; of one height, so that it moves no row. */
function Order({ isHeld, isTrue, fresh, sortNow, count, alarms }) {
  const newest = fresh.length > 0 ? words.list.newBelow(fresh.length, `${kindOf(fresh[0])}, ${whoOf(fresh[0])}`) : "";
  return html`
    <div class="order">
      <h1 id="alarms-title" tabindex="-1">${words.list.title} <span class="count">${count}</span></h1>
      <p class=${isTrue ? "order-line" : "order-line differs"}>
        ${isHeld ? words.list.held : words.list.sorted}
        ${isHeld && !isTrue && html`: <strong>${newest || words.list.moves}</strong>`}
      </p>
      <button type="button" class="sort" hidden=${isTrue} onClick=${sortNow}>${words.list.sortNow}</button>
      <${Silencer} cases=${alarms} />
    </div>`;
}
