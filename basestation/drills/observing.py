"""What observers note: taken once, however often it is sent; corrected, never overwritten; measured anew.

Decides that a link opens its drill until a week after its end, that notes of a drill which has not begun are
kept by the page, and that only who noted something corrects it. Works without log-in: the token is all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.cases import drill
from basestation.clock import Clock, from_ms, iso, to_ms
from basestation.drills import rows
from basestation.drills.observer_links import ObserverLinks
from basestation.drills.rows import REMARK
from basestation.errors import EntryRefused
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.drill_tables import drill_notes, drill_observers, drills

#: How long after its end a drill can still be noted of and corrected.
LIFE: Final = timedelta(days=7)
#: Notes of one drill, corrections and remarks among them.
NOTES_MAX: Final = 1000


@dataclass(frozen=True, slots=True)
class Note:
    """What an observer sends. `at_ms` by the phone's clock; None takes the corrected note back."""

    key: str
    stage: str
    at_ms: int | None
    #: What has to be added to the phone's clock for the base station's; None: not compared yet.
    offset_ms: int | None = None
    words: str = ""
    #: The key of the note that this one replaces.
    corrects: str = ""


class Observing:
    """Shows observers their drill and takes what they note."""

    def __init__(
        self, database: AsyncEngine, committer: GroupCommitter, clock: Clock, changed: Callable[[], None]
    ) -> None:
        self._database, self._committer, self._clock = database, committer, clock
        self._changed = changed
        self.links: ObserverLinks | None = None

    def with_link(self, drill_id: int, observer: dict[str, Any]) -> dict[str, Any]:
        """Return an observer with the address of their page."""
        assert self.links is not None
        return {**observer, "link": self.links.url(drill_id, observer["id"])}

    async def page(self, token: str) -> dict[str, Any] | None:
        """Return what an observer sees now; None for a token that opens nothing."""
        opened = self.links.read(token) if self.links is not None else None
        if opened is None:
            return None
        drill_id, observer_id = opened
        now = self._clock.now()
        async with self._database.connect() as connection:
            row = await rows.drill_row(connection, drill_id)
            observers = await rows.observers_of(connection, drill_id)
            name = next((one["name"] for one in observers if one["id"] == observer_id), None)
            if row is None or name is None or _is_past(row, now):
                return None
            staged = await rows.staged(connection, row)
            notes = await rows.notes_of(connection, drill_id)
        corrected = {one["corrects"] for one in notes}
        shown = ("workplace", "scenario", "place", "state", "shift")
        return {
            **{word: row[word] for word in shown}, "drill": drill_id, "observer": name, "now": iso(now),
            "stages": [rows.stage_view(one) for one in staged],
            "notes": [rows.note_view(one, corrected) for one in notes if one["observer_id"] == observer_id],
        }  # fmt: skip

    async def take(self, token: str, note: Note) -> dict[str, Any] | None:
        """Keep a note and return the page; None for a token that opens nothing. Raises EntryRefused."""
        opened = self.links.read(token) if self.links is not None else None
        if opened is None or await self.page(token) is None:
            return None
        drill_id, observer_id = opened
        await self._committer.run(lambda work: self._keep(work, drill_id, observer_id, note))
        self._changed()
        return await self.page(token)

    async def measure(self, work: Work, drill_id: int) -> None:
        """Keep what an ended drill measured, as its stages are known now."""
        row = await rows.drill_row(work.connection, drill_id)
        assert row is not None, drill_id
        found = await rows.staged(work.connection, row)
        stage, help_s = drill.help_after(found)
        is_measured = row["state"] == drill.ENDED and found[0].at is not None
        values = {"is_measured": is_measured, "help_s": help_s, "help_stage": stage}
        if not is_measured:
            values = {"is_measured": False, "help_s": None, "help_stage": ""}
        await work.connection.execute(update(drills).where(drills.c.id == drill_id).values(values))

    async def _keep(self, work: Work, drill_id: int, observer_id: int, note: Note) -> None:
        connection = work.connection
        row = await rows.locked(work, drills, drill_id, None)
        is_there = drill_notes.c.drill_id == drill_id, drill_notes.c.key == note.key
        if (await connection.execute(select(drill_notes.c.id).where(*is_there))).first() is not None:
            return
        if row["state"] == drill.PLANNED:
            raise EntryRefused("The drill has not begun. What you noted is kept on your phone.")
        await _check(connection, drill_id, observer_id, note)
        now = self._clock.now()
        values = {
            "drill_id": drill_id, "observer_id": observer_id, "key": note.key, "stage": note.stage,
            "at_ms": _at_ms(note, row, now), "phone_at_ms": note.at_ms, "offset_ms": note.offset_ms,
            "taken_at_ms": to_ms(now), "words": note.words.strip(), "corrects": note.corrects,
        }  # fmt: skip
        await connection.execute(insert(drill_notes).values(values))
        await self.measure(work, drill_id)
        name = select(drill_observers.c.name).where(drill_observers.c.id == observer_id)
        by = (await connection.execute(name)).scalar_one()
        facts = {"drill": drill_id, "stage": note.stage, "key": note.key, "corrects": note.corrects, "by": by}
        work.log(log.entry(to_ms(now), "drill_noted", {**facts, "at_ms": values["at_ms"]}))


def _is_past(row: dict[str, Any], now: datetime) -> bool:
    return row["ended_at_ms"] is not None and now - from_ms(row["ended_at_ms"]) > LIFE


def _at_ms(note: Note, row: dict[str, Any], now: datetime) -> int | None:
    if note.at_ms is None:
        return None
    offset = None if note.offset_ms is None else timedelta(milliseconds=note.offset_ms)
    return to_ms(drill.noted_at(from_ms(note.at_ms), offset, from_ms(row["begun_at_ms"] or 0), now))


async def _check(connection: AsyncConnection, drill_id: int, observer_id: int, note: Note) -> None:
    """Raise EntryRefused for a note that cannot be taken."""
    if note.stage not in (*drill.STAGES, REMARK):
        raise EntryRefused(f"{note.stage!r} is no stage of a drill.")
    if note.at_ms is None and not note.corrects:
        raise EntryRefused("A note needs its time.")
    if note.stage == REMARK and not note.words.strip() and not note.corrects:
        raise EntryRefused("Write what you saw.")
    count = select(func.count()).select_from(drill_notes).where(drill_notes.c.drill_id == drill_id)
    if (await connection.execute(count)).scalar_one() >= NOTES_MAX:
        raise EntryRefused(f"A drill takes {NOTES_MAX} notes at most.")
    if note.corrects:
        its = drill_notes.c.drill_id == drill_id, drill_notes.c.key == note.corrects
        query = select(drill_notes.c.observer_id, drill_notes.c.stage).where(*its)
        found = (await connection.execute(query)).first()
        if found is None or found.observer_id != observer_id or found.stage != note.stage:
            raise EntryRefused("Only what you have noted yourself can be corrected.")
