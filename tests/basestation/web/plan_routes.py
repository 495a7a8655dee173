"""The routes about floor plans: method, path, body, and the least role that may."""

OFFICER = "safety_officer"

PLAN_ROUTES = [
    ("GET", "/api/v1/plans", None, "operator"),
    ("POST", "/api/v1/plans", None, OFFICER),
    ("GET", "/api/v1/plans/1", None, "operator"),
    ("GET", "/api/v1/plans/1/drawing", None, "operator"),
    ("GET", "/api/v1/plans/1/picture", None, "operator"),
    ("POST", "/api/v1/plans/1/marks", {"kind": "assembly", "points": [[1, 1]]}, OFFICER),
    ("POST", "/api/v1/plans/1/marks/1/retire", {}, OFFICER),
    ("POST", "/api/v1/plans/1/retire", {}, OFFICER),
    ("GET", "/api/v1/cases/1/plans", None, "operator"),
]
