"""What must hold in every world, seen from outside; apart from whoever makes things happen.

Each claim is a class with the number of its sentence in `docs/world.md`. They look at what devices show, what
phones got, what is on the disk and what the console says, and never at what the program believes. Nothing
here changes a world. Times are ms of the loop.
"""

import asyncio
import json
from typing import TYPE_CHECKING, Any

from simulator.world.alarm_checks import Ends, Gravity
from simulator.world.calm_checks import Bounds, Chained, Marks, Outgoing, Silence
from simulator.world.chain_checks import Chain
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
        self.all = (
            Ends(world), Gravity(world), self.silence, self.words, Outgoing(world), Marks(world),
            Chained(world), Bounds(world), Said(world), Chain(world), Silent(world),
        )  # fmt: skip
        self._faults: dict[str, int] = {}

    def befell(self, what: str) -> None:
        """Note for the coverage that something of a plan happened."""
        self._world.seen.faults[what] += 1
        self._faults[what] = self._world.loop.now_ms() + 60_000

    def clock_stepped(self) -> None:
        """Allow for a station whose clock was set."""
        self.silence.clock_stepped()

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
        query = "SELECT max(id) FROM case_events"
        last = world.disk.read(query)[0][0] or 0
        if last == seen.last_event_id:
            return
        rows = world.disk.read(
            "SELECT e.case_id, e.kind AS event, e.event AS words, c.* FROM case_events e"
            " JOIN cases c ON c.id = e.case_id"
            " WHERE e.id > ?",
            (seen.last_event_id,),
        )
        seen.last_event_id = last
        now_ms = world.loop.now_ms()
        faults = [what for what, until_ms in self._faults.items() if until_ms >= now_ms] or ["none"]
        for row in rows:
            event = row["event"]
            if event == "TimerFired":
                event = json.loads(row["words"])["name"]
            before = seen.rows.get(row["id"], {}).get("state", "NEW")
            case = seen.take_row(row)
            for fault in faults:
                seen.reached[before, event, fault] += 1
            if before != case["state"]:
                seen.note(now_ms, f"case {case['id']} ({case['kind']} {case['alarm']}) is {case['state']}")

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
