// The movement around a case's alarm: that there is some, and for a safety officer what the detector saw of it. It
// is read only when somebody asks, since every reading is logged; the drawing is fetched with it.
import { useState } from "preact/hooks";

import { get } from "./api.js";
import { html } from "./html.js";
import { isAtLeast } from "./session.js";
import { words } from "./words.js";

const w = words.casefile.movement;

export function Movement({ c }) {
  const [shown, setShown] = useState(null);
  const [fault, setFault] = useState("");
  const [isReading, setReading] = useState(false);
  if (!c.trace) return null;
  const open = async () => {
    if (isReading) return;
    setReading(true);
    setFault("");
    try {
      const [found, drawing] = await Promise.all([get(`/api/v1/cases/${c.id}/movement`), import("./movement_plot.js")]);
      setShown({ found, Plots: drawing.Plots });
    } catch (refused) {
      setFault(refused.status === undefined ? words.link.pageNotRead : refused.message);
    }
    setReading(false);
  };
  return html`
    <section class="movement" aria-labelledby="movement-title"><h2 id="movement-title">${w.title}</h2>
      <p>${c.trace.is_complete ? w.whole : w.part(c.trace.pieces, c.trace.pieces_expected)}</p>
      ${!isAtLeast("safety_officer") && html`<p class="quiet">${w.officer}</p>`}
      ${isAtLeast("safety_officer") && html`
        <p class="quiet">${w.logged}</p>
        <div class="filters"><button type="button" aria-disabled=${isReading ? "true" : "false"} onClick=${open}>${isReading ? words.row.working : w.open}</button>
          <a class="button" href=${`/api/v1/cases/${c.id}/trace`} download>${w.file}</a></div>`}
      <p class="failure" role="alert">${fault}</p>
      ${shown && html`<${shown.Plots} found=${shown.found} />`}
    </section>`;
}
