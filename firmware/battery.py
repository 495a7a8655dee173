"""How long the battery will last, and whether that is long enough for the shift.

Decides at which rate the charge falls (the median of all slopes between points a quarter of an hour apart,
over the last four hours), when it will be down to `battery_critical_percent`, from where on the wearer is not
protected, and whether that comes before the planned end of the shift. Until an hour was measured it believes
the worst run time, the setting `battery_run_min` (docs/power.md), and comes down from it slowly: a rate rises
at once and falls by a quarter of the way each quarter of an hour. Never says that the battery is low: that is
`technical`. Charge in tenths of a percent, rates in thousandths of a percent an hour, time in minutes.
"""

from array import array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from firmware.protection import Shift
    from firmware.settings import Settings

MINUTE_MS = 60000
#: Between two points of the curve, how many are kept, and how many a slope needs: an hour and four.
POINT_MIN = 15
POINTS_MAX = 17
POINTS_LEAST = 5
#: Who gains so much in a quarter of an hour without a charger was measured wrongly before, in the cold.
RECOVERY_TENTHS = 20
#: No battery is believed to last so many times the worst run time, whatever was measured.
RUNS_MAX = 4
#: The battery must outlast the planned end by so much; once told, it is enough again with the second.
SPARE_MIN = 30
SPARE_AGAIN_MIN = 60
#: The mean of the charge goes over about so many readings: four minutes of a worn device.
READINGS = 8


class Battery:
    """The curve of one battery since the charger, and what follows from it for this shift."""

    def __init__(self, settings: "Settings", shift: "Shift") -> None:
        self._shift = shift
        self._floor_tenths = settings.battery_critical_percent * 10
        self._rate_worst = 100000 * 60 // settings.battery_run_min
        self._rate = self._rate_worst
        #: Minutes and tenths of a percent, the oldest first.
        self._minutes = array("i", [0] * POINTS_MAX)
        self._tenths = array("i", [0] * POINTS_MAX)
        self._count = 0
        #: The quarter of an hour that runs: its beginning, None before the first reading.
        self._begun_ms: "Optional[int]" = None
        self._sum_percent = self._readings = 0
        #: `READINGS` times the mean charge in percent.
        self._level = 0
        #: When the charge will be down to the limit, or None: on the charger, or never measured.
        self.empty_ms: "Optional[int]" = None
        #: The battery will not last until the planned end of the shift, as of `follow`.
        self.is_short = False

    def take(self, now_ms: int, percent: int, is_charging: bool) -> None:
        """Take in one reading of the charge, 0 to 100."""
        if is_charging:
            self._begun_ms = self.empty_ms = None
            self._count = 0
            return
        begun_ms = self._begun_ms
        if begun_ms is None:
            begun_ms = now_ms
            self._level = percent * READINGS
            self._begin_point(now_ms)
        else:
            self._level += percent - self._level // READINGS
        self._sum_percent += percent
        self._readings += 1
        if now_ms - begun_ms >= POINT_MIN * MINUTE_MS:
            self._end_point(now_ms)
        self.empty_ms = now_ms + self._left_min() * MINUTE_MS

    def left_min(self, now_ms: int) -> "Optional[int]":
        """Return the minutes until the charge is down to the limit, or None: nobody knows."""
        return None if self.empty_ms is None else max(self.empty_ms - now_ms, 0) // MINUTE_MS

    def follow(self, now_ms: int) -> None:
        """Compare what is left with what the shift still needs."""
        ends_ms = self._shift.ends_ms
        if self.empty_ms is None or ends_ms is None or ends_ms <= now_ms:
            # Past its planned end a shift has no other; the limits of the charge itself still warn.
            self.is_short = False
        else:
            spare_min = SPARE_AGAIN_MIN if self.is_short else SPARE_MIN
            self.is_short = self.empty_ms < ends_ms + spare_min * MINUTE_MS

    def _left_min(self) -> int:
        tenths = self._level * 10 // READINGS - self._floor_tenths
        return max(tenths, 0) * 100 * 60 // self._rate

    def _begin_point(self, now_ms: int) -> None:
        self._begun_ms = now_ms
        self._sum_percent = self._readings = 0

    def _end_point(self, now_ms: int) -> None:
        """Add the mean of the quarter of an hour to the curve, and find the rate anew."""
        tenths = self._sum_percent * 10 // self._readings
        if self._count and tenths > self._tenths[self._count - 1] + RECOVERY_TENTHS:
            self._count = 0
        if self._count == POINTS_MAX:
            for place in range(1, POINTS_MAX):
                self._minutes[place - 1] = self._minutes[place]
                self._tenths[place - 1] = self._tenths[place]
            self._count -= 1
        self._minutes[self._count] = now_ms // MINUTE_MS
        self._tenths[self._count] = tenths
        self._count += 1
        self._begin_point(now_ms)
        if self._count >= POINTS_LEAST:
            rate = self._median_slope()
            if rate < self._rate:
                rate = self._rate - (self._rate - rate) // 4
            self._rate = max(rate, self._rate_worst // RUNS_MAX)

    def _median_slope(self) -> int:
        slopes = []
        for later in range(1, self._count):
            for earlier in range(later):
                fallen_tenths = self._tenths[earlier] - self._tenths[later]
                slopes.append(fallen_tenths * 6000 // (self._minutes[later] - self._minutes[earlier]))
        slopes.sort()
        return slopes[len(slopes) // 2]
