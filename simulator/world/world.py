"""A world: devices, air, broker, base station, disk, phones and people in one process and in virtual time.

Decides the order of nothing but its clock. It begins furnished and on shift, what is planned happens, then
everything is mended and comes to its end; the checkers look on all the time. Times in ms of the loop.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from basestation.store.database import open_database
from basestation.store.migrate import migrate
from firmware import journal
from firmware.effects import ShowSignal, WriteJournal
from protocol import codec
from simulator.world.air import Air, Reach
from simulator.world.checkers import Checkers
from simulator.world.disk import Disk
from simulator.world.furnished import furnish
from simulator.world.happening import Happenings
from simulator.world.moved import Movement
from simulator.world.people import Phones
from simulator.world.plan import Plan
from simulator.world.seen import RaisedAlarm, Seen
from simulator.world.station import Station
from simulator.world.steering import Steering
from simulator.world.virtual_time import VirtualLoop
from simulator.world.worn import Worn

#: The folder of a world lies in memory, where there is one.
_MEMORY = Path("/dev/shm")  # noqa: S108
LOOK_MS = 5000
#: Before so many of all statements something else may run.
TURN_SHARE = 0.06


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a world."""

    plan: Plan
    seen: Seen
    turns: int
    virtual_ms: int


class World:
    """One world; `run` it once."""

    def __init__(self, plan: Plan, path: Path) -> None:
        self.plan = plan
        self.loop = VirtualLoop()
        self.seen = Seen()
        self.random = Random(plan.seed * 7919 + 1)  # noqa: S311 -- repeatable
        self._turns = Random(plan.seed * 104_729 + 2)  # noqa: S311 -- repeatable
        self.disk = Disk(path)
        self.phones = Phones(self.loop, self.seen, plan.manners)
        self.station = Station(self.loop, self.disk, self.phones)
        self.phones.station = self.station
        self.air = Air(self.loop, self.random)
        self.worn: dict[str, Worn] = {}
        self._wakes: dict[str, Any] = {}
        self.checkers = Checkers(self)
        self.happenings = Happenings(self)
        self.steering = Steering(self, plan.goals)
        self._join()

    def run(self) -> Outcome:
        """Let the world happen and return what was seen."""
        asyncio.set_event_loop(self.loop)
        # What a station that has no power left behind is heard of by nobody.
        self.loop.set_exception_handler(lambda _loop, _context: None)
        try:
            self.loop.run_until_complete(self._live())
        finally:
            self.disk.close()
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.run_until_complete(asyncio.sleep(0))
            asyncio.set_event_loop(None)
            self.loop.close()
        return Outcome(self.plan, self.seen, self.loop.turns, self.loop.now_ms())

    def _join(self) -> None:
        for number, drift_ppm in enumerate(self.plan.drifts_ppm):
            name = f"pna-{number + 1:02}"
            worn = Worn(name, drift_ppm, self._sender(name), self._shower(name))
            worn.power_went = lambda name=name: self.power_went(name)  # type: ignore[misc]
            if self.plan.scripts:
                worn.movement = Movement(self.plan.scripts[number], self.plan.seed * 10 + number)
            self.worn[name] = worn
            self.air.reaches[name] = Reach(worn)
        self.air.wake_device = self.wake
        self.air.deliver = self._deliver
        self.air.acknowledged = self.checkers.words.acknowledged
        self.station.down = self._down
        self.station.acknowledge = self.air.acknowledge
        self.station.came_up = self.air.station_came
        self.station.ended = self._ended
        self.disk.committed = self.checkers.committed
        self.disk.gives_turn = self._gives_turn

    def _gives_turn(self) -> bool:
        """Let others come between two statements: always while a crash is near, now and then otherwise."""
        return self.loop.strike_at_turn is not None or self._turns.random() < TURN_SHARE

    async def _live(self) -> None:
        asyncio.current_task().set_name("world: life")  # type: ignore[union-attr]
        self.station.start()
        await self._until(lambda: self.station.engine is not None)
        engine = self.station.engine
        assert engine is not None
        await furnish(self, engine)
        for happening in self.plan.happenings:
            self.loop.at(happening.at_ms, self.happenings.let, happening)
        self._look()
        await asyncio.sleep(max(0, self.plan.end_ms - self.loop.now_ms()) / 1000)
        await self.happenings.mend()
        await asyncio.sleep(self.plan.settle_ms / 1000)
        await self.checkers.end()

    async def _until(self, is_so: Callable[[], bool]) -> None:
        for _ in range(10_000):
            if is_so():
                return
            await asyncio.sleep(0.1)
        raise TimeoutError("The base station does not start.")

    # What a device says and shows.

    def _sender(self, name: str) -> Callable[[str, bytes], None]:
        return lambda channel, payload: self._up(name, channel, payload)

    def _shower(self, name: str) -> Callable[[Any], None]:
        return lambda effect: self._shown(name, effect)

    def _up(self, name: str, channel: str, payload: bytes) -> None:
        if channel == "event":
            message = codec.decode(payload, channel, name)
            if message["kind"] == "cancelled":
                self.seen.cancelled.add((name, message["alarm"]))
            elif message["kind"] == "gone":
                self.seen.gone.add((name, message["alarm"]))
            self.seen.note(self.loop.now_ms(), f"{name} says {message['kind']} {message.get('alarm', '')}")
        self.air.up(name, channel, payload)

    def _shown(self, name: str, effect: Any) -> None:
        now_ms = self.loop.now_ms()
        if isinstance(effect, ShowSignal):
            self.seen.note(now_ms, f"{name} shows {effect.name}")
            self.checkers.shown(name, effect.name)
            return
        assert isinstance(effect, WriteJournal)
        record = journal.decode(effect.record)
        assert record is not None
        if record.kind == journal.RAISED:
            self._raised(name, record)
        elif record.kind in (journal.RECEIPTED, journal.RESET):
            self._ended_waiting(name, record)

    def _raised(self, name: str, record: journal.Record) -> None:
        from firmware.alarm import BY_CODE  # noqa: PLC0415 -- the table of kinds

        alarm = f"{record.boot}-{record.value}"
        raised = RaisedAlarm(
            name, alarm, BY_CODE[record.code].name, (record.boot, record.seq), self.loop.now_ms()
        )
        self.seen.raised.setdefault((name, alarm), raised)
        self.seen.note(self.loop.now_ms(), f"{name} raises {raised.kind} {alarm}")

    def _ended_waiting(self, name: str, record: journal.Record) -> None:
        for raised in self.seen.raised.values():
            if raised.device == name and raised.key == (record.boot, record.seq):
                raised.is_receipted = True
        if record.kind == journal.RECEIPTED:
            self.checkers.receipted(name, record)

    def wake(self, name: str) -> None:
        """Let a device act at its next deadline."""
        due_ms = self.worn[name].due_ms()
        handle = self._wakes.pop(name, None)
        if handle is not None:
            handle.cancel()
        if due_ms is not None:
            self._wakes[name] = self.loop.at(max(due_ms, self.loop.now_ms() + 1), self._pass, name)

    def _pass(self, name: str) -> None:
        self.worn[name].pass_time(self.loop.now_ms())
        self.wake(name)

    def power_went(self, name: str) -> None:
        """Let the broker notice that a device has no power."""
        self.seen.note(self.loop.now_ms(), f"{name} has no power")
        for raised in self.seen.raised.values():
            # That a fault was over is said from memory: with the power goes the last word about it.
            if raised.device == name and raised.kind == "technical" and raised.is_receipted:
                self.seen.gone.add((name, raised.alarm))
        self.air.lose_power(name)

    # The station's ends.

    def _deliver(self, device: str, channel: str, payload: bytes) -> Any:
        link = self.station.link
        if link is None or not link.is_up:
            return None
        self.seen.heard_ms[device] = self.loop.now_ms()
        return link.take(device, channel, payload)

    def _down(self, device: str, payload: bytes) -> None:
        self.checkers.told(device, codec.decode(payload, "command", device))
        self.air.down(device, payload)

    def _ended(self, words: str) -> None:
        self.seen.note(self.loop.now_ms(), f"the base station: {words}")
        if "by itself" in words:
            self.seen.violate(8, self.loop.now_ms(), words)

    def _look(self) -> None:
        self.checkers.look()
        self.loop.at(self.loop.now_ms() + LOOK_MS, self._look)


def run(plan: Plan) -> Outcome:
    """Run one world and return what was seen of it."""
    folder = Path(tempfile.mkdtemp(dir=_MEMORY if _MEMORY.is_dir() else None))
    try:
        (folder / "site.db").write_bytes(_empty_site())
        return World(plan, folder / "site.db").run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@cache
def _empty_site() -> bytes:
    """Return a database with all its tables and nothing in them: building it takes a second."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "site.db"

        async def build() -> None:
            database = open_database(f"sqlite+aiosqlite:///{path}")
            await migrate(database)
            await database.dispose()

        asyncio.run(build())
        return path.read_bytes()
