"""Routes of handover, control calls, workers' access: method, path, body, and the least role that may."""

OFFICER, ADMIN = "safety_officer", "admin"
THING = {"key": "case/1", "mark": "fall 0 waiting"}

PEOPLE_ROUTES = [
    ("GET", "/api/v1/handovers", None, "operator"),
    ("POST", "/api/v1/handovers", {}, "operator"),
    ("POST", "/api/v1/room-duty", {}, "operator"),
    ("POST", "/api/v1/handovers/1/join", {}, "operator"),
    ("POST", "/api/v1/handovers/1/confirm", THING, "operator"),
    ("POST", "/api/v1/handovers/1/take", {}, "operator"),
    ("POST", "/api/v1/handovers/1/break-off", {"version": 1}, "operator"),
    ("POST", "/api/v1/shifts/1/control-call", {}, "operator"),
    ("GET", "/api/v1/worker-access", None, OFFICER),
    ("POST", "/api/v1/workers/1/access", {}, OFFICER),
    ("DELETE", "/api/v1/workers/1/access", None, OFFICER),
    ("GET", "/api/v1/kiosks", None, ADMIN),
    ("POST", "/api/v1/kiosks", {"name": "Gate"}, ADMIN),
    ("DELETE", "/api/v1/kiosks/1", None, ADMIN),
]
#: For workers, whose access is their own and no role of the console.
WORKER_PATHS = {
    ("POST", "/api/v1/own/log-in"),
    ("POST", "/api/v1/own/link"),
    ("POST", "/api/v1/own/log-out"),
    ("GET", "/api/v1/own"),
    ("GET", "/api/v1/own/choices"),
    ("POST", "/api/v1/own/shift"),
    ("POST", "/api/v1/own/shift/end"),
    ("POST", "/api/v1/own/confirm"),
    ("GET", "/api/v1/own/record"),
    ("POST", "/api/v1/kiosk/open"),
    ("POST", "/api/v1/kiosk/identify"),
}
