"""Load a case, step it, save it: case, events, timers, outgoing notices and log in one job.

Decides nothing about a case (`cases.step` does) but which case an alarm belongs to. What a step asks for is
carried out here: who a level is now is found and stepped before anything else happens to the case.
"""

import re
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import BASE_ALARM_PREFIX, Case, CaseState, is_person_kind
from basestation.cases.chain import Recipient
from basestation.cases.effects import Effect, Fault, FindPeople, JoinCase, Notify, TellDevice
from basestation.cases.events import (
    AlarmReported,
    CompanionFound,
    DeliveryReported,
    Event,
    FactsNoted,
    FurtherAlarm,
    PeopleFound,
)
from basestation.cases.people import Found, LeftOut
from basestation.cases.step import step
from basestation.casework import duress, opening
from basestation.casework.posting import call_nobody_more, post
from basestation.clock import to_ms
from basestation.counters import Counters
from basestation.outgoing.commands import Commands
from basestation.store import case_events, case_rows, log
from basestation.store.committer import Work
from protocol.messages import ALARM_KINDS

#: What these say goes on in the case that a joined alarm belongs to.
_SAID_OF_BOTH = ("ResetReported", "AllRightReported", "PlaceReported")
_log = structlog.get_logger(__name__)
_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


class Finder(Protocol):
    """Says who recipients are now."""

    async def __call__(
        self, connection: AsyncConnection, case: Case, recipients: tuple[Recipient, ...], now: datetime
    ) -> tuple[tuple[Found, ...], tuple[LeftOut, ...]]:
        """Return who can be called now, and who cannot."""
        ...


