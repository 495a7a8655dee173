// What is said of a device's link: the way it takes where it has a choice, its strength, and what went
// wrong since the device started. Counts are keyed as the device spells them.
export const linkWords = {
  network: (n) => `network ${n}`,
  broker: (n) => `broker ${n}`,
  strength: (dbm) => `${dbm} dBm`,
  counts: {
    refused_connects: (n) => `refused by a broker, or refused it: ${n} ×`,
    undecodable: (n) => `commands not understood: ${n}`,
    failed_records: (n) => `journal records not written: ${n}`,
    lost_samples: (n) => `samples lost: ${n}`,
    dropped_events: (n) => `messages that gave way in a full queue: ${n}`,
    given_up_events: (n) => `messages repeated in vain: ${n}`,
  },
  back: (s) => `The device is back: ${s} s without a connection`,
};
