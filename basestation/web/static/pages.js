// The pages by the first part of the address behind the #, each read only when it is opened, so that
// the wallboard stays small. A page is a function of {argument}; `role` closes it to those below.
import { useEffect, useState } from "preact/hooks";

import { html } from "./html.js";
import { isAtLeast } from "./session.js";
import { words } from "./words.js";

const PAGES = {
  case: { read: () => import("./case_page.js").then((file) => file.CasePage) },
  protocols: { role: "safety_officer", read: () => import("./protocols_page.js").then((file) => file.ProtocolsPage) },
  people: { read: () => import("./people_page.js").then((file) => file.PeoplePage) },
  access: { role: "safety_officer", read: () => import("./access_page.js").then((file) => file.AccessPage) },
  handover: { read: () => import("./handover_page.js").then((file) => file.HandoverPage) },
  wall: { read: () => import("./wall.js").then((file) => file.WallPage) },
  shifts: { read: () => import("./shifts.js").then((file) => file.ShiftsPage) },
  coverage: { read: () => import("./coverage.js").then((file) => file.CoveragePage) },
  fleet: { read: () => import("./fleet.js").then((file) => file.FleetPage) },
  register: { read: () => import("./register_page.js").then((file) => file.RegisterPage) },
  device: { read: () => import("./device_page.js").then((file) => file.DevicePage) },
  chain: { role: "safety_officer", read: () => import("./chain_page.js").then((file) => file.ChainPage) },
  responders: { role: "safety_officer", read: () => import("./responders_page.js").then((file) => file.RespondersPage) },
  rota: { role: "supervisor", read: () => import("./rota_page.js").then((file) => file.RotaPage) },
  users: { read: () => import("./users_page.js").then((file) => file.UsersPage) },
  sites: { role: "viewer", read: () => import("./sites_page.js").then((file) => file.SitesPage) },
  past: { read: () => import("./past_page.js").then((file) => file.PastPage) },
  tokens: { role: "admin", read: () => import("./tokens_page.js").then((file) => file.TokensPage) },
  reports: { read: () => import("./reports_page.js").then((file) => file.ReportsPage) },
  virtual: { read: () => import("./virtual_page.js").then((file) => file.VirtualPage) },
  drills: { role: "viewer", read: () => import("./drills_page.js").then((file) => file.DrillsPage) },
  plans: { role: "safety_officer", read: () => import("./plans_page.js").then((file) => file.PlansPage) },
};

/** Tell whether there is such a page for the person logged in. */
export const isPage = (name) => name in PAGES && (!PAGES[name].role || isAtLeast(PAGES[name].role));

/** Show a page; its file is read at the first time and kept. */
export function Page({ name, argument }) {
  const entry = PAGES[name];
  const [failure, setFailure] = useState("");
  const [, setRead] = useState(false);
  useEffect(() => {
    if (entry.page) return;
    entry.read().then(
      (page) => {
        entry.page = page;
        setRead(true);
      },
      () => setFailure(words.link.pageNotRead),
    );
  }, [name]);
  if (entry.page) return html`<${entry.page} key=${argument} argument=${argument} id=${Number(argument) || null} />`;
  return html`<p class="none" role="status">${failure || words.link.readingPage}</p>`;
}
