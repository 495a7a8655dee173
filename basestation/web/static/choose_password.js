// Whoever was given a code chooses a password with it, and logs in with that.
import { post } from "./api.js";
import { html } from "./html.js";
import { useOutcome } from "./register_parts.js";
import { words } from "./words.js";

const w = words.users;

export function ChoosePassword({ back }) {
  const [act, outcome] = useOutcome();
  const send = async (event) => {
    event.preventDefault();
    const target = event.currentTarget;
    if (await act(() => post("/api/v1/choose-password", Object.fromEntries(new FormData(target))), w.chosen)) target.reset();
  };
  return html`<main class="login" id="main"><form onSubmit=${send}>
    <h1>${w.haveCode}</h1>
    <label class="field">${w.login}<input name="login" autocomplete="username" autocapitalize="none" spellcheck=${false} required maxlength="64" /></label>
    <label class="field">${w.codeField}<input name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck=${false} required maxlength="64" /></label>
    <label class="field">${w.newPassword}<input name="password" type="password" autocomplete="new-password" required minlength="10" maxlength="200" /></label>
    ${outcome}
    <button class="strong" type="submit">${w.choose}</button>
    <button type="button" onClick=${back}>${w.backToLogin}</button>
  </form></main>`;
}
