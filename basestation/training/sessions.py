"""The virtual devices that run: how many, for how long, and what goes to and fro.

Decides bounds: few at a time, each for a limited time, gone with the page that shows it. Samples are made
here at 50 Hz of what the page last said of the figure; when the machine is late the device's time is late
with it, by a second at most at once. That one ran, who ran it and with which mark stands in the log.
"""

import asyncio
import contextlib
import secrets
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final

from basestation.clock import Clock, to_ms
from basestation.engine import Engine, User
from basestation.errors import Refused
from basestation.store import log
from basestation.store.committer import Work
from basestation.training import edge, pose
from basestation.training.firmware import Firmware
from basestation.training.link import TrainingLink
from basestation.training.pose import SAMPLE_MS, Pose

SESSIONS_MAX: Final = 4
SESSION_S_MAX: Final = 3600
#: How often the device is handed what happened, at least, in s; and samples at most at once.
TICK_S, SAMPLES_MAX = 0.1, 50
#: Things a page did that wait for the next tick.
INPUTS_MAX: Final = 64
PREFIX: Final = "training-"
_FULL = ((4150, 95, False), (4200, 100, True))


class Session:
    """One virtual device of one page."""

    def __init__(self, name: str, mark: str, firmware: Firmware, link: TrainingLink, clock: Clock) -> None:
        self.name, self.mark = name, mark
        self._firmware, self._link, self._clock = firmware, link, clock
        self._inputs: deque[str] = deque(maxlen=INPUTS_MAX)
        self._pose, self._fall = Pose(), iter(())  # type: tuple[Pose, Iterator[tuple[int, int, int]]]
        self._samples = self._replies = 0
        #: How the device itself marked what it said, by its number.
        self._own_marks: dict[int, str] = {}
        self._news = asyncio.Event()

    def key(self, *, is_down: bool) -> None:
        """Press the key, or let it go."""
        self._give(f"k {{}} {int(is_down)}")

    def clip(self, *, is_closed: bool) -> None:
        """Close or open the clip."""
        self._give(f"c {{}} {int(is_closed)}")

    def charger(self, *, is_on: bool) -> None:
        """Put the device on its charger, or take it off."""
        battery_mv, percent, charging = _FULL[is_on]
        self._give(f"b {{}} {battery_mv} {percent} {int(charging)}")

    def move(self, tilt_deg: int, movement: str) -> None:
        """Let the figure lean and move like this from now on."""
        self._pose = Pose(tilt_deg, movement)

    def fall(self) -> None:
        """Let the figure fall; it lies still afterwards."""
        self._fall = pose.fall()
        self._pose = Pose(pose.LYING_DEG, "still")

    def tell(self, payload: bytes) -> None:
        """Take a command of the base station."""
        self._give("m {} " + edge.own_mark(payload, self._own_marks).decode())

    async def serve(self) -> AsyncGenerator[dict[str, Any], None]:
        """Yield what the device shows and says, until its time is over; raises FirmwareEnded."""
        for effect in self._firmware.first:
            for shown in self._take(effect):
                yield shown
        for text in ("l {} 1", "y {} 1", "c {} 1", "b {} 4150 95 0"):
            self._give(text)
        self.tell(edge.on_shift(self.name, self.mark, SESSION_S_MAX))
        # Its first second is over at once: a key that is down while it starts means something else to it.
        begun_s = time.monotonic() - SAMPLES_MAX * SAMPLE_MS / 1000
        while (passed_s := time.monotonic() - begun_s) < SESSION_S_MAX:
            due = int(passed_s * 1000) // SAMPLE_MS - self._samples
            if due > SAMPLES_MAX:
                # What the machine did not manage is not made up for: the device's time is later by it.
                begun_s += (due - SAMPLES_MAX) * SAMPLE_MS / 1000
                due = SAMPLES_MAX
            for effect in await self._firmware.exchange(self._lines(due)):
                for shown in self._take(effect):
                    yield shown
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), TICK_S)

    def _give(self, text: str) -> None:
        self._inputs.append(text)
        self._news.set()

    def _lines(self, due: int) -> list[str]:
        at_ms = self._samples * SAMPLE_MS
        lines = [text.replace("{}", str(at_ms), 1) for text in self._inputs]
        self._inputs.clear()
        for _ in range(due):
            self._samples += 1
            x_mg, y_mg, z_mg = next(self._fall, None) or pose.sample(self._pose, self._samples)
            lines.append(f"s {self._samples * SAMPLE_MS} {x_mg} {y_mg} {z_mg}")
        return lines

    def _take(self, effect: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if effect["effect"] == "signal":
            yield edge.sign(effect)
        elif effect["effect"] == "publish":
            message = effect["message"]
            if message["kind"] != "heartbeat":
                self._own_marks[message["seq"]] = message["mark"]
            if edge.is_told(message):
                self._link.put(self.name, edge.marked(message, self.mark))
            else:
                self._replies += 1
                answer = edge.reply(message, self._replies + 1, to_ms(self._clock.now()))
                if answer is not None:
                    self.tell(answer)
            if message["kind"] not in ("answer", "heartbeat", "trace") and not message.get("repeat"):
                facts = {
                    name: message.get(name) for name in ("alarm_kind", "cause", "state", "reason", "result")
                }
                yield {"kind": "said", "what": message["kind"], **facts}


class Training:
    """The virtual devices of a base station."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._link: TrainingLink | None = None
        self._count = 0

    @asynccontextmanager
    async def session(self, mark: str, user: User) -> AsyncIterator[Session]:
        """Run a virtual device for as long as the block lasts; raises Refused."""
        if mark not in edge.MARKS:
            raise Refused("A virtual device is marked as test or as drill, and never as anything else.")
        if self._count >= SESSIONS_MAX:
            raise Refused(f"{SESSIONS_MAX} virtual devices are running already. End one of them first.")
        self._count += 1
        try:
            name = PREFIX + secrets.token_hex(4)
            firmware = await Firmware.start(name)
            try:
                async with self._admitted(name, mark, firmware, user) as session:
                    yield session
            finally:
                await firmware.end()
        finally:
            self._count -= 1

    @asynccontextmanager
    async def _admitted(self, name: str, mark: str, firmware: Firmware, user: User) -> AsyncIterator[Session]:
        if self._link is None:
            self._link = TrainingLink(self._clock)
            self._engine.connect(self._link)
        session = Session(name, mark, firmware, self._link, self._clock)
        self._link.devices[name] = session.tell
        # In memory only: nobody can begin a shift with it, and no broker knows it. It stays known after its
        # end, because its last message may still be on its way.
        self._engine.admit_virtual(name)
        await self._log("training_began", name, mark, user)
        try:
            yield session
        finally:
            del self._link.devices[name]
            await self._log("training_ended", name, mark, user)

    async def _log(self, kind: str, device: str, mark: str, user: User) -> None:
        async def job(work: Work) -> None:
            content = {"user": user.display_name, "mark": mark}
            work.log(log.entry(to_ms(self._clock.now()), kind, content, device=device))

        await self._engine.committer.run(job)
