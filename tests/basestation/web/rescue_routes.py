"""The routes about the people who come: method, path, body, and the least role that may."""

OFFICER = "safety_officer"
SITE = {"name": "Depot", "zone": "Europe/London"}
RESPONDER = {"name": "Anna Beispiel"}
TIMES = {"from_at": "2026-03-02T06:00:00Z", "until_at": "2026-03-02T07:00:00+01:00"}
PLAN = {"first_day": "2026-03-02", "start": "22:00", "end": "06:00"}
INSTEAD = TIMES | {"role_id": 1, "responder_id": 1, "is_instead": True}
ADDRESS = {"key": "person/1", "channel": "sms", "address": "0000"}

#: For whoever holds the code.
PROOF_PRESS = ("POST", "/api/v1/proofs/{code}")

RESCUE_ROUTES = [
    ("GET", "/api/v1/cases/1/candidates", None, "operator"),
    ("POST", "/api/v1/cases/1/recipients", {"name": "Anna Beispiel"}, "operator"),
    ("POST", "/api/v1/cases/1/addresses", ADDRESS, "operator"),
    ("GET", "/api/v1/sites", None, OFFICER),
    ("POST", "/api/v1/sites", SITE, OFFICER),
    ("PUT", "/api/v1/sites/1", SITE, OFFICER),
    ("PUT", "/api/v1/workplaces/1/site", {"site_id": 1}, OFFICER),
    ("GET", "/api/v1/responders", None, OFFICER),
    ("POST", "/api/v1/responders", RESPONDER, OFFICER),
    ("PUT", "/api/v1/responders/1", RESPONDER, OFFICER),
    ("PUT", "/api/v1/responders/1/addresses", {"addresses": []}, OFFICER),
    ("POST", "/api/v1/responders/1/ask", {}, OFFICER),
    ("POST", "/api/v1/responders/1/retire", {}, OFFICER),
    ("GET", "/api/v1/chains", None, OFFICER),
    ("POST", "/api/v1/chains", {"name": "Night", "levels": []}, OFFICER),
    ("DELETE", "/api/v1/chains/Night", None, OFFICER),
    ("GET", "/api/v1/chains/check", None, OFFICER),
    ("GET", "/api/v1/chains/dry-run?kind=fall", None, OFFICER),
    ("GET", "/api/v1/chain-rules", None, OFFICER),
    ("PUT", "/api/v1/chain-rules", {"rules": []}, OFFICER),
    ("GET", "/api/v1/rota", None, OFFICER),
    ("POST", "/api/v1/rota/roles", {"name": "First aid"}, OFFICER),
    ("PUT", "/api/v1/rota/roles/1", {"name": "First aid"}, OFFICER),
    ("POST", "/api/v1/rota/plan", PLAN | {"role_id": 1, "responder_id": 1}, OFFICER),
    ("PUT", "/api/v1/rota/plan/1", PLAN, OFFICER),
    ("POST", "/api/v1/rota/overrides", INSTEAD, OFFICER),
    ("POST", "/api/v1/rota/absences", TIMES | {"responder_id": 1}, OFFICER),
    ("POST", "/api/v1/rota/plan/1/retire", {}, OFFICER),
]
