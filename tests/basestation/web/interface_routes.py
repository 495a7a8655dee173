"""The routes for programs and of what grows: method, path, body, and the least role that may."""

ADMIN = "admin"

INTERFACE_ROUTES = [
    ("GET", "/api/v1/tokens", None, ADMIN),
    ("GET", "/api/v1/tokens/scopes", None, ADMIN),
    ("POST", "/api/v1/tokens", {"name": "Roster", "scopes": ["people:read"], "days": 30}, ADMIN),
    ("POST", "/api/v1/tokens/1/revoke", {}, ADMIN),
]
