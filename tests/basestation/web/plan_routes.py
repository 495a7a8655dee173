"""The routes about floor plans: method, path, body, and the least role that may."""

OFFICER = "safety_officer"

PLAN_ROUTES = [
    ("GET", "/api/plans", None, "operator"),
    ("POST", "/api/plans", None, OFFICER),
    ("GET", "/api/plans/1", None, "operator"),
    ("GET", "/api/plans/1/drawing", None, "operator"),
    ("GET", "/api/plans/1/picture", None, "operator"),
    ("POST", "/api/plans/1/marks", {"kind": "assembly", "points": [[1, 1]]}, OFFICER),
    ("POST", "/api/plans/1/marks/1/retire", {}, OFFICER),
    ("POST", "/api/plans/1/retire", {}, OFFICER),
    ("GET", "/api/cases/1/plans", None, "operator"),
]
