"""Carries out the rounds of silence: collective cases on disk, and those that leave them.

Decides nothing (`cases.silence_round` does). The collectives are stored with their cases in one transaction,
and not rebuilt at start: who was in one, and since when a member waits for the others, stands nowhere else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases import collective as many
from basestation.cases.case import Case, CaseState
from basestation.cases.collective import Collective
from basestation.cases.silence import DeviceWatch, SilenceDue, SilenceSettings, classified
from basestation.cases.silence_class import classify, gravest
from basestation.cases.silence_round import Round, Sight, round_of
from basestation.casework.conditions import SILENCE, SWITCHED_OFF, Conditions
from basestation.clock import to_ms
from basestation.intake.device_states import DeviceStates
from basestation.site.worn import open_shifts
from basestation.store import log
from basestation.store.committer import Work
from basestation.store.database import upsert
from basestation.store.tables import station
from basestation.supervision.last_known import devices_in_alarm, facts_of, is_near_shadow, is_off_body
from basestation.supervision.station import STATION, StationWatch

#: With the number of the collective behind it: the condition of its case; the device is "station".
COLLECTIVE = "collective"
_KEY = "silence_collectives"


@dataclass(frozen=True, slots=True)
class Look:
    """What `Collectives.look` decides with, and from: in memory until the commit."""

    sight: Sight
    found: Round
    #: Devices whose silence a collective case stood for, and which are back.
    came_back: frozenset[str]


class Collectives:
    """Keeps the collective cases of the site."""

    def __init__(
        self, conditions: Conditions, states: DeviceStates, watch: StationWatch, settings: SilenceSettings
    ) -> None:
        self._conditions = conditions
        self._states = states
        self._station = watch
        self._settings = settings
        self.open: tuple[Collective, ...] = ()

    async def load(self, work: Work) -> set[str]:
        """Read what is stored; return the devices whose silence an open collective case stands for."""
        text = (await work.connection.execute(select(station.c.value).where(station.c.key == _KEY))).scalar()
        known = () if text is None else many.from_json(text)
        cases = {one.number: await self._case(work, one) for one in known}
        lasting = [
            number for number, case in cases.items() if case is not None and case.state is not CaseState.GONE
        ]
        self.open = tuple(one for one in known if one.number in lasting)
        return self.inside()

    def inside(self) -> set[str]:
        """Return the devices whose silence a collective case stands for."""
        return {name for one in self.open for name in one.with_standing(many.SILENT, many.WAITING)}

    async def look(self, work: Work, read_sight: Callable[[], Sight]) -> Look:
        """Make a round, write the collective cases and the own cases of those that leave them, in one job.

        `read_sight` is called after the last look at the disk, so that it shows what is known by then.
        """
        in_alarm = await devices_in_alarm(work.connection)
        cases = {one.number: await self._case(work, one) for one in self.open}
        sight = read_sight()
        off_body = {
            device for device, watch in sight.watches.items() if is_off_body(watch, self._states.of(device))
        }
        acknowledged = {
            number
            for number, case in cases.items()
            if case is not None and case.state is CaseState.ACKNOWLEDGED
        }
        sight = replace(sight, graver=in_alarm | off_body, collectives=self.open, acknowledged=acknowledged)
        found = round_of(sight, self._settings)
        before = {one.number: one for one in self.open}
        for one in found.collectives:
            await self._write(work, one, before.get(one.number), sight, found)
        for device, due in found.apart.items():
            await self.raise_own(work, sight.watches[device], due, sight.now, is_alone=True)
        if found.collectives != self.open:
            left = tuple(one for one in found.collectives if not one.is_over)
            await upsert(work.connection, station, [{"key": _KEY, "value": many.to_json(left)}])
        return Look(sight, found, frozenset(sight.back & self.inside()))

    async def raise_own(
        self, work: Work, watch: DeviceWatch, due: SilenceDue, now: datetime, *, is_alone: bool
    ) -> None:
        """Open the case of one silent device, with its class and why."""
        has_shadow = await is_near_shadow(work.connection, watch.device)
        alarm = watch.device in await devices_in_alarm(work.connection)
        facts = facts_of(
            watch, self._states.of(watch.device), self._station,
            is_alone=is_alone, is_in_alarm=alarm, has_shadow=has_shadow,
        )  # fmt: skip
        due = classified(due, facts)
        condition = SWITCHED_OFF if due.is_switched_off else SILENCE
        case = await self._conditions.began(
            work, watch.device, condition, due.cause, now, silence_class=due.silence_class
        )
        content = {"silence_class": due.silence_class, "reason": classify(facts).reason}
        work.log(log.entry(to_ms(now), "silence_classified", content, case_id=case.id, device=watch.device))

    async def _case(self, work: Work, one: Collective) -> Case | None:
        return await self._conditions.open_case(work, STATION, _condition(one))

    async def _write(
        self, work: Work, one: Collective, before: Collective | None, sight: Sight, found: Round
    ) -> None:
        """Open the case of a collective, or tell what has changed in it; end it with the last member."""
        pending = found.together - {device for each in found.collectives for device in _all(each)}
        if one == before and not one.is_over:
            return
        names = await _names(work.connection, [*_all(one), *pending])
        silence_class, reason = self._judged(one, sight)
        cause = many.cause_of(one, pending, names, reason)
        case = await self._conditions.began(
            work, STATION, _condition(one), cause, sight.now, silence_class=silence_class
        )
        content: dict[str, Any] = {standing: one.with_standing(standing) for standing in many.STANDINGS}
        content["silence_class"] = silence_class
        work.log(log.entry(to_ms(sight.now), "collective_silence", content, case_id=case.id, device=STATION))
        if one.is_over:
            await self._conditions.ended(work, STATION, _condition(one), sight.now)

    def _judged(self, one: Collective, sight: Sight) -> tuple[str | None, str]:
        """Return the gravest class among the silent members, and its reason."""
        silent = [sight.watches[name] for name in one.with_standing(many.SILENT, many.WAITING)]
        judged = {}
        for watch in silent:
            facts = facts_of(
                watch, self._states.of(watch.device), self._station,
                is_alone=False, is_in_alarm=False, has_shadow=False,
            )  # fmt: skip
            found = classify(facts)
            judged[found.silence_class] = found.reason
        if not judged:
            return None, "none of them is silent in this case any more"
        silence_class = gravest(judged)
        return silence_class, judged[silence_class]


def _condition(one: Collective) -> str:
    return f"{COLLECTIVE}-{one.number}"


def _all(one: Collective) -> list[str]:
    return one.with_standing(*many.STANDINGS)


async def _names(connection: AsyncConnection, devices: Iterable[str]) -> dict[str, str]:
    """Return the worker of each device on shift."""
    wearers = await open_shifts(connection)
    return {device: wearers[device]["worker"] for device in devices if device in wearers}
