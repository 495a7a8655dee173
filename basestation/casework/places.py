"""Where the wearer of a raised alarm was heard: kept, put into words, and given to the case.

Decides which beacon counts: the strongest that is on the site's list, else the strongest. A place belongs to
the alarm it names; one that arrives before its raise waits for it.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, RowMapping, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case
from basestation.cases.events import PlaceReported
from basestation.casework.casebook import Casebook
from basestation.clock import from_ms, iso_of_ms, to_ms
from basestation.site.beacons import zones
from basestation.store import case_rows
from basestation.store.committer import Work
from basestation.store.location_tables import places

#: Places of one case that are shown, newest first.
SHOWN_MAX = 50
_NEWEST = (
    select(places)
    .where(places.c.device == bindparam("device"), places.c.alarm == bindparam("alarm"))
    .where(places.c.mark == bindparam("mark"))
    .order_by(places.c.heard_at_ms.desc(), places.c.id.desc())
    .limit(bindparam("count_max", type_=Integer))
)


class Places:
    """Takes what devices say of where they are."""

    def __init__(self, casebook: Casebook) -> None:
        self._casebook = casebook

    async def take(self, work: Work, device: str, message: Mapping[str, Any], at: datetime) -> None:
        """Keep a `place`, and tell its case."""
        alarm = message.get("alarm", "")
        # A device that does not say how long ago has only just heard it.
        heard_at = at - timedelta(seconds=message.get("age_s", 0))
        row = {
            "device": device,
            "alarm": alarm,
            "mark": message["mark"],
            "heard_at_ms": max(to_ms(heard_at), 0),
            "beacons": json.dumps(message["beacons"]),
        }
        await work.connection.execute(insert(places).values(row))
        case = await case_rows.find(work.connection, device, alarm)
        if case is not None:
            await self.attach(work, case, at)

    async def attach(self, work: Work, case: Case, now: datetime) -> None:
        """Give the case the newest place of its alarm, if there is one."""
        rows = await _rows(work.connection, case, 1)
        if not rows:
            return
        heard: dict[str, int] = json.loads(rows[0]["beacons"])
        known = await zones(work.connection, heard)
        name = max(heard, key=lambda name: (name in known, heard[name], name))
        age_s = max(0, round((now - from_ms(rows[0]["heard_at_ms"])).total_seconds()))
        event = PlaceReported(known.get(name, name), heard[name], age_s, is_known=name in known)
        await self._casebook.apply(work, case, event, now)


async def places_of(connection: AsyncConnection, case: Case) -> list[dict[str, Any]]:
    """Return where the device of a case was heard, newest first: beacons with their zone and strength."""
    rows = await _rows(connection, case, SHOWN_MAX)
    heard = [json.loads(row["beacons"]) for row in rows]
    known = await zones(connection, {name for names in heard for name in names})
    return [
        {
            "heard_at": iso_of_ms(row["heard_at_ms"]),
            "beacons": [
                {"name": name, "zone": known.get(name), "dbm": dbm}
                for name, dbm in sorted(names.items(), key=lambda item: -item[1])
            ],
        }
        for row, names in zip(rows, heard, strict=True)
    ]


async def _rows(connection: AsyncConnection, case: Case, count_max: int) -> list[RowMapping]:
    values = {"device": case.device, "alarm": case.alarm, "mark": case.mark, "count_max": count_max}
    return list((await connection.execute(_NEWEST, values)).mappings())
