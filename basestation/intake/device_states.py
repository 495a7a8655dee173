"""What each device last said of itself: in memory at once, on disk every few seconds.

Decides what counts as newer. Heartbeats are never a row each: the newest of every device is
written in one batch. What is lost in a crash is at most `FLUSH_S` of battery figures, no alarm.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.clock import from_ms, to_ms
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
    mode: str | None = None
    battery_percent: int | None = None
    battery_mv: int | None = None
    is_charging: bool | None = None
    firmware: str | None = None
    settings_version: int | None = None
    #: Alarms the device has not got a receipt for.
    alarms_due: int | None = None


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


class DeviceStates:
    """Keeps the newest state of every device."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter) -> None:
        self._database = database
        self._committer = committer
        self._states: dict[str, DeviceState] = {}
        self._unwritten: set[str] = set()
        #: Key (boot, seq) of the last will of each device's present connection, where it was said.
        self._wills: dict[str, tuple[int, int]] = {}

    async def load(self) -> None:
        """Read what is on disk; call once at start."""
        async with self._database.connect() as connection:
            rows = (await connection.execute(select(device_states))).mappings().all()
        self._states = {row["device"]: _state(row) for row in rows}

    def of(self, device: str) -> DeviceState:
        """Return what is known of a device."""
        return self._states.get(device) or DeviceState(device)

    def all(self) -> list[DeviceState]:
        """Return what is known of all devices."""
        return list(self._states.values())

    def report(self, device: str, message: Mapping[str, Any], at: datetime) -> None:
        """Take what a heartbeat or another message says of the device; `at` is when it was heard."""
        state = self.of(device)
        said = {name: message[name] for name in _REPORTED if name in message}
        # Only a heartbeat speaks of the present start; an alarm may be one of an earlier start.
        is_present = message["kind"] == "heartbeat"
        boot = message["boot"] if is_present else max(message["boot"], state.boot or 0)
        # Whoever speaks is there: a late last will of an older connection is corrected here.
        is_back = state.presence == OFFLINE
        if is_back:
            state = replace(state, presence=ONLINE, presence_at=at)
        self._states[device] = replace(state, boot=boot, seen_at=at, **said)
        self._unwritten.add(device)

    def went_offline(self, device: str, at: datetime) -> None:
        """Note that the device said goodbye, or its last will did."""
        self._states[device] = replace(self.of(device), presence=OFFLINE, presence_at=at)
        self._unwritten.add(device)

    def is_overtaken(self, device: str, boot: int, seq: int) -> bool:
        """Tell whether the last will with this key belongs to an earlier connection than the present one."""
        return (boot, seq) < self._wills.get(device, (0, 0))

    def note_will(self, device: str, boot: int, seq: int) -> None:
        """Note the key of the last will of the connection that came up; an older one changes nothing."""
        self._wills[device] = max((boot, seq), self._wills.get(device, (0, 0)))

    def came_online(self, device: str, at: datetime) -> None:
        """Note that the device said it is there."""
        self._states[device] = replace(self.of(device), presence=ONLINE, presence_at=at, seen_at=at)
        self._unwritten.add(device)

    async def write_presence(self, work: Work, device: str, presence: str, at: datetime) -> None:
        """Write whether the device is there, in this job, so that it survives a crash."""
        row = {"device": device, "presence": presence, "presence_at_ms": to_ms(at)}
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


def _state(row: RowMapping) -> DeviceState:
    return DeviceState(
        device=row["device"],
        boot=row["boot"],
        seen_at=_time(row["seen_at_ms"]),
        presence=row["presence"],
        presence_at=_time(row["presence_at_ms"]),
        **{name: row[name] for name in _REPORTED},
    )


def _row(state: DeviceState) -> dict[str, Any]:
    return {
        "device": state.device,
        "boot": state.boot,
        "presence": state.presence,
        **{name: getattr(state, name) for name in _REPORTED},
        "seen_at_ms": None if state.seen_at is None else to_ms(state.seen_at),
        "presence_at_ms": None if state.presence_at is None else to_ms(state.presence_at),
    }


def _time(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else from_ms(at_ms)
