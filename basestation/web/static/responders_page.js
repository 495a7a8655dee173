// The people who come: a register as the others, and their addresses in the order in which they are tried.
import { useState } from "preact/hooks";

import { put } from "./api.js";
import { html } from "./html.js";
import { LISTS } from "./register_lists.js";
import { RegisterRows } from "./register_rows.js";
import { Field, useChange, useRead } from "./rescue_forms.js";
import { day } from "./station_time.js";
import { words } from "./words.js";

const all = words.rescue;
const w = all.responders;

export function RespondersPage() {
  return html`<${RegisterRows} name="responders" list=${LISTS.responders} Extra=${Addresses} />`;
}

/** The addresses of somebody; what is proven of them is read when their row is opened. */
function Addresses({ row, read: readRows }) {
  const [people, read] = useRead("/api/v1/responders", null);
  const one = people?.find((person) => person.id === row.id);
  if (!one) return null;
  return html`<${Ways} one=${one} row=${row} read=${() => Promise.all([read(), readRows()])} />`;
}

function Ways({ one, row: person, read }) {
  const kept = one.addresses.map(({ channel, address }) => ({ channel, address }));
  const [typed, setTyped] = useState(null);
  const [seen, setSeen] = useState(person.version);
  const [isLate, setLate] = useState(false);
  const [change, outcome] = useChange(read);
  // What was not touched follows the base station.
  const rows = typed ?? kept;
  const setRows = (wanted) => {
    if (typed === null) setSeen(person.version);
    setTyped(wanted);
  };
  const set = (index, name) => (value) => setRows(rows.map((row, at) => (at === index ? { ...row, [name]: value } : row)));
  const submit = async (event) => {
    event.preventDefault();
    const version = typed === null || isLate ? person.version : seen;
    if (await change(() => put(`/api/v1/responders/${one.id}/addresses`, { addresses: rows, version }))) {
      setTyped(null);
      setLate(false);
      return;
    }
    setLate(true);
    await read();
  };
  const isOther = isLate && JSON.stringify(kept) !== JSON.stringify(rows);
  return html`
    <form onSubmit=${submit}><h3>${w.addresses}</h3>
      ${rows.map((row, index) => html`<div class="line" key=${index}>
        <${Field} label=${w.channel} value=${row.channel} put=${set(index, "channel")} required pattern="[a-z0-9_.\\-]{1,32}" list="channels" />
        <${Field} label=${w.address} value=${row.address} put=${set(index, "address")} maxlength="500" />
        ${index > 0 && html`<button type="button" class="small" aria-label=${`${all.up}: ${row.channel}`}
          onClick=${() => setRows(earlier(rows, index))}>↑</button>`}
        <button type="button" class="small" onClick=${() => setRows(rows.filter((_, at) => at !== index))}>${all.remove}</button>
        <p class="quiet proof">${proofOf(one, row)}</p></div>`)}
      <div class="buttons">
        <button type="button" class="small" onClick=${() => setRows([...rows, { channel: "", address: "" }])}>${w.addAddress}</button>
        <button type="submit">${w.saveAddresses}</button></div>
      ${isOther && html`<p class="theirs">${words.registers.now(kept.map((way) => `${way.channel} ${way.address}`).join(", ") || words.registers.empty)}</p>`}
      ${outcome}
      <datalist id="channels">${["sms", "voice", "email", "espa", "webhook"].map((name) => html`<option value=${name} />`)}</datalist>
    </form>`;
}

/** Say whether the person has confirmed the address, and when it was last seen to work. */
function proofOf(one, row) {
  const kept = one.addresses.find((own) => own.channel === row.channel && own.address === row.address);
  if (!kept) return "";
  const facts = [];
  if (kept.confirmed_at) facts.push(w.confirmed(day(kept.confirmed_at)));
  if (kept.proven_at) facts.push(w.proven(day(kept.proven_at)));
  return facts.length > 0 ? facts.join(", ") : w.unproven;
}

function earlier(rows, index) {
  const moved = [...rows];
  [moved[index - 1], moved[index]] = [moved[index], moved[index - 1]];
  return moved;
}
