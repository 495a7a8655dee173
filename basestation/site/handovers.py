"""The duty of the control room, and how it passes on: begun, confirmed thing by thing, taken, broken off.

Decides who has the duty and what a handover needs to be written; whether a press counts is decided in
`cases.handover`. One handover at a time. Nothing of a case changes by it. Times are aware UTC.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases import handover as rules
from basestation.cases.handover import Item, Press
from basestation.changes import Changes
from basestation.clock import Clock, iso_of_ms, to_ms
from basestation.errors import EntryRefused
from basestation.site.handover_rows import (
    confirmation_view,
    confirmations_of,
    handover_view,
    items_of,
    open_view,
    state_of,
)
from basestation.site.handover_words import SENTENCES, stale
from basestation.site.people import User
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.people_tables import handover_confirmations, handovers, room_duties
from basestation.store.tables import cases, users

OPEN, DONE, BROKEN_OFF = "open", "done", "broken_off"
#: Handovers that the list shows.
PAST_MAX: Final = 100
_NOW_OPEN = select(handovers).where(handovers.c.ended_at_ms.is_(None))
_ON_DUTY = select(room_duties).where(room_duties.c.ended_at_ms.is_(None)).order_by(room_duties.c.id.desc())


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the database says, as of one version of it."""

    version: int
    duty: RowMapping | None
    handover: RowMapping | None
    confirmed: list[RowMapping]


