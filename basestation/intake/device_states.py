"""What each device last said of itself: in memory at once, on disk every few seconds.

Heartbeats are never a row each: the newest of every device is written in one batch. What is lost in
a crash is at most `FLUSH_S` of battery figures, no alarm; what an event says is on disk with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases.battery import Outlook, outlook_after
from basestation.cases.protection import Protection, SelfTest, newest, newest_test
from basestation.clock import from_ms, to_ms
from basestation.intake import device_links
from basestation.intake.device_links import DeviceLink
from basestation.store.committer import GroupCommitter, Work
from basestation.store.database import upsert
from basestation.store.tables import device_states

#: Seconds between two writes of what heartbeats said.
FLUSH_S = 5

ONLINE = "online"
OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class DeviceState:
    """The newest facts about a device; None: not heard yet."""

    device: str
    #: The boot number of its present start.
    boot: int | None = None
    seen_at: datetime | None = None
    presence: str | None = None
    presence_at: datetime | None = None
    #: Why it went, and the warning of it that stands: words of the message `presence`.
    presence_reason: str | None = None
    foretold: str | None = None
    #: Why its present start began, with the sentence of our own exception where one ended the start before.
    start_cause: str | None = None
    start_error: str | None = None
    started_at: datetime | None = None
    #: Its wall time in s, how wrong it says that may be, and by how much it differs from ours.
    wall_s: int | None = None
    wall_error_ms: int | None = None
    wall_offset_s: int | None = None
    mode: str | None = None
    battery_percent: int | None = None
    battery_mv: int | None = None
    is_charging: bool | None = None
    firmware: str | None = None
    settings_version: int | None = None
    #: Alarms the device has not got a receipt for.
    alarms_due: int | None = None
    #: Whether it guards its wearer, and its last self-test; kept as JSON.
    protection: Protection | None = None
    self_test: SelfTest | None = None
    #: Its link as it told it; kept as JSON.
    link: DeviceLink | None = None
    #: Until when its battery lasts; not on disk.
    battery: Outlook = field(default_factory=Outlook)


#: What a heartbeat or `started` says, under the same names.
_REPORTED = (
    "mode",
    "battery_percent",
    "battery_mv",
    "is_charging",
    "firmware",
    "settings_version",
    "alarms_due",
)
#: What has a column of the same name and is neither a time nor JSON.
_PLAIN = (
    "boot", "presence", "presence_reason", "foretold", "start_cause", "start_error", "wall_s",
    "wall_error_ms", "wall_offset_s", *_REPORTED,
)  # fmt: skip
_TIMES = ("seen_at", "presence_at", "started_at")


_PROTECTION, _SELF_TEST = TypeAdapter(Protection), TypeAdapter(SelfTest)


class DeviceStates:
    """Keeps the newest state of every device."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter) -> None:
        self._database = database
        self._committer = committer
        self._states: dict[str, DeviceState] = {}
        self._unwritten: set[str] = set()
        #: Key (boot, seq) of the last will of each device's present connection, where it was said.
        self._wills: dict[str, tuple[int, int]] = {}
        #: Called when a device says something new of its protection or its self-test.
        self.protection_changed: Callable[[], None] = lambda: None
        #: Called with table and key of a row that cannot be read.
        self.unreadable: Callable[[str, str], None] = lambda _place, _number: None

    async def load(self) -> None:
        """Read what is on disk; call once at start."""
        async with self._database.connect() as connection:
            rows = (await connection.execute(select(device_states))).mappings().all()
        self._states = {row["device"]: self._readable(row) for row in rows}

    def _readable(self, row: RowMapping) -> DeviceState:
        try:
            return _state(row)
        except ValueError:
            self.unreadable("device_states", row["device"])
            return _state({**row, "protection": None, "self_test": None, "link": None})

    def of(self, device: str) -> DeviceState:
        """Return what is known of a device."""
        return self._states.get(device) or DeviceState(device)

    def all(self) -> list[DeviceState]:
        """Return what is known of all devices."""
        return list(self._states.values())

    def report(self, device: str, message: Mapping[str, Any], at: datetime) -> bool:
        """Take what a message heard at `at` says; return whether it is news of protection or self-test."""
        state = self.of(device)
        said = {name: message[name] for name in _REPORTED if name in message}
        # Only a heartbeat speaks of the present start; an alarm may be one of an earlier start.
        is_present = message["kind"] == "heartbeat"
        boot = message["boot"] if is_present else max(message["boot"], state.boot or 0)
        link = DeviceLink.of(message) if is_present else state.link
        # Whoever speaks is there: a late last will of an older connection is corrected here.
        is_back = state.presence == OFFLINE
        if is_back:
            state = replace(state, presence=ONLINE, presence_at=at)
        after = _with_protection(with_start(with_wall_time(state, message, at), message, at), message, at)
        battery = outlook_after(state.battery, message, at)
        self._states[device] = replace(after, boot=boot, seen_at=at, link=link, battery=battery, **said)
        self._unwritten.add(device)
        is_news = _told(after) != _told(state)
        if is_news:
            self.protection_changed()
        return is_news

    def went_offline(self, device: str, at: datetime, reason: str = "lost") -> None:
        """Note that the device said goodbye, or its last will did."""
        self._states[device] = replace(
            self.of(device), presence=OFFLINE, presence_at=at, presence_reason=reason
        )
        self._unwritten.add(device)

    def forewarned(self, device: str, at: datetime, reason: str) -> None:
        """Note that the device will be silent, and why; until then it is there."""
        self._states[device] = replace(self.of(device), foretold=reason, seen_at=at)
        self._unwritten.add(device)

    def is_overtaken(self, device: str, boot: int, seq: int) -> bool:
        """Tell whether the last will with this key belongs to an earlier connection than the present one."""
        return (boot, seq) < self._wills.get(device, (0, 0))

    def note_will(self, device: str, boot: int, seq: int) -> None:
        """Note the key of the last will of the connection that came up; an older one changes nothing."""
        self._wills[device] = max((boot, seq), self._wills.get(device, (0, 0)))

    def came_online(self, device: str, at: datetime) -> None:
        """Note that the device said it is there."""
        self._states[device] = replace(
            self.of(device), presence=ONLINE, presence_at=at, presence_reason=None, foretold=None, seen_at=at
        )
        self._unwritten.add(device)

    async def write_protection(
        self, work: Work, device: str, message: Mapping[str, Any], at: datetime
    ) -> None:
        """Write what an event says of protection or self-test, in this job; in memory it is by `report`."""
        state = _with_protection(self.of(device), message, at)
        await upsert(work.connection, device_states, [{"device": device, **_said_columns(state)}])

    async def write_presence(
        self, work: Work, device: str, presence: str, at: datetime, reason: str | None = None
    ) -> None:
        """Write whether the device is there and why not, in this job, so that it survives a crash."""
        row: dict[str, Any] = {"device": device, "presence": presence, "presence_at_ms": to_ms(at)}
        row["presence_reason"] = reason if presence == OFFLINE else None
        if presence == ONLINE:
            row["foretold"] = None
        await upsert(work.connection, device_states, [row])

    async def flush(self, now: datetime) -> datetime:
        """Write what is new and return when to do so again."""
        names, self._unwritten = self._unwritten, set()
        if names:
            rows = [_row(self._states[name]) for name in sorted(names)]
            try:
                await self._committer.run(lambda work: upsert(work.connection, device_states, rows))
            except Exception:
                self._unwritten |= names
                raise
        return now + timedelta(seconds=FLUSH_S)


