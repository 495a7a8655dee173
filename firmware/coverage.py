"""A coverage walk: somebody carries the device over the site, and it records how well it is heard where.

Decides when a measurement is made (every 5 s, and at each short press, with which the next point begins),
and keeps what could not be sent. A measurement is the signal, the beacons and the time until the answer to a
heartbeat sent for it, at most 3 s. Ends with its time, at the latest after two hours, and with any alarm that
is shown. Never delays an alarm: one measurement at a time is under way, and alarms go first. dBm, ms.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from firmware.link import Link

INTERVAL_MS = 5000
ANSWER_MS_MAX = 3000
WALK_MS_DEFAULT, WALK_MS_MAX = 1800000, 7200000
#: Measurements kept for the link; further ones are lost and counted.
KEPT_MAX = 64
POINT_MAX = 9999


class Walk:
    """The walk that goes on, or the measurements of the last one that nobody has received."""

    def __init__(self, link: "Link") -> None:
        self._link = link
        self._name = ""
        self._point = 0
        self._until_ms: "Optional[int]" = None
        self._next_ms = 0
        #: The measurement under way, and when it began; None: there is none.
        self._measured: "Optional[dict[str, Any]]" = None
        self._began_ms = 0
        self._is_pressed = False
        self._kept: "list[dict[str, Any]]" = []
        #: Measurements that found no place.
        self.lost_count = 0

    def order(self, now_ms: int, message: "dict[str, Any]") -> None:
        """Begin the walk of this name, go on with it, or end it."""
        if not message["is_on"]:
            self._until_ms = None
            return
        if message["walk"] != self._name:
            self._name = message["walk"]
            self._point = 0
        duration_ms = message.get("remaining_ms", WALK_MS_DEFAULT)
        self._until_ms = now_ms + min(duration_ms, WALK_MS_MAX)
        self._next_ms = now_ms

    def press(self, now_ms: int) -> bool:
        """Begin the next point; return False if no walk goes on."""
        if self._until_ms is None:
            return False
        self._is_pressed = True
        self._next_ms = now_ms
        return True

    def follow(
        self, now_ms: int, is_alarm_shown: bool, rssi_dbm: "Optional[int]",
        beacons: "Optional[dict[str, int]]", out: "list[Any]",
    ) -> None:  # fmt: skip
        """Measure and send what is due."""
        if self._until_ms is not None and (is_alarm_shown or now_ms >= self._until_ms):
            self._until_ms = None
        self._end_measurement(now_ms)
        if self._until_ms is not None and self._measured is None and now_ms >= self._next_ms:
            self._begin_measurement(now_ms, rssi_dbm, beacons)
        if self._kept and self._link.is_up and not self._link.is_waiting("coverage"):
            # One at a time: it takes no place from what is said of an alarm.
            self._link.send_event(now_ms, "coverage", self._kept.pop(0), out)

    def deadline_ms(self) -> "Optional[int]":
        """Return when something is due next, or None."""
        if self._measured is not None:
            return self._began_ms + ANSWER_MS_MAX
        if self._until_ms is None:
            return None
        return min(self._until_ms, self._next_ms)

    def _begin_measurement(
        self, now_ms: int, rssi_dbm: "Optional[int]", beacons: "Optional[dict[str, int]]"
    ) -> None:
        if self._is_pressed:
            self._is_pressed = False
            self._point = min(self._point + 1, POINT_MAX)
        is_up = self._link.is_up
        self._measured = {"walk": self._name, "point": self._point, "beacons": beacons}
        if is_up:
            self._measured["rssi_dbm"] = rssi_dbm
            self._link.hurry_heartbeat(now_ms)
        self._began_ms = now_ms
        self._next_ms = now_ms + INTERVAL_MS

    def _end_measurement(self, now_ms: int) -> None:
        measured = self._measured
        if measured is None:
            return
        round_trip_ms = self._link.round_trip_ms
        is_answered = round_trip_ms is not None and "rssi_dbm" in measured
        if not is_answered and self._link.is_up and now_ms - self._began_ms < ANSWER_MS_MAX:
            return
        if is_answered:
            measured["round_trip_ms"] = round_trip_ms
        self._measured = None
        if len(self._kept) >= KEPT_MAX:
            self.lost_count += 1
            return
        self._kept.append(measured)
