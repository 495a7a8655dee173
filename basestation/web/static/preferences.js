// Language and theme of the page: two small buttons in the header and at the log-in. Whoever is logged in keeps
// the choice at the base station, and has it in every browser; before that it stays in this one.
import { signal } from "@preact/signals";

import { put } from "./api.js";
import { html } from "./html.js";
import { language, LANGUAGES, speak } from "./language.js";
import { chooseTheme, theme, THEMES } from "./theme.js";
import { words } from "./words.js";

const w = words.preferences;
const fault = signal("");

/** Take over what the person logged in has chosen; another language loads the page again, its sound off. */
export function follow(who) {
  if (who.theme) chooseTheme(who.theme);
  if (who.language) speak(who.language);
}

/** The two buttons; `user` is the signal of who is logged in, if anybody can be. */
export function Preferences({ user }) {
  return html`
    ${LANGUAGES.filter((one) => one !== language).map((one) => html`
      <button type="button" class="small preference" lang=${one} aria-label=${w.speak[one]}
        onClick=${() => choose(user, { language: one })}>${w.languages[one]}</button>`)}
    ${THEMES.filter((one) => one !== theme.value).map((one) => html`
      <button type="button" class="small preference" aria-label=${w.theme[one]} title=${w.theme[one]}
        onClick=${() => choose(user, { theme: one })}><span aria-hidden="true">◐</span></button>`)}
    ${fault.value && html`<p class="failure" role="alert">${fault.value}</p>`}`;
}

async function choose(user, chosen) {
  fault.value = "";
  try {
    if (user?.value) {
      const { language: kept, theme: keptTheme } = user.value;
      user.value = { ...user.value, ...(await put("/api/v1/me/preferences", { language: kept, theme: keptTheme, ...chosen })) };
    }
  } catch (refused) {
    fault.value = refused.message;
    return;
  }
  if (chosen.theme) chooseTheme(chosen.theme);
  if (chosen.language) speak(chosen.language);
}