def _state(row: Mapping[Any, Any]) -> DeviceState:
    facts: dict[str, Any] = {name: row[name] for name in _PLAIN}
    facts |= {name: _time(row[f"{name}_ms"]) for name in _TIMES}
    return DeviceState(
        device=row["device"],
        **facts,
        protection=None if row["protection"] is None else _PROTECTION.validate_json(row["protection"]),
        self_test=None if row["self_test"] is None else _SELF_TEST.validate_json(row["self_test"]),
        link=device_links.from_json(row["link"]),
    )


def _row(state: DeviceState) -> dict[str, Any]:
    times = {name: getattr(state, name) for name in _TIMES}
    return {
        "device": state.device,
        **{name: getattr(state, name) for name in _PLAIN},
        **{f"{name}_ms": None if at is None else to_ms(at) for name, at in times.items()},
        **_said_columns(state),
        "link": device_links.to_json(state.link),
    }


def _time(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else from_ms(at_ms)


def _told(state: DeviceState) -> tuple[object, ...]:
    said = state.protection
    return state.self_test, *(() if said is None else (said.state, said.reason, said.until))


def _said_columns(state: DeviceState) -> dict[str, str | None]:
    return {
        "protection": None if state.protection is None else _PROTECTION.dump_json(state.protection).decode(),
        "self_test": None if state.self_test is None else _SELF_TEST.dump_json(state.self_test).decode(),
    }


def with_wall_time(state: DeviceState, message: Mapping[str, Any], at: datetime) -> DeviceState:
    """Return the state with the wall time that a heartbeat says, or with none where it says none."""
    if message["kind"] != "heartbeat":
        return state
    wall_s, error_ms = message.get("wall_s"), message.get("wall_error_ms")
    offset_s = None if wall_s is None else wall_s - to_ms(at) // 1000
    return replace(state, wall_s=wall_s, wall_error_ms=error_ms, wall_offset_s=offset_s)


def with_start(state: DeviceState, message: Mapping[str, Any], at: datetime) -> DeviceState:
    """Return the state with the cause of a start; a repeat of an older start changes nothing."""
    if message["kind"] != "started" or message["boot"] < (state.boot or 0):
        return state
    if message["boot"] == state.boot and state.started_at is not None:
        return state
    return replace(
        state, start_cause=message["cause"], start_error=message.get("error"), started_at=at, foretold=None
    )


def _with_protection(state: DeviceState, message: Mapping[str, Any], at: datetime) -> DeviceState:
    """Return the state with what the message says of protection or self-test; what is old changes nothing."""
    boot, seq = message["boot"], message["seq"]
    if message["kind"] == "self-test":
        test = SelfTest(message["result"], at, message["parts"], message["mark"], boot, seq)
        return replace(state, self_test=newest_test(state.self_test, test))
    is_heartbeat = message["kind"] == "heartbeat"
    said, reason = ("protection", "protection_reason") if is_heartbeat else ("state", "reason")
    # A rehearsed word protects nobody.
    if message["mark"] != "real" or message["kind"] not in {"heartbeat", "protection"} or said not in message:
        return state
    left_ms = message.get("remaining_ms")
    until = None if left_ms is None else at + timedelta(milliseconds=left_ms)
    protection = Protection(message[said], message.get(reason), at, at, until, boot, seq)
    return replace(state, protection=newest(state.protection, protection, is_present=is_heartbeat))
