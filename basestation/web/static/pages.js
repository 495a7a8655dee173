// The pages by the first part of the address behind the #, each read only when it is opened, so that
// the wallboard stays small. A page is a function of {argument}; `role` closes it to those below, `says` are
// the parts of the words that its files use. The looks of all of them are read with the first.
import { useEffect, useState } from "preact/hooks";

import { html } from "./html.js";
import { isAtLeast } from "./session.js";
import { readWords, words } from "./words.js";

const PAGES = {
  case: { says: ["budget", "case", "happened", "plan", "registers", "reports"], read: () => import("./case_page.js").then((file) => file.CasePage) },
  protocols: { role: "safety_officer", says: ["case", "rescue"], read: () => import("./protocols_page.js").then((file) => file.ProtocolsPage) },
  people: { says: ["access"], read: () => import("./people_page.js").then((file) => file.PeoplePage) },
  access: { role: "safety_officer", says: ["access"], read: () => import("./access_page.js").then((file) => file.AccessPage) },
  handover: { read: () => import("./handover_page.js").then((file) => file.HandoverPage) },
  wall: { looks: [], read: () => import("./wall.js").then((file) => file.WallPage) },
  shifts: { read: () => import("./shifts.js").then((file) => file.ShiftsPage) },
  coverage: { read: () => import("./coverage.js").then((file) => file.CoveragePage) },
  fleet: { says: ["fleet", "trust"], read: () => import("./fleet.js").then((file) => file.FleetPage) },
  register: { says: ["drills", "fleet", "past", "register", "registers", "rescue", "users"], read: () => import("./register_page.js").then((file) => file.RegisterPage) },
  device: { says: ["register", "registers", "rescue", "tuning"], read: () => import("./device_page.js").then((file) => file.DevicePage) },
  chain: { role: "safety_officer", says: ["registers", "rescue"], read: () => import("./chain_page.js").then((file) => file.ChainPage) },
  responders: { role: "safety_officer", says: ["register", "registers", "rescue"], read: () => import("./responders_page.js").then((file) => file.RespondersPage) },
  rota: { role: "supervisor", says: ["registers", "rescue"], read: () => import("./rota_page.js").then((file) => file.RotaPage) },
  users: { says: ["rescue", "users"], read: () => import("./users_page.js").then((file) => file.UsersPage) },
  sites: { role: "viewer", says: ["plan", "rescue", "users"], read: () => import("./sites_page.js").then((file) => file.SitesPage) },
  past: { says: ["past"], read: () => import("./past_page.js").then((file) => file.PastPage) },
  tokens: { role: "admin", says: ["past", "rescue"], read: () => import("./tokens_page.js").then((file) => file.TokensPage) },
  reports: { says: ["reports"], read: () => import("./reports_page.js").then((file) => file.ReportsPage) },
  virtual: { says: ["registers", "virtual"], read: () => import("./virtual_page.js").then((file) => file.VirtualPage) },
  plans: { role: "safety_officer", says: ["plan", "rescue"], read: () => import("./plans_page.js").then((file) => file.PlansPage) },
  drills: { role: "viewer", says: ["drills", "reports", "rescue"], read: () => import("./drills_page.js").then((file) => file.DrillsPage) },
};

const LOGIN = { looks: [], says: ["users"], read: () => import("./login.js").then((file) => file.Login) };
const LOOKS = ["coverage", "plan", "sites", "case", "registers", "reports", "virtual", "tuning", "drills"];
const looks = new Map();

/** Tell whether there is such a page for the person logged in. */
export const isPage = (name) => name in PAGES && (!PAGES[name].role || isAtLeast(PAGES[name].role));

/** Show a page; its file is read at the first time and kept. */
export const Page = ({ name, argument }) => html`<${Read} entry=${PAGES[name]} argument=${argument} />`;

/** Show the log-in. */
export const LoginPage = () => html`<${Read} entry=${LOGIN} />`;

function Read({ entry, argument }) {
  const [failure, setFailure] = useState("");
  const [, setRead] = useState(false);
  useEffect(() => {
    if (entry.page) return;
    open(entry).then(
      (page) => {
        entry.page = page;
        setRead(true);
      },
      () => setFailure(words.link.pageNotRead),
    );
  }, [entry]);
  if (entry.page) return html`<${entry.page} key=${argument} argument=${argument} id=${Number(argument) || null} />`;
  return html`<p class="none" role="status">${failure || words.link.readingPage}</p>`;
}

async function open(entry) {
  await Promise.all([readWords(entry.says ?? []), ...(entry.looks ?? LOOKS).map(look)]);
  return entry.read();
}

/** Hang a style sheet into the page once; one that does not come is asked for again by the next page. */
function look(name) {
  if (!looks.has(name)) looks.set(name, new Promise((done, failed) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/static/${name}.css` });
    link.onload = done;
    link.onerror = () => (link.remove(), looks.delete(name), failed());
    document.head.append(link);
  }));
  return looks.get(name);
}
