"""The routes about the people who come: method, path, body, and the least role that may."""

OFFICER = "safety_officer"
SUPERVISOR = "supervisor"
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
    ("PUT", "/api/v1/workplaces/1/site", {"site_id": 1}, OFFICER),
    ("GET", "/api/v1/responders", None, SUPERVISOR),
    ("POST", "/api/v1/responders", RESPONDER, OFFICER),
    ("PUT", "/api/v1/responders/1", RESPONDER, OFFICER),
    ("PUT", "/api/v1/responders/1/addresses", {"addresses": []}, OFFICER),
    ("POST", "/api/v1/responders/1/ask", {}, OFFICER),
    ("POST", "/api/v1/responders/1/retire", {}, OFFICER),
    ("GET", "/api/v1/chains", None, OFFICER),
    ("POST", "/api/v1/chains", {"name": "Night", "levels": []}, OFFICER),
    ("DELETE", "/api/v1/chains/Night", None, OFFICER),
    ("GET", "/api/v1/chains/check", None, SUPERVISOR),
    ("GET", "/api/v1/chains/dry-run?kind=fall", None, SUPERVISOR),
    ("GET", "/api/v1/chain-rules", None, OFFICER),
    ("PUT", "/api/v1/chain-rules", {"rules": []}, OFFICER),
    ("GET", "/api/v1/rota", None, SUPERVISOR),
    ("POST", "/api/v1/rota/roles", {"name": "First aid"}, SUPERVISOR),
    ("PUT", "/api/v1/rota/roles/1", {"name": "First aid"}, SUPERVISOR),
    ("POST", "/api/v1/rota/plan", PLAN | {"role_id": 1, "responder_id": 1}, SUPERVISOR),
    ("PUT", "/api/v1/rota/plan/1", PLAN, SUPERVISOR),
    ("POST", "/api/v1/rota/overrides", INSTEAD, SUPERVISOR),
    ("POST", "/api/v1/rota/absences", TIMES | {"responder_id": 1}, SUPERVISOR),
    ("POST", "/api/v1/rota/plan/1/retire", {}, SUPERVISOR),
]
