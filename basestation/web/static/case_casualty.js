// Who a case is about: picture and number, which open with the raised case, and the tone by which helpers find the
// device. In a silent case the base station gives no number, and this says why.
import { useEffect, useState } from "preact/hooks";

import { get } from "./api.js";
import { html } from "./html.js";
import { snapshot } from "./link.js";
import { Tone } from "./location.js";
import { words } from "./words.js";

const w = words.casefile.casualty;

export function Casualty({ c }) {
  const [found, setFound] = useState(null);
  const [fault, setFault] = useState("");
  // A silent alarm that comes later takes the number away at once; the base station gives it no more either.
  const isHushed = (snapshot.value?.cases ?? []).some((one) => one.is_silent_alarm && (one.worker === c.worker || one.device === c.device));
  const isOpen = c.is_open && c.is_person && c.raised_at !== null && c.worker !== null;
  useEffect(() => {
    let isWanted = isOpen;
    // The names of a case that has ended stay in its facts; picture and number go.
    if (!isOpen) setFound(null);
    else {
      get(`/api/v1/cases/${c.id}/casualty`).then(
        (answer) => isWanted && (setFound(answer), setFault("")), (refused) => isWanted && setFault(refused.message));
    }
    return () => {
      isWanted = false;
    };
  }, [c.id, isOpen, isHushed, c.worker]);
  if (!c.is_open || !c.is_person) return null;
  return html`
    <section class="casualty" aria-labelledby="casualty-title"><h2 id="casualty-title">${c.worker ?? words.row.nobody}</h2>
      ${c.worker && !c.is_wearer_confirmed && html`<p class="alert-line">${words.row.lastWearer(c.worker)}</p>`}
      ${fault && html`<p class="failure" role="alert">${fault}</p>`}
      ${found && html`<${Picture} c=${c} found=${found} /><${Call} isHushed=${isHushed || c.is_silent_alarm} found=${found} />
        ${found.note && html`<p class="helpers-note"><strong>${words.registers.fields.note}:</strong> ${found.note}</p>`}`}
      <${Tone} c=${c} /></section>`;
}

function Picture({ c, found }) {
  const [isBroken, setBroken] = useState(false);
  if (!found.picture_at) return null;
  if (isBroken) return html`<p class="quiet">${w.notShown}</p>`;
  return html`<img class="portrait" src=${`/api/v1/cases/${c.id}/picture?at=${encodeURIComponent(found.picture_at)}`}
    alt=${w.pictureOf(found.worker)} onError=${() => setBroken(true)} />`;
}

function Call({ isHushed, found }) {
  if (found.is_silent || isHushed) return html`<p class="silence">${w.doNotCall}</p>`;
  if (!found.phone) return html`<p class="quiet">${w.noNumber}</p>`;
  const dialled = found.phone.replace(/[^0-9+*#]/g, "");
  return html`<a class="button call" href=${`tel:${dialled}`}>${w.call} <span class="digits">${found.phone}</span></a>`;
}
