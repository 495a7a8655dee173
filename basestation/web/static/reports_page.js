// Reports: the month of a site, and one incident. Shows the document that the base station made of it, the
// same that its PDF and CSV hold; decides nothing of what it says. The address names what is shown:
// #/reports/2026-03, #/reports/2026-03-site-2, #/reports/case-12.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";

import { get } from "./api.js";
import { html } from "./html.js";
import { language } from "./language.js";
import { nowS } from "./station_time.js";
import { words } from "./words.js";

const w = words.reports;
const LANGUAGES = Object.keys(w.languages);
/** The language of reports, kept while one after the other is read. */
const spokenLanguage = signal(LANGUAGES.includes(language) ? language : LANGUAGES[0]);

/** Return what an argument asks for: {month, site} or {caseId}; this month where it says nothing. */
export function askedBy(argument) {
  const ofCase = /^case-(\d{1,12})$/.exec(argument ?? "");
  if (ofCase) return { caseId: Number(ofCase[1]) };
  const ofMonth = /^(\d{4}-\d{2})(?:-site-(\d{1,12}))?$/.exec(argument ?? "");
  if (ofMonth) return { month: ofMonth[1], site: ofMonth[2] ? Number(ofMonth[2]) : null };
  const now = nowS.value === null ? new Date() : new Date(nowS.value * 1000);
  return { month: now.toISOString().slice(0, 7), site: null };
}

const pathOf = (asked) => (asked.caseId ? `/api/v1/cases/${asked.caseId}/report` : `/api/v1/reports/months/${asked.month}`);

function queryOf(asked, spoken) {
  return `?language=${spoken}${asked.site ? `&site=${asked.site}` : ""}`;
}

export function ReportsPage({ argument }) {
  const asked = askedBy(argument);
  const spoken = spokenLanguage.value;
  const [found, setFound] = useState(null);
  const [fault, setFault] = useState("");
  const path = pathOf(asked);
  const query = queryOf(asked, spoken);
  useEffect(() => {
    let isWanted = true;
    setFound(null);
    get(path + query).then(
      (answer) => isWanted && (setFound(answer.document), setFault("")),
      (refused) => isWanted && setFault(refused.message),
    );
    return () => {
      isWanted = false;
    };
  }, [path, query]);
  return html`
    <div class="reports">
      <h1 class="no-print">${w.title}</h1>
      <p class="quiet no-print">${w.help} <a href="#/virtual">${w.toVirtual}</a></p>
      <${Choice} asked=${asked} spoken=${spoken} />
      <p class="failure" role="alert">${fault}</p>
      ${found ? html`<${Files} asked=${asked} path=${path} query=${query} /><${Report} document=${found} />`
        : !fault && html`<p role="status">${w.reading}</p>`}
    </div>`;
}

function Choice({ asked, spoken }) {
  const [sites, setSites] = useState([]);
  const [refusal, setRefusal] = useState("");
  useEffect(() => {
    get("/api/v1/reports/sites").then(setSites, (refused) => setRefusal(refused.message));
  }, []);
  const showMonth = (event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const site = form.get("site");
    location.hash = `#/reports/${form.get("month")}${site ? `-site-${site}` : ""}`;
  };
  const showCase = (event) => {
    event.preventDefault();
    const number = Number(new FormData(event.currentTarget).get("case"));
    setRefusal(number > 0 ? "" : w.noCase);
    if (number > 0) location.hash = `#/reports/case-${number}`;
  };
  return html`
    <div class="report-choice no-print">
      <form onSubmit=${showMonth}>
        <label class="field">${w.month}<input name="month" type="month" required pattern="\\d{4}-\\d{2}" defaultValue=${asked.month ?? askedBy("").month} /></label>
        ${sites.length > 1 && html`<label class="field">${w.site}<select name="site">
          <option value="">${w.allSites}</option>
          ${sites.map((s) => html`<option key=${s.id} value=${s.id} selected=${s.id === asked.site}>${s.name}</option>`)}</select></label>`}
        <button type="submit">${w.show}</button>
      </form>
      <form onSubmit=${showCase}>
        <label class="field">${w.incidentNumber}<input name="case" inputmode="numeric" pattern="\\d{1,12}" defaultValue=${asked.caseId ?? ""} /></label>
        <button type="submit">${w.show}</button>
      </form>
      <label class="field">${w.language}<select value=${spoken} onChange=${(event) => (spokenLanguage.value = event.currentTarget.value)}>
        ${LANGUAGES.map((l) => html`<option key=${l} value=${l} selected=${l === spoken}>${w.languages[l]}</option>`)}</select></label>
      <p class="failure" role="alert">${refusal}</p>
    </div>`;
}

function Files({ asked, path, query }) {
  return html`
    <p class="report-files no-print">
      <a class="button" href=${`${path}/pdf${query}`} download>${w.pdf}</a>
      <a class="button" href=${`${path}/csv${query}`} download>${w.csv}</a>
      <button type="button" onClick=${() => window.print()}>${w.print}</button>
      ${asked.caseId && html`<a href=${`#/case/${asked.caseId}`}>${w.toCase(asked.caseId)}</a> <span class="quiet">${w.logged}</span>`}
    </p>`;
}

export function Report({ document: d }) {
  return html`
    <article class="report" lang=${d.language}>
      <h2 class="report-title">${d.title}</h2>
      <p class="quiet">${d.subtitle}</p>
      ${d.banners.map((banner) => html`<p class="report-banner" key=${banner}>${banner}</p>`)}
      ${d.facts.length > 0 && html`<dl>${d.facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`}
      ${d.sections.map((section, place) => html`<${Section} key=${place} section=${section} place=${place} />`)}
      <p class="quiet report-footer">${d.footer}</p>
    </article>`;
}

function Section({ section: s, place }) {
  const title = `report-section-${place}`;
  return html`
    <section aria-labelledby=${title}>
      <h3 id=${title}>${s.title}</h3>
      ${s.drawing && html`<p class="quiet">${s.drawing_words}. ${w.drawing}</p>`}
      ${s.columns.length > 0 && html`<div class="report-scroll" tabindex="0" role="group" aria-labelledby=${title}>
        <table><thead><tr>${s.columns.map((c) => html`<th scope="col" class=${c.is_number ? "number" : ""}>${c.title}</th>`)}</tr></thead>
        <tbody>${s.rows.map((row) => html`<tr>${row.map((cell, at) => html`<${Cell} cell=${cell} column=${s.columns[at]} isHead=${at === 0} />`)}</tr>`)}</tbody></table></div>`}
      ${s.notes.map((note) => html`<p class="quiet">${note}</p>`)}
    </section>`;
}

function Cell({ cell, column, isHead }) {
  const kind = column.is_number ? "number digits" : "";
  return isHead ? html`<th scope="row" class=${kind}>${cell}</th>` : html`<td class=${kind}>${cell}</td>`;
}
