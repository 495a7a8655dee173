"""The day of one worker of the demo: the self-test of the device, then the movement, then what befalls them.

Decides when Clara loses the radio and how long Bert lets a pre-alarm sound. Units: s.
"""

from collections.abc import Mapping
from typing import Any

from simulator.demo_story import ANNA, BERT, CLARA, Worker
from simulator.device import VirtualDevice
from simulator.trace import Trace
from simulator.wearer import Errands, TestingWearer

#: When Clara walks out of radio range, and when she is back, in s after she went to work.
RADIO_LOST_S, RADIO_BACK_S = 5.0, 80.0
#: How long Bert lets his pre-alarm sound.
HESITATION_S = 4.0
#: A beacon is heard so often, in s, and so strongly, in dBm.
BEACON_S = 5.0
BEACON_DBM = -57


class WorkingDay:
    """What one worker does with their device."""

    def __init__(self, worker: Worker, device: VirtualDevice, movement: Trace) -> None:
        self._worker = worker
        self._device = device
        self._movement = movement
        self._test = TestingWearer(device, movement)
        self._is_at_work = False
        self._errands = Errands(device)
        self._hear_beacon()

    def hear(self, effect: Mapping[str, Any]) -> None:
        """Take in what the device shows; Bert notices his pre-alarm."""
        if not self._is_at_work:
            self._test.hear(effect)
        is_pre_alarm = effect["effect"] == "publish" and effect["message"]["kind"] == "pre-alarm"
        if self._worker is BERT and is_pre_alarm:
            self._errands.press_after(HESITATION_S)

    def act(self) -> None:
        """Do what is due."""
        if not self._is_at_work:
            self._test.act()
            if self._test.is_done():
                self._go_to_work()
        self._errands.run()

    def _hear_beacon(self) -> None:
        """Work beside the beacon, now and on."""
        self._device.set_beacons({self._worker.beacon: BEACON_DBM})
        self._errands.after(BEACON_S, self._hear_beacon)

    def _go_to_work(self) -> None:
        self._is_at_work = True
        self._device.play(self._movement, is_looped=self._worker is not ANNA)
        if self._worker is CLARA:
            self._errands.after(RADIO_LOST_S, lambda: self._device.set_radio(is_lost=True))
            self._errands.after(RADIO_BACK_S, lambda: self._device.set_radio(is_lost=False))
