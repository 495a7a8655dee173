// The registers, each in one entry: who may change it, the fields of its form, and a row in words. A register
// of the base station that is not here has a page of its own.
import { words } from "./words.js";

const w = words.registers;
const f = w.fields;
const NAME = { name: "name", label: f.name, required: true, maxlength: 120 };
const LANGUAGE = { name: "language", label: f.language, choices: w.languages, start: "en" };
const SITE = { name: "site_id", label: f.site, from: "sites", start: 1, isHiddenAlone: true };

export const LISTS = {
  workers: {
    role: "safety_officer", key: "id", title: w.titles.workers, one: w.ones.worker,
    fields: [NAME, { name: "phone", label: f.phone, type: "tel", maxlength: 120 }, LANGUAGE,
      { name: "note", label: f.note, help: w.noteHelp, isLong: true }],
    row: (r) => [r.name, [r.phone, w.languages[r.language], r.note && w.hasNote]],
  },
  workplaces: {
    role: "safety_officer", key: "id", title: w.titles.workplaces, one: w.ones.workplace,
    fields: [NAME, { name: "directions", label: f.directions, isLong: true }, SITE],
    row: (r) => [r.name, [r.directions]],
  },
  beacons: {
    role: "safety_officer", key: "id", title: w.titles.beacons, one: w.ones.beacon,
    fields: [{ name: "name", label: f.beaconName, required: true, pattern: "[a-z0-9\\-]{1,32}" },
      { name: "zone", label: f.zone, required: true, maxlength: 120 }, { name: "note", label: f.remark, maxlength: 120 }],
    row: (r) => [r.zone, [r.name, r.note]], nameOf: (r) => r.name,
  },
  responders: {
    role: "safety_officer", reads: "safety_officer", key: "id", title: w.titles.responders, one: w.ones.responder,
    help: w.respondersHelp,
    fields: [NAME, { ...LANGUAGE, label: f.callLanguage },
      { name: "worker_id", label: f.worker, from: "workers", start: null },
      { name: "user_id", label: f.user, from: "users", role: "admin", start: null }, SITE],
    row: (r) => [r.name, [w.languages[r.language]]],
  },
  devices: {
    role: "admin", key: "name", title: w.titles.devices, one: w.ones.device,
    fields: [{ name: "label", label: f.label, maxlength: 120 },
      { name: "lent_to", label: f.lentTo, help: w.lentHelp, maxlength: 120 },
      { name: "withdrawn_because", label: f.withdrawn, help: w.withdrawnHelp, maxlength: 120 }],
    // A device is added with its log-in, which is shown this once.
    add: { path: "devices", fields: [
      { name: "name", label: f.deviceName, required: true, pattern: "[a-z0-9\\-]{1,32}" }, { name: "label", label: f.label, maxlength: 120 }] },
    row: (r) => [r.name, [r.label, w.states[r.state] ?? r.state, r.lent_to && w.lentTo(r.lent_to),
      r.withdrawn_because && w.withdrawn(r.withdrawn_because)]],
    page: (r) => `#/device/${r.name}`, isRetiredElsewhere: true,
  },
};

/** What a row is called in a sentence. */
export const nameOf = (list, row) => (list.nameOf ?? ((r) => list.row(r)[0]))(row);

/** The values of a form that adds: what a field starts with. */
export const startOf = (fields) => Object.fromEntries(fields.map((field) => [field.name, field.start === undefined ? "" : field.start]));
