"""Why the device will fall silent, told before it does, whenever that can be known.

Decides when the battery is empty, and when a wearer at work is leaving the area with radio coverage: the
signal has been below the set limit for the set time while the connection still stands. Both are warnings:
the device goes on, and takes them back when their reason is gone. Never ends a connection, never touches an
alarm. Wi-Fi: -67 dBm is what speech is planned for, below -80 packets are lost, at about -90 the connection;
the limits are a convention of the site. dBm, percent, ms.
"""

from firmware.effects import Publish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from firmware.link import Link
    from firmware.protection import Shift
    from firmware.settings import Settings

#: The wearer is back when the signal is so much stronger than the limit.
MARGIN_DB = 5


class Farewell:
    """The warning that stands, as the base station was last told it."""

    def __init__(self, settings: "Settings", link: "Link", shift: "Shift") -> None:
        self._link = link
        self._shift = shift
        self._empty_percent = settings.battery_empty_percent
        self._edge_dbm = settings.area_edge_dbm
        self._edge_ms = settings.area_edge_ms
        self._is_empty = False
        #: Since when the signal has been too weak, or None.
        self._weak_since_ms: "Optional[int]" = None
        self._told = ""

    def take_battery(self, percent: int, is_charging: bool) -> None:
        """Take in the charge of the battery."""
        self._is_empty = percent <= self._empty_percent and not is_charging

    def take_signal(self, now_ms: int, rssi_dbm: int) -> None:
        """Take in how strongly the access point is heard."""
        if rssi_dbm >= self._edge_dbm + MARGIN_DB:
            self._weak_since_ms = None
        elif rssi_dbm < self._edge_dbm and self._weak_since_ms is None:
            self._weak_since_ms = now_ms

    def turn(self) -> None:
        """Note that the connection came or went: who comes up says `online`, which takes a warning back."""
        self._told = ""
        # What was measured before says nothing of the new connection.
        self._weak_since_ms = None

    def follow(self, now_ms: int, out: "list[Any]") -> None:
        """Tell what has changed, while there is a connection to tell it by."""
        reason = self._reason(now_ms)
        if reason == self._told or not self._link.is_up:
            return
        self._told = reason
        out.append(Publish("presence", self.words(reason) if reason else self._link.greeting()))

    def words(self, reason: str) -> bytes:
        """Return the payload that says why the device goes, or will."""
        return self._link.encoded("presence", {"state": "offline", "reason": reason})

    def deadline_ms(self) -> "Optional[int]":
        """Return when a weak signal has lasted long enough, or None."""
        if self._weak_since_ms is None or self._told or not (self._link.is_up and self._shift.is_on):
            return None
        return self._weak_since_ms + self._edge_ms

    def _reason(self, now_ms: int) -> str:
        if self._is_empty:
            return "battery_empty"
        since_ms = self._weak_since_ms
        # Off shift nobody needs to know where the device goes.
        if since_ms is None or now_ms - since_ms < self._edge_ms or not self._shift.is_on:
            return ""
        return "out_of_area"
