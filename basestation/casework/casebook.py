"""Load a case, step it, save it: case, timers, outgoing notices and log in one job.

Decides nothing about a case (`cases.step` does) but when one opens: for an alarm nobody has heard
of, with the worker and place of the device's open shift, or the last wearer as unconfirmed. The
chain is frozen into the case then.
"""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import update

from basestation.cases.case import BASE_ALARM_PREFIX, Case, CaseState, is_person_kind
from basestation.cases.events import AlarmReported, DeliveryReported, Event, Notify, TellDevice
from basestation.cases.step import step
from basestation.casework import duress
from basestation.casework.wording import text_of
from basestation.clock import to_ms
from basestation.counters import Counters
from basestation.outgoing.commands import Commands
from basestation.site.registry import chain_of
from basestation.store import case_rows, log
from basestation.store.committer import Work
from basestation.store.database import insert_new
from basestation.store.tables import outbox
from protocol.messages import ALARM_KINDS

#: Shown where the control room looks anyway: delivered as soon as it is on disk.
CONSOLE = "console"

_STATES_NOBODY_IS_CALLED_IN = (CaseState.CANCELLED, CaseState.CLOSED, CaseState.GONE, CaseState.ACKNOWLEDGED)
_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


class Casebook:
    """Every change of a case goes through here."""

    def __init__(self, commands: Commands, counters: Counters) -> None:
        self._commands = commands
        self._counters = counters
        #: Called after the commit of a change: timers, outbox and consoles have something new.
        self.changed: Callable[[], None] = lambda: None

    async def report(
        self, work: Work, device: str, alarm: str, kind: str, mark: str, event: Event, now: datetime
    ) -> Case:
        """Apply what was said about an alarm to its case, which opens if nobody has heard of it."""
        case = await case_rows.find(work.connection, device, alarm)
        if case is not None and case.mark != mark:
            # Nothing marked test may absorb a real alarm, nor the other way round.
            alarm = f"{BASE_ALARM_PREFIX}{mark}-{alarm}"
            case = await case_rows.find(work.connection, device, alarm)
        case, alarm = await self._latest(work, case, device, alarm, event)
        if case is None:
            case = await _same_fault(work, device, alarm, mark, event)
        if case is None:
            case = await self._open(work, device, alarm, kind, mark, now)
        case = await self.apply(work, case, event, now)
        assert case.state is not CaseState.NEW, f"{type(event).__name__} opens no case"
        return await duress.join(work, case, event, now)

    async def apply(self, work: Work, case: Case, event: Event, now: datetime) -> Case:
        """Step the case and carry out what it asks for; raises WrongVerb for a press not offered now."""
        before, pending = case, deque([event])
        while pending:
            event = pending.popleft()
            stepped, effects = step(case, event, now)
            self._log(work, case, stepped, event, now)
            case = stepped
            for effect in effects:
                if isinstance(effect, TellDevice):
                    await self._tell(work, case, effect, now)
                elif await self._post(work, case, effect, now) and effect.recipient.channel == CONSOLE:
                    pending.append(DeliveryReported(effect.key, effect.recipient.name, is_delivered=True))
        if case != before:
            await case_rows.save(work.connection, before, case, now)
            if before.is_silent and before.is_open and not case.is_open:
                # What was held back for its device may go.
                work.after_commit(self._commands.wake)
            if case.state in _STATES_NOBODY_IS_CALLED_IN and before.state != case.state:
                await _call_nobody_more(work, case)
        return case

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

    async def _open(self, work: Work, device: str, alarm: str, kind: str, mark: str, now: datetime) -> Case:
        wearer = await case_rows.wearer_of(work.connection, device)
        linked = await case_rows.open_ids_of_device(work.connection, device)
        case = Case(
            id=0, device=device, alarm=alarm, kind=kind, mark=mark, opened_at=now,
            chain=await chain_of(work.connection), linked=linked,
        )  # fmt: skip
        if wearer is not None:
            case = replace(case, worker_id=wearer.worker_id, worker_name=wearer.worker_name)
        if wearer is not None and wearer.is_confirmed:
            case = replace(
                case,
                is_wearer_confirmed=True,
                workplace_name=wearer.workplace_name,
                workplace_directions=wearer.workplace_directions,
                shift_id=wearer.shift_id,
            )
        case = replace(case, id=await case_rows.reserve(work.connection, _row_of(case)))
        counter = self._counters.cases_opened.labels(kind if kind in ALARM_KINDS else "unknown")
        work.after_commit(counter.inc)
        return case

    async def _tell(self, work: Work, case: Case, effect: TellDevice, now: datetime) -> None:
        content = {"state": effect.state, "by": effect.by}
        work.log(log.entry(to_ms(now), "device_told", content, case_id=case.id, device=case.device))
        await self._commands.tell_case_state(work, case, effect.state, effect.by, now)

    async def _post(self, work: Work, case: Case, call: Notify, now: datetime) -> bool:
        text = text_of(case, call)
        is_shown = call.recipient.channel == CONSOLE
        row = {
            "key": call.key,
            "case_id": case.id,
            "channel": call.recipient.channel,
            "recipient": call.recipient.name,
            "address": call.recipient.address,
            "subject": text.subject,
            "body": text.body,
            "state": "SENT" if is_shown else "DUE",
            "next_try_at_ms": None if is_shown else to_ms(now),
            "created_at_ms": to_ms(now),
            "sent_at_ms": to_ms(now) if is_shown else None,
        }
        is_new = await insert_new(work.connection, outbox, row)
        if is_new:
            content: dict[str, Any] = {"recipient": call.recipient.name, "channel": call.recipient.channel}
            content |= {"level": call.level, "round": call.round, "text": call.text_key}
            work.log(log.entry(to_ms(now), "notified", content, case_id=case.id, device=case.device))
        return is_new

    def _log(self, work: Work, before: Case, case: Case, event: Event, now: datetime) -> None:
        if case == before and not isinstance(event, DeliveryReported):
            return
        content: dict[str, Any] = {
            name: value for name, value in asdict(event).items() if value not in (None, "")
        }
        if "kind" in content:
            # The word `kind` is the entry's own.
            content["alarm_kind"] = content.pop("kind")
        if case.state is not before.state:
            content["state"] = case.state.value
        kind = _WORD_START.sub("_", type(event).__name__).lower()
        work.log(log.entry(to_ms(now), kind, content, case_id=case.id, device=case.device))
        work.after_commit(self.changed)


