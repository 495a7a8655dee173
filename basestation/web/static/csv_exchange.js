// A register as a file: taken out, and read in after a look at what it would do. Where the base station has no
// such route, nothing is offered.
import { useEffect, useState } from "preact/hooks";

import { html } from "./html.js";
import { words } from "./words.js";

const w = words.registers.csv;

export function CsvExchange({ register, mayImport, read }) {
  const path = `/api/v1/csv/${register}`;
  const [isThere, setThere] = useState(false);
  const [file, setFile] = useState(null);
  const [said, setSaid] = useState("");
  useEffect(() => void fetch(path).then((answer) => setThere(answer.ok), () => setThere(false)), [path]);
  if (!isThere) return null;
  const send = async (chosen, isRehearsal) => {
    try {
      const answer = await fetch(isRehearsal ? `${path}?dry_run=true` : path, {
        method: "POST", headers: { "Content-Type": "text/csv" }, body: chosen,
      });
      const told = await answer.json();
      setFile(answer.ok && isRehearsal ? chosen : null);
      setSaid(answer.ok ? (isRehearsal ? w.would : w.done)(told) : told.detail ?? told.error ?? words.link.noAnswer);
      if (answer.ok && !isRehearsal) await read();
    } catch {
      setSaid(words.link.notReached);
    }
  };
  const chosen = (event) => {
    const [one] = event.currentTarget.files;
    event.currentTarget.value = "";
    if (one) send(one, true);
  };
  return html`<div class="csv">
    <a class="button" href=${path} download=${`${register}.csv`}>${w.export}</a>
    ${mayImport && html`<label class="button">${w.import}<input class="unseen" type="file" accept=".csv,text/csv" onChange=${chosen} /></label>`}
    <p role="status">${said}</p>
    ${file && html`<button type="button" class="strong" onClick=${() => send(file, false)}>${w.confirm}</button>
      <button type="button" onClick=${() => { setFile(null); setSaid(""); }}>${w.cancel}</button>`}
  </div>`;
}
