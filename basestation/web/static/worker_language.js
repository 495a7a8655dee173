// The language of the worker's page and the kiosk: what this browser was told last, else what it asks for.
const LANGUAGES = ["en", "de"];
const KEY = "rufweite.language";

export const language = LANGUAGES.find((l) => l === localStorage.getItem(KEY)) ??
  navigator.languages.map((l) => l.slice(0, 2)).find((l) => LANGUAGES.includes(l)) ?? "en";
document.documentElement.lang = language;

export const { words } = await import(`./words/${language}/worker.js`);

/** The other language, and how to speak it: the page is loaded again. */
export const other = LANGUAGES.find((l) => l !== language);
export function speak(another) {
  localStorage.setItem(KEY, another);
  location.reload();
}

const minuteOf = new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", { hour: "2-digit", minute: "2-digit" });
const dayOf = new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", { dateStyle: "medium", timeStyle: "short" });

/** "hh:mm" of a time in ISO 8601, with the day where it is not today's. */
export function minute(at) {
  const date = new Date(at);
  return date.toDateString() === new Date().toDateString() ? minuteOf.format(date) : dayOf.format(date);
}
