"""Which sites a request is about, and whether whoever sends it may do that there.

Decides from everything that a request names: numbers in its path, in its query and in its body. Each must lie
at a site where the grants allow the action. What changes something and names nothing of a site concerns the
whole base station and needs a grant for all sites, so that a new route is closed rather than open.
"""

import json
from collections.abc import Iterable
from typing import Any, Final

from fastapi import HTTPException
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.requests import Request

from basestation.cases.authority import (
    ANSWER,
    EVERYWHERE,
    KEEP_STATION,
    READ_CASES,
    Place,
    may,
    may_somewhere,
)
from basestation.engine import User
from basestation.store.exercise_tables import test_alarms
from basestation.store.location_tables import beacons, walks
from basestation.store.plan_tables import plans
from basestation.store.responder_tables import (
    FIRST_SITE,
    absences,
    duty_overrides,
    duty_plan,
    duty_roles,
    responders,
)
from basestation.store.site_tables import zones
from basestation.store.tables import cases, devices, shifts, workers, workplaces
from basestation.store.trace_tables import traces
from basestation.web.own_cases import is_called

_OF_SHIFT = select(workplaces.c.site_id).join(shifts, shifts.c.workplace_id == workplaces.c.id)
_OF_WALK = select(workplaces.c.site_id).join(walks, walks.c.workplace_id == workplaces.c.id)
_OF_BEACON = select(zones.c.site_id).join(beacons, beacons.c.zone_id == zones.c.id)
_OF_ROLE = select(duty_roles.c.site_id)
_OF_PERSON = select(responders.c.site_id).join(absences, absences.c.responder_id == responders.c.id)
#: By what a request names: the query of its site, and the column that the name is looked for in.
_SITE: Final[dict[str, tuple[Select[Any], Any]]] = {
    "case": (select(cases.c.site_id), cases.c.id),
    "plan": (select(plans.c.site_id), plans.c.id),
    "shift": (_OF_SHIFT, shifts.c.id),
    "walk": (_OF_WALK, walks.c.id),
    "workplace": (select(workplaces.c.site_id), workplaces.c.id),
    "worker": (select(workers.c.site_id), workers.c.id),
    "test_alarm": (select(test_alarms.c.site_id), test_alarms.c.id),
    "device": (select(devices.c.site_id), devices.c.name),
    "trace": (select(devices.c.site_id).join(traces, traces.c.device == devices.c.name), traces.c.id),
    "responder": (select(responders.c.site_id), responders.c.id),
    "zone": (select(zones.c.site_id), zones.c.id),
    "beacon": (_OF_BEACON, beacons.c.name),
    "beacon_id": (_OF_BEACON, beacons.c.id),
    "duty_role": (_OF_ROLE, duty_roles.c.id),
    "duty_plan": (_OF_ROLE.join(duty_plan, duty_plan.c.role_id == duty_roles.c.id), duty_plan.c.id),
    "duty_override": (
        _OF_ROLE.join(duty_overrides, duty_overrides.c.role_id == duty_roles.c.id),
        duty_overrides.c.id,
    ),
    "absence": (_OF_PERSON, absences.c.id),
}
_SITE_ITSELF: Final = "site"
#: What the part of a path after one of these words names.
_IN_PATH: Final = {
    "cases": "case", "plans": "plan", "shifts": "shift", "walks": "walk", "workplaces": "workplace",
    "workers": "worker", "devices": "device", "responders": "responder", "zones": "zone", "beacons": "beacon",
    "sites": _SITE_ITSELF, "test-alarms": "test_alarm", "traces": "trace", "rota/roles": "duty_role",
    "rota/plan": "duty_plan", "rota/overrides": "duty_override", "rota/absences": "absence",
    "registers/beacons": "beacon_id",
    "registers/roles": "duty_role", "registers/plan": "duty_plan",
    "registers/overrides": "duty_override", "registers/absences": "absence",
}  # fmt: skip
#: What a field of a query or body names, one or a list of them.
_IN_FIELDS: Final = {
    "case_id": "case", "cases": "case", "plan_id": "plan", "shift_id": "shift", "workplace_id": "workplace",
    "worker_id": "worker", "device": "device", "responder_id": "responder", "zone_id": "zone",
    "role_id": "duty_role", "site_id": _SITE_ITSELF, "devices": "device", "new": "device",
    "workplace_ids": "workplace", "beacon_ids": "beacon_id", "site_ids": _SITE_ITSELF,
}  # fmt: skip
#: What changes something of nobody else's, and of no site.
_OF_NO_SITE: Final = "/api/v1/me"
#: Routes that put something at the first site where the body names none.
_FIRST_WHERE_LEFT_OUT: Final = ("/api/v1/responders/{responder_id}", "/api/v1/rota/roles/{role_id}")
_NAMED_MAX: Final = 1000
_DIGITS_MAX: Final = 18
_BODY_BYTES_MAX: Final = 1_000_000


