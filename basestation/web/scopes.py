"""What a program may do with a token: the scope of every route, in one table.

Decides by the first word of a path behind /api/v1: reading needs the first scope of its row, everything else
the second. A route without a row, or with None there, takes no token at all, so that a route nobody thought
about is closed to programs. The role of whoever made the token is asked besides (`sessions.py`).
"""

from typing import Final

_BASE: Final = "/api/v1/"
_READING: Final = frozenset({"GET", "HEAD"})

#: Every token may: it tells the program who it is.
ANY: Final = "*"

#: First word of the path -> the scope that reads, the scope that changes.
AREAS: Final[dict[str, tuple[str | None, str | None]]] = {
    "me": (ANY, None),
    "snapshot": ("cases:read", None),
    "cases": ("cases:read", "cases:act"),
    "events": (ANY, None),
    "search": ("register:read", None),
    "shifts": ("people:read", "people:act"),
    "people": ("people:read", "people:act"),
    "handovers": ("people:read", "people:act"),
    "workers": ("register:read", "register:write"),
    "workplaces": ("register:read", "register:write"),
    "devices": ("devices:read", "devices:write"),
    "fleet": ("devices:read", "devices:write"),
    "releases": ("devices:read", "devices:write"),
    "updates": ("devices:read", "devices:write"),
    "log-ins-left": ("devices:read", None),
    "registers": ("register:read", "register:write"),
    "protocols": ("register:read", "register:write"),
    "outcome-codes": ("cases:read", None),
    "sounder": (None, "cases:act"),
    # Pictures of people, their own access and the duty of the control room are between persons.
    "pictures": (None, None),
    "worker-access": (None, None),
    "kiosks": (None, None),
    "own": (None, None),
    "kiosk": (None, None),
    "room-duty": (None, None),
    "choose-password": (None, None),
    "beacons": ("register:read", "register:write"),
    "walks": ("register:read", "register:write"),
    "plans": ("register:read", "register:write"),
    "csv": ("register:read", "register:write"),
    # What is on record of people is between persons.
    "records": (None, None),
    "clearances": ("people:read", None),
    "sites": ("register:read", "register:write"),
    "zones": ("register:read", "register:write"),
    "chain": ("rescue:read", "rescue:write"),
    "chains": ("rescue:read", "rescue:write"),
    "chain-rules": ("rescue:read", "rescue:write"),
    "responders": ("rescue:read", "rescue:write"),
    "rota": ("rescue:read", "rescue:write"),
    "proofs": (None, None),
    "calendars": ("rescue:read", None),
    # A drill calls people: it is begun by persons.
    "drills": ("reports:read", None),
    "figures": ("reports:read", None),
    "reports": ("reports:read", None),
    "log": ("log:read", None),
    "quarantine": ("station:read", None),
    "brokers": ("station:read", None),
    "set-aside": ("station:read", "station:write"),
    # Unannounced tests are between persons.
    "test-alarms": (None, None),
    "trial": ("traces:read", "traces:write"),
    "users": ("users:read", "users:write"),
    # A program that could make tokens would outlive the one it was given.
    "tokens": (None, None),
    "login": (None, None),
    "logout": (None, None),
}
#: What its first word does not say: movement and journals say when somebody worked, and how.
EXCEPTIONS: Final[dict[tuple[str, str], str | None]] = {
    ("GET", "/api/v1/cases/{case_id}/trace"): "traces:read",
    ("GET", "/api/v1/devices/{device}/journals"): "journals:read",
    ("POST", "/api/v1/devices/{device}/journals"): "journals:read",
    ("GET", "/api/v1/devices/{device}/journals/{read}"): "journals:read",
    ("GET", "/api/v1/devices/{device}/messages"): "journals:read",
}
#: Every scope there is, for whoever chooses.
SCOPES: Final = tuple(
    sorted(
        {scope for pair in AREAS.values() for scope in pair if scope and scope != ANY}
        | {scope for scope in EXCEPTIONS.values() if scope}
    )
)


def scope_of(method: str, path: str) -> str | None:
    """Return the scope that a route (its path as it is declared) asks of a token; None: it takes none."""
    if (method, path) in EXCEPTIONS:
        return EXCEPTIONS[method, path]
    if not path.startswith(_BASE):
        return None
    reading, changing = AREAS.get(path.removeprefix(_BASE).partition("/")[0], (None, None))
    return reading if method in _READING else changing
