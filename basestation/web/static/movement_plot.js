// Draws the movement around an alarm: the samples, and for each detector what it made of them against its limit. The
// same stands beside it as a table. Colours are read as it draws, so it draws again when the theme changes.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";

import { html } from "./html.js";
import { language } from "./language.js";
import { words } from "./words.js";

const w = words.casefile.movement;
const HEIGHT_PX = 240;
const DASHES = { x: [], y: [6, 3], z: [2, 3] };
const tenths = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const text = (n) => (n === null ? "-" : tenths.format(n));
const inUnit = (unit, n) => (n === null ? "-" : unit === "deg" ? w.degrees(whole.format(n)) : w.mg(whole.format(n)));

/** Counts changes of the theme: of the machine's wish, and of the page's own choice. */
function useTheme() {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const next = () => setCount((n) => n + 1);
    const wish = matchMedia("(prefers-color-scheme: light)");
    wish.addEventListener("change", next);
    const choice = new MutationObserver(next);
    choice.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      wish.removeEventListener("change", next);
      choice.disconnect();
    };
  }, []);
  return count;
}

export function Plots({ found }) {
  const theme = useTheme();
  useEffect(() => {
    if (document.getElementById("uplot-style")) return;
    document.head.append(Object.assign(document.createElement("link"), { id: "uplot-style", rel: "stylesheet", href: "/static/vendor/uplot.css" }));
  }, []);
  const { samples, tracks } = found;
  const seconds = samples.t_ms.map((t) => t / 1000);
  const amount = samples.x_mg.map((x, at) => Math.hypot(x, samples.y_mg[at], samples.z_mg[at]));
  return html`
    ${tracks.length > 0 && !tracks.some((track) => track.name === "tilt") && html`<p>${w.upright.unknown}</p>`}
    <p class="quiet">${w.settings(found.settings_version)}</p>
    <${Plot} title=${w.samples} theme=${theme} marks=${found.marks} data=${[seconds, samples.x_mg, samples.y_mg, samples.z_mg, amount]}
      lines=${[["x", "--link", DASHES.x], ["y", "--technical-edge", DASHES.y], ["z", "--good", DASHES.z], [w.amount, "--text", [], 2]]} unit="mg" />
    ${tracks.map((track) => html`<${Plot} key=${track.name} title=${w.tracks[track.name]} theme=${theme} marks=${found.marks}
      data=${[track.t_ms.map((t) => t / 1000), track.values, track.t_ms.map(() => track.limit)]}
      lines=${[[w.tracks[track.name], "--link", [], 2], [w.limit, "--person-edge", [8, 4], 2]]} unit=${track.unit} />`)}
    <${Table} found=${found} />`;
}

function Plot({ title, data, lines, marks, unit, theme }) {
  const place = useRef(null);
  useEffect(() => {
    const plot = new uPlot(optionsOf(place.current, lines, marks, unit), data, place.current);
    const width = new ResizeObserver(() => plot.setSize({ width: place.current.clientWidth, height: HEIGHT_PX }));
    width.observe(place.current);
    return () => {
      width.disconnect();
      plot.destroy();
    };
  }, [data[0].length, theme]);
  return html`<figure class="plot"><figcaption>${title}</figcaption><div ref=${place} aria-hidden="true"></div></figure>`;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function optionsOf(element, lines, marks, unit) {
  const line = colour("--line");
  const axis = { stroke: colour("--text"), font: "16px system-ui", grid: { stroke: line, width: 1 }, ticks: { stroke: line } };
  return {
    width: element.clientWidth, height: HEIGHT_PX, cursor: { drag: { x: true, y: false } }, legend: { live: false },
    scales: { x: { time: false } },
    series: [{ label: w.time }, ...lines.map(([label, name, dash, width = 1]) => ({
      label, stroke: colour(name), dash, width, points: { show: false }, spanGaps: false,
    }))],
    axes: [{ ...axis, label: w.time, labelFont: "16px system-ui", labelSize: 24 }, { ...axis, size: 104, values: (_, splits) => splits.map((n) => inUnit(unit, n)) }],
    hooks: { draw: [(plot) => drawMarks(plot, marks)] },
  };
}

/** Upright lines with their words: condition, pre-alarm, alarm, and where a fall was seen. */
function drawMarks(plot, marks) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour("--text");
  ctx.fillStyle = colour("--text");
  ctx.font = `bold ${16 * devicePixelRatio}px system-ui`;
  ctx.lineWidth = 2 * devicePixelRatio;
  marks.forEach((mark, row) => {
    const x = plot.valToPos(mark.t_ms / 1000, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.setLineDash(mark.name === "alarm" ? [] : [6, 6]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const words_ = w.marks[mark.name] ?? mark.name;
    const isLate = x + ctx.measureText(words_).width + 8 > bbox.left + bbox.width;
    ctx.textAlign = isLate ? "right" : "left";
    ctx.fillText(words_, x + (isLate ? -6 : 6), bbox.top + (row % 3 + 1) * 18 * devicePixelRatio);
  });
  ctx.restore();
}

/** The same for whoever does not see it. */
function Table({ found }) {
  const k = w.columns;
  return html`
    <h3>${w.table}</h3>
    <ul>${found.marks.map((mark) => html`<li>${w.marks[mark.name] ?? mark.name}: ${text(mark.t_ms / 1000)} s</li>`)}</ul>
    <div class="table" role="region" tabindex="0" aria-label=${w.table}><table><thead><tr>
      <th scope="col">${k.track}</th><th scope="col">${k.limit}</th><th scope="col">${k.least}</th><th scope="col">${k.most}</th><th scope="col">${k.beyond}</th></tr></thead>
      <tbody>${found.tracks.map((track) => html`<tr key=${track.name}>
        <th scope="row">${w.tracks[track.name]}</th><td>${track.is_below && `${w.beneath}: `}${inUnit(track.unit, track.limit)}</td>
        <td>${inUnit(track.unit, track.least)}</td><td>${inUnit(track.unit, track.most)}</td>
        <td>${track.spans.length === 0 ? w.never : w.spans(track.spans.map(([from, to]) => [text(from / 1000), text(to / 1000)]))}</td></tr>`)}
      </tbody></table></div>`;
}
