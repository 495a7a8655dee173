// The log-in form.
import { useState } from "preact/hooks";

import { ChoosePassword } from "./choose_password.js";
import { html } from "./html.js";
import { isLoggedOut } from "./link.js";
import { Preferences } from "./preferences.js";
import { logIn } from "./session.js";
import { unlock } from "./sound.js";
import { words } from "./words.js";

export function Login() {
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [hasCode, setHasCode] = useState(false);
  const send = async (event) => {
    event.preventDefault();
    unlock();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFault("");
    try {
      await logIn(form.get("login"), form.get("password"));
    } catch (refused) {
      setFault(refused.message);
      setBusy(false);
    }
  };
  if (hasCode) return html`<${ChoosePassword} back=${() => setHasCode(false)} />`;
  return html`
    <main class="login" id="main">
      <form onSubmit=${send}>
        <p class="brand">${words.product}</p>
        <h1>${words.login.title}</h1>
        ${isLoggedOut.value && html`<p class="failure" role="alert">${words.login.ended}</p>`}
        <label class="field">${words.login.login}
          <input name="login" autocomplete="username" autocapitalize="none" spellcheck=${false} required maxlength="64" autofocus /></label>
        <label class="field">${words.login.password}
          <input name="password" type="password" autocomplete="current-password" required maxlength="200" /></label>
        <p class="failure" role="alert">${fault}</p>
        <button class="strong" type="submit" disabled=${isBusy}>${words.login.send}</button>
        <button type="button" onClick=${() => setHasCode(true)}>${words.users.haveCode}</button>
        <div class="buttons"><${Preferences} /></div>
      </form>
    </main>`;
}
