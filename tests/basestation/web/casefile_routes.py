"""The routes about what is written of cases: method, path, body, and the least role that may."""

OFFICER = "safety_officer"
NOTE = {"text": "Called the gate.", "key": "0123456789abcdef"}

CASEFILE_ROUTES = [
    ("POST", "/api/v1/cases/1/notes", NOTE, "operator"),
    ("PUT", "/api/v1/cases/1/protocol/0", {"is_done": True, "version": 0}, "operator"),
    ("PUT", "/api/v1/cases/1/report", {"text": "Slipped.", "version": 0}, "operator"),
    ("GET", "/api/v1/cases/1/casualty", None, "operator"),
    ("GET", "/api/v1/cases/1/picture", None, "operator"),
    ("GET", "/api/v1/cases/1/movement", None, OFFICER),
    ("GET", "/api/v1/outcome-codes", None, "operator"),
    ("GET", "/api/v1/protocols", None, OFFICER),
    ("PUT", "/api/v1/protocols", {"kind": "fall", "steps": ["Call the gate"], "version": 0}, OFFICER),
    ("GET", "/api/v1/pictures", None, OFFICER),
    ("PUT", "/api/v1/workers/1/picture", None, OFFICER),
    ("DELETE", "/api/v1/workers/1/picture", None, OFFICER),
]
