// What fits on the wall. Plain functions: which cases are shown in large letters, which small, which only counted.
// A case that nobody has is never left out for one that somebody has; what does not fit is counted.
// The letters: capitals of 1/200 of the distance (our own derivation: 17 minutes of arc, over three times the
// 5 that an eye of 6/6 needs), which at 5 m are 25 mm.

export const DISTANCE_MM = 5000;
export const LETTER_MM = DISTANCE_MM / 200;
/** Height of a capital as a part of the size of the letters; the smallest of the usual fonts. */
const CAPITAL = 0.7;
/** Height of a line as a part of the size of the letters. */
export const LINE = 1.15;
/** Lines that a large case takes, its frame included, and a small one. */
export const LARGE_LINES = 4;
export const SMALL_LINES = 0.8;
/** Width of a small case, in sizes of the large letters. */
const SMALL_SIZES = 8.5;

/** Return the size of the letters in px; `screen` with width and height in px, its diagonal in inches. */
export function letterPx(screen, inches) {
  const pxPerMm = Math.hypot(screen.width, screen.height) / (inches * 25.4);
  return (LETTER_MM / CAPITAL) * pxPerMm;
}

/** Return { lines, columns } of a space in px for letters of this size. */
export function spaceOf(widthPx, heightPx, sizePx) {
  return {
    lines: Math.max(0, heightPx / (sizePx * LINE)),
    columns: Math.max(1, Math.floor(widthPx / (sizePx * SMALL_SIZES))),
  };
}

/**
 * Return { large, small, leftOut } for cases in the base station's order, those that nobody has first.
 * `waiting` is how many of them nobody has. One is always large, the gravest.
 */
export function layoutOf(cases, waiting, { lines, columns }) {
  const smallMax = (large) => Math.max(0, Math.floor((lines - large * LARGE_LINES) / SMALL_LINES)) * columns;
  const most = Math.min(cases.length, Math.max(1, Math.floor(lines / LARGE_LINES)));
  const choose = (count) => {
    for (let large = most; large > 0; large -= 1) if (large + smallMax(large) >= count) return large;
    return null;
  };
  const least = Math.min(1, cases.length);
  const large = choose(cases.length) ?? Math.max(least, Math.min(choose(waiting) ?? 0, waiting));
  const shown = Math.min(cases.length, large + smallMax(large));
  return { large: cases.slice(0, large), small: cases.slice(large, shown), leftOut: cases.slice(shown) };
}
