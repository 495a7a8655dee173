"""Days and hours as people plan them: a span of local time on days of the week, and when that is in UTC.

Decides what becomes of local times that a change of the clock makes come twice or never: a span then begins
at the earlier and ends at the later of its two readings, so that where one ends another begins, whatever the
clock does. Two too many for an hour, never nobody. Minutes count from local midnight, 0..1439.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

#: Monday is 1, as in ISO 8601.
WEEK = (1, 2, 3, 4, 5, 6, 7)
DAY_MIN = 1440
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of the day to another; the end may lie on the day after, and equal ends are 24 hours."""

    #: Of the day on which it begins, 1 (Monday) .. 7.
    weekdays: tuple[int, ...] = WEEK
    start_min: int = 0
    end_min: int = 0

    @property
    def is_past_midnight(self) -> bool:
        """Tell whether it ends on the day after."""
        return self.end_min <= self.start_min


def includes(hours: Hours, local: datetime) -> bool:
    """Tell whether the clock on the wall, `local`, stands within the hours."""
    minute, weekday = local.hour * 60 + local.minute, local.isoweekday()
    if not hours.is_past_midnight:
        return weekday in hours.weekdays and hours.start_min <= minute < hours.end_min
    if minute >= hours.start_min:
        return weekday in hours.weekdays
    yesterday = (local - _DAY).isoweekday()
    return minute < hours.end_min and yesterday in hours.weekdays


def span(hours: Hours, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return begin and end, in UTC, of the hours that begin on `day`; the weekdays are not looked at."""
    last = day + _DAY if hours.is_past_midnight else day
    return min(_readings(day, hours.start_min, zone)), max(_readings(last, hours.end_min, zone))


def _readings(day: date, minute: int, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the two moments that a local time may mean; mostly they are one."""
    local = datetime.combine(day, time(minute // 60, minute % 60), zone)
    return local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)
