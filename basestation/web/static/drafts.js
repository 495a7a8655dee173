// What somebody is typing, kept in this tab until it was taken: over a snapshot, a reload, a lost server, and the
// end of a case. Belongs to whoever is logged in; another one at the same console does not read it.
import { useState } from "preact/hooks";

import { user } from "./session.js";

const keyOf = (name) => `rufweite.draft.${user.value?.login}.${name}`;

/** Return [the text of the draft `name`, a function that changes it]; the empty text forgets it. */
export function useDraft(name) {
  const [text, setText] = useState(() => sessionStorage.getItem(keyOf(name)) ?? "");
  const put = (next) => {
    setText(next);
    keep(keyOf(name), next);
  };
  return [text, put];
}

function keep(key, text) {
  try {
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing still has it on the page.
  }
}
