"""The facade of the base station: everything that console, command line and app ask or do.

Joins committer, cases, shifts, commands, notices and supervision, and runs their loops. Decides
nothing itself: who may press what is the web part's, what a press does is the case step's.

    Engine(database, clock, …)   await start(); await stop()
    errors: Refused (UnknownCase, ShiftRefused, EntryRefused), cases.step.WrongVerb, chain.ChainError,
            store.errors (CommitFailed, StoreBusy, DatabaseTooNew)
"""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases.step import WrongVerb
from basestation.casework.pressing import NOTHING, Said
from basestation.casework.reading import CaseReading
from basestation.changes import Changes, Watch
from basestation.clock import Clock
from basestation.due import DueLoop
from basestation.due import Work as DueWork
from basestation.errors import EntryRefused, Refused, ShiftRefused, UnknownCase
from basestation.intake.quarantine import newest
from basestation.intake.receipts import Link
from basestation.outgoing.channels import Channel
from basestation.outgoing.incoming import Incoming
from basestation.outgoing.lines import lines_of, serve_line
from basestation.parts import EngineSettings, Parts, answers, intake
from basestation.replicas.sharing import Sharing, Station
from basestation.site.entries import Site
from basestation.site.people import LogIn, User
from basestation.store import log, suspicion
from basestation.store.errors import StoreError
from basestation.store.migrate import migrate
from basestation.supervision.brokers import StationEvent
from basestation.supervision.station import StationWatch
from basestation.watchdogs.loops import Loops
from basestation.watchdogs.pulse import Pulse
from basestation.watchdogs.subjects import watch_engine
from basestation.watchdogs.watchdog import Watchdog

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


#: What the committer gets to finish its last transaction, in seconds.
_STOP_S_MAX = 5


