"""Where the wearer is, as far as radio beacons and access points tell: told with an alarm, and only then.

Decides what is told of a person's raised alarm: the strongest beacons heard, right after the raise, and again
when another one is the strongest. In normal work no name of a beacon leaves the device. Of a silent or duress
alarm the place is told as well, also after its receipt ended it here, for half an hour: nothing of that can
be perceived. Never measures; the board says what it hears. dBm, ms.
"""

from protocol import topics
from protocol.messages import PERSON_KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional, Sequence

    from firmware.alarms import Alarms
    from firmware.link import Link

#: So many beacons are kept and told.
BEACONS_MAX = 4
DBM_MIN, DBM_MAX = -150, 0
#: An alarm's place is told so often at most, and so many times.
TELL_MS_MIN = 15000
TELLS_MAX = 20
#: So long after its raise an alarm that nobody may perceive still tells its place.
UNSEEN_MS = 1800000


class _Told:
    """What was told of one alarm."""

    def __init__(self, alarm_id: str, mark: str, unseen_until_ms: "Optional[int]") -> None:
        self.alarm_id = alarm_id
        self.mark = mark
        #: For an alarm that nobody may perceive: until when its place is told.
        self.unseen_until_ms = unseen_until_ms
        self.strongest = ""
        self.told_ms = 0
        self.count = 0


class Place:
    """The strongest beacons, and the alarms that they are told for."""

    def __init__(self, link: "Link", alarms: "Alarms") -> None:
        self._link = link
        self._alarms = alarms
        #: (dBm, name), the strongest first, and when they were heard.
        self._beacons: "list[tuple[int, str]]" = []
        self._heard_ms = 0
        self._tolds: "list[_Told]" = []

    def hear(self, now_ms: int, beacons: "Sequence[tuple[str, int]]") -> None:
        """Take in the names and strengths (dBm) of what is heard now; what is no beacon is left out."""
        heard = [(dbm, name) for name, dbm in beacons if topics.is_name(name) and DBM_MIN <= dbm <= DBM_MAX]
        heard.sort()
        heard.reverse()
        self._beacons = heard[:BEACONS_MAX]
        self._heard_ms = now_ms

    def beacons(self) -> "Optional[dict[str, int]]":
        """Return name to dBm of the strongest, or None if nothing is heard."""
        return {name: dbm for dbm, name in self._beacons} or None

    def is_wanted(self) -> bool:
        """Tell whether a person's alarm or pre-alarm stands, or one that nobody may perceive goes on."""
        if self._tolds:
            return True
        for subject in self._alarms.all:
            if subject.kind.name in PERSON_KINDS:
                return True
        return False

    def follow(self, now_ms: int, out: "list[Any]") -> None:
        """Tell the place of every alarm that stands and has not been told it."""
        if not self._alarms.all and not self._tolds:
            return
        self._follow_alarms(now_ms)
        for told in self._tolds:
            if self._is_due(now_ms, told):
                self._tell(now_ms, told, out)

    def tell(self, now_ms: int, alarm_id: str, mark: str, out: "list[Any]") -> None:
        """Tell the place now, because somebody asks for it in the case of this alarm."""
        if self._beacons:
            self._send(now_ms, alarm_id, mark, out)

    def _follow_alarms(self, now_ms: int) -> None:
        standing = [
            subject
            for subject in self._alarms.all
            if subject.state in ("RAISED", "RECEIVED") and subject.kind.name in PERSON_KINDS
        ]
        ids = [subject.alarm_id for subject in standing]
        kept = []
        for told in self._tolds:
            until_ms = told.unseen_until_ms
            if told.alarm_id in ids or (until_ms is not None and now_ms < until_ms):
                kept.append(told)
        known = [told.alarm_id for told in kept]
        for subject in standing:
            if subject.alarm_id not in known:
                until_ms = None if subject.kind.signal else now_ms + UNSEEN_MS
                kept.append(_Told(subject.alarm_id, subject.mark, until_ms))
        self._tolds = kept

    def _is_due(self, now_ms: int, told: "_Told") -> bool:
        # Where events give way to each other a place waits: it must cost nobody a word about an alarm.
        if not self._beacons or told.count >= TELLS_MAX or self._link.is_full():
            return False
        if self._beacons[0][1] == told.strongest:
            return False
        return told.count == 0 or now_ms - told.told_ms >= TELL_MS_MIN

    def _tell(self, now_ms: int, told: "_Told", out: "list[Any]") -> None:
        told.strongest = self._beacons[0][1]
        told.told_ms = now_ms
        told.count += 1
        self._send(now_ms, told.alarm_id, told.mark, out)

    def _send(self, now_ms: int, alarm_id: str, mark: str, out: "list[Any]") -> None:
        # A newer place makes an older one that still waits worthless; it takes no second place in the queue.
        self._link.drop_event("place", alarm_id)
        fields = {"alarm": alarm_id, "beacons": self.beacons(), "age_s": (now_ms - self._heard_ms) // 1000}
        self._link.send_event(now_ms, "place", fields, out, 0, mark)
