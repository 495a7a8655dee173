"""How a figure on a page moves the accelerometer of its device, as samples at 50 Hz. Pure.

Decides acceleration only: gravity turned by the figure's lean, and what standing, walking, shaking and
falling add to it. Nobody ever moved like this: it shows what a device does, and no detector may be tuned
on it. Levels of |a| follow `simulator/movement.py`. mg, degrees, ms.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SAMPLE_MS: Final = 20
#: Movements a page may ask for: amplitude in mg and steps or shakes a second.
MOVEMENTS: Final = {"still": (2, 0.3), "stand": (14, 1.1), "walk": (330, 1.8), "shake": (1900, 4.0)}
TILT_DEG_MAX: Final = 180
#: A fall: weightless, a blow, then lying; (samples, mg) each.
_FALL: Final = ((22, 120), (4, 3600), (3, 1700))
LYING_DEG: Final = 90


@dataclass(frozen=True, slots=True)
class Pose:
    """How the figure stands, and what it does."""

    tilt_deg: int = 0
    #: One of MOVEMENTS.
    movement: str = "stand"

    def __post_init__(self) -> None:
        """Refuse what no figure does."""
        assert 0 <= self.tilt_deg <= TILT_DEG_MAX, self.tilt_deg
        assert self.movement in MOVEMENTS, self.movement


def sample(pose: Pose, place: int) -> tuple[int, int, int]:
    """Return sample number `place` (x, y, z in mg) of a figure in this pose; z is along the spine."""
    amplitude_mg, rate_hz = MOVEMENTS[pose.movement]
    phase = 2 * math.pi * rate_hz * place * SAMPLE_MS / 1000
    force_mg = 1000 + amplitude_mg * math.sin(phase)
    sway_mg = amplitude_mg * 0.3 * math.sin(phase * 0.5 + 1.1)
    # The last part is what a sensor adds: no two samples are alike.
    return _turned(force_mg, pose.tilt_deg, sway_mg + 3 * math.sin(place * 2.4))


def fall() -> Iterator[tuple[int, int, int]]:
    """Return the samples of a fall from standing; whoever fell lies afterwards."""
    total = sum(count for count, _ in _FALL)
    done = 0
    for count, force_mg in _FALL:
        for _ in range(count):
            done += 1
            yield _turned(force_mg, LYING_DEG * done // total, 0)


def _turned(force_mg: float, tilt_deg: int, side_mg: float) -> tuple[int, int, int]:
    tilt = math.radians(tilt_deg)
    return round(side_mg), round(force_mg * math.sin(tilt)), round(force_mg * math.cos(tilt))
