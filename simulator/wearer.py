"""A worker who does what the self-test of their device asks for: press, tilt, hold still, shake, unclip.

Decides only what is done after which signal, with the delay of somebody who listens first. Never speaks to
the base station. The direction that is upright is that of the movement which follows, so that the device is
worn during the test as afterwards. Units: s, mg.
"""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulator.device import VirtualDevice
from simulator.effect_log import Effect
from simulator.trace import SAMPLE_MS, Trace

#: From the start until the worker begins the test: the device learns how it hangs.
LEARNING_S = 3.0
#: Between a signal and what is done about it; how long the key is down.
HESITATION_S, PRESS_S = 0.7, 0.2
#: The posture that the test is done in is the mean of so much of the movement afterwards.
POSTURE_SAMPLES = 100
#: The device sees the tilt late, since it filters its posture over 1.3 s, and asks for 2 s of it.
TILT_S = 4.0
SHAKE_S, UNCLIP_S, STAND_S = 3.0, 1.0, 60.0
SHAKE_MG, NOISE_MG = 1500.0, 4.0
#: A worker to whom the device has said nothing of its test for so long goes to work all the same.
PATIENCE_S = 45.0
#: A press that was not answered by a first step of the test is made again after so long: a press before the
#: device knows of the shift begins nothing.
PRESS_AGAIN_S = 4.0


class Errands:
    """What somebody means to do with their device, and when, by a clock in s."""

    def __init__(self, device: VirtualDevice, now_s: Callable[[], float] = time.monotonic) -> None:
        self._device = device
        self._now_s = now_s
        self._due: list[tuple[float, Callable[[], None]]] = []

    def after(self, wait_s: float, do: Callable[[], None]) -> None:
        """Do something in so many seconds."""
        self._due.append((self._now_s() + wait_s, do))

    def press_after(self, wait_s: float) -> None:
        """Press the key shortly in so many seconds; however late it comes, it is down for its time."""
        self.after(wait_s, self._press)

    @property
    def are_done(self) -> bool:
        """Whether nothing is left to do."""
        return not self._due

    def run(self) -> None:
        """Do what is due; call it often."""
        now_s = self._now_s()
        for due in [due for due in self._due if due[0] <= now_s]:
            self._due.remove(due)
            due[1]()

    def _press(self) -> None:
        self._device.press()
        self.after(PRESS_S, self._device.release)


class TestingWearer:
    """Leads one device through its self-test; `is_done` once it is passed, or patience is at its end."""

    #: A class of the simulator, not a test.
    __test__ = False

    def __init__(
        self, device: VirtualDevice, movement: Trace, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        """Stand upright as at the start of `movement`, and begin the test."""
        self._device = device
        self._now_s = now_s
        self._upright_mg = movement.acc_mg[:POSTURE_SAMPLES].mean(axis=0)
        self._upright_mg *= 1000.0 / max(float(np.linalg.norm(self._upright_mg)), 1.0)
        self._askew_mg = _square_to(self._upright_mg)
        self._end_s = now_s() + PATIENCE_S
        self._errands = Errands(device, now_s)
        self.is_passed = False
        self._is_led = False
        self._stand()
        self._errands.after(LEARNING_S, self._ask_for_test)

    def is_done(self) -> bool:
        """Tell whether the worker goes to work now."""
        # Nobody goes off with a finger on the key.
        return self.is_passed or (self._errands.are_done and self._now_s() >= self._end_s)

    def hear(self, effect: Effect) -> None:
        """Take in what the device shows."""
        if effect["effect"] != "signal":
            return
        if effect["name"].startswith("test_"):
            self._is_led = True
            self._end_s = self._now_s() + PATIENCE_S
        errands = self._errands
        match effect["name"]:
            case "test_press" | "test_failed":
                errands.press_after(HESITATION_S)
            case "test_tilt":
                errands.after(HESITATION_S, self._tilt)
                errands.after(HESITATION_S + TILT_S, self._stand)
            case "test_shake":
                errands.after(HESITATION_S, self._shake)
                errands.after(HESITATION_S + SHAKE_S, self._stand)
            case "test_unclip":
                errands.after(HESITATION_S, lambda: self._device.set_clip(is_closed=False))
                errands.after(HESITATION_S + UNCLIP_S, lambda: self._device.set_clip(is_closed=True))
            case "test_passed":
                self.is_passed = True

    def act(self) -> None:
        """Do what is due."""
        self._errands.run()

    def _ask_for_test(self) -> None:
        if not self._is_led and not self.is_done():
            self._errands.press_after(0.0)
            self._errands.after(PRESS_AGAIN_S, self._ask_for_test)

    def _stand(self) -> None:
        self._play(self._upright_mg, STAND_S, 0.0)

    def _tilt(self) -> None:
        self._play(self._askew_mg, STAND_S, 0.0)

    def _shake(self) -> None:
        self._play(self._upright_mg, SHAKE_S, SHAKE_MG)

    def _play(self, posture_mg: NDArray[np.float64], duration_s: float, shake_mg: float) -> None:
        count = round(duration_s * 1000 / SAMPLE_MS)
        noise_mg = np.random.default_rng(0).normal(0.0, NOISE_MG, (count, 3))
        swing = np.sin(2 * np.pi * 4.0 * np.arange(count) * SAMPLE_MS / 1000.0)
        acc_mg = posture_mg * (1.0 + shake_mg / 1000.0 * swing[:, None]) + noise_mg
        t_ms = np.arange(count, dtype=np.int64) * SAMPLE_MS
        self._device.play(Trace(t_ms, np.rint(acc_mg).astype(np.int16), "self-test", is_generated=True))


def _square_to(direction_mg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a vector of the same length at right angles to `direction_mg` ([3], mg)."""
    axis = np.zeros(3)
    axis[int(np.argmin(np.abs(direction_mg)))] = 1.0
    square = np.cross(direction_mg, axis)
    found: NDArray[np.float64] = square * 1000.0 / float(np.linalg.norm(square))
    return found
