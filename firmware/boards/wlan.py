"""The wireless networks of a worn device, joined without waiting.

Decides what is known of each network: joined, within reach as far as anybody knows, or looked for in vain a
short while ago. Never decides which is tried (the connection does) and never looks up, scans or retries by
itself. `interface` has the methods of `network.WLAN`; times are ms of a clock that does not wrap.
"""

from binascii import hexlify

from firmware.boards.ways import JOINED, OUT_OF_RANGE, WITHIN_REACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

#: Statuses of MicroPython's ESP32 port: idle, on the way, joined; all others say why it failed.
STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP = 1000, 1001, 1010
#: A network that was looked for in vain counts as out of range for so long.
VAIN_MS = 8000
NOWHERE = -1


class Wlan:
    """The networks `networks`, each (name, key), of which the device is in one at a time."""

    def __init__(
        self, interface: "Any", networks: "list[tuple[str, str]]", now_ms: "Callable[[], int]",
        open_beacons: "Callable[[], Any] | None" = None,
    ) -> None:  # fmt: skip
        self._interface = interface
        self._networks = networks
        self._now_ms = now_ms
        self._vain_until_ms = [0] * len(networks)
        self._sought = NOWHERE
        self.network_count = len(networks)
        #: Attempts to join, and those that were in vain.
        self.joins = self.vain_joins = 0
        #: What listens for Bluetooth beacons, once it was needed.
        self._open_beacons = open_beacons
        self._beacons: Any = None
        self._is_bssid_known = True
        interface.active(True)
        # Who is tried next is not the driver's to decide.
        interface.config(reconnects=0)

    def join(self, network: int) -> None:
        """Begin to join this network and leave any other; for the one it is in, or on its way to, nothing."""
        interface = self._interface
        if network == self._sought and (
            interface.isconnected() or interface.status() in (STAT_CONNECTING, STAT_GOT_IP)
        ):
            return
        self.joins += 1
        self._sought = network
        try:
            if interface.isconnected() or interface.status() == STAT_CONNECTING:
                interface.disconnect()
            name, key = self._networks[network]
            interface.connect(name, key)
        except OSError:
            # The driver was busy with something else; whoever asked asks again.
            self._note_vain()

    def state(self, network: int) -> int:
        """Return JOINED once frames pass, WITHIN_REACH if `join` may lead there, else OUT_OF_RANGE."""
        if network == self._sought:
            if self._interface.isconnected():
                return JOINED
            if self._interface.status() not in (STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP):
                self._note_vain()
        return OUT_OF_RANGE if self._now_ms() < self._vain_until_ms[network] else WITHIN_REACH

    def is_joined(self) -> bool:
        """Tell whether the device is in a network."""
        return bool(self._interface.isconnected())

    def rssi_dbm(self) -> "int | None":
        """Return how strong the network is that the device is in, in dBm, or None."""
        if not self._interface.isconnected():
            return None
        try:
            return int(self._interface.status("rssi"))
        except OSError:
            # Gone between the two questions.
            return None

    def look_around(self, is_wanted: bool) -> "list[tuple[str, int]] | None":
        """Listen while the place is wanted, once a second; return (name, dBm) heard, None: no news."""
        if self._beacons is None:
            if not is_wanted or self._open_beacons is None:
                return None
            self._beacons = self._open_beacons()
        heard: "list[tuple[str, int]] | None" = self._beacons.look(is_wanted)
        if heard is not None:
            self._add_access_point(heard)
        return heard

    def _add_access_point(self, heard: "list[tuple[str, int]]") -> None:
        """Take the access point that the device is in for a beacon, where the port tells which one it is."""
        rssi_dbm = self.rssi_dbm()
        if rssi_dbm is None or not self._is_bssid_known:
            return
        try:
            address = self._interface.config("bssid")
        except (ValueError, OSError):
            # MicroPython 1.29 does not tell it on this chip.
            self._is_bssid_known = False
            return
        heard.append((hexlify(address).decode(), rssi_dbm))

    def _note_vain(self) -> None:
        self.vain_joins += 1
        self._vain_until_ms[self._sought] = self._now_ms() + VAIN_MS
        self._sought = NOWHERE
