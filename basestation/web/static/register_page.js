// The registers: the overview of all, or the one that the address names.
import { html } from "./html.js";
import { LISTS } from "./register_lists.js";
import { RegisterRows } from "./register_rows.js";
import { Overview } from "./register.js";
import { isAtLeast } from "./session.js";

export function RegisterPage({ argument }) {
  const list = LISTS[argument];
  if (!list || (list.reads && !isAtLeast(list.reads))) return html`<${Overview} />`;
  return html`<${RegisterRows} key=${argument} name=${argument} list=${list} />`;
}
