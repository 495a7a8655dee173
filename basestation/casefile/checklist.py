"""The protocol of one case as a checklist: frozen as the case opens, each step ticked by whom and when.

Decides nothing about the case. A tick that is taken back is a further row, so both stay. Each step has a
version of its own: two operators tick different steps at once, and of the same one only the first.
"""

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, RowMapping, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.casefile.pages import Pages, Stale, case_of, when
from basestation.casefile.protocols import ANY_PERSON
from basestation.clock import iso_of_ms, to_ms
from basestation.errors import EntryRefused
from basestation.store.casefile_tables import case_protocols, case_steps, protocols
from basestation.store.committer import Work
from basestation.store.responder_tables import FIRST_SITE
from basestation.store.tables import workplaces

#: Ticks and unticks of one step.
TICKS_MAX: Final = 100

_SITE = func.coalesce(
    select(workplaces.c.site_id).where(workplaces.c.name == bindparam("of_workplace")).scalar_subquery(),
    FIRST_SITE,
)
#: Built once, since every alarm carries it out.
_FREEZE = insert(case_protocols).from_select(
    ("case_id", "protocol_id"),
    select(bindparam("new_case", type_=BigInteger), protocols.c.id)
    .where(protocols.c.ended_at_ms.is_(None), protocols.c.site_id == _SITE)
    .where(protocols.c.kind.in_((bindparam("of_kind"), bindparam("of_any"))))
    .order_by(protocols.c.kind.desc())
    .limit(1),
)
_FROZEN = (
    select(protocols)
    .join(case_protocols, case_protocols.c.protocol_id == protocols.c.id)
    .where(case_protocols.c.case_id == bindparam("of_case"))
)
_TICKS = select(case_steps).where(case_steps.c.case_id == bindparam("of_case")).order_by(case_steps.c.id)


async def freeze(
    connection: AsyncConnection, case_id: int, kind: str, workplace: str | None, *, is_person: bool
) -> None:
    """Keep with a case that opens which protocol is in force for it; none where there is none."""
    # A technical alarm has none of those that are about people.
    any_kind = ANY_PERSON if is_person else kind
    values = {"new_case": case_id, "of_kind": kind, "of_any": any_kind, "of_workplace": workplace or ""}
    await connection.execute(_FREEZE, values)


async def checklist_of(connection: AsyncConnection, case_id: int) -> dict[str, Any] | None:
    """Return the steps of a case with who ticked them and when, or None where the site had no protocol."""
    frozen = (await connection.execute(_FROZEN, {"of_case": case_id})).mappings().first()
    if frozen is None:
        return None
    newest = {row["step"]: row for row in (await connection.execute(_TICKS, {"of_case": case_id})).mappings()}
    return {
        "version": frozen["version"],
        "set_at": iso_of_ms(frozen["set_at_ms"]),
        "set_by": frozen["set_by"],
        "steps": [
            _view(number, text, newest.get(number)) for number, text in enumerate(json.loads(frozen["steps"]))
        ],
    }


class Checklist:
    """Takes ticks."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def tick(self, case_id: int, step: int, version: int, by: str, *, is_done: bool) -> dict[str, Any]:
        """Tick a step, or take its tick back; `version` is what was read. Raises Refused (Stale)."""

        async def job(work: Work) -> dict[str, Any]:
            await case_of(work.connection, case_id)
            listed = await checklist_of(work.connection, case_id)
            if listed is None or step >= len(listed["steps"]):
                raise EntryRefused(f"Case {case_id} has no step {step + 1}.")
            before = listed["steps"][step]
            if before["version"] != version:
                return _first(before, by, is_done=is_done)
            if before["is_done"] == is_done:
                unchanged: dict[str, Any] = before
                return unchanged
            if version >= TICKS_MAX:
                raise EntryRefused("This step was changed too often: write a note.")
            values = {"case_id": case_id, "step": step, "is_done": is_done, "by": by}
            row = {**values, "version": version + 1, "at_ms": self._pages.now_ms()}
            made = await work.connection.execute(insert(case_steps).values(row).returning(case_steps))
            content = {"user": by, "step": step + 1, "text": before["text"]}
            await self._pages.note(work, "step_done" if is_done else "step_taken_back", content, case_id)
            return _view(step, before["text"], made.mappings().one())

        ticked: dict[str, Any] = await self._pages.committer.run(job)
        return ticked


def _first(before: dict[str, Any], by: str, *, is_done: bool) -> dict[str, Any]:
    """Return the step if it stands as this person wanted it: their own press, sent again. Raises Stale."""
    if (before["is_done"], before["by"]) == (is_done, by):
        return before
    what = "ticked" if before["is_done"] else "took back"
    at = when(to_ms(datetime.fromisoformat(before["at"])))
    raise Stale(f"{before['by']} {what} this step at {at}: look at it before you press again.")


def _view(number: int, text: str, row: RowMapping | None) -> dict[str, Any]:
    if row is None:
        return {"step": number, "text": text, "is_done": False, "version": 0, "by": None, "at": None}
    return {
        "step": number,
        "text": text,
        "is_done": row["is_done"],
        "version": row["version"],
        "by": row["by"],
        "at": iso_of_ms(row["at_ms"]),
    }
