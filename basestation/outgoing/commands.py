"""Commands to devices: sent when committed, repeated until answered, replaced by newer ones.

Decides when a command is sent again. Everything down is QoS 0, so nothing but the device's answer
proves anything. A newer command of the same slot ends an older one that is unanswered. A device
that never answers is left alone after about an hour, and told again at its next sign of life.
A time that is left (`remaining_ms`) is kept as its end and worked out anew at every repeat.
While a silent alarm is open, whatever could be noticed on its device waits until the case is closed.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import bindparam, func, insert, not_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases.case import Case
from basestation.cases.effects import TellDevice
from basestation.casework.numbers import Numbers
from basestation.clock import from_ms, to_ms
from basestation.counters import Counters
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.tables import cases, commands
from protocol import codec
from protocol.messages import SILENT_KINDS

#: Seconds until the next repeat, for that many sends each; after the last the command rests.
REPEATS: tuple[tuple[int, int], ...] = ((15, 2), (30, 10), (55, 60))
#: Commands sent again in one round.
ROUND_MAX = 200
#: In the stored fields: the end of what is sent as `remaining_ms`.
UNTIL = "until_at_ms"

#: Devices whose wearer must not be betrayed. A test of a silent alarm holds up nothing.
_SILENT_DEVICES = select(cases.c.device).where(
    cases.c.is_open, cases.c.mark == "real", cases.c.kind.in_(SILENT_KINDS)
)
_MAY_BE_SENT = commands.c.answered_at_ms.is_(None) & not_(
    commands.c.is_perceptible & commands.c.device.in_(_SILENT_DEVICES)
)

_IS_SILENT = _SILENT_DEVICES.where(cases.c.device == bindparam("of_device")).limit(1)
_UNANSWERED = (
    (commands.c.device == bindparam("of_device"))
    & (commands.c.slot == bindparam("of_slot"))
    & commands.c.answered_at_ms.is_(None)
)
_REPLACE = (
    update(commands)
    .where(_UNANSWERED)
    .values(answered_at_ms=bindparam("now_ms"), result="replaced", next_send_at_ms=None)
)
_ORDER = insert(commands)
_FIND_UNANSWERED = select(commands.c.id).where(_UNANSWERED).limit(1)
_ANSWER = (
    update(commands)
    .where(commands.c.device == bindparam("of_device"), commands.c.answered_at_ms.is_(None))
    .where(commands.c.boot == bindparam("answers_boot"), commands.c.seq == bindparam("answers_seq"))
    .values(answered_at_ms=bindparam("now_ms"), result=bindparam("said"), next_send_at_ms=None)
    .returning(commands.c.kind, commands.c.slot)
)
_RESUME = (
    update(commands)
    .where(commands.c.device == bindparam("of_device"), commands.c.answered_at_ms.is_(None))
    .values(sends=0, next_send_at_ms=bindparam("now_ms"))
)
_DUE = (
    select(commands)
    .where(_MAY_BE_SENT, commands.c.next_send_at_ms <= bindparam("now_ms"))
    .order_by(commands.c.next_send_at_ms)
    .limit(ROUND_MAX)
)
_NEXT_DUE = select(func.min(commands.c.next_send_at_ms)).where(
    _MAY_BE_SENT, commands.c.next_send_at_ms > bindparam("now_ms")
)
_NOTE_SENDS = (
    update(commands)
    .where(commands.c.id == bindparam("row_id"), commands.c.answered_at_ms.is_(None))
    .values(sends=commands.c.sends + 1, next_send_at_ms=bindparam("next_ms"))
)

#: What a person ordered and waits for, with the answer on their page.
_AWAITED = ("locate", "walk")

Publish = Callable[[str, bytes], object]
OnAnswer = Callable[[Work, str, Mapping[str, Any], datetime], Awaitable[None]]


def repeat_s(sends: int) -> int | None:
    """Return the seconds from send number `sends` (1, 2, …) to the next; None: no more."""
    for count, interval_s in REPEATS:
        if sends <= count:
            return interval_s
        sends -= count
    return None


class Commands:
    """Sends what the base station tells its devices."""

    def __init__(
        self, database: AsyncEngine, committer: GroupCommitter, numbers: Numbers, counters: Counters
    ) -> None:
        self._database = database
        self._committer = committer
        self._numbers = numbers
        self._counters = counters
        #: Hands a payload to the broker; set when the link is there.
        self.publish: Publish = lambda _device, _payload: False
        #: The same by every broker there is, for what was not answered.
        self.publish_everywhere: Publish = lambda _device, _payload: False
        #: Called when something is due that the loop does not know of.
        self.wake: Callable[[], None] = lambda: None
        #: Called with the time of a repeat.
        self.expect: Callable[[datetime], None] = lambda _at: None
        #: Called with table and key of a row that cannot be read.
        self.unreadable: Callable[[str, str], None] = lambda _place, _number: None
        #: What else follows an answer: kind of the command -> (work, device, answer, now).
        self.on_answer: dict[str, OnAnswer] = {}
        #: Called when an order that a person waits for was given or answered.
        self.answer_changed: Callable[[], None] = lambda: None

    async def tell_case_state(self, work: Work, case: Case, told: TellDevice, now: datetime) -> None:
        """Let the worker know what becomes of the alarm."""
        assert case.is_telling_device, "a silent alarm betrays nobody"
        fields: dict[str, Any] = {"alarm": case.alarm, "state": told.state}
        if told.by:
            fields["by"] = told.by
        if told.minutes is not None:
            fields["arrival_min"] = told.minutes
        await self.order(
            work, case.device, "case-state", f"case-state:{case.alarm}", fields, now, mark=case.mark
        )

    async def order(
        self,
        work: Work,
        device: str,
        kind: str,
        slot: str,
        fields: Mapping[str, Any],
        now: datetime,
        *,
        mark: str = "real",
        is_perceptible: bool = True,
    ) -> None:
        """Send a command as soon as this job is committed, in place of an unanswered one of its slot."""
        now_ms = to_ms(now)
        is_held = is_perceptible and await _is_silent(work, device)
        replaced = {"of_device": device, "of_slot": slot, "now_ms": now_ms}
        await work.connection.execute(_REPLACE, replaced)
        row = {
            "device": device,
            "kind": kind,
            "boot": self._numbers.boot,
            "seq": self._numbers.next_seq(),
            "mark": mark,
            "fields": json.dumps(fields),
            "created_at_ms": now_ms,
            "next_send_at_ms": now_ms + (0 if is_held else 1000 * REPEATS[0][1]),
            "sends": 0 if is_held else 1,
            "slot": slot,
            "is_perceptible": is_perceptible,
        }
        # What cannot be said must fail here, not after the commit.
        payload = _payload(row, now)
        await work.connection.execute(_ORDER, row)
        if not is_held:
            work.after_commit(lambda: self._send(device, kind, payload))
            work.after_commit(partial(self.expect, now + timedelta(seconds=REPEATS[0][1])))

    async def answered(self, work: Work, device: str, answer: Mapping[str, Any], now: datetime) -> None:
        """Take a device's `answer`; one to a command that is answered or replaced says nothing new."""
        values = {"of_device": device, "now_ms": to_ms(now), "said": answer["result"]}
        values |= {name: answer[name] for name in ("answers_boot", "answers_seq")}
        row = (await work.connection.execute(_ANSWER, values)).first()
        if row is None:
            return
        kind = row.kind
        case_id = int(row.slot.partition(":")[2]) if kind == "locate" else None
        self._counters.commands_answered.labels(answer["result"]).inc()
        content = {"command": kind, "result": answer["result"], "reason": answer.get("reason")}
        if kind != "update-piece":
            # Sixty of one update would hide what else is in the log.
            work.log(log.entry(to_ms(now), "command_answered", content, case_id=case_id, device=device))
        if kind in self.on_answer:
            await self.on_answer[kind](work, device, answer, now)
        if kind in _AWAITED:
            work.after_commit(self.answer_changed)

    async def has_unanswered(self, work: Work, device: str, slot: str) -> bool:
        """Tell whether a command of this slot is still on its way."""
        values = {"of_device": device, "of_slot": slot}
        return (await work.connection.execute(_FIND_UNANSWERED, values)).scalar() is not None

    async def resume(self, work: Work, device: str, now: datetime) -> None:
        """Send everything this device has not answered again now, from the first interval on."""
        changed = await work.connection.execute(_RESUME, {"of_device": device, "now_ms": to_ms(now)})
        if changed.rowcount:
            work.after_commit(self.wake)

    async def repeat_due(self, now: datetime) -> datetime | None:
        """Send what is due again and return when the next one is."""
        values = {"now_ms": to_ms(now)}
        async with self._database.connect() as connection:
            rows = [dict(row) for row in (await connection.execute(_DUE, values)).mappings()]
            next_ms = (await connection.execute(_NEXT_DUE, values)).scalar()
        if rows:
            for row in await self._committer.run(lambda work: self._note_sends(work, rows, now)):
                self._publish_row(row, now)
        if len(rows) == ROUND_MAX:
            return now
        return None if next_ms is None else from_ms(next_ms)

    def _publish_row(self, row: Mapping[str, Any], now: datetime) -> None:
        try:
            payload = _payload(row, now)
        except Exception:  # noqa: BLE001 -- whatever is wrong with it, the others must go out
            self.unreadable("commands", str(row["id"]))
            return
        self._counters.commands_sent.labels(row["kind"]).inc()
        self.publish_everywhere(row["device"], payload)

    async def _note_sends(
        self, work: Work, rows: list[dict[str, Any]], now: datetime
    ) -> list[dict[str, Any]]:
        """Note that these are sent now; return those that nobody else has sent or answered meanwhile."""
        query = select(commands.c.id, commands.c.sends).where(
            commands.c.id.in_([row["id"] for row in rows]), commands.c.answered_at_ms.is_(None)
        )
        sends = {row.id: row.sends for row in await work.connection.execute(query)}
        rows = [row for row in rows if sends.get(row["id"]) == row["sends"]]
        changes = []
        for row in rows:
            interval_s = repeat_s(row["sends"] + 1)
            if interval_s is None:
                self._counters.commands_unanswered.inc()
            next_at = None if interval_s is None else now + timedelta(seconds=interval_s)
            changes.append({"row_id": row["id"], "next_ms": next_at and to_ms(next_at)})
            if next_at is not None:
                work.after_commit(partial(self.expect, next_at))
        if changes:
            await work.connection.execute(_NOTE_SENDS, changes)
        return rows

    def _send(self, device: str, kind: str, payload: bytes) -> None:
        self._counters.commands_sent.labels(kind).inc()
        self.publish(device, payload)


async def _is_silent(work: Work, device: str) -> bool:
    return (await work.connection.execute(_IS_SILENT, {"of_device": device})).first() is not None


def _payload(row: Mapping[str, Any], now: datetime) -> bytes:
    fields = json.loads(row["fields"])
    until_ms = fields.pop(UNTIL, None)
    if until_ms is not None:
        fields["remaining_ms"] = max(0, until_ms - to_ms(now))
    payload: bytes = codec.encode(row["kind"], row["device"], row["boot"], row["seq"], row["mark"], fields)
    return payload