async def check_sites(
    request: Request, database: AsyncEngine, user: User, action: str, *, is_of_all: bool = False
) -> None:
    """Raise HTTPException 403 unless `user` may do `action` with all that the request names.

    `is_of_all`: what is asked for is of all sites, whatever the request names.
    """
    if not may_somewhere(user.grants, action):
        raise HTTPException(403, f"Your role does not allow this; you are logged in as {_words(user.role)}.")
    if is_of_all and not may(user.grants, action, EVERYWHERE):
        raise HTTPException(403, "This concerns all sites, and your log-in counts for some of them only.")
    named = [*_in_path(request), *await _in_fields(request)]
    async with database.connect() as connection:
        places = [(what, value, await _place(connection, what, value)) for what, value in named]
        if not places and _is_of_all(request, action) and not may(user.grants, action, EVERYWHERE):
            raise HTTPException(
                403, "This concerns all sites, and your log-in counts for some of them: name the site."
            )
        for what, value, place in places:
            # Who gets a new device ready says where, or may do so everywhere.
            is_new = place is None and action == KEEP_STATION
            if may(user.grants, action, EVERYWHERE if is_new else place):
                continue
            is_case = what == "case" and action in (READ_CASES, ANSWER)
            if not is_case or not await is_called(connection, user.id, int(value)):
                raise HTTPException(403, "This belongs to a site where your log-in does not allow it.")


def _is_of_all(request: Request, action: str) -> bool:
    path = request.scope["path"]
    is_own = path == _OF_NO_SITE or path.startswith(f"{_OF_NO_SITE}/")
    return action == KEEP_STATION or (request.method != "GET" and not is_own)


def _in_path(request: Request) -> Iterable[tuple[str, Any]]:
    """Yield what the path names: the part after one of the words that name something of a site."""
    parts = request.scope["path"].removeprefix("/api/v1/").split("/")
    params = {str(value) for value in request.path_params.values()}
    for at in range(1, len(parts)):
        what = _IN_PATH.get("/".join(parts[max(0, at - 2) : at])) or _IN_PATH.get(parts[at - 1])
        if what is not None and parts[at] in params:
            yield what, parts[at]


async def _in_fields(request: Request) -> list[tuple[str, Any]]:
    """Return what query and body name; a body that is no JSON object names nothing, and is refused later."""
    fields: list[tuple[str, Any]] = list(request.query_params.multi_items())
    # Whatever its type is said to be: a body without a type is read as JSON too.
    body = (await request.body()).lstrip()
    if body.startswith(b"{"):
        fields += _told(body).items()
    is_put = request.method == "PUT" and request.scope["route"].path in _FIRST_WHERE_LEFT_OUT
    if is_put and "site_id" not in dict(fields):
        fields.append(("site_id", FIRST_SITE))
    found: list[tuple[str, Any]] = []
    for name, value in fields:
        values = value if isinstance(value, list) else [value]
        if name in _IN_FIELDS and value is not None:
            found += [(_IN_FIELDS[name], one) for one in values]
    if len(found) > _NAMED_MAX:
        raise HTTPException(413, f"One request may name {_NAMED_MAX} things at most.")
    return found


def _told(body: bytes) -> dict[str, Any]:
    if len(body) > _BODY_BYTES_MAX:
        raise HTTPException(413, f"A request may have {_BODY_BYTES_MAX} bytes at most.")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


async def _place(connection: AsyncConnection, what: str, value: Any) -> Place:
    """Return the number of the site; None where there is no such thing, which the route itself refuses.

    What is no number is of all sites, so that no other way of writing one leads past this.
    """
    number = _number(value)
    if what == _SITE_ITSELF:
        return EVERYWHERE if number is None else number
    query, column = _SITE[what]
    key = str(value) if column.type.python_type is str else number
    if key is None:
        return EVERYWHERE
    place: int | None = (await connection.execute(query.where(column == key).limit(1))).scalar()
    return place


def _number(value: Any) -> int | None:
    text = str(value)
    is_number = text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX
    return int(text) if is_number else None


def _words(role: str) -> str:
    return role.replace("_", " ")
