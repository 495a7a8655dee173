"""The facade of the base station: everything that console, command line and app ask or do.

Joins committer, cases, shifts, commands, notices and supervision, and runs their loops. Decides
nothing itself: who may press what is the web part's, what a press does is the case step's.

    Engine(database, clock, …)   await start(); await stop()
    errors: Refused (UnknownCase, ShiftRefused, EntryRefused), cases.step.WrongVerb, chain.ChainError,
            store.errors (CommitFailed, StoreBusy, DatabaseTooNew)
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.casebook import Casebook
from basestation.cases.events import (
    AcceptPressed,
    AcknowledgePressed,
    AllClearPressed,
    DispatchedPressed,
    OnScenePressed,
    Pressed,
)
from basestation.cases.shift import ShiftSettings
from basestation.cases.silence import SilenceSettings
from basestation.cases.step import WrongVerb
from basestation.changes import Changes, Watch
from basestation.channels import Channel
from basestation.channels.apprise import AppriseChannel
from basestation.channels.log import LogChannel
from basestation.clock import Clock
from basestation.commands import Commands
from basestation.conditions import Conditions
from basestation.counters import Counters
from basestation.device_states import DeviceStates
from basestation.dispatch import Dispatch
from basestation.due import DueLoop
from basestation.errors import EntryRefused, Refused, ShiftRefused, UnknownCase
from basestation.heartbeats import Heartbeats
from basestation.ingest import Ingest
from basestation.numbers import Numbers
from basestation.people import LogIn, People, User
from basestation.quarantine import Quarantine, newest
from basestation.receipts import Link, Receipts
from basestation.reception import Reception
from basestation.registry import Registry
from basestation.shifts import Shifts
from basestation.site import Site
from basestation.snapshot import SnapshotReader, case_view, linked_ids, timeline
from basestation.station import StationEvent, StationWatch
from basestation.store import case_rows, log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.migrate import migrate
from basestation.supervision import Supervision
from basestation.timers import Timers

__all__ = [
    "Engine",
    "EngineSettings",
    "EntryRefused",
    "LogIn",
    "Refused",
    "ShiftRefused",
    "UnknownCase",
    "User",
    "WrongVerb",
]


_PRESSES: dict[str, Callable[[str], Pressed]] = {
    "accept": AcceptPressed,
    "dispatched": DispatchedPressed,
    "on_scene": OnScenePressed,
    "acknowledge": AcknowledgePressed,
}


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What a site may set."""

    replica: str = "station-1"
    silence: SilenceSettings = field(default_factory=SilenceSettings)
    shift: ShiftSettings = field(default_factory=ShiftSettings)
    shift_h_max: int = 24
    #: An apprise URL of the mail server; e-mail addresses are put into it. Empty: no e-mail.
    mail_server: str = field(default="", repr=False)


