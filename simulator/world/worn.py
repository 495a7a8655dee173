"""One device of a world: the real core over a flash whose power can go, and a wearer to whom things happen.

Decides what a condition means to the core: movement is not sampled, a condition is met or over. Everything
else runs as on a board: the journal is written before what comes behind it leaves, and a start reads it.
Device times in ms from its start, by a clock that drifts; world times in ms of the loop.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from firmware import journal
from firmware.device import Device
from firmware.effects import Publish, ShowSignal, WriteJournal
from firmware.journal_open import open_ring
from firmware.journal_ring import Ring
from firmware.settings import Settings
from firmware.watches import Watches
from protocol import codec
from simulator.flash import PowerCut, SimulatedFlash
from simulator.world.moved import BLOCK_MS, Movement

#: The kinds whose condition is movement.
BY_MOVEMENT = ("fall", "position", "rest", "escape")
#: So often the sensor gives a block of samples, so that it is not silent; that of somebody who stands.
SIGN_OF_LIFE_MS = 4000
_BLOCK = tuple((20 * (one % 3), 15 * (one % 2), 1000 + 10 * one) for one in range(10))
#: What every device of a world is set to: all kinds, and no self-test, which is movement from end to end.
SETTINGS = {
    "is_escape_on": 1, "is_time_on": 1, "is_silent_on": 1, "is_duress_on": 1, "is_self_test_on": 0,
    "upright_z_mg": 1000,
}  # fmt: skip
#: Where movement is sampled the device learns by itself which way up it is worn.
MOVED_SETTINGS = {name: value for name, value in SETTINGS.items() if name != "upright_z_mg"}
SECTOR_BYTES, SECTOR_COUNT = 1024, 4


class ConditionWatch:
    """The watch of one kind, told from outside whether its condition holds."""

    def __init__(self, detection_ms: int) -> None:
        self._detection_ms = detection_ms
        self.met_at_ms: int | None = None

    def restart(self, now_ms: int) -> None:
        """Give the whole time back."""
        if self.met_at_ms is not None:
            self.met_at_ms = now_ms

    def since_ms(self) -> int | None:
        """Return since when the condition holds, or None while it does not."""
        return self.met_at_ms

    def begin_recovery(self, _now_ms: int) -> None:
        """Wait for the end of the condition."""

    def deadline_ms(self) -> int | None:
        """Return when the condition will have lasted long enough, or None while it does not hold."""
        return None if self.met_at_ms is None else self.met_at_ms + self._detection_ms


class ConditionedDevice(Device):
    """The real core; what its watches would find in movement, it is told."""

    def use_conditions(self, settings: Any) -> None:
        """Take conditions in place of movement."""
        watches: Watches = self._watches
        detections = {
            "fall": 2500, "position": settings.position_detection_ms, "rest": settings.rest_detection_ms,
            "escape": settings.escape_detection_ms,
        }  # fmt: skip
        self.conditions = {kind: ConditionWatch(detections[kind]) for kind in BY_MOVEMENT}
        watches.all = tuple((kind, self.conditions.get(kind, watch)) for kind, watch in watches.all)
        self._over: list[str] = []
        watches.cleared = lambda: self._over  # type: ignore[method-assign]

    def meet(self, now_ms: int, kind: str) -> Sequence[Any]:
        """Take in that a condition holds from now on."""
        out = self._advance(now_ms)
        if self.conditions[kind].met_at_ms is None:
            self.conditions[kind].met_at_ms = now_ms
        return self._finish(now_ms, out)

    def end(self, now_ms: int, kind: str) -> Sequence[Any]:
        """Take in that a condition has ended."""
        out = self._advance(now_ms)
        self.conditions[kind].met_at_ms = None
        self._over = [kind]
        self._vigil.clear(now_ms, out)
        return self._finish(now_ms, out)

    def drill(self, now_ms: int, alarm_id: str, mark: str) -> Sequence[Any]:
        """Raise a drill, or a test, under the id of an alarm that may be real."""
        out = self._advance(now_ms)
        fields = {"alarm": alarm_id, "alarm_kind": "manual", "repeat": 0}
        self._link.send_once("raised", fields, out, mark)
        return self._finish(now_ms, out)

    def say(self, now_ms: int, kind: str, fields: dict[str, Any]) -> Sequence[Any]:
        """Send one message about an alarm, whatever has become of it here."""
        out = self._advance(now_ms)
        self._link.send_once(kind, fields, out)
        return self._finish(now_ms, out)

    def live(self, now_ms: int, block: Iterable[tuple[int, int, int]]) -> Sequence[Any]:
        """Take in a block of samples and that somebody wears the device."""
        out: list[Any] = []
        if not self._watches.wear.is_open and self._alarms.find("loss") is None:
            self._watches.wear.restart(now_ms)
        for x_mg, y_mg, z_mg in block:
            out += self.on_sample(now_ms, x_mg, y_mg, z_mg)
        return out

    def queue_lengths(self) -> tuple[int, int]:
        """Return how many alarms and other events wait for a receipt."""
        return len(self._link._alarms), len(self._link._events)  # noqa: SLF001 -- the bound is a claim

    def shows_silent_only(self) -> bool:
        """Tell whether every alarm of this device is one that nobody may perceive."""
        return bool(self._alarms.all) and all(not one.kind.signal for one in self._alarms.all)


class Worn:
    """A device with its flash, its battery and its drifting clock."""

    def __init__(
        self, name: str, drift_ppm: int, send: Callable[[str, bytes], None], show: Callable[[Any], None]
    ) -> None:
        self.name = name
        self.flash = SimulatedFlash(SECTOR_BYTES, SECTOR_COUNT)
        self._drift_ppm = drift_ppm
        self._send, self._show = send, show
        self._ring: Ring | None = None
        self.core: ConditionedDevice | None = None
        self._started_at_ms = 0
        self._sign_ms = 0
        self.starts = 0
        #: What the wearer does, sample by sample; None: conditions are met and over instead.
        self.movement: Movement | None = None
        #: The power went while something was written: whoever runs this world takes note.
        self.power_went: Callable[[], None] = lambda: None

    @property
    def is_on(self) -> bool:
        """Tell whether it has power."""
        return self.core is not None

    def start(self, at_ms: int, cause: str) -> None:
        """Begin a start of the device."""
        self.flash = self.flash.copy()
        self._started_at_ms, self._sign_ms = at_ms, 0
        self.starts += 1
        self._ring, standing, _ = open_ring(self.flash)
        settings = Settings.from_dict(SETTINGS if self.movement is None else MOVED_SETTINGS)
        self._write(WriteJournal(journal.boot_record(self._ring.boot)))
        core = ConditionedDevice(settings, self.name, self._ring.boot, standing, 0, cause)
        if self.movement is None:
            core.use_conditions(settings)
        self.core = core
        self.do(at_ms, core.on_start)

    def cut(self) -> None:
        """Take the power away."""
        self.core = self._ring = None

    def own_ms(self, at_ms: int) -> int:
        """Return what its own clock says at a time of the world."""
        passed_ms = at_ms - self._started_at_ms
        return passed_ms + passed_ms * self._drift_ppm // 1_000_000

    def due_ms(self) -> int | None:
        """Return the time of the world at which it acts by itself, or None without power."""
        if self.core is None:
            return None
        own_ms = self._sign_ms
        deadline_ms = self.core.next_deadline_ms()
        if deadline_ms is not None:
            own_ms = min(own_ms, deadline_ms)
        at_ms = self._started_at_ms + own_ms * 1_000_000 // (1_000_000 + self._drift_ppm)
        while self.own_ms(at_ms) < own_ms:
            at_ms += 1
        return at_ms

    def pass_time(self, at_ms: int) -> None:
        """Let it do what is due by now."""
        if self.core is None:
            return
        own_ms = self.own_ms(at_ms)
        if own_ms >= self._sign_ms:
            self._feel(at_ms, own_ms)
        if self.core is not None:
            self.do(at_ms, self.core.on_tick)

    def _feel(self, at_ms: int, own_ms: int) -> None:
        """Take in the next samples, and that somebody wears the device."""
        assert self.core is not None
        core = self.core
        if self.movement is None:
            self._sign_ms = own_ms + SIGN_OF_LIFE_MS
            self.do(at_ms, lambda now_ms: core.live(now_ms, _BLOCK))
            return
        self._sign_ms = own_ms + BLOCK_MS
        block = self.movement.block(at_ms // BLOCK_MS)
        self.do(at_ms, lambda now_ms: core.live(now_ms, block))

    def do(self, at_ms: int, act: Callable[[int], Sequence[Any]]) -> None:
        """Give the core one input and carry out what follows; without power nothing happens."""
        if self.core is None:
            return
        try:
            for effect in act(self.own_ms(at_ms)):
                self._perform(effect)
        except PowerCut:
            self.cut()
            self.power_went()

    def hear(self, at_ms: int, payload: bytes) -> None:
        """Take in what came for it."""
        if self.core is None:
            return
        message = codec.decode(payload, "command", self.name)
        core = self.core
        self.do(at_ms, lambda now_ms: core.on_message(now_ms, message))

    def _perform(self, effect: Any) -> None:
        if isinstance(effect, WriteJournal):
            self._write(effect)
        elif isinstance(effect, Publish):
            self._send(effect.channel, effect.payload)
            return
        if isinstance(effect, WriteJournal | ShowSignal):
            self._show(effect)

    def _write(self, effect: WriteJournal) -> None:
        assert self._ring is not None
        self._ring.append(effect.record)
        if self._ring.is_tending_due():
            self._ring.tend()