class Handovers:
    """Keeps who has the duty, and the handovers."""

    def __init__(
        self, database: AsyncEngine, committer: GroupCommitter, clock: Clock, changes: Changes
    ) -> None:
        self._database = database
        self._committer = committer
        self._clock = clock
        self._changes = changes
        self._kept: _Kept | None = None

    async def view(self, snapshot: Mapping[str, Any]) -> dict[str, Any]:
        """Return who has the duty and the open handover with its list, for what consoles show."""
        kept = self._kept
        if kept is None or kept.version != self._changes.version:
            kept = self._kept = await self._read()
        row, duty = kept.handover, kept.duty
        shown = None if row is None else open_view(row, kept.confirmed, snapshot)
        on_duty = None if duty is None else {
            "user_id": duty["user_id"], "name": duty["name"], "since": iso_of_ms(duty["began_at_ms"]),
        }  # fmt: skip
        return {"on_duty": on_duty, "handover": shown}

    async def _read(self) -> _Kept:
        # Before reading, so that a change meanwhile makes it old.
        version = self._changes.version
        async with self._database.connect() as connection:
            duty = (await connection.execute(_ON_DUTY)).mappings().first()
            row = (await connection.execute(_NOW_OPEN)).mappings().first()
            confirmed = {} if row is None else await confirmations_of(connection, [row["id"]])
        return _Kept(version, duty, row, confirmed.get(row["id"], []) if row else [])

    async def past(self) -> list[dict[str, Any]]:
        """Return the handovers that are over, newest first, with every confirmation."""
        query = select(handovers).where(handovers.c.ended_at_ms.is_not(None)).order_by(handovers.c.id.desc())
        async with self._database.connect() as connection:
            rows = (await connection.execute(query.limit(PAST_MAX))).mappings().all()
            confirmed = await confirmations_of(connection, [row["id"] for row in rows])
        return [
            {
                **handover_view(row),
                "confirmations": [confirmation_view(one) for one in confirmed.get(row["id"], [])],
            }
            for row in rows
        ]

    async def take_free(self, user: User) -> None:
        """Take the duty where nobody has it; raises EntryRefused."""

        async def job(work: Work) -> None:
            duty = (await work.connection.execute(_ON_DUTY)).mappings().first()
            if duty is not None and await _may_log_in(work, duty["user_id"]):
                raise EntryRefused(
                    f"{duty['name']} has the duty: only {duty['name']} can begin to hand it over."
                )
            await self._pass_on(work, user, None)

        await self._committer.run(job)

    async def begin(self, user: User) -> None:
        """Begin a handover of one's own duty; raises EntryRefused."""

        async def job(work: Work) -> None:
            duty = (await work.connection.execute(_ON_DUTY)).mappings().first()
            if duty is None or duty["user_id"] != user.id:
                raise EntryRefused(SENTENCES["not_on_duty"])
            now_ms = to_ms(self._clock.now())
            row = {
                "state": OPEN, "outgoing_id": user.id, "outgoing": user.display_name, "started_at_ms": now_ms,
            }  # fmt: skip
            added = insert(handovers).values(row).returning(handovers.c.id)
            number = (await work.connection.execute(added)).scalar_one()
            self._note(work, "handover_begun", {"handover": number, "by": user.display_name})

        try:
            await self._committer.run(job)
        except IntegrityError:
            raise EntryRefused(SENTENCES["open_already"]) from None

    async def join(self, number: int, user: User) -> None:
        """Be the incoming person; raises EntryRefused."""

        async def job(work: Work) -> None:
            row = await self._checked(work, number, Press.JOIN, user, ())
            if row["incoming_id"] is None:
                await _set(work, row, {"incoming_id": user.id, "incoming": user.display_name})
                self._note(work, "handover_joined", {"handover": number, "by": user.display_name})

        await self._committer.run(job)

    async def confirm(
        self, number: int, key: str, mark: str, user: User, snapshot: Mapping[str, Any]
    ) -> None:
        """Confirm one thing as the page showed it; raises EntryRefused, also where it has become worse."""
        known = items_of(snapshot)

        async def job(work: Work) -> None:
            found = tuple(item for item, _ in known)
            row = await self._checked(work, number, Press.CONFIRM, user, found, key, mark)
            facts = next(facts for item, facts in known if item.key == key)
            await _forget(work, number, key)
            values = {
                "handover_id": number, "item": key, "mark": mark, "confirmed_at_ms": to_ms(self._clock.now()),
                "facts": json.dumps(facts, ensure_ascii=False),
            }  # fmt: skip
            await work.connection.execute(insert(handover_confirmations).values(values))
            await _set(work, row, {})
            content = {"handover": number, "item": key, "facts": facts, "by": user.display_name}
            self._note(work, "handover_confirmed", content)

        await self._committer.run(job)

    async def take(self, number: int, user: User, snapshot: Mapping[str, Any]) -> None:
        """Release the outgoing person: the duty moves; raises EntryRefused while anything is unconfirmed."""
        found = tuple(item for item, _ in items_of(snapshot))

        async def job(work: Work) -> None:
            row = await self._checked(work, number, Press.TAKE, user, found)
            await _check_nothing_new(work, found)
            await self._end(work, row, DONE, user, "")
            await self._pass_on(work, user, number)

        await self._committer.run(job)

    async def break_off(self, number: int, version: int, reason: str, user: User) -> None:
        """End the handover without it; the duty stays. Raises EntryRefused."""

        async def job(work: Work) -> None:
            row = await self._checked(work, number, Press.BREAK_OFF, user, ())
            if row["version"] != version:
                raise EntryRefused(stale(row["incoming"]))
            await self._end(work, row, BROKEN_OFF, user, reason)

        await self._committer.run(job)

    async def _checked(
        self,
        work: Work,
        number: int,
        press: Press,
        user: User,
        found: tuple[Item, ...],
        key: str = "",
        mark: str = "",
    ) -> RowMapping:
        query = _NOW_OPEN.where(handovers.c.id == number).with_for_update()
        row = (await work.connection.execute(query)).mappings().first()
        if row is None:
            raise EntryRefused(SENTENCES["over"])
        known = (await confirmations_of(work.connection, [number])).get(number, [])
        state = state_of(row, known)
        answers_for_room = user.role != "operator"
        why = rules.refusal(state, press, user.id, found, key, mark, may_break_off=answers_for_room)
        if why is not None:
            raise EntryRefused(SENTENCES[why].format(outgoing=row["outgoing"], incoming=row["incoming"]))
        return row

    async def _end(self, work: Work, row: RowMapping, state: str, user: User, reason: str) -> None:
        ended = {
            "state": state, "ended_at_ms": to_ms(self._clock.now()), "ended_by": user.display_name,
            "reason": reason,
        }  # fmt: skip
        await _set(work, row, ended)
        content = {
            "handover": row["id"], "outgoing": row["outgoing"], "incoming": row["incoming"],
            "reason": reason, "by": user.display_name,
        }  # fmt: skip
        self._note(work, f"handover_{state}", content)

    async def _pass_on(self, work: Work, user: User, number: int | None) -> None:
        now_ms = to_ms(self._clock.now())
        is_held = room_duties.c.ended_at_ms.is_(None)
        await work.connection.execute(update(room_duties).where(is_held).values(ended_at_ms=now_ms))
        row = {"user_id": user.id, "name": user.display_name, "began_at_ms": now_ms, "handover_id": number}
        await work.connection.execute(insert(room_duties).values(row))
        self._note(work, "room_duty_taken", {"handover": number, "by": user.display_name})

    def _note(self, work: Work, kind: str, content: Mapping[str, Any]) -> None:
        work.log(log.entry(to_ms(self._clock.now()), kind, content))
        work.after_commit(self._changes.tell)


async def _may_log_in(work: Work, user_id: int) -> bool:
    query = select(users.c.id).where(users.c.id == user_id, users.c.is_active)
    return (await work.connection.execute(query)).first() is not None


async def _check_nothing_new(work: Work, found: tuple[Item, ...]) -> None:
    """Raise EntryRefused if a case has opened since the list was read."""
    numbers = (await work.connection.execute(select(cases.c.id).where(cases.c.is_open))).scalars()
    if not {f"case/{number}" for number in numbers} <= {item.key for item in found}:
        raise EntryRefused(SENTENCES["changed"])


async def _forget(work: Work, number: int, key: str) -> None:
    table = handover_confirmations
    await work.connection.execute(table.delete().where(table.c.handover_id == number, table.c.item == key))


async def _set(work: Work, row: RowMapping, values: Mapping[str, Any]) -> None:
    after = {**values, "version": row["version"] + 1}
    await work.connection.execute(update(handovers).where(handovers.c.id == row["id"]).values(**after))
