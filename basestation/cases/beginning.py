"""When the condition of an alarm and its pre-alarm began, as far as the device has told.

Pure. A device tells durations by its own clock: how long the condition had held when the pre-alarm began, and
how long that lasted. They count back from the moment at which the base station takes the message in, less the
age that the message has by its own word; wall time is never asked. Of several messages the one that leads
furthest back was the quickest on its way. An older firmware tells nothing, a restarted device knows nothing.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from basestation.cases.case import Case
from basestation.cases.events import AlarmReported, PreAlarmReported


def with_beginning(case: Case, event: PreAlarmReported | AlarmReported, now: datetime) -> Case:
    """Return the case with `announced_at` and `condition_at` as this event tells them, or as they were."""
    if event.pre_alarm_ms is None:
        return case
    ago_ms = event.raised_ago_ms if isinstance(event, AlarmReported) else 0
    if ago_ms is None:
        # Raised before a restart: nothing leads from now to then.
        return case
    began_at = now - timedelta(milliseconds=ago_ms + event.pre_alarm_ms)
    has_pre_alarm = event.pre_alarm_ms > 0 or isinstance(event, PreAlarmReported)
    announced_at = _earlier(case.announced_at, began_at) if has_pre_alarm else case.announced_at
    if event.condition_ms is None:
        return replace(case, announced_at=announced_at)
    condition_at = began_at - timedelta(milliseconds=event.condition_ms)
    return replace(case, announced_at=announced_at, condition_at=_earlier(case.condition_at, condition_at))


def _earlier(known_at: datetime | None, at: datetime) -> datetime:
    return at if known_at is None else min(known_at, at)
