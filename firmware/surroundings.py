"""What the radio tells the device of where it is: the signal of its access point, and the beacons around.

Decides which machine sees it: `farewell` warns before the area is left, `place` and `locate` help to find the
wearer in an alarm, `coverage` records a walk and is loaded when one begins. Never measures. dBm, ms.
"""

from firmware.farewell import Farewell
from firmware.locate import DONE, Locate
from firmware.place import DBM_MAX, DBM_MIN, Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional, Sequence

    from firmware.alarms import Alarms
    from firmware.commands import Commands
    from firmware.coverage import Walk
    from firmware.link import Link
    from firmware.protection import Shift
    from firmware.settings import Settings

#: So long after somebody asked for the place the board listens for beacons.
WANTED_MS = 60000


class Surroundings:
    """The signal, the beacons, and who needs them."""

    def __init__(
        self, settings: "Settings", link: "Link", alarms: "Alarms", shift: "Shift", commands: "Commands"
    ) -> None:
        self._link = link
        self._alarms = alarms
        self.rssi_dbm: "Optional[int]" = None
        self.farewell = Farewell(settings, link, shift)
        self.place = Place(link, alarms)
        self.locate = Locate(alarms, self.place)
        self._walk: "Optional[Walk]" = None
        #: Until when somebody who has asked for the place may ask again.
        self._wanted_until_ms = 0
        commands.handlers["locate"] = self._take_locate
        commands.handlers["walk"] = self._take_walk

    def take_signal(
        self, now_ms: int, rssi_dbm: "Optional[int]", beacons: "Optional[Sequence[tuple[str, int]]]"
    ) -> None:
        """Take in the signal of the access point and the beacons heard; None: no news of it."""
        if rssi_dbm is not None:
            self.rssi_dbm = min(max(rssi_dbm, DBM_MIN), DBM_MAX)
            self.farewell.take_signal(now_ms, self.rssi_dbm)
        if beacons is not None:
            self.place.hear(now_ms, beacons)

    def turn(self, is_up: bool) -> None:
        """Note that the connection comes or goes; to be told before the link."""
        if is_up != self._link.is_up:
            self.rssi_dbm = None
            self.farewell.turn()

    def is_wanted(self, now_ms: int) -> bool:
        """Tell whether the board is to listen for beacons: in an alarm of a person, a walk, or when asked."""
        walk = self._walk
        is_walking = walk is not None and walk.deadline_ms() is not None
        return is_walking or now_ms < self._wanted_until_ms or self.place.is_wanted()

    def press(self, now_ms: int) -> bool:
        """Take a short press that answers nothing; return True if a walk took it as its next point."""
        return self._walk is not None and self._walk.press(now_ms)

    def follow(self, now_ms: int, out: "list[Any]") -> None:
        """Tell what is due."""
        self.locate.follow(now_ms)
        self.place.follow(now_ms, out)
        self.farewell.follow(now_ms, out)
        walk = self._walk
        if walk is not None:
            # A silent alarm ends no walk: that it ended would tell.
            walk.follow(now_ms, self._alarms.shown() is not None, self.rssi_dbm, self.place.beacons(), out)

    def deadline_ms(self) -> "Optional[int]":
        """Return when something is due next by time alone, or None; allocates nothing."""
        deadline_ms = self.farewell.deadline_ms()
        tone_ms = self.locate.deadline_ms()
        if deadline_ms is None or (tone_ms is not None and tone_ms < deadline_ms):
            deadline_ms = tone_ms
        walk_ms = None if self._walk is None else self._walk.deadline_ms()
        if deadline_ms is None or (walk_ms is not None and walk_ms < deadline_ms):
            deadline_ms = walk_ms
        return deadline_ms

    def _take_locate(self, now_ms: int, message: "dict[str, Any]", out: "list[Any]") -> "tuple[str, str]":
        answer = self.locate.take(now_ms, message, out)
        if answer == DONE:
            self._wanted_until_ms = now_ms + WANTED_MS
        return answer

    def _take_walk(self, now_ms: int, message: "dict[str, Any]", _out: "list[Any]") -> "tuple[str, str]":
        if message["is_on"] and self._alarms.shown() is not None:
            return "refused", "an alarm runs"
        if self._walk is None:
            if not message["is_on"]:
                return DONE
            from firmware.coverage import Walk

            self._walk = Walk(self._link)
        self._walk.order(now_ms, message)
        return DONE
