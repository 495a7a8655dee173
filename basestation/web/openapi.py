"""The description of the API (OpenAPI 3.1) for programs: what the framework cannot know is added here.

Adds to every route its errors, how one is let in, and the scope that a token needs; gives each a sentence in
place of a name. Decides nothing: scopes come from `scopes.py`, errors from `problems.py`.
"""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from basestation.web.problems import CODES, MEDIA_TYPE
from basestation.web.scopes import ANY, SCOPES, scope_of
from basestation.web.settings import COOKIE

#: Served to whoever asks, session or not.
_OPEN: Final = ("/api/v1/login", "/api/v1/logout", "/api/v1/proofs/", "/api/v1/own-phone/")
_TAGS: Final = {
    "log-in": "Sessions of people.",
    "cases": "Alarms: what is open, and the verbs.",
    "shifts": "Who works where, with which device, until when.",
    "register": "Workers, workplaces, users, the rescue chain.",
    "devices": "Devices and their life.",
    "rescue": "Who is called, when, and by what way.",
    "location": "Beacons, coverage walks, the location tone.",
    "drills": "Drills: planned, begun, observed, measured, learned from.",
    "plans": "Floor plans and what stands on them.",
    "journals": "Journals of devices.",
    "past": "Closed cases, the log, messages: in pages.",
    "events": "The log as it grows.",
    "search": "Anything by a few letters.",
    "csv": "Import and export.",
    "tokens": "Programs and what they may do.",
    "handover": "From one shift of the control room to the next.",
    "sites": "Sites, their zones, and who may do what there.",
    "test alarms": "Alarms by order, over the whole path.",
    "training": "Virtual devices for instruction.",
    "workers' access": "PIN, link and kiosks, given and withdrawn.",
    "worker's page": "What workers do for themselves, on their phone or at the gate.",
    "traces": "Movement around alarms, and trial operation.",
    "releases": "Firmware and the fleet.",
    "settings": "Settings of devices.",
    "figures": "Figures of a month.",
    "reports": "Months and incidents as page, PDF and CSV.",
    "records": "Records of people, places and devices, and the clearance of lone shifts.",
    "station": "The base station itself.",
    "case files": "Notes, steps and reports of a case; number and picture of whom it is about.",
}
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "Why it was refused (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "what the status means"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "a sentence for a person"},
        "instance": {"type": "string", "description": "the path that was asked for"},
        "code": {"type": "string", "description": "stable, for programs", "examples": sorted(CODES.values())},
        "errors": {
            "type": "array",
            "description": "each field that is wrong",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "detail": {"type": "string"},
                    "pointer": {"type": "string", "description": "JSON pointer into the body"},
                    "parameter": {"type": "string", "description": "name of the parameter"},
                },
            },
        },
    },
}
_REFUSED: Final = {
    "description": "Refused: the problem says why.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_SCHEMES: Final = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "A person who has logged in.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": f"A program, by its token. Scopes: {', '.join(SCOPES)}.",
    },
}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the description of everything `app` serves."""
    found = get_openapi(title=app.title, version=app.version, routes=app.routes, tags=_tags())
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            _complete(path, method.upper(), operation)
    components = found.setdefault("components", {})
    components["securitySchemes"] = _SCHEMES
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return found


def install_description(app: FastAPI) -> None:
    """Let `app` serve this description; routes that are added later are in it."""
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]


def _tags() -> list[dict[str, Any]]:
    return [{"name": name, "description": words} for name, words in _TAGS.items()]


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    sentence, _, rest = operation.get("description", operation.get("summary", "")).partition("\n")
    operation["summary"] = sentence.rstrip(".")
    operation.pop("description", None)
    if rest.strip():
        operation["description"] = " ".join(rest.split())
    responses = operation["responses"]
    for status, response in responses.items():
        if status.startswith("2") and response["description"] == "Successful Response":
            response["description"] = sentence
    responses.pop("422", None)
    responses["default"] = _REFUSED
    if not path.startswith("/api/v1/") or path.startswith(_OPEN):
        operation["security"] = []
        return
    scope = scope_of(method, path)
    operation["security"] = [{"session": []}, *([{"token": []}] if scope else [])]
    if scope:
        operation["x-scope"] = "any" if scope == ANY else scope
