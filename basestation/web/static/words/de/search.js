// What the search in the header says.
export const searchWords = {
  label: "Suche (Taste /)",
  placeholder: "Suche  /",
  none: "Nichts gefunden.",
  found: (n) => `${n} gefunden`,
  kinds: {
    worker: "Person", device: "PNG", workplace: "Arbeitsplatz", beacon: "Ortsbake", plan: "Lageplan",
    responder: "Helfende Person", user: "Benutzer", case: "Fall",
  },
};
