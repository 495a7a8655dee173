"""The routes for programs and of what grows: method, path, body, and the least role that may."""

OFFICER, ADMIN = "safety_officer", "admin"

INTERFACE_ROUTES = [
    ("GET", "/api/v1/tokens", None, ADMIN),
    ("GET", "/api/v1/tokens/scopes", None, ADMIN),
    ("POST", "/api/v1/tokens", {"name": "Roster", "scopes": ["people:read"], "days": 30}, ADMIN),
    ("POST", "/api/v1/tokens/1/revoke", {}, ADMIN),
    ("GET", "/api/v1/cases", None, "operator"),
    ("GET", "/api/v1/log", None, OFFICER),
    ("GET", "/api/v1/devices/png-01/messages", None, OFFICER),
    # Refused here for its number, which is beyond the log; without one it would not end.
    ("GET", "/api/v1/events?after=999999", None, "operator"),
    ("GET", "/api/v1/csv/workers", None, OFFICER),
    ("POST", "/api/v1/csv/workers", None, OFFICER),
    ("GET", "/api/v1/search?q=an", None, "operator"),
]
