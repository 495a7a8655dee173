// Which page is shown, from the address behind the #: "" (alarms), "shifts", "coverage", "coverage/ID", "fleet", "register", "chain",
// "responders", "rota", "plans", "plans/ID", "case/ID".
import { signal } from "@preact/signals";

function read() {
  const [page = "", argument = ""] = location.hash.replace(/^#\/?/, "").split("/");
  return { page, argument };
}

/** The page and its argument. */
export const route = signal(read());

addEventListener("hashchange", () => {
  route.value = read();
});
