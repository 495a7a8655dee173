"""Wearers who move: a smaller part of the worlds runs sample by sample through the detectors.

Decides what a wearer does one after the other, as a script for `simulator.movement`; what the detectors make
of it is theirs. Ten samples come at a time, as from a chip that collects them. Times in s and ms, mg, 50 Hz.
"""

from random import Random
from typing import TYPE_CHECKING

from simulator.movement import generate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: What raises an alarm, or nearly does, and what a wearer does before and after it.
EPISODES = (
    ("walk:20,fall,lie:50", 40), ("walk:20,fall,lie:6", 15), ("walk:20,lie:90", 20), ("run:15,walk:20", 10),
    ("walk:10,sit:60", 15),
)  # fmt: skip
BEFORE, AFTER = "stand:15,walk:40", "stand:10,walk:90"
#: A device that has heard the whole script hears its last part again and again.
AGAIN_S = 20
BLOCK_MS, SAMPLES = 200, 10


def script_of(random: Random, episodes: int) -> str:
    """Return what one wearer does."""
    chosen = random.choices([what for what, _ in EPISODES], [share for _, share in EPISODES], k=episodes)
    return ",".join([BEFORE, *(f"{what},{AFTER}" for what in chosen)])


class Movement:
    """The samples of one wearer from the beginning of the world on."""

    def __init__(self, script: str, seed: int) -> None:
        self._samples: NDArray[np.int16] = generate(script, seed).acc_mg

    def block(self, number: int) -> list[tuple[int, int, int]]:
        """Return the ten samples of a block, counted from the beginning of the world."""
        begin = number * SAMPLES
        over = begin + SAMPLES - len(self._samples)
        if over > 0:
            begin = len(self._samples) - AGAIN_S * 50 + over % (AGAIN_S * 50 - SAMPLES)
        return [(x, y, z) for x, y, z in self._samples[begin : begin + SAMPLES].tolist()]
