// Which theme the page has: what was chosen in this browser or for this user, else what the system prefers.
// It is told to the style sheets on the root; what draws by itself draws again when `theme` changes.
import { computed, effect, signal } from "@preact/signals";

/** The themes there are, as in console.css. */
export const THEMES = ["dark", "light"];
const KEY = "rufweite.theme";

const prefersLight = matchMedia("(prefers-color-scheme: light)");
const preferred = signal(prefersLight.matches ? "light" : "dark");
prefersLight.addEventListener("change", () => (preferred.value = prefersLight.matches ? "light" : "dark"));

/** What was chosen: "dark", "light", or null for what the system prefers. */
export const chosenTheme = signal(known(localStorage.getItem(KEY)));

/** The theme of the page: "dark" or "light". */
export const theme = computed(() => chosenTheme.value ?? preferred.value);

/** Have this theme from now on in this browser; null for what the system prefers. */
export function chooseTheme(name) {
  chosenTheme.value = known(name);
  if (chosenTheme.value === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, name);
}

/** Return the colour of a variable of console.css in the theme of now, for what is drawn on a canvas. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function known(name) {
  return THEMES.includes(name) ? name : null;
}

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
