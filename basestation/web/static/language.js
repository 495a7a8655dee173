// Which language the page speaks: what this browser was told last, else what the browser asks for.
// It is chosen once, when the page is loaded; another choice loads the page again.

/** The languages there are catalogues of. */
export const LANGUAGES = ["en", "de"];
const KEY = "rufweite.language";

/** The language of this page, as in BCP 47. */
export const language = LANGUAGES.find((l) => l === localStorage.getItem(KEY)) ??
  navigator.languages.map((l) => l.slice(0, 2)).find((l) => LANGUAGES.includes(l)) ?? "en";
document.documentElement.lang = language;

/** What `Intl` is asked for: one way of writing dates for a whole control room, with 24 hours. */
export const locale = { en: "en-GB", de: "de-DE" }[language];

/** Speak another language from now on; nothing happens when it is spoken already. */
export function speak(another) {
  if (another === language || !LANGUAGES.includes(another)) return;
  localStorage.setItem(KEY, another);
  // Where a browser keeps nothing, the page would load for ever.
  if (localStorage.getItem(KEY) === another) location.reload();
}
