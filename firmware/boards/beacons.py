"""The Bluetooth beacons around a worn device, listened for only while somebody needs to know where it is.

Decides how long it listens until it tells what it heard, and which of many senders it keeps: the strongest.
Never sends, connects, or listens unasked: that costs energy, and concerns nobody. A crowd of senders costs a
bounded amount of memory a look. `ble` has the methods of `bluetooth.BLE` (MicroPython docs,
library/bluetooth: event 5 brings address type, address, advertising type, strength, data). Nothing here has
run on hardware. dBm; one look a second.
"""

from firmware.boards.advertising import sender_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCAN_RESULT = 5
#: Listening for 30 ms of every 100 leaves the same antenna to the network; most beacons send every 100 to
#: 1000 ms, so that three seconds catch them.
INTERVAL_US, WINDOW_US = 100000, 30000
LOOKS = 3
KEPT_MAX = 8
#: Senders that may be taken anew between two tellings.
TAKEN_MAX = 32


class Beacons:
    """What was heard since it was last told."""

    def __init__(self, ble: "Any") -> None:
        self._ble = ble
        self._is_on = False
        self._looks = 0
        self._taken = 0
        #: [address, dBm, name] of those that are kept.
        self._heard: "list[list[Any]]" = []
        #: Senders that were passed over, and times that the radio refused.
        self.passed_over = self.refused = 0

    def look(self, is_wanted: bool) -> "list[tuple[str, int]] | None":
        """Begin, go on or end to listen, once a second; return (name, dBm) when it is time to tell."""
        if is_wanted != self._is_on:
            self._turn(is_wanted)
            return None
        if not self._is_on:
            return None
        self._looks += 1
        if self._looks < LOOKS:
            return None
        told = [(name, dbm) for _, dbm, name in self._heard]
        self._begin_anew()
        return told

    def _turn(self, is_on: bool) -> None:
        self._begin_anew()
        ble = self._ble
        try:
            if is_on:
                ble.active(True)
                ble.irq(self._take)
                ble.gap_scan(0, INTERVAL_US, WINDOW_US, False)
            else:
                ble.gap_scan(None)
                ble.active(False)
        except OSError:
            # No memory, or busy: it is tried again at the next look.
            self.refused += 1
            return
        self._is_on = is_on

    def _begin_anew(self) -> None:
        self._looks = self._taken = 0
        self._heard = []

    def _take(self, event: int, data: "Any") -> None:
        """Take one event of the radio; its data are good for this call only."""
        if event != SCAN_RESULT:
            return
        address, dbm = data[1], data[3]
        heard = self._heard
        for known in heard:
            if known[0] == address:
                known[1] = max(known[1], dbm)
                return
        if self._taken >= TAKEN_MAX:
            self.passed_over += 1
            return
        if len(heard) >= KEPT_MAX:
            weakest = heard[0]
            for known in heard:
                if known[1] < weakest[1]:
                    weakest = known
            self.passed_over += 1
            if weakest[1] >= dbm:
                return
            heard.remove(weakest)
        self._taken += 1
        heard.append([bytes(address), dbm, sender_of(address, data[4])])
