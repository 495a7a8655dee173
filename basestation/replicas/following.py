"""What a base station keeps in memory, brought up to date with what another has written.

Decides which table concerns which part. News that comes while something is read is read once more; what was
lost with the session is made good by reading everything when it is back.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog

_log = structlog.get_logger("rufweite.replicas")

#: The log-ins of base stations at our own broker; a word beside the tables.
LOG_INS: Final = "log_ins"
#: A word of our own: the session is there, and what came before it may be lost.
JOINED: Final = "joined"
#: Table, or word -> loops that may have something to do.
LOOPS: Final[Mapping[str, tuple[str, ...]]] = {
    "timers": ("timers",),
    "cases": ("supervision", "accepters"),
    "outbox": ("dispatch",),
    "commands": ("commands", "updates"),
    "shifts": ("shifts", "supervision", "protection", "battery"),
    "control_calls": ("calls",),
    "devices": ("fleet",),
    "chains": ("rescue",),
    "responders": ("rescue",),
    "responder_addresses": ("rescue",),
    "duty_plan": ("rescue",),
    "duty_overrides": ("rescue",),
    "absences": ("rescue",),
    "releases": ("updates",),
    "device_updates": ("updates",),
    JOINED: ("duty", "dispatch"),
}

Reload = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Following:
    """Takes news of others; `wake` wakes a loop by its name, `tell` whoever watches."""

    wake: Callable[[str], None]
    tell: Callable[[], None]
    #: Table, or word -> what has to be read again.
    reloads: Mapping[str, Reload]
    _unread: set[str] = field(default_factory=set)
    _read: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, tables: str) -> None:
        """Take what a transaction of another has written: tables, with commas between them."""
        self._note(tables.split(","))

    def hear_everything(self) -> None:
        """Read all again: news may have been lost."""
        self._note([*LOOPS, *self.reloads])

    async def serve(self) -> None:
        """Read what news are about, until cancelled."""
        while True:
            await self._read.wait()
            self._read.clear()
            unread, self._unread = self._unread, set()
            for table in unread & set(self.reloads):
                await self._reload(table)
            for loop in {loop for table in unread for loop in LOOPS.get(table, ())}:
                self.wake(loop)
            self.tell()

    async def _reload(self, table: str) -> None:
        try:
            await self.reloads[table]()
        except Exception:  # noqa: BLE001 -- whatever it is: the next news, or a new session, reads it again
            _log.exception("not_followed", table=table)
            await asyncio.sleep(1)
            self._note([table])

    def _note(self, tables: Iterable[str]) -> None:
        self._unread |= set(tables)
        self._read.set()
