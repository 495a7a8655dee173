// Who may log in: added, given roles at sites, retired, let in again by a code; and the own password.
import { useState } from "preact/hooks";

import { post, put } from "./api.js";
import { html } from "./html.js";
import { History, Send, Sure, useDraft, useNewest, useOutcome } from "./register_parts.js";
import { BackToRegister, Choice, Field } from "./rescue_forms.js";
import { ROLES, isAtLeast } from "./session.js";
import { words } from "./words.js";

const w = words.users;
const NEW = { login: "", display_name: "", grants: [{ role: "operator", site_id: null }] };
const roleName = (role) => words.roles[role] ?? role;

export function UsersPage() {
  return html`
    <${BackToRegister} /><h1>${w.title}</h1>
    <p class="quiet">${w.help}</p>
    <div class="register">
      ${isAtLeast("admin") && html`<${Users} />`}
      <section aria-labelledby="own-password"><h2 id="own-password">${w.own}</h2><${OwnPassword} /></section>
    </div>`;
}

function Users() {
  const [users, read, fault] = useNewest("/api/v1/users", []);
  const [sites] = useNewest("/api/v1/sites", []);
  const [codes, setCodes] = useState([]);
  const told = (answer) => answer?.code && setCodes((before) => [...before, answer]);
  const of = (isActive) => users.filter((one) => one.is_active === isActive);
  const shown = (one) => html`<${User} key=${one.id} one=${one} sites=${sites} read=${read} told=${told} />`;
  return html`
    <p class="failure" role="alert">${fault}</p>
    ${codes.map((one) => html`<${Code} key=${one.code} of=${one} hide=${() => setCodes(codes.filter((other) => other !== one))} />`)}
    ${of(true).map(shown)}
    <section aria-labelledby="user-new"><h2 id="user-new">${w.add}</h2><${NewUser} sites=${sites} read=${read} told=${told} /></section>
    ${of(false).map(shown)}`;
}

/** The one moment in which a code can be read. */
function Code({ of, hide }) {
  return html`<div class="credential" role="alert"><p><strong>${w.code(of.display_name)}</strong></p>
    <p class="one-time-code digits">${of.code}</p><p>${w.codeHelp}</p>
    <button type="button" onClick=${hide}>${w.gone}</button></div>`;
}

const grantText = (sites) => (one) =>
  `${roleName(one.role)}: ${one.site_id === null ? w.allSites : (sites.find((s) => s.id === one.site_id)?.name ?? one.site_id)}`;

function User({ one, sites, read, told }) {
  const [act, outcome] = useOutcome(read);
  const path = `/api/v1/users/${one.id}`;
  const press = (verb, sentence) => async () => told(await act(() => post(`${path}/${verb}`, { version: one.version }), sentence));
  const text = (content) => [content.display_name, content.grants.map(grantText(sites)).join(", "), content.is_active ? "" : w.retired].filter(Boolean).join(" · ");
  return html`
    <section aria-labelledby=${`user-${one.id}`}>
      <h2 id=${`user-${one.id}`}>${one.display_name}${!one.is_active && html` <span class="quiet">(${w.retired})</span>`}</h2>
      <p class="quiet">${one.login}</p>
      <ul role="list">${one.grants.map((grant) => html`<li key=${grant.site_id ?? 0}>${grantText(sites)(grant)}</li>`)}</ul>
      ${outcome}
      ${one.is_active && html`<details><summary>${w.change}</summary><${Roles} one=${one} sites=${sites} act=${act} /></details>`}
      <div class="verbs">${one.is_active
        ? html`<${Sure} text=${w.reset} name=${one.display_name} question=${w.resetSure(one.display_name)} act=${press("reset")} />
          <${Sure} text=${w.endSessions} name=${one.display_name} question=${w.endSure(one.display_name)} act=${press("end-sessions", w.ended)} />
          <${Sure} text=${w.retire} name=${one.display_name} question=${w.retireSure(one.display_name)} act=${press("retire", w.retired)} />`
        : html`<button type="button" aria-label=${`${w.bringBack}: ${one.display_name}`} onClick=${press("bring-back", w.broughtBack)}>${w.bringBack}</button>`}</div>
      <${History} path=${`${path}/history`} version=${one.version} text=${text}>
        ${one.version > 1 && one.is_active && html`<button type="button" aria-label=${`${w.undo}: ${one.display_name}`}
          onClick=${press("undo", w.undone)}>${w.undo}</button>`}</${History}>
    </section>`;
}

