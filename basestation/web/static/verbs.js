// Carrying out a verb, and remembering per case what is on its way and what failed.
// An action that did not reach the base station never looks done: only the snapshot changes a row.
import { signal } from "@preact/signals";

import { post } from "./api.js";

/** Verbs on their way, by case id. */
export const sending = signal(new Map());
/** The sentence of the last verb that failed, by case id. */
export const failures = signal(new Map());

/** Press `verb` on the case; a second press while the first is on its way does nothing. */
export async function press(caseId, verb, body = {}) {
  if (sending.value.has(caseId)) return false;
  sending.value = withEntry(sending.value, caseId, verb);
  failures.value = withoutEntry(failures.value, caseId);
  try {
    await post(`/api/v1/cases/${caseId}/${verb}`, body);
    return true;
  } catch (error) {
    failures.value = withEntry(failures.value, caseId, error.message);
    return false;
  } finally {
    sending.value = withoutEntry(sending.value, caseId);
  }
}

function withEntry(map, key, value) {
  return new Map(map).set(key, value);
}

function withoutEntry(map, key) {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
