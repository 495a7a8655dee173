"""The networks of a device on a computer: gates that a test or a person opens and shuts.

Decides nothing. It is also what the connection asks of any board, and a board with a real radio has these
same names. Nothing here waits. Strength in dBm.
"""

from firmware.boards.ways import JOINED, OUT_OF_RANGE, WITHIN_REACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

#: Nothing is known of the strength.
_UNKNOWN_DBM = 0


class Radio:
    """The networks 0, 1, .. of a device, of which it is in one at a time."""

    def __init__(self, network_count: int = 1) -> None:
        self.network_count = network_count
        self._joined = 0
        self._is_lost = bytearray(network_count)
        self._rssi_dbm = [_UNKNOWN_DBM] * network_count
        self._heard: "Optional[list[tuple[str, int]]]" = None

    def join(self, network: int) -> None:
        """Begin to join this network and leave any other; for the one it is in, or on its way to, nothing."""
        self._joined = network

    def state(self, network: int) -> int:
        """Return JOINED once frames pass, WITHIN_REACH if `join` may lead there, else OUT_OF_RANGE.

        A board that finds out by trying says OUT_OF_RANGE for some seconds after it looked in vain.
        """
        if self._is_lost[network]:
            return OUT_OF_RANGE
        return JOINED if network == self._joined else WITHIN_REACH

    def rssi_dbm(self) -> "Optional[int]":
        """Return how strong the network is that the device is in, in dBm, or None if that is not known."""
        return self._rssi_dbm[self._joined] or None

    def look_around(self, _is_wanted: bool) -> "Optional[list[tuple[str, int]]]":
        """Return (name, dBm) of the beacons that were heard since the last look, None: no news."""
        heard, self._heard = self._heard, None
        return heard

    def hear(self, rssi_dbm: "Optional[int]", beacons: "Optional[list[tuple[str, int]]]") -> None:
        """Hear the network that the device is in so strongly, and these beacons; None: no news."""
        if rssi_dbm is not None:
            self._rssi_dbm[self._joined] = rssi_dbm
        if beacons is not None:
            self._heard = beacons

    def set_lost(self, is_lost: bool, network: int, rssi_dbm: int = _UNKNOWN_DBM) -> None:
        """Lose a network without a word, or bring it back, with a strength if one is given."""
        self._is_lost[network] = is_lost
        self._rssi_dbm[network] = rssi_dbm