function Roles({ one, sites, act }) {
  const [form, type, forget, isTyped] = useDraft({ display_name: one.display_name, grants: one.grants, version: one.version });
  const submit = async (event) => {
    event.preventDefault();
    if (await act(() => put(`/api/v1/users/${one.id}`, form))) forget();
  };
  return html`<form onSubmit=${submit}>
    <${Field} label=${w.name} value=${form.display_name} put=${type("display_name")} required maxlength="120" />
    <${Grants} grants=${form.grants} sites=${sites} put=${type("grants")} />
    <${Send} text=${w.save} isTyped=${isTyped} forget=${forget} /></form>`;
}

function Grants({ grants, sites, put: set }) {
  const change = (at, part) => set(grants.map((one, index) => (index === at ? { ...one, ...part } : one)));
  const places = [["all", w.allSites], ...sites.map((site) => [site.id, site.name])];
  const siteOf = (value) => (value === "all" ? null : Number(value));
  return html`<fieldset><legend>${w.grants}</legend>
    ${grants.map((one, at) => html`<div class="line" key=${at}>
      <${Choice} label=${w.role} value=${one.role} put=${(role) => change(at, { role })} of=${ROLES.map((role) => [role, `${roleName(role)}: ${w.roleHelp[role]}`])} />
      <${Choice} label=${w.site} value=${one.site_id ?? "all"} put=${(value) => change(at, { site_id: siteOf(value) })} of=${places} />
      ${grants.length > 1 && html`<button type="button" class="small" aria-label=${`${w.remove}: ${grantText(sites)(one)}`}
        onClick=${() => set(grants.filter((_, index) => index !== at))}>${w.remove}</button>`}</div>`)}
    <button type="button" class="small" onClick=${() => set([...grants, { role: "viewer", site_id: sites[0]?.id ?? null }])}>${w.addGrant}</button></fieldset>`;
}

function NewUser({ sites, read, told }) {
  const [form, type, forget] = useDraft(NEW);
  const [act, outcome] = useOutcome(read);
  const submit = async (event) => {
    event.preventDefault();
    const answer = await act(() => post("/api/v1/users", form));
    if (answer) forget();
    told(answer);
  };
  return html`<form onSubmit=${submit}>
    <${Field} label=${w.login} value=${form.login} put=${type("login")} required pattern="[A-Za-z0-9._@\\-]{1,64}" />
    <${Field} label=${w.name} value=${form.display_name} put=${type("display_name")} required maxlength="120" />
    <${Grants} grants=${form.grants} sites=${sites} put=${type("grants")} />
    ${outcome}<button type="submit">${w.add}</button></form>`;
}

function OwnPassword() {
  const [form, setForm] = useState({ old: "", new: "" });
  const [act, outcome] = useOutcome();
  const submit = async (event) => {
    event.preventDefault();
    if (await act(() => post("/api/v1/me/password", form), w.passwordChanged)) setForm({ old: "", new: "" });
  };
  const field = (name, label, kind) => html`<${Field} label=${label} type="password" value=${form[name]} required maxlength="200"
    put=${(value) => setForm({ ...form, [name]: value })} autocomplete=${kind} />`;
  return html`<form onSubmit=${submit}>${field("old", w.oldPassword, "current-password")}${field("new", w.newPassword, "new-password")}
    ${outcome}<button type="submit">${w.changePassword}</button></form>`;
}
