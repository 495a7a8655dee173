"""What must hold in every world, seen from outside; apart from whoever makes things happen.

Each claim is a class with the number of its sentence in `docs/world.md`. They look at what devices show, what
phones got, what is on the disk and what the console says, and never at what the program believes. Nothing
here changes a world. Times are ms of the loop.
"""

import asyncio
from typing import TYPE_CHECKING, Any

from simulator.world.alarm_checks import Ends, Gravity
from simulator.world.calm_checks import Bounds, Chained, Marks, Outgoing, Silence
from simulator.world.chain_checks import Chain
from simulator.world.choices import FAULT_NAMES
from simulator.world.reached import Reached
from simulator.world.said_checks import Said
from simulator.world.silence_checks import Silent
from simulator.world.word_checks import Words

if TYPE_CHECKING:
    from firmware.journal import Record
    from simulator.world.world import World

#: A console looks so often.
CONSOLE_MS = 700


class Checkers:
    """Everybody who checks."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.words = Words(world)
        self.silence = Silence(world)
        self.outgoing = Outgoing(world)
        self.all = (
            Ends(world), Gravity(world), self.silence, self.words, self.outgoing, Marks(world),
            Chained(world), Bounds(world), Said(world), Chain(world), Silent(world),
        )  # fmt: skip
        self.reached = Reached(world.seen.reached)

    def befell(self, what: str) -> None:
        """Note for the coverage that something of a plan happened."""
        self._world.seen.faults[what] += 1
        if what in FAULT_NAMES:
            self.reached.befell(what, self._world.loop.now_ms())

    def clock_stepped(self) -> None:
        """Allow for a station whose clock was set."""
        self.silence.clock_stepped()
        self.outgoing.clock_stepped()

    def shown(self, device: str, signal: str) -> None:
        """Check what a device shows."""
        self.words.shown(device, signal)

    def receipted(self, device: str, record: "Record") -> None:
        """Check that a receipt is of something that is on the disk."""
        self.words.receipted(device, record)

    def told(self, device: str, message: dict[str, Any]) -> None:
        """Check what is sent to a device."""
        self.words.told(device, message)

    def committed(self) -> None:
        """Take in what is on the disk after a commit."""
        world = self._world
        seen = world.seen
        rows = world.disk.read("SELECT * FROM case_events WHERE id > ? ORDER BY id", (seen.last_event_id,))
        if not rows:
            return
        seen.last_event_id = rows[-1]["id"]
        now_ms = world.loop.now_ms()
        happened: dict[int, list[Any]] = {}
        for row in rows:
            happened.setdefault(row["case_id"], []).append(row)
        for case_id, events in happened.items():
            before = seen.rows.get(case_id)
            self.reached.take(None if before is None else before["raw"], events, now_ms)
            case = seen.take_row(world.disk.read("SELECT * FROM cases WHERE id = ?", (case_id,))[0])
            if before is None or before["state"] != case["state"]:
                seen.note(now_ms, f"case {case_id} ({case['kind']} {case['alarm']}) is {case['state']}")
                world.steering.entered(case)

    def look(self) -> None:
        """Check what must hold at any time."""
        for checker in self.all:
            checker.look()

    def open_console(self, ms: int) -> None:
        """Let a console look for so long."""
        self._world.loop.create_task(self._watch(ms), name="console")

    async def end(self) -> None:
        """Check what must hold when everything has come to its end."""
        for checker in self.all:
            await checker.end()

    async def _watch(self, ms: int) -> None:
        until_ms = self._world.loop.now_ms() + ms
        while self._world.loop.now_ms() < until_ms and self._world.station.engine is not None:
            self.words.console(await self._world.station.engine.snapshot())
            await asyncio.sleep(CONSOLE_MS / 1000)
