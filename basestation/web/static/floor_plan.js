// The floor plans of a case as its responders see them: the figures come ready from the base station, since both
// pages show the same; their ages are counted on here.
import { useEffect, useRef, useState } from "preact/hooks";

import { html } from "./html.js";
import { readDrawing, showDrawing } from "./plan_drawing.js";
import { age, nowS } from "./station_time.js";
import { words } from "./words.js";

const w = words.plan;

const LOOK_MS = 4000;

export function FloorPlans({ c }) {
  const place = useRef(null);
  const shown = useRef(null);
  const [fault, setFault] = useState("");
  const [isEmpty, setEmpty] = useState(true);
  const [look, setLook] = useState(0);
  useEffect(() => {
    const timer = c.is_open ? setInterval(() => setLook((n) => n + 1), LOOK_MS) : null;
    return () => clearInterval(timer);
  }, [c.is_open]);
  useEffect(() => {
    const request = readDrawing(`/api/v1/cases/${c.id}/plans`, (figures) => {
      setFault(figures ? "" : w.notRead);
      if (!figures) return;
      setEmpty(figures.childElementCount === 0);
      showDrawing(place, shown, figures);
    });
    return () => request.abort();
  }, [c.id, c.is_open, c.near_at, look]);
  const second = nowS.value;
  useEffect(() => {
    for (const time of place.current?.querySelectorAll("time[data-age]") ?? []) {
      const note = time.nextElementSibling ?? time.parentNode.appendChild(document.createElement("span"));
      note.textContent = ` (${w.ago(age(time.dateTime))})`;
    }
  }, [second, look]);
  return html`<section class="floor-plans" aria-label=${w.plans} hidden=${isEmpty && !fault}>
    <p class="failure" role="alert">${fault}</p><div ref=${place}></div></section>`;
}
