"""The routes of drills: method, path, body, and the least role that may."""

PLAN = {
    "workplace_id": 1, "shift": "day", "scenario": "Fall", "place": "Behind pump 4",
    "planned_for": "2026-03-02T09:00:00Z",
}  # fmt: skip
MOVE = {"version": 1}
LESSON = {"words": "Mark the door", "owner": "Lea Leiter", "due_on": "2026-04-01"}
TIMES = "/api/v1/drills/times?workplace_id=1&shift=day&gz=4&ev=0&nw=6"

DRILL_ROUTES = [
    ("GET", "/api/v1/drills", None, "operator"),
    ("POST", "/api/v1/drills", PLAN, "safety_officer"),
    ("GET", "/api/v1/drills/places", None, "operator"),
    ("POST", "/api/v1/drills/places", {"workplace_id": 1, "name": "Cable cellar"}, "safety_officer"),
    ("POST", "/api/v1/drills/places/1/retire", MOVE, "safety_officer"),
    ("GET", "/api/v1/drills/lessons", None, "operator"),
    ("GET", TIMES, None, "operator"),
    ("GET", "/api/v1/drills/quarters/2026-1", None, "operator"),
    ("GET", "/api/v1/drills/quarters/2026-1/pdf", None, "operator"),
    ("GET", "/api/v1/drills/quarters/2026-1/csv", None, "operator"),
    ("GET", "/api/v1/drills/1", None, "operator"),
    ("POST", "/api/v1/drills/1/begin", MOVE, "safety_officer"),
    ("POST", "/api/v1/drills/1/end", MOVE, "safety_officer"),
    ("POST", "/api/v1/drills/1/cancel", MOVE, "safety_officer"),
    ("POST", "/api/v1/drills/1/lessons", LESSON, "safety_officer"),
    ("POST", "/api/v1/drills/lessons/1/done", {"proof": "Painted", "version": 1}, "safety_officer"),
    ("GET", "/api/v1/drills/1/protocol", None, "operator"),
    ("GET", "/api/v1/drills/1/protocol/pdf", None, "operator"),
    ("GET", "/api/v1/drills/1/protocol/csv", None, "operator"),
]
