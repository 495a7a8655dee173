"""What the detectors make of the movement around an alarm: the firmware's own code, over the samples kept.

Decides nothing: each track is what a detector looks at, block by block of 200 ms, beside its limit. A gap in
the samples begins everything anew, as a sensor that was silent does. ms from the raise, mg.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from firmware.escape import Escape
from firmware.fall import BLOW_SQUARE, Fall
from firmware.motion import Motion
from firmware.position import MOVED, TILTED, UNKNOWN, UPRIGHT, Position
from firmware.settings import Settings

#: The detectors work at 50 Hz; a trace that was thinned for want of time has every second sample.
SAMPLE_MS: Final = 20
#: A longer step between two samples is a gap.
GAP_MS: Final = 60
_BLOCK_MS: Final = 200
#: What a sensor can say at most, of an axis.
_AXIS_MG_MAX: Final = 16_000
Sample = tuple[int, int, int, int]


@dataclass(slots=True)
class Track:
    """One detector's value at the end of each block, and its limit in force."""

    name: str
    unit: str
    limit: float
    #: Below the limit is what the detector waits for.
    is_below: bool = False
    t_ms: list[int] = field(default_factory=list)
    #: None: this detector says nothing of that block.
    values: list[float | None] = field(default_factory=list)
    #: From when to when it was beyond its limit.
    spans: list[list[int]] = field(default_factory=list)

    def add(self, t_ms: int, value: float | None, *, is_beyond: bool) -> None:
        """Add the value of a block that ended at `t_ms`."""
        goes_on = bool(self.spans) and bool(self.t_ms) and self.spans[-1][1] == self.t_ms[-1]
        if is_beyond and goes_on and t_ms - self.t_ms[-1] <= _BLOCK_MS + GAP_MS:
            self.spans[-1][1] = t_ms
        elif is_beyond:
            self.spans.append([t_ms - _BLOCK_MS, t_ms])
        self.t_ms.append(t_ms)
        self.values.append(value if value is None else round(value, 1))

    def view(self) -> dict[str, Any]:
        """Return the track as it stands in JSON."""
        known = [value for value in self.values if value is not None]
        return {
            "name": self.name,
            "unit": self.unit,
            "limit": self.limit,
            "is_below": self.is_below,
            "t_ms": self.t_ms,
            "values": self.values,
            "spans": self.spans,
            "least": min(known, default=None),
            "most": max(known, default=None),
        }


class Detectors:
    """The firmware's watches over one stretch of samples without a gap, and what each looked at."""

    def __init__(self, settings: "Settings", upright: Mapping[str, int] | None) -> None:
        self._settings = settings
        self._upright = None if upright is None else (upright["x"], upright["y"], upright["z"])
        self.tilt = Track("tilt", "deg", settings.tilt_limit_deg)
        self.blow = Track("blow", "mg", math.sqrt(BLOW_SQUARE))
        self.movement = Track("movement", "mg", settings.movement_mg, is_below=True)
        self.swing = Track("swing", "mg", settings.hectic_mg)
        #: When a fall was found in what came before.
        self.falls: list[int] = []

    def begin(self, t_ms: int) -> None:
        """Begin anew: the first sample, or the first one after a gap."""
        self._motion = Motion()
        self._position = Position(self._settings, t_ms)
        self._fall = Fall(self._settings, t_ms)
        self._escape = Escape(self._settings, t_ms)
        if self._upright is not None:
            self._position.set_upright(*self._upright)
            self._fall.set_upright(*self._upright)

    def take(self, t_ms: int, x_mg: int, y_mg: int, z_mg: int) -> None:
        """Take in a sample."""
        if self._motion.step(_clipped(x_mg), _clipped(y_mg), _clipped(z_mg)):
            self._end_block(t_ms)

    def _end_block(self, t_ms: int) -> None:
        motion, settings = self._motion, self._settings
        self._position.step(t_ms, motion, UNKNOWN)
        posture = self._position.posture
        if self._upright is not None:
            tilt = _angle((motion.x_mg, motion.y_mg, motion.z_mg), self._upright)
            is_known = posture in (TILTED, UPRIGHT)
            self.tilt.add(t_ms, tilt if is_known else None, is_beyond=posture == TILTED)
        if self._fall.step(t_ms, motion, posture) == MOVED:
            self.falls.append(t_ms)
        self.blow.add(t_ms, math.sqrt(motion.peak_square), is_beyond=motion.peak_square >= BLOW_SQUARE)
        self.movement.add(t_ms, motion.movement_mg, is_beyond=motion.movement_mg < settings.movement_mg)
        self._escape.step(t_ms, motion, posture)
        # The swing is nobody else's business on the device, where a name costs memory.
        swing = self._escape._peak_mg - self._escape._low_mg  # noqa: SLF001
        self.swing.add(t_ms, swing, is_beyond=swing >= settings.hectic_mg)

    def tracks(self) -> list[Track]:
        """Return what was looked at: of the kinds that are on, and of tilt only where upright is known."""
        settings = self._settings
        wanted = (
            (self.tilt, settings.is_position_on and self._upright is not None),
            (self.blow, settings.is_fall_on),
            (self.movement, settings.is_rest_on),
            (self.swing, settings.is_escape_on),
        )
        return [track for track, is_on in wanted if is_on]


def seen(
    samples: Iterable[Sample], settings: Mapping[str, int], upright: Mapping[str, int] | None
) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the tracks of the samples (t_ms, x_mg, y_mg, z_mg), in order, and when falls were found."""
    detectors = Detectors(Settings.from_dict(dict(settings)), upright)
    last_ms: int | None = None
    for t_ms, x_mg, y_mg, z_mg in samples:
        if last_ms is None or not 0 < t_ms - last_ms <= GAP_MS:
            detectors.begin(t_ms)
        elif t_ms - last_ms >= 2 * SAMPLE_MS:
            # Thinned: the sample stands for the one that was left out, too.
            detectors.take(t_ms - SAMPLE_MS, x_mg, y_mg, z_mg)
        detectors.take(t_ms, x_mg, y_mg, z_mg)
        last_ms = t_ms
    return [track.view() for track in detectors.tracks()], detectors.falls


def _clipped(mg: int) -> int:
    return max(-_AXIS_MG_MAX, min(mg, _AXIS_MG_MAX))


def _angle(one: tuple[int, int, int], other: tuple[int, int, int]) -> float | None:
    lengths = math.hypot(*one) * math.hypot(*other)
    if lengths == 0:
        return None
    dot = sum(a * b for a, b in zip(one, other, strict=True))
    return math.degrees(math.acos(max(-1.0, min(1.0, dot / lengths))))
