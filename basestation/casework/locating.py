"""The location tone of a case: ordered by a person, refused wherever it could betray somebody.

Decides when a device may be told to sound: in the open case of a person's alarm that the device knows, and
never while a silent or duress alarm of that device is open. What the device answers is shown as it is; a tone
that was ordered is ordered off when the case ends.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import BASE_ALARM_PREFIX, Case
from basestation.cases.step import WrongVerb
from basestation.clock import Clock, iso_of_ms, to_ms
from basestation.errors import UnknownCase
from basestation.outgoing.commands import Commands
from basestation.store import case_rows, log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.tables import commands

LOCATE = "locate"


class Locating:
    """Orders the tone."""

    def __init__(self, committer: GroupCommitter, commands: Commands, clock: Clock) -> None:
        self._committer = committer
        self._commands = commands
        self._clock = clock

    async def order(self, case_id: int, user: str, *, is_tone_on: bool) -> dict[str, Any]:
        """Switch the tone on or off; raises UnknownCase, or WrongVerb with the reason."""

        async def job(work: Work) -> dict[str, Any]:
            case = await case_rows.load(work.connection, case_id)
            if case is None:
                raise UnknownCase(f"There is no case {case_id}.")
            _refuse(case, await case_rows.open_of_device(work.connection, case.device))
            await self._send(work, case, user, self._clock.now(), is_tone_on=is_tone_on)
            return (await tones(work.connection, [case_id]))[case_id]

        return await self._committer.run(job)

    async def case_ended(self, work: Work, case: Case, user: str, now: datetime) -> None:
        """Switch off what was switched on, now that nobody is looked for."""
        if case.is_open:
            return
        tone = (await tones(work.connection, [case.id])).get(case.id)
        if tone is not None and tone["is_tone_on"]:
            await self._send(work, case, user, now, is_tone_on=False)

    async def _send(self, work: Work, case: Case, user: str, now: datetime, *, is_tone_on: bool) -> None:
        assert case.is_telling_device, "a silent alarm betrays nobody"
        fields = {"alarm": case.alarm, "is_tone_on": is_tone_on}
        await self._commands.order(
            work, case.device, LOCATE, f"{LOCATE}:{case.id}", fields, now, mark=case.mark
        )
        content = {"is_tone_on": is_tone_on, "user": user}
        work.log(log.entry(to_ms(now), "tone_ordered", content, case_id=case.id, device=case.device))
        work.after_commit(self._commands.answer_changed)


async def tones(connection: AsyncConnection, case_ids: list[int]) -> dict[int, dict[str, Any]]:
    """Return by case what was ordered last, and what the device answered: `result` None while it has not."""
    query = (
        select(commands.c.slot, commands.c.fields, commands.c.result, commands.c.created_at_ms)
        .where(commands.c.kind == LOCATE, commands.c.slot.in_([f"{LOCATE}:{number}" for number in case_ids]))
        .order_by(commands.c.id)
    )
    rows = (await connection.execute(query)).mappings()
    return {int(row["slot"].removeprefix(f"{LOCATE}:")): _view(row) for row in rows}


def _view(row: RowMapping) -> dict[str, Any]:
    is_tone_on = json.loads(row["fields"])["is_tone_on"]
    return {"is_tone_on": is_tone_on, "result": row["result"], "at": iso_of_ms(row["created_at_ms"])}


def _refuse(case: Case, open_cases: list[Case]) -> None:
    if case.is_silent or any(other.is_silent and other.mark == case.mark for other in open_cases):
        raise WrongVerb("A silent alarm of this device is open: nothing may be heard near the worker.")
    if not case.is_open or not case.is_person:
        raise WrongVerb("The location tone belongs to the open alarm of a person.")
    if case.alarm.startswith(BASE_ALARM_PREFIX):
        raise WrongVerb("The device does not know of this alarm: the base station raised it.")