async def _same_fault(work: Work, device: str, alarm: str, mark: str, event: Event) -> Case | None:
    """Return the case of the same fault that is over, unacknowledged: a loose contact is one row."""
    if not isinstance(event, AlarmReported) or is_person_kind(event.kind) or event.cause is None:
        return None
    for case in await case_rows.open_of_device(work.connection, device):
        is_same = (case.mark, case.cause, case.state) == (mark, event.cause, CaseState.GONE)
        if is_same and not case.is_person and not case.alarm.startswith(BASE_ALARM_PREFIX):
            await case_rows.rename(work.connection, case.id, alarm)
            # An alarm of its own is newer than that end: it must not pass for a late repeat.
            return replace(case, alarm=alarm, gone_at=None)
    return None


def _row_of(case: Case) -> dict[str, Any]:
    return {
        "device": case.device,
        "alarm": case.alarm,
        "kind": case.kind,
        "mark": case.mark,
        "state": case.state.value,
        "is_open": case.is_open,
        "is_person": case.is_person,
        "opened_at_ms": to_ms(case.opened_at),
        "updated_at_ms": to_ms(case.opened_at),
    }


async def _call_nobody_more(work: Work, case: Case) -> None:
    await work.connection.execute(
        update(outbox)
        .where(outbox.c.case_id == case.id, outbox.c.state == "DUE")
        .values(state="FAILED", next_try_at_ms=None, last_error="the case needs nobody any more")
    )