class Casebook:
    """Every change of a case goes through here."""

    def __init__(self, commands: Commands, counters: Counters, find_people: Finder) -> None:
        self._commands = commands
        self._counters = counters
        self._find_people = find_people
        #: Called after the commit of a change: consoles have something new.
        self.changed: Callable[[], None] = lambda: None
        #: Called after the commit that set timers or put a notice into the outbox, with the first time due.
        self.timers_set: Callable[[datetime], None] = lambda _at: None
        self.notice_posted: Callable[[datetime], None] = lambda _at: None
        #: Called after the commit that raised an alarm of a person.
        self.raised: Callable[[], None] = lambda: None
        #: Raises, or ends, a technical alarm about the rescue of a case.
        self.fault: Callable[[Work, Case, Fault, datetime], Awaitable[None]] = _no_fault
        #: Takes in what has become of a case (before, after), in the same transaction, where it is to.
        self.is_followed: Callable[[Case, Case], bool] = lambda _before, _case: True
        self.followed: Callable[[Work, Case, Case, datetime], Awaitable[None]] = _nobody_follows

    async def report(
        self,
        work: Work,
        device: str,
        alarm: str,
        kind: str,
        mark: str,
        event: Event,
        now: datetime,
        silence_class: str | None = None,
        where: opening.Where | None = None,
    ) -> Case:
        """Apply what was said about an alarm to its case, which opens if nobody has heard of it."""
        case = await case_rows.find(work.connection, device, alarm)
        if case is not None and case.mark != mark:
            # Nothing marked test may absorb a real alarm, nor the other way round.
            alarm = f"{BASE_ALARM_PREFIX}{mark}-{alarm}"
            case = await case_rows.find(work.connection, device, alarm)
        case, alarm = await self._latest(work, case, device, alarm, event)
        if case is None:
            case = await self._same_fault(work, device, alarm, mark, event, now)
        if case is None:
            case = await opening.open_case(work, device, alarm, kind, mark, now, silence_class, where)
            counter = self._counters.cases_opened.labels(kind if kind in ALARM_KINDS else "unknown")
            work.after_commit(counter.inc)
        case = await self.apply(work, case, event, now)
        assert case.state is not CaseState.NEW, f"{type(event).__name__} opens no case"
        return await duress.join(self, work, case, event, now)

    async def apply(self, work: Work, case: Case, event: Event, now: datetime) -> Case:
        """Step the case and carry out what it asks for; raises WrongVerb for a press not offered now."""
        events = deque([event])
        if case.is_person and case.raised_at is None:
            companion = await opening.companion_of(work.connection, case)
            if companion != case.companion:
                events.appendleft(CompanionFound(companion))
        before = case
        case, last = await self._step_all(work, case, events, now)
        if case != before:
            await self._save(work, before, case, now)
        if before.raised_at is None and case.raised_at is not None and case.is_person:
            # A running drill gives way, in a transaction of its own: nothing stands in the way of this one.
            work.after_commit(self.raised)
        for effect in last:
            await self._go_on(work, case, effect, now)
        if case.state is CaseState.JOINED and type(event).__name__ in _SAID_OF_BOTH:
            await self._pass_on(work, case, event, now)
        if case != before and self.is_followed(before, case):
            failed = await work.beside(lambda within: self.followed(within, before, case, now))
            if failed is not None:
                # A test or a drill that cannot be ended is its own trouble, never an alarm's.
                self._counters.jobs_failed.inc()
                _log.error("case_not_followed", case=case.id, exc_info=failed)
        return case

    async def _step_all(
        self, work: Work, case: Case, events: deque[Event], now: datetime
    ) -> tuple[Case, list[JoinCase | Fault]]:
        """Step the events, and after each what it found; return what concerns other cases, for later."""
        rows: list[dict[str, Any]] = []
        last: list[JoinCase | Fault] = []
        while events:
            event = events.popleft()
            stepped, effects = step(case, event, now)
            if stepped != case or effects:
                rows.append(case_events.event_row(case.id, event, now))
            self._log(work, case, stepped, event, now)
            case = stepped
            found = [
                await self._found(work, case, one, now) for one in effects if isinstance(one, FindPeople)
            ]
            events.extendleft(reversed(found))
            last += [one for one in effects if isinstance(one, JoinCase | Fault)]
            for effect in effects:
                await self._carry_out(work, case, effect, now)
        work.happened(rows)
        return case, last

    async def _save(self, work: Work, before: Case, case: Case, now: datetime) -> None:
        await case_rows.save(work.connection, before, case, now)
        if case.timers and before.timers != case.timers:
            first_at = min(timer.due_at for timer in case.timers)
            work.after_commit(lambda: self.timers_set(first_at))
        if before.is_silent and before.is_open and not case.is_open:
            # What was held back for its device may go.
            work.after_commit(self._commands.wake)
        if before.is_calling and not case.is_calling:
            await call_nobody_more(work, case)

    async def _found(self, work: Work, case: Case, asked: FindPeople, now: datetime) -> PeopleFound:
        found, left_out = await self._find_people(work.connection, case, asked.recipients, now)
        return PeopleFound(asked.level, found, left_out)

    async def _carry_out(self, work: Work, case: Case, effect: Effect, now: datetime) -> None:
        if isinstance(effect, Notify):
            if await post(work, case, effect, now):
                work.after_commit(lambda: self.notice_posted(now))
        elif isinstance(effect, TellDevice):
            await self._tell(work, case, effect, now)

    async def _go_on(self, work: Work, case: Case, effect: JoinCase | Fault, now: datetime) -> None:
        if isinstance(effect, Fault):
            await self.fault(work, case, effect, now)
            return
        other = await case_rows.load(work.connection, effect.case_id)
        assert other is not None, effect
        await self.apply(work, other, FurtherAlarm(case.id, effect.kind, effect.cause), now)

    async def _pass_on(self, work: Work, case: Case, event: Event, now: datetime) -> None:
        assert case.companion is not None
        other = await case_rows.load(work.connection, case.companion)
        assert other is not None, case.companion
        await self.apply(work, other, event, now)

    async def _latest(
        self, work: Work, case: Case | None, device: str, alarm: str, event: Event
    ) -> tuple[Case | None, str]:
        """Return the case that is meant, and its alarm id: a closed technical case does not open again."""
        while case is not None and not case.is_person and case.state is CaseState.CLOSED:
            alarm = f"{BASE_ALARM_PREFIX}again-{case.id}"
            again = await case_rows.find(work.connection, device, alarm)
            if again is None and not isinstance(event, AlarmReported):
                break
            case = again
        return case, alarm

    async def _same_fault(
        self, work: Work, device: str, alarm: str, mark: str, event: Event, now: datetime
    ) -> Case | None:
        """Return the case of the same fault that is over, unacknowledged: a loose contact is one row."""
        if not isinstance(event, AlarmReported) or is_person_kind(event.kind) or event.cause is None:
            return None
        for case in await case_rows.open_of_device(work.connection, device):
            is_same = (case.mark, case.cause, case.state) == (mark, event.cause, CaseState.GONE)
            if is_same and not case.is_person and not case.alarm.startswith(BASE_ALARM_PREFIX):
                await case_rows.rename(work.connection, case.id, alarm)
                # An alarm of its own is newer than that end: it must not pass for a late repeat.
                return await self.apply(work, case, FactsNoted(alarm=alarm), now)
        return None

    async def _tell(self, work: Work, case: Case, effect: TellDevice, now: datetime) -> None:
        content = {"state": effect.state, "by": effect.by}
        work.log(log.entry(to_ms(now), "device_told", content, case_id=case.id, device=case.device))
        await self._commands.tell_case_state(work, case, effect, now)
        for further in case.further:
            joined = await case_rows.load(work.connection, further.case_id)
            assert joined is not None, further
            if joined.is_telling_device:
                await self._commands.tell_case_state(work, joined, effect, now)

    def _log(self, work: Work, before: Case, case: Case, event: Event, now: datetime) -> None:
        if case == before and not isinstance(event, DeliveryReported):
            return
        content = {name: value for name, value in _words(event).items() if value not in (None, "", ())}
        if "kind" in content:
            # The word `kind` is the entry's own.
            content["alarm_kind"] = content.pop("kind")
        if case.state is not before.state:
            content["state"] = case.state.value
        kind = _WORD_START.sub("_", type(event).__name__).lower()
        work.log(log.entry(to_ms(now), kind, content, case_id=case.id, device=case.device))
        work.after_commit(self.changed)


def _words(event: Event) -> dict[str, Any]:
    """Return what the log says of an event: names, and no addresses."""
    if isinstance(event, PeopleFound):
        names = [found.name for found in event.found]
        away = {left.name: left.reason for left in event.left_out}
        return {"level": event.level, "found": names, "left_out": away or None}
    words = asdict(event)
    for name in ("found", "to"):
        if name in words:
            words[name] = words[name]["name"]
    words.pop("address", None)
    return words


async def _no_fault(work: Work, case: Case, fault: Fault, now: datetime) -> None:
    """Raise nothing, until somebody is there who can."""
    del work, case, fault, now


async def _nobody_follows(work: Work, before: Case, case: Case, now: datetime) -> None:
    """Do nothing, until somebody follows."""
    del work, before, case, now
