"""The routes about the people who come: method, path, body, and the least role that may."""

OFFICER = "safety_officer"
SITE = {"name": "Depot", "zone": "Europe/London"}
RESPONDER = {"name": "Anna Beispiel"}
TIMES = {"from_at": "2026-03-02T06:00:00Z", "until_at": "2026-03-02T07:00:00+01:00"}
PLAN = {"first_day": "2026-03-02", "start": "22:00", "end": "06:00"}

#: For whoever holds the code.
PROOF_PRESS = ("POST", "/api/proofs/{code}")

RESCUE_ROUTES = [
    ("GET", "/api/cases/1/candidates", None, "operator"),
    ("POST", "/api/cases/1/recipients", {"name": "Anna Beispiel"}, "operator"),
    ("POST", "/api/cases/1/addresses", {"key": "person/1", "channel": "sms", "address": "0000"}, "operator"),
    ("GET", "/api/sites", None, OFFICER),
    ("POST", "/api/sites", SITE, OFFICER),
    ("PUT", "/api/sites/1", SITE, OFFICER),
    ("PUT", "/api/workplaces/1/site", {"site_id": 1}, OFFICER),
    ("GET", "/api/responders", None, OFFICER),
    ("POST", "/api/responders", RESPONDER, OFFICER),
    ("PUT", "/api/responders/1", RESPONDER, OFFICER),
    ("PUT", "/api/responders/1/addresses", {"addresses": []}, OFFICER),
    ("POST", "/api/responders/1/ask", {}, OFFICER),
    ("POST", "/api/responders/1/retire", {}, OFFICER),
    ("GET", "/api/chains", None, OFFICER),
    ("POST", "/api/chains", {"name": "Night", "levels": []}, OFFICER),
    ("DELETE", "/api/chains/Night", None, OFFICER),
    ("GET", "/api/chains/check", None, OFFICER),
    ("GET", "/api/chains/dry-run?kind=fall", None, OFFICER),
    ("GET", "/api/chain-rules", None, OFFICER),
    ("PUT", "/api/chain-rules", {"rules": []}, OFFICER),
    ("GET", "/api/rota", None, OFFICER),
    ("POST", "/api/rota/roles", {"name": "First aid"}, OFFICER),
    ("PUT", "/api/rota/roles/1", {"name": "First aid"}, OFFICER),
    ("POST", "/api/rota/plan", PLAN | {"role_id": 1, "responder_id": 1}, OFFICER),
    ("PUT", "/api/rota/plan/1", PLAN, OFFICER),
    ("POST", "/api/rota/overrides", TIMES | {"role_id": 1, "responder_id": 1, "is_instead": True}, OFFICER),
    ("POST", "/api/rota/absences", TIMES | {"responder_id": 1}, OFFICER),
    ("POST", "/api/rota/plan/1/retire", {}, OFFICER),
]
