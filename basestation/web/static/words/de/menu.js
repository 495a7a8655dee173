// Das Menü: wie die Seiten dort heißen, und wer sie braucht.
export const menuWords = {
  open: "Menü",
  label: "Alle Seiten",
  groups: { room: "Leitstelle", site: "Standort", rescue: "Rettungskette", desk: "Sicherheitsfachkraft", house: "Verwaltung" },
  pages: {
    alarms: "Alarme", wall: "Wand", people: "Personen", handover: "Übergabe", past: "Geschlossene Fälle", virtual: "Virtuelles PNG",
    shifts: "Schichten", workers: "Beschäftigte", workplaces: "Arbeitsplätze", devices: "PNG", beacons: "Ortsbaken", plans: "Lagepläne",
    coverage: "Funkabdeckung", fleet: "Gerätebestand", register: "Verzeichnis", chain: "Rettungsketten", responders: "Helfende",
    rota: "Dienstplan", protocols: "Abläufe und Bilder", reports: "Berichte", tests: "Probealarme", drills: "Notfallübungen",
    lessons: "Lehren", records: "Nachweise", clearance: "Freigabe", access: "Zugang der Beschäftigten",
    sites: "Standorte und Zonen", users: "Zugänge und Rollen", tokens: "Programme und Token",
  },
};