class Engine(Site):
    """The base station without broker and web."""

    def __init__(
        self,
        database: AsyncEngine,
        clock: Clock,
        metrics: CollectorRegistry,
        settings: EngineSettings | None = None,
        channels: Mapping[str, Channel] | None = None,
    ) -> None:
        settings = settings or EngineSettings()
        counters = self.counters = Counters(metrics)
        self._database = database
        self._clock = clock
        self._changes = Changes()
        self.committer = GroupCommitter(database, counters)
        self._numbers = Numbers()
        self._commands = Commands(database, self.committer, self._numbers, counters)
        self._casebook = Casebook(self._commands, counters)
        self._conditions = Conditions(self._casebook, self._numbers)
        super().__init__(People(database, self.committer, clock), Registry(database, self.committer, clock))
        self._shifts = Shifts(
            database,
            self.committer,
            self._commands,
            self._casebook,
            clock,
            settings.shift,
            settings.shift_h_max,
        )
        self._states = DeviceStates(database, self.committer)
        self._station = StationWatch(settings.replica, clock.now())
        self._supervision = Supervision(
            database, self.committer, self._conditions, self._states, self._station, settings.silence
        )
        self._timers = Timers(database, self.committer, self._casebook)
        mail = AppriseChannel(settings.mail_server)
        known: dict[str, Channel] = {"log": LogChannel(), "webhook": mail, "email": mail, **(channels or {})}
        self.dispatch = Dispatch(database, self.committer, self._casebook, known, mail, clock, counters)
        self._snapshots = SnapshotReader(
            database, self._changes, self._states, self._supervision, self._station, settings.shift
        )
        quarantine = Quarantine(self._conditions, counters)
        receipts = Receipts(self._commands, self._numbers, clock)
        reception = Reception(self._casebook, self._commands, self._shifts)
        self.ingest = Ingest(
            self.committer, self._registry, reception, quarantine, self._commands, self._states,
            self._supervision, receipts, clock, counters, self._changes.tell,
        )  # fmt: skip
        self.heartbeats = Heartbeats(
            self.committer, self._registry, quarantine, self._conditions, self._shifts, self._states,
            self._supervision, receipts, counters, self._changes.tell,
        )  # fmt: skip
        self._tasks: list[asyncio.Task[None]] = []
        self._loops = {
            name: DueLoop(name, work, clock, counters)
            for name, work in {
                "timers": self._timers.fire_due,
                "dispatch": self.dispatch.send_due,
                "commands": self._commands.repeat_due,
                "shifts": self._shifts.pass_ends,
                "supervision": self._supervision.check,
                "states": self._states.flush,
            }.items()
        }
        self._join()

    def _join(self) -> None:
        loops = self._loops
        self._commands.wake = loops["commands"].wake
        self._shifts.wake = loops["shifts"].wake
        self._shifts.on_shift = self._on_shift
        self._supervision.wake = loops["supervision"].wake
        self.dispatch.wake = loops["dispatch"].wake
        self._casebook.changed = self._case_changed
        self._station.changed = self._station_changed

    async def start(self) -> None:
        """Bring the database up to date, read what is stored and run; raises DatabaseTooNew."""
        await migrate(self._database)
        self._tasks = [asyncio.create_task(self.committer.serve(), name="committer")]
        await self._registry.load()
        await self._states.load()
        await self.committer.run(self._numbers.count_boot)
        await self.committer.run(self._supervision.load)
        self._tasks += [asyncio.create_task(loop.serve(), name=name) for name, loop in self._loops.items()]

    def connect(self, link: Link) -> None:
        """Take messages from `link` and send receipts and commands through it."""
        self._commands.publish = link.publish_command
        self._tasks.append(asyncio.create_task(self.ingest.serve(link), name="alarms"))
        self._tasks.append(asyncio.create_task(self.heartbeats.serve(link), name="heartbeats"))

    async def stop(self) -> None:
        """End all loops; what was not committed was not acknowledged either. Writes device states first."""
        if self._tasks and not self._tasks[0].done():
            await self._states.flush(self._clock.now())
        for task in reversed(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self.dispatch.stop()
        await self._database.dispose()

    async def wait_failed(self) -> str:
        """Return the name of the first loop that ended by itself; none ever should."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        return ", ".join(task.get_name() for task in done)

    # What consoles read.

    async def snapshot(self) -> dict[str, Any]:
        """Return everything the console shows, ready for JSON."""
        return await self._snapshots.read(self._clock.now())

    def changes(self) -> Watch:
        """Return an iterator that yields whenever the snapshot may have changed."""
        return self._changes.watch()

    async def case(self, case_id: int) -> dict[str, Any]:
        """Return one case, open or closed, as in the snapshot; raises UnknownCase."""
        async with self._database.connect() as connection:
            case = await case_rows.load(connection, case_id)
            if case is None:
                raise UnknownCase(f"There is no case {case_id}.")
            others = await case_rows.open_of_device(connection, case.device)
        return case_view(case, linked_ids(case, others))

    async def timeline(self, case_id: int) -> list[dict[str, Any]]:
        """Return what happened in a case, oldest first: `at`, `kind` and the facts of each entry."""
        async with self._database.connect() as connection:
            return await timeline(connection, case_id)

    async def quarantined(self, count_max: int = 200) -> list[dict[str, Any]]:
        """Return the newest messages that nobody understood, with their device and reason."""
        return await newest(self._database, count_max)

    async def verify_log(self) -> list[log.Fault]:
        """Return every place where the log was tampered with; empty when it is whole."""
        async with self._database.connect() as connection:
            return await log.verify(connection)

    # What people do.

    async def press(self, case_id: int, verb: str, user: User, reason: str | None = None) -> dict[str, Any]:
        """Carry out a verb and return the case after the commit; raises UnknownCase or WrongVerb."""
        event = _pressed(verb, user.display_name, reason)

        async def job(work: Work) -> dict[str, Any]:
            case = await case_rows.load(work.connection, case_id)
            if case is None:
                raise UnknownCase(f"There is no case {case_id}.")
            now = self._clock.now()
            case = await self._casebook.apply(work, case, event, now)
            case = await self._conditions.acknowledged(work, case, now)
            return case_view(
                case, linked_ids(case, await case_rows.open_of_device(work.connection, case.device))
            )

        return await self.committer.run(job)

    async def start_shift(
        self, *, worker_id: int, device: str, workplace_id: int, planned_end: datetime, user: User
    ) -> dict[str, Any]:
        """Start a shift and return it; raises ShiftRefused."""
        return await self._shifts.start(
            worker_id=worker_id, device=device, workplace_id=workplace_id, planned_end=planned_end, user=user
        )

    async def end_shift(self, shift_id: int, user: User) -> dict[str, Any]:
        """End a shift and return it; raises ShiftRefused."""
        return await self._shifts.end(shift_id, user)

    async def shifts(self, *, open_only: bool = True) -> list[dict[str, Any]]:
        """Return the shifts, newest first."""
        return await self._shifts.shifts(open_only=open_only)

    # What the station reports of itself.

    def take(self, event: StationEvent) -> None:
        """Take what broker, connection or canary reports; in the event loop."""
        self._station.take(event)

    @property
    def station(self) -> StationWatch:
        """Return what is known of the station itself."""
        return self._station

    def _case_changed(self) -> None:
        self._loops["timers"].wake()
        self._loops["dispatch"].wake()
        self._changes.tell()

    def _station_changed(self) -> None:
        self._loops["supervision"].wake()
        self._changes.tell()

    def _on_shift(self, device: str, started_at: datetime | None) -> None:
        self._supervision.on_shift(device, started_at)
        self._changes.tell()


def _pressed(verb: str, user: str, reason: str | None) -> Pressed:
    if verb == "all_clear":
        if not (reason or "").strip():
            raise WrongVerb("All clear needs a reason: say what happened and how the worker is.")
        return AllClearPressed(user, (reason or "").strip())
    pressed = _PRESSES.get(verb)
    if pressed is None:
        raise WrongVerb(f"There is no verb {verb!r}.")
    return pressed(user)