class Engine(Site, CaseReading):
    """The base station without broker and web."""

    def __init__(
        self,
        database: AsyncEngine,
        clock: Clock,
        metrics: CollectorRegistry,
        settings: EngineSettings | None = None,
        channels: Mapping[str, Channel] | None = None,
    ) -> None:
        """`channels` come beside, or in place of, those the program brings."""
        self._database = database
        self._clock = clock
        self._channels, self._changes = channels or {}, Changes()
        settings = settings or EngineSettings()
        parts = self._parts = Parts(database, clock, metrics, self._changes, settings, channels or {})
        super().__init__(parts.people, parts.registry, parts.fleet, parts.fleet_view)
        self.database, self.counters, self.conditions = database, parts.counters, parts.conditions
        self.committer, self.dispatch, self.crew = parts.committer, parts.dispatch, parts.crew
        self.journals, self.exchange, self.casefiles = parts.journals, parts.exchange, parts.casefiles
        self.beacons, self.plans, self.access_tokens = parts.beacons, parts.plans, parts.access_tokens
        #: Every verb of every page and channel.
        self.locating, self.desk, self.clearing = parts.locating, parts.desk, parts.records.clearing
        #: What comes back through channels, and what responders' pages show and take.
        self.answering, self.pages = answers(parts, database, settings)
        #: What channels bring back: about an address, or about a case.
        self.incoming, self.walks = Incoming(parts.rescue.proofs, self.answering), parts.walks
        self.sounder, self.test_alarms, self.drills = parts.sounder, parts.test_alarms, parts.drills
        #: Whether somebody sits in the control room; consoles tell it.
        self.attendance = parts.attendance
        self.traces, self.trial, self.tuning = parts.traces, parts.trial, parts.tuning
        self.releases, self.rescue, self.records = parts.releases, parts.rescue, parts.records.desk
        self.setting_aside, (self.ingest, self.heartbeats) = parts.setting_aside, intake(parts)
        self._sharing = Sharing(database, settings.replica, parts, clock)
        #: The tasks, and what is felt of the loops among them.
        self.running, self.pulses = Loops(), dict[str, Pulse]()
        self._loops = self._due_loops()
        self.watchdog = Watchdog(parts.station, parts.conditions, parts.committer, clock, metrics)
        watch_engine(self, clock)
        self._join()

    def _due_loops(self) -> dict[str, DueLoop]:
        parts = self._parts
        return {
            name: self._sharing.loop(name, work, self._felt)
            for name, work in {
                "timers": parts.timers.fire_due,
                "dispatch": parts.dispatch.send_due,
                "commands": parts.commands.repeat_due,
                "shifts": parts.shifts.pass_ends,
                "calls": parts.crew.calls.ask_due,
                "supervision": parts.supervision.check,
                "protection": parts.protection.check,
                "battery": parts.battery.check,
                "accepters": parts.accepters.check,
                "attendance": parts.vigilance.check,
                "states": parts.states.flush,
                "fleet": parts.fleet.complete,
                "updates": parts.delivery.advance,
                "rescue": parts.rescue.look,
                "drills": parts.drills.look,
                "records": parts.records.look,
                **self._sharing.works(),
                "set aside": parts.setting_aside.look,
                "tests": parts.test_alarms.pass_limits,
            }.items()
        }

    def _felt(self, name: str, work: DueWork) -> DueWork:
        pulse = self.pulses[name] = Pulse()
        return pulse.around(work)

    def _join(self) -> None:
        parts, loops = self._parts, self._loops
        parts.commands.publish = parts.ways_down.publish
        parts.commands.publish_everywhere = parts.ways_down.publish_everywhere
        parts.commands.wake, parts.commands.expect = loops["commands"].wake, loops["commands"].expect
        parts.commands.answer_changed = self._changes.tell
        parts.shifts.wake, parts.crew.calls.wake = loops["shifts"].wake, loops["calls"].wake
        parts.shifts.on_shift = self._on_shift
        parts.supervision.wake = loops["supervision"].wake
        parts.supervision.on_heard = parts.fleet.heard
        parts.fleet.wake, parts.fleet.changed = loops["fleet"].wake, self._changes.tell
        parts.fleet.let_in = self.let_devices_in
        parts.states.protection_changed = self._protection_changed
        parts.delivery.wake, parts.delivery.changed = loops["updates"].wake, self._changes.tell
        parts.attendance.wake, parts.test_alarms.expect = self._attendance_changed, loops["tests"].expect
        parts.dispatch.wake, parts.dispatch.expect = loops["dispatch"].wake, loops["dispatch"].expect
        parts.rescue.join(parts.dispatch.send_once, parts.dispatch.check_all, self._rescue_changed)
        parts.casebook.timers_set, parts.casebook.changed = loops["timers"].expect, self._changes.tell
        parts.casebook.notice_posted, parts.casebook.raised = loops["dispatch"].expect, loops["drills"].wake
        parts.setting_aside.join(self._row_set_aside, loops["set aside"].wake)
        parts.station.changed = self._station_changed
        self._sharing.join(
            Station(parts, loops, self._changes, self._on_shift, lambda: self.let_devices_in())  # noqa: PLW0108 -- a later class has its own
        )

    async def start(self) -> None:
        """Bring the database up to date, read what is stored and run; raises DatabaseTooNew."""
        await migrate(self._database)
        self.running.start("committer", self.committer.serve)
        await self._parts.registry.load()
        await self._parts.fleet.load()
        await self._parts.states.load()
        await self.committer.run(self._parts.numbers.count_boot)
        suspicion.LOOKING.add(self.setting_aside)
        await self.setting_aside.look(self._clock.now())
        await self.committer.run(self._parts.supervision.load)
        await self.committer.run(self._parts.protection.load)
        await self.committer.run(lambda work: self._parts.battery.load(work, self._clock.now()))
        self._sharing.start(self.running)
        for name, loop in self._loops.items():
            self.running.start(name, loop.serve)
        for name, line in lines_of(self._channels).items():
            serve = partial(serve_line, name, line, self.incoming, self._clock, self._parts.counters)
            self.running.start(f"channel/{name}", serve)

    def connect(self, link: Link) -> None:
        """Take messages from one more broker and send receipts and commands through it."""
        self._parts.ways_down.links.append(link)
        self.running.start("alarms", partial(self.ingest.serve, link))
        self.running.start("heartbeats", partial(self.heartbeats.serve, link))

    async def stop(self) -> None:
        """End all loops; what was not committed was not acknowledged either. What was taken is committed."""
        await self.watchdog.stop()
        suspicion.LOOKING.discard(self.setting_aside)
        await self.running.end_all(but="committer")
        await self.dispatch.stop()
        if self.running.is_running("committer"):
            with contextlib.suppress(StoreError, TimeoutError):
                async with asyncio.timeout(_STOP_S_MAX):
                    await self._parts.states.flush(self._clock.now())
                    await self._sharing.stop()
            self.committer.end()
        await self.running.joined("committer", _STOP_S_MAX)
        await self._database.dispose()

    async def wait_failed(self) -> str:
        """Return the name of the first loop that ended by itself, or cannot be helped; none ever should."""
        waits = [asyncio.create_task(one) for one in (self.running.failed(), self.watchdog.lost())]
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            return ", ".join(one.result() for one in done)
        finally:
            for one in waits:
                one.cancel()

    async def let_devices_in(self) -> None:
        """Let exactly the active devices in at the broker; here there is none."""

    # What consoles read.

    async def snapshot(self) -> dict[str, Any]:
        """Return everything the console shows, ready for JSON."""
        now = self._clock.now()
        shown = {**await self._parts.snapshots.read(now), "attendance": self.attendance.view(now)}
        shown["unaware"] = await self.test_alarms.unaware(now, shown["cases"])
        return {**shown, "room_duty": await self.crew.handovers.view(shown)}

    def changes(self) -> Watch:
        """Return an iterator that yields whenever the snapshot may have changed."""
        return self._changes.watch()

    async def quarantined(self, count_max: int = 200) -> list[dict[str, Any]]:
        """Return the newest messages that nobody understood, with their device and reason."""
        return await newest(self._database, count_max)

    async def verify_log(self) -> list[log.Fault]:
        """Return every place where the log was tampered with; empty when it is whole."""
        async with self._database.connect() as connection:
            return await log.verify(connection)

    # What people do.

    async def press(
        self, case_id: int, verb: str, user: User, said: Said = NOTHING, to: str = ""
    ) -> dict[str, Any]:
        """Carry out a verb and return the case after the commit; raises UnknownCase or WrongVerb."""
        return await self.desk.press(case_id, verb, user.display_name, said=said, to=to, user_id=user.id)

    async def start_shift(
        self, *, worker_id: int, device: str, workplace_id: int, planned_end: datetime, user: User
    ) -> dict[str, Any]:
        """Start a shift and return it; raises ShiftRefused."""
        return await self._parts.shifts.start(
            worker_id=worker_id, device=device, workplace_id=workplace_id, planned_end=planned_end, user=user
        )

    async def end_shift(self, shift_id: int, user: User) -> dict[str, Any]:
        """End a shift and return it; raises ShiftRefused."""
        return await self._parts.shifts.end(shift_id, user)

    async def shifts(self, *, open_only: bool = True) -> list[dict[str, Any]]:
        """Return the shifts, newest first."""
        return await self._parts.shifts.shifts(open_only=open_only)

    # What the station reports of itself.

    def take(self, event: StationEvent, broker: int = 0) -> None:
        """Take what broker number `broker`, its connections or its canary reports; in the event loop."""
        self._parts.station.take(event, broker)

    @property
    def station(self) -> StationWatch:
        """Return what is known of the station itself."""
        return self._parts.station

    def _row_set_aside(self) -> None:
        self._wake("timers", "dispatch")

    def _attendance_changed(self) -> None:
        self._wake("attendance")

    def _station_changed(self) -> None:
        self._loops["supervision"].wake()
        self._sharing.look_at_duty()
        self._protection_changed()

    def _rescue_changed(self) -> None:
        self._wake("rescue")

    def _protection_changed(self) -> None:
        self._wake("protection")

    def _wake(self, *names: str) -> None:
        for name in names:
            self._loops[name].wake()
        self._changes.tell()

    def _on_shift(self, device: str, started_at: datetime | None) -> None:
        self._parts.supervision.on_shift(device, started_at)
        self._loops["battery"].wake()
        self._protection_changed()
