// The floor plans of a case as its responders see them: the figures come ready from the base station, since both
// pages show the same. Read with a document parser and never as markup of this page; ages are counted on here.
import { useEffect, useRef, useState } from "preact/hooks";

import { html } from "./html.js";
import { age, nowS } from "./station_time.js";
import { planWords as w } from "./words_plan.js";

const LOOK_MS = 4000;
const ANSWER_MS_MAX = 8000;

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
    const request = read(`/api/cases/${c.id}/plans`, (figures) => {
      setFault(figures ? "" : w.notRead);
      if (figures) setEmpty(figures.childElementCount === 0);
      if (!figures || shown.current?.isEqualNode(figures)) return;
      shown.current = figures.cloneNode(true);
      place.current?.replaceChildren(...figures.childNodes);
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

// Hands the figures over, or null where none could be read.
function read(path, take) {
  const request = new XMLHttpRequest();
  request.open("GET", path);
  request.responseType = "document";
  request.timeout = ANSWER_MS_MAX;
  request.onload = () => take(request.status === 200 ? request.responseXML?.getElementById("plans") : null);
  request.onerror = request.ontimeout = () => take(null);
  request.send();
  return request;
}
