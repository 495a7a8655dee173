// The German of en/link.js: the same keys, the same functions.
export const linkWords = {
  network: (n) => `Netz ${n}`,
  broker: (n) => `Broker ${n}`,
  strength: (dbm) => `${dbm} dBm`,
  counts: {
    refused_connects: (n) => `von einem Broker abgewiesen oder ihn abgewiesen: ${n} ×`,
    undecodable: (n) => `unverstandene Befehle: ${n}`,
    failed_records: (n) => `nicht geschriebene Einträge im Journal: ${n}`,
    lost_samples: (n) => `verlorene Messwerte: ${n}`,
    dropped_events: (n) => `aus voller Warteschlange verdrängte Meldungen: ${n}`,
    given_up_events: (n) => `vergeblich wiederholte Meldungen: ${n}`,
  },
  back: (s) => `Das PNG ist wieder da: ${s} s ohne Verbindung`,
};
