"""The routes of the registers: method, path, body, and the least role that may."""

OFFICER = "safety_officer"
SEEN = {"version": 0}

#: Register, a row of it, its form, who reads and who changes.
_REGISTERS = [
    ("workers", "1", {"name": "Anna Beispiel"}, "operator", OFFICER),
    ("workplaces", "1", {"name": "Hall 3"}, "operator", OFFICER),
    ("beacons", "1", {"name": "gate-3", "zone": "Boiler room"}, "operator", OFFICER),
    ("responders", "1", {"name": "Lea Leiter"}, "supervisor", OFFICER),
    ("devices", "png-01", {"label": "red one"}, "operator", "admin"),
    ("plan", "1", {}, "supervisor", "supervisor"),
]

REGISTER_ROUTES = [
    route
    for name, key, form, reads, writes in _REGISTERS
    for route in (
        ("GET", f"/api/v1/registers/{name}", None, reads),
        ("POST", f"/api/v1/registers/{name}", form, writes),
        ("PUT", f"/api/v1/registers/{name}/{key}", form | SEEN, writes),
        ("GET", f"/api/v1/registers/{name}/{key}/history", None, writes),
        ("POST", f"/api/v1/registers/{name}/{key}/retire", SEEN, writes),
        ("POST", f"/api/v1/registers/{name}/{key}/undo", SEEN, writes),
    )
]

REGISTER_ROUTES += [
    ("GET", "/api/v1/rota/calendar?from_at=2026-03-02T00:00:00Z", None, "supervisor"),
    ("GET", "/api/v1/chains/Night/versions", None, OFFICER),
    ("GET", "/api/v1/chain-rules/versions", None, OFFICER),
    ("GET", "/api/v1/devices/png-01/life", None, "operator"),
]
