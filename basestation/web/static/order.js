// The order of the rows, and how it is held while somebody is in the list.
// A plain function: no row moves under a pointer or loses the focus, no alarm is hidden. While held,
// rows keep their places, a case that ended leaves its row behind, and new cases come at the end.

/**
 * Return { ids, isTrue }: the ids to show, and whether that is the true order.
 * `shown` are the ids shown until now, `truth` those of the open cases in the server's order.
 */
export function orderOf(shown, truth, isHeld) {
  if (!isHeld) return { ids: truth, isTrue: true };
  const known = new Set(shown);
  const ids = [...shown, ...truth.filter((id) => !known.has(id))];
  const isTrue = ids.length === truth.length && ids.every((id, place) => id === truth[place]);
  return { ids, isTrue };
}
