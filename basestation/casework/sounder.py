"""Silences the control room's sounder: stored, logged with each case, and told to every console.

Decides only what is refused. What a silence covers is `cases.sounder`'s; no case is changed by it, and the
chain goes on calling. Times are the base station's own.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case
from basestation.cases.sounder import SILENCE_S, Silence, is_covered, to_silence
from basestation.clock import Clock, from_ms, iso, to_ms
from basestation.errors import Refused
from basestation.store import case_rows, log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.sounder_tables import sounder_silences

_NOTHING_SOUNDS = (
    "Nothing was silenced: none of these cases sounds now. What is silenced already sounds again "
    "when its 60 s are over."
)


class Sounder:
    """The sounder of all consoles of the site."""

    def __init__(self, committer: GroupCommitter, clock: Clock, changed: Callable[[], None]) -> None:
        self._committer = committer
        self._clock = clock
        self._changed = changed

    async def silence(self, case_ids: Iterable[int], by: str) -> dict[str, Any]:
        """Silence those of these cases that sound now, for 60 s, and return until when; raises Refused."""
        wanted = frozenset(case_ids)

        async def job(work: Work) -> dict[str, Any]:
            now = self._clock.now()
            # What a console does not show, nobody there can have meant.
            shown = [case for case in await case_rows.all_open(work.connection) if case.id in wanted]
            sounds = to_silence(shown, await silences(work.connection, now), now)
            if not sounds:
                raise Refused(_NOTHING_SOUNDS)
            silence = Silence(by, now, now + timedelta(seconds=SILENCE_S), sounds)
            await work.connection.execute(insert(sounder_silences).values(_row_of(silence)))
            for case_id, sound in sounds.items():
                content = {"user": by, "sound": sound, "silence_s": SILENCE_S}
                work.log(log.entry(to_ms(now), "sounder_silenced", content, case_id=case_id))
            work.after_commit(self._changed)
            return _view(silence, sorted(sounds))

        answer: dict[str, Any] = await self._committer.run(job)
        return answer


async def silences(connection: AsyncConnection, now: datetime) -> list[Silence]:
    """Return the silences that run at `now`, the oldest first."""
    running = sounder_silences.c.until_ms > to_ms(now)
    query = select(sounder_silences).where(running).order_by(sounder_silences.c.id)
    return [
        Silence(
            row.by,
            from_ms(row.at_ms),
            from_ms(row.until_ms),
            {int(number): sound for number, sound in json.loads(row.sounds).items()},
        )
        for row in (await connection.execute(query)).all()
    ]


def silence_views(running: Iterable[Silence], cases: Iterable[Case], now: datetime) -> list[dict[str, Any]]:
    """Return what consoles show of the silences that keep an open case quiet at `now`."""
    open_cases = tuple(cases)
    covered = [
        (silence, [case.id for case in open_cases if is_covered(case, silence, now)]) for silence in running
    ]
    return [_view(silence, numbers) for silence, numbers in covered if numbers]


def _view(silence: Silence, numbers: list[int]) -> dict[str, Any]:
    return {"by": silence.by, "at": iso(silence.at), "until": iso(silence.until), "cases": numbers}


def _row_of(silence: Silence) -> dict[str, Any]:
    return {
        "by": silence.by,
        "sounds": json.dumps(dict(silence.sounds)),
        "at_ms": to_ms(silence.at),
        "until_ms": to_ms(silence.until),
    }
