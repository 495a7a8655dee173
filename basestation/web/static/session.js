// Who is logged in, and what follows: connect, disconnect, and noise when a session ends by itself.
import { effect, signal } from "@preact/signals";

import { get, post } from "./api.js";
import { connect, disconnect, isLoggedOut } from "./link.js";
import { follow } from "./preferences.js";

/** Who is logged in ({login, display_name, role, language, theme}); null: nobody; undefined: not asked yet. */
export const user = signal(undefined);

/** In rising order. */
export const ROLES = ["worker", "responder", "viewer", "operator", "supervisor", "safety_officer", "admin"];

/** Tell whether the person logged in has at least this role; the base station checks it again. */
export function isAtLeast(role) {
  return ROLES.indexOf(user.value?.role) >= ROLES.indexOf(role);
}

/** Ask who is logged in, again and again while the base station does not answer. */
export async function resume() {
  try {
    entered(await get("/api/v1/me"));
  } catch (refused) {
    if (refused.status === 401) user.value = null;
    else setTimeout(resume, 2000);
  }
}

/** Log in; throws Refused with the sentence. */
export async function logIn(login, password) {
  entered(await post("/api/v1/login", { login, password }));
}

/** Log out, here and at the base station. */
export async function logOut() {
  await post("/api/v1/logout");
  disconnect();
  isLoggedOut.value = false;
  user.value = null;
}

function entered(who) {
  user.value = who;
  follow(who);
  connect();
}

effect(() => {
  if (isLoggedOut.value) {
    disconnect();
    user.value = null;
  }
});
