"""The routes about sites, zones and log-ins: method, path, body, and the least role that may."""

OFFICER = "safety_officer"
SITE = {"name": "Depot", "zone": "Europe/London"}
USER = {"login": "nils", "display_name": "Nils Neu", "password": "long enough pw", "role": "operator"}
VERSION = {"version": 1}
ZONE = {"name": "Tank farm", "hazard": "Gas"}
OWN = {"old": "not the old one", "new": "long enough pw"}

#: For whoever holds the code.
CHOOSE_PASSWORD = ("POST", "/api/v1/choose-password")

SITE_ROUTES = [
    ("GET", "/api/v1/sites", None, "viewer"),
    ("POST", "/api/v1/sites", SITE, OFFICER),
    ("PUT", "/api/v1/sites/1", SITE | VERSION, OFFICER),
    ("POST", "/api/v1/sites/1/undo", VERSION, OFFICER),
    ("GET", "/api/v1/sites/1/history", None, OFFICER),
    ("GET", "/api/v1/zones", None, "viewer"),
    ("POST", "/api/v1/zones", ZONE | {"site_id": 1}, OFFICER),
    ("PUT", "/api/v1/zones/1", ZONE | VERSION, OFFICER),
    ("POST", "/api/v1/zones/1/retire", VERSION, OFFICER),
    ("GET", "/api/v1/zones/1/history", None, OFFICER),
    ("POST", "/api/v1/me/password", OWN, "worker"),
    ("GET", "/api/v1/users", None, "admin"),
    ("POST", "/api/v1/users", USER, "admin"),
    ("PUT", "/api/v1/users/99", {"display_name": "N", "grants": [{"role": "viewer"}]} | VERSION, "admin"),
    ("POST", "/api/v1/users/99/end-sessions", None, "admin"),
    ("POST", "/api/v1/users/99/retire", VERSION, "admin"),
    ("GET", "/api/v1/users/99/history", None, "admin"),
]
