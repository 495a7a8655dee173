"""The routes about records and clearance: method, path, body, and the least role that may."""

OFFICER = "safety_officer"
SHIFT = {"worker_id": 1, "workplace_id": 1, "device": "png-01", "planned_end": "2030-01-07T14:00:00Z"}
INSTRUCTION = {
    "site_id": 1, "kind": "instruction", "subject": "worker", "subject_key": "1", "result": "given",
    "issued_at": "2029-12-01T08:00:00Z", "issuer": "Ina Instructor",
}  # fmt: skip
SEEN = {"version": 1}

RECORD_ROUTES = [
    ("GET", "/api/v1/records", None, OFFICER),
    ("GET", "/api/v1/records/kinds", None, OFFICER),
    ("POST", "/api/v1/records", INSTRUCTION, OFFICER),
    ("PUT", "/api/v1/records/1", INSTRUCTION | SEEN, OFFICER),
    ("POST", "/api/v1/records/1/end", SEEN, OFFICER),
    ("POST", "/api/v1/records/1/hold", SEEN | {"because": "court"}, OFFICER),
    ("POST", "/api/v1/records/1/copy", {}, OFFICER),
    ("GET", "/api/v1/records/1/history", None, OFFICER),
    ("GET", "/api/v1/clearances", None, "operator"),
    ("POST", "/api/v1/clearances/ask", SHIFT, "operator"),
    ("POST", "/api/v1/clearances/override", SHIFT | {"reason": "on paper"}, OFFICER),
    ("GET", "/api/v1/sites/1/clearance-rules", None, OFFICER),
    ("PUT", "/api/v1/sites/1/clearance-rules", {"version": 0, "is_binding": False}, OFFICER),
]
