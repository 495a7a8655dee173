"""What somebody sees of a snapshot and of lists: the sites that their grants give them, and their own cases.

Decides only what is left out. What belongs to no known site is seen by everybody who sees anything; verbs are
offered where they may be pressed. One text is made for each set of sites and kept until the next change, so
that many consoles cost little more than one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases.authority import ACT, ANSWER, SEE, may_somewhere, sites_for
from basestation.engine import User
from basestation.site.handover_rows import items_of
from basestation.store.responder_tables import duty_roles, responders
from basestation.store.site_tables import zones
from basestation.store.tables import devices, workers
from basestation.web.masking import is_masked_from, masked
from basestation.web.own_cases import key_of
from basestation.web.snapshot_text import Snapshot, snapshot_of


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees, and where they may act; of sites None stands for all."""

    seen: frozenset[int] | None
    acting: frozenset[int] | None
    #: As whom the chain knows a responder; None for whoever has no cases of their own.
    key: str | None = None
    #: As whom others know them; what is withheld from somebody goes by it.
    name: str = ""


async def sight_of(database: AsyncEngine, user: User) -> Sight:
    """Return what somebody sees now."""
    sites, key = sites_for(user.grants, SEE), None
    if sites is not None and may_somewhere(user.grants, ANSWER):
        async with database.connect() as connection:
            key = await key_of(connection, user.id)
    return Sight(sites, sites_for(user.grants, ACT), key, user.display_name)


def seen(rows: Iterable[Mapping[str, Any]], user: User, name: str = "site_id") -> list[dict[str, Any]]:
    """Return the rows of the sites that somebody sees; those of no known site are for everybody who sees."""
    sites = sites_for(user.grants, SEE)
    return [dict(row) for row in rows if _is_in(row[name], sites)]


async def seen_devices(
    database: AsyncEngine, rows: Iterable[Mapping[str, Any]], user: User, name: str = "device"
) -> list[dict[str, Any]]:
    """Return the rows about devices of the sites that somebody sees, and about devices nobody knows."""
    sites = sites_for(user.grants, SEE)
    if sites is None:
        return [dict(row) for row in rows]
    async with database.connect() as connection:
        found = (await connection.execute(select(devices.c.name, devices.c.site_id))).all()
    where = {row.name: row.site_id for row in found}
    return [dict(row) for row in rows if _is_in(where.get(row[name]), sites)]


#: Rows without a site of their own: the column that names what has one.
_THROUGH: Final = {
    "beacons": ("zone_id", select(zones.c.id, zones.c.site_id)),
    "plan": ("role_id", select(duty_roles.c.id, duty_roles.c.site_id)),
    "overrides": ("role_id", select(duty_roles.c.id, duty_roles.c.site_id)),
    "absences": ("responder_id", select(responders.c.id, responders.c.site_id)),
    "of_workers": ("worker_id", select(workers.c.id, workers.c.site_id)),
}


async def rows_seen(
    database: AsyncEngine, register: str, rows: Iterable[Mapping[str, Any]], user: User
) -> list[dict[str, Any]]:
    """Return the rows of a register at the sites that somebody sees, and those of no known site.

    Rows that are about a worker are those of `of_workers`.
    """
    sites = sites_for(user.grants, SEE)
    if register not in _THROUGH:
        return seen(rows, user)
    column, query = _THROUGH[register]
    async with database.connect() as connection:
        where = {row.id: row.site_id for row in await connection.execute(query)}
    return [dict(row) for row in rows if _is_in(where.get(row[column]), sites)]


def snapshot_for(facts: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    """Return the part of a snapshot that somebody sees, with the verbs that they may press."""
    facts = masked(facts, sight.name)
    if sight.seen is None and sight.acting is None:
        return facts
    part = {
        "cases": [shown_to(case, sight) for case in facts["cases"] if is_seen(case, sight)],
        "people": [one for one in facts["people"] if _is_in(one["site_id"], sight.seen)],
        "coverage_due": [one for one in facts["coverage_due"] if _is_in(one["site_id"], sight.seen)],
    }
    seen_now = {**facts, **part}
    if seen_now.get("room_duty", {}).get("handover") is not None:
        seen_now["room_duty"] = _handover_seen(facts["room_duty"], seen_now)
    return seen_now


def _handover_seen(duty: Mapping[str, Any], seen_now: Mapping[str, Any]) -> dict[str, Any]:
    """Return the duty of the control room with what is handed over of the sites that somebody sees."""
    keys = {item.key for item, _ in items_of(seen_now)}
    items = [one for one in duty["handover"]["items"] if one["key"] in keys]
    return {**duty, "handover": {**duty["handover"], "items": items}}


def is_seen(case: Mapping[str, Any], sight: Sight) -> bool:
    """Tell whether a case is of a site that somebody sees, or their own."""
    return _is_in(case["site_id"], sight.seen) or _is_own(case, sight)


class SnapshotTexts:
    """One snapshot as text, made once for each sight; what is as it was `before` is kept once."""

    def __init__(self, facts: Mapping[str, Any], before: "SnapshotTexts | None" = None) -> None:
        self._facts = facts
        self._before = {} if before is None else before.made
        #: By what is seen.
        self.made: dict[Sight, Snapshot] = {}

    def of(self, sight: Sight) -> Snapshot:
        """Return what somebody with this sight is sent."""
        if not is_masked_from(sight.name, self._facts):
            sight = replace(sight, name="")
        if sight not in self.made:
            self.made[sight] = snapshot_of(snapshot_for(self._facts, sight), self._before.get(sight))
        return self.made[sight]


def shown_to(case: dict[str, Any], sight: Sight) -> dict[str, Any]:
    """Return a case with its verbs only where they may be pressed."""
    if _is_in(case["site_id"], sight.acting) or _is_own(case, sight):
        return case
    return {**case, "verbs": []}


def _is_in(site: int | None, sites: frozenset[int] | None) -> bool:
    return sites is None or site in sites or (site is None and bool(sites))


def _is_own(case: Mapping[str, Any], sight: Sight) -> bool:
    return sight.key is not None and any(call["key"] == sight.key for call in case["called"])
