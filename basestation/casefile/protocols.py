"""The site's protocols: what is to be done with an alarm, step by step, for each kind, with history.

Decides which one a case gets as it opens: that of its kind, else the one for every alarm of a person; of the
site of its workplace, else of the first site. A list that is set ends the one before, which cases keep. An
empty list takes a protocol out of force. An empty kind stands for every alarm of a person.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.casefile.pages import Pages, Stale, when
from basestation.clock import iso_of_ms
from basestation.errors import EntryRefused
from basestation.site.bookkeeping import check_known
from basestation.store.casefile_tables import protocols
from basestation.store.committer import Work
from basestation.store.responder_tables import sites
from protocol.messages import PERSON_KINDS, TECHNICAL_KINDS

#: For every alarm of a person that has none of its own.
ANY_PERSON: Final = ""
KINDS: Final = (ANY_PERSON, *PERSON_KINDS, *TECHNICAL_KINDS)
STEPS_MAX: Final = 30
STEP_CHARACTERS_MAX: Final = 300


class Protocols:
    """Keeps the lists."""

    def __init__(self, database: AsyncEngine, pages: Pages) -> None:
        self._database = database
        self._pages = pages

    async def all(self) -> list[dict[str, Any]]:
        """Return every list that is or was in force, by site and kind, newest first."""
        query = select(protocols).order_by(protocols.c.site_id, protocols.c.kind, protocols.c.version.desc())
        async with self._database.connect() as connection:
            return [view(row) for row in (await connection.execute(query)).mappings()]

    async def set(
        self, site_id: int, kind: str, steps: Sequence[str], version: int, by: str
    ) -> dict[str, Any]:
        """Put a list in force; `version` is what was read before, 0 for none. Raises EntryRefused, Stale."""
        wanted = _checked(kind, steps)

        async def job(work: Work) -> dict[str, Any]:
            await check_known(work.connection, sites, site_id, "site")
            newest = await _newest(work.connection, site_id, kind)
            if newest is not None and newest["version"] != version:
                raise Stale(
                    f"{newest['set_by']} changed this protocol at {when(newest['set_at_ms'])}: "
                    "nothing of yours was kept there. Read it, then set yours."
                )
            return await self._put(work, site_id, kind, wanted, newest, by)

        kept: dict[str, Any] = await self._pages.committer.run(job)
        return kept

    async def _put(
        self, work: Work, site_id: int, kind: str, steps: list[str], newest: RowMapping | None, by: str
    ) -> dict[str, Any]:
        now_ms = self._pages.now_ms()
        if newest is not None:
            ends = update(protocols).where(protocols.c.id == newest["id"], protocols.c.ended_at_ms.is_(None))
            await work.connection.execute(ends.values(ended_at_ms=now_ms))
        values = {"site_id": site_id, "kind": kind, "version": 1 if newest is None else newest["version"] + 1}
        row = {
            **values, "steps": json.dumps(steps, ensure_ascii=False), "set_at_ms": now_ms, "set_by": by,
            "ended_at_ms": None if steps else now_ms,
        }  # fmt: skip
        made = await work.connection.execute(insert(protocols).values(row).returning(protocols))
        await self._pages.note(work, "protocol_set", {**values, "steps": steps, "by": by})
        return view(made.mappings().one())


def view(row: RowMapping) -> dict[str, Any]:
    """Return a list as it stands in JSON."""
    ended_ms = row["ended_at_ms"]
    return {
        "id": row["id"],
        "site_id": row["site_id"],
        "kind": row["kind"],
        "version": row["version"],
        "steps": json.loads(row["steps"]),
        "set_at": iso_of_ms(row["set_at_ms"]),
        "set_by": row["set_by"],
        "ended_at": None if ended_ms is None else iso_of_ms(ended_ms),
    }


_NEWEST = (
    select(protocols)
    .where(protocols.c.site_id == bindparam("of_site"), protocols.c.kind == bindparam("of_kind"))
    .order_by(protocols.c.version.desc())
    .limit(1)
)


async def _newest(connection: AsyncConnection, site_id: int, kind: str) -> RowMapping | None:
    values = {"of_site": site_id, "of_kind": kind}
    return (await connection.execute(_NEWEST, values)).mappings().first()


def _checked(kind: str, steps: Sequence[str]) -> list[str]:
    if kind not in KINDS:
        raise EntryRefused(f"There are no alarms of the kind {kind!r}.")
    found = [step.strip() for step in steps if step.strip()]
    if len(found) > STEPS_MAX:
        raise EntryRefused(f"A protocol has {STEPS_MAX} steps at most: nobody reads more in an emergency.")
    if any(len(step) > STEP_CHARACTERS_MAX for step in found):
        raise EntryRefused(f"A step has {STEP_CHARACTERS_MAX} characters at most.")
    return found
