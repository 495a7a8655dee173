// The menu: what the pages are called there, and who uses them.
export const menuWords = {
  open: "Menu",
  label: "All pages",
  groups: { room: "Control room", site: "Site", rescue: "Rescue chain", desk: "Safety officer's desk", house: "Administration" },
  pages: {
    alarms: "Alarms", wall: "Wall", people: "People", handover: "Handover", past: "Closed cases", virtual: "Virtual device",
    shifts: "Shifts", workers: "Workers", workplaces: "Workplaces", devices: "Devices", beacons: "Beacons", plans: "Floor plans",
    coverage: "Coverage", fleet: "Fleet", register: "Register", chain: "Rescue chains", responders: "People who come",
    rota: "Rota", protocols: "Protocols and pictures", reports: "Reports", tests: "Test alarms", drills: "Drills",
    lessons: "Lessons", records: "Records", clearance: "Clearance", access: "Workers' access",
    sites: "Sites and zones", users: "Log-ins and roles", tokens: "Programs and tokens",
  },
};
