"""What each kind of message does, in the job that stores it.

Decides nothing about an alarm; it only turns a message into the event of its case, its shift or its
command. Every number (device, boot, seq) acts once; a repeat changes nothing. A number that comes
again with other contents is no repeat: what it says is treated as news, because a device that has
lost its journal numbers new alarms like old ones.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, delete, select, update

from basestation.cases.case import BASE_ALARM_PREFIX
from basestation.cases.events import (
    AlarmReported,
    AllRightReported,
    CancelReported,
    ConditionEnded,
    Event,
    PreAlarmReported,
    ResetReported,
)
from basestation.casework.casebook import Casebook
from basestation.casework.places import Places
from basestation.clock import to_ms
from basestation.intake.device_states import DeviceStates
from basestation.intake.hearing import Heard
from basestation.outgoing.commands import Commands
from basestation.releases.delivery import Delivery
from basestation.site.control_calls import ControlCalls
from basestation.site.journals import Journals
from basestation.site.shifts import Shifts
from basestation.site.walks import Walks
from basestation.store import log
from basestation.store.committer import Work
from basestation.store.database import insert_new
from basestation.store.tables import cases, device_messages
from basestation.traces.keeping import Traces
from basestation.traces.trial import TrialOperation
from basestation.tuning.changes import DeviceSettings

#: What the repeats of one message have in common, also after a restart of the device; ages,
#: counts and deadlines differ, and a cause is forgotten.
_KEPT = ("kind", "mark", "alarm", "alarm_kind")

#: What says something of the device's protection and is no alarm: the log's word for it, and its fields.
_ON_PROTECTION = {
    "protection": ("protection_reported", ("state", "reason", "remaining_ms")),
    "self-test": ("self_test_reported", ("result", "parts")),
}

_PLAIN_EVENTS: dict[str, Event] = {
    "gone": ConditionEnded(),
    "reset": ResetReported(),
    "all-right": AllRightReported(),
}

NEW, REPEAT, REUSED = "NEW", "REPEAT", "REUSED"


def event_of(message: dict[str, Any]) -> Event | None:
    """Return what a message says about an alarm; None if it is about something else."""
    kind = message["kind"]
    before = (message.get("condition_ms"), message.get("pre_alarm_ms"))
    if kind == "pre-alarm":
        return PreAlarmReported(message["alarm_kind"], message["deadline_ms"], *before)
    if kind == "raised":
        age_ms = message.get("raised_ago_ms")
        return AlarmReported(message["alarm_kind"], message.get("cause"), age_ms, *before)
    if kind == "cancelled":
        return CancelReported(message["by"])
    return _PLAIN_EVENTS.get(kind)


class Reception:
    """Applies messages that were understood."""

    def __init__(
        self,
        casebook: Casebook,
        commands: Commands,
        shifts: Shifts,
        calls: ControlCalls,
        states: DeviceStates,
        places: Places,
        walks: Walks,
        journals: Journals,
        traces: Traces,
        trial: TrialOperation,
        tuning: DeviceSettings,
        delivery: Delivery,
    ) -> None:
        self._tuning = tuning
        self._delivery = delivery
        self._takers = {"coverage": walks.take, "update-state": delivery.take}
        self._traces = traces
        self._trial = trial
        self._casebook = casebook
        self._commands = commands
        self._shifts, self._calls = shifts, calls
        self._states = states
        self._places = places
        self._journals = journals

    async def take(self, work: Work, heard: Heard, payload: bytes, at: datetime) -> str:
        """Store a message and do what it says; return NEW, REPEAT or REUSED (its number)."""
        message = heard.message
        row = {
            "device": heard.device,
            "boot": message["boot"],
            "seq": message["seq"],
            "kind": message["kind"],
            "mark": message["mark"],
            "received_at_ms": to_ms(at),
            "payload": _without_samples(message, payload),
        }
        if await insert_new(work.connection, device_messages, row):
            await self._apply(work, heard.device, message, at)
            return NEW
        if await _is_repeat(work, message, payload):
            return REPEAT
        event = event_of(message)
        if event is not None:
            alarm = f"{BASE_ALARM_PREFIX}reused-{message['alarm']}"
            await self._report(work, heard.device, alarm, message, event, at)
        return REUSED

    async def _apply(self, work: Work, device: str, message: dict[str, Any], at: datetime) -> None:
        event = event_of(message)
        if event is not None:
            await self._report(work, device, message["alarm"], message, event, at)
        elif message["kind"] == "started":
            await self._start(work, device, message, at)
        elif message["kind"] == "trace":
            await self._traces.keep(work, device, message, at)
        elif message["kind"] == "confirmed":
            await self._calls.confirmed(work, device, message["ask"], at)
        elif message["kind"] == "answer":
            await self._commands.answered(work, device, message, at)
            await self._tuning.answered(work, device, message, at)
        elif message["kind"] == "journal":
            await self._journals.keep(work, device, message, at)
        elif message["kind"] == "place":
            await self._places.take(work, device, message, at)
        elif message["kind"] in self._takers:
            await self._takers[message["kind"]](work, device, message, at)
        elif message["kind"] in _ON_PROTECTION:
            kind, names = _ON_PROTECTION[message["kind"]]
            content = _only(message, *names, "mark")
            work.log(log.entry(to_ms(at), kind, content, device=device))
            await self._states.write_protection(work, device, message, at)

    async def _start(self, work: Work, device: str, message: dict[str, Any], at: datetime) -> None:
        """Tell a device that has started what it forgot."""
        content = _only(message, "firmware", "cause", "error")
        work.log(log.entry(to_ms(at), "device_started", content, device=device))
        await self._commands.resume(work, device, at)
        await self._shifts.tell_again(work, device, at)
        await self._trial.tell_again(work, device, at)
        await self._tuning.started(work, device, message, at)
        await self._delivery.started(work, device, message, at)

    async def _report(
        self, work: Work, device: str, alarm: str, message: dict[str, Any], event: Event, at: datetime
    ) -> None:
        case = await self._casebook.report(
            work, device, alarm, message["alarm_kind"], message["mark"], event, at
        )
        if isinstance(event, AlarmReported) and case.is_person:
            # It may have overtaken the raise.
            await self._places.attach(work, case, at)


def _only(message: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: message[name] for name in names if name in message}


async def _is_repeat(work: Work, message: dict[str, Any], payload: bytes) -> bool:
    query = select(device_messages.c.payload).where(
        device_messages.c.device == message["device"],
        device_messages.c.boot == message["boot"],
        device_messages.c.seq == message["seq"],
    )
    stored = (await work.connection.execute(query)).scalar_one()
    return _essence(stored) == _essence(payload)


def _without_samples(message: dict[str, Any], payload: bytes) -> bytes:
    """Return what is kept of a payload: movement stands in its own table, and nowhere else."""
    if message["kind"] != "trace":
        return payload
    return json.dumps({name: message[name] for name in message if name != "samples"}).encode()


def _essence(payload: bytes) -> list[Any]:
    message = json.loads(payload)
    return [message.get(name) for name in _KEPT]


async def forget_numbers(work: Work, device: str) -> None:
    """Take the numbers of a device that counts from the start again for new ones, from now on.

    Its closed cases give up their alarm ids too; its open ones keep them, whoever repeats them.
    """
    await work.connection.execute(delete(device_messages).where(device_messages.c.device == device))
    await work.connection.execute(
        update(cases)
        .where(cases.c.device == device, cases.c.is_open.is_(False))
        .values(alarm=cases.c.alarm + "/" + cast(cases.c.id, String))
    )
