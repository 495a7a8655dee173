"""When a device that says nothing becomes a technical alarm, and when that is over.

Decides per device, from signs of life, last wills, shifts and the base station's own outages. Off shift
nothing is supervised. While the base station itself is deaf no device is called silent, and after it
hears again each one gets the time to speak first. 90 s is the yardstick of EN 50136 class SP5 for
reporting a lost path; times in seconds.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from basestation.cases.collective import CollectiveSettings
from basestation.cases.events import ConditionEnded
from basestation.cases.silence_class import FADED, NEVER, UNKNOWN, WILL, Facts, classify, told_of

#: Reasons that a device tells while it still speaks; they explain the silence that comes later.
WARNINGS = ("battery_empty", "out_of_area")
SWITCHED_OFF = "switched_off"

#: What an operator reads, by the reason in the last will, the goodbye or the warning before it.
_OFFLINE_CAUSES = {
    "lost": "contact with the device is lost",
    "switched_off": "the device is switched off",
    "battery_empty": "the device's battery is empty",
    "charging": "the device was put on its charger during the shift",
    "out_of_area": "the device left the area with radio coverage",
    "restart": "the device has not come back from a restart",
}


#: Never harmless, and an alarm of its own: nobody who leaves work has to switch off before the end of it.
SWITCHED_OFF_CAUSE = "the device was switched off during the shift"


@dataclass(frozen=True, slots=True)
class SilenceSettings:
    """How long a device may say nothing."""

    #: From its last will to the alarm, in seconds.
    last_will_s: int = 20
    #: From its last sign of life to the alarm, in seconds: 5 less than 90, kept for store and screen.
    silence_s: int = 85
    #: One heartbeat period and a margin: what each device gets after the base was deaf, in seconds.
    grace_s: int = 45
    #: When the silence of many is one case.
    collective: CollectiveSettings = field(default_factory=CollectiveSettings)


@dataclass(frozen=True, slots=True)
class DeviceWatch:
    """What counts for the supervision of one device."""

    device: str
    #: Start of the open shift; None off shift.
    shift_started_at: datetime | None = None
    #: Last sign of life; None if it was never heard.
    heard_at: datetime | None = None
    #: When its last will came; None once it was heard again.
    offline_at: datetime | None = None
    #: Why it went, as the last will says: "lost", "switched_off" and so on.
    offline_reason: str | None = None
    #: The warning that stands, one of WARNINGS: why it will be silent when it is.
    foretold: str | None = None
    #: The alarm is raised and its condition lasts.
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class SilenceDue:
    """The technical alarm that comes at `due_at` unless the device is heard before."""

    due_at: datetime
    cause: str
    #: The worker switched the device off: known at once, and no fault.
    is_switched_off: bool = False
    #: One of `silence_class.CLASSES`; until it was judged the silence is of the graver sort.
    silence_class: str = UNKNOWN


Ended = tuple[DeviceWatch, ConditionEnded | None]


def silence_due(
    watch: DeviceWatch, link_up_since: datetime | None, settings: SilenceSettings
) -> SilenceDue | None:
    """Return when the device counts as silent, and why; None if it is not supervised now.

    `link_up_since` is since when the base station has been running with a broker that serves it; None
    while it is not.
    """
    if watch.shift_started_at is None or link_up_since is None or watch.is_silent:
        return None
    if _is_switched_off_at_work(watch):
        assert watch.offline_at is not None
        # Its own word: neither a broken link nor the base's outage can be meant.
        return SilenceDue(watch.offline_at, SWITCHED_OFF_CAUSE, is_switched_off=True)
    due = _silence_due(watch, watch.shift_started_at, settings)
    if watch.offline_at is not None:
        will_at = max(watch.offline_at, watch.shift_started_at)
        will = SilenceDue(will_at + _seconds(settings.last_will_s), _will_cause(watch))
        due = min(will, due, key=lambda one: one.due_at)
    # The base's own outage says nothing about the device: first it gets the time to speak.
    spoken_by = link_up_since + _seconds(settings.grace_s)
    return due if due.due_at >= spoken_by else replace(due, due_at=spoken_by)


def lost_at(watch: DeviceWatch) -> datetime:
    """Return when contact was lost: the last sign of life in the shift, or its start."""
    assert watch.shift_started_at is not None, f"{watch.device} is off shift"
    return max(watch.heard_at or watch.shift_started_at, watch.shift_started_at)


def told(watch: DeviceWatch) -> str:
    """Return what the device said of its silence, one of the words of `silence_class`."""
    return told_of(watch.offline_reason, watch.foretold)


def went(watch: DeviceWatch) -> str:
    """Return how the device went."""
    if watch.heard_at is None or watch.shift_started_at is None or watch.heard_at < watch.shift_started_at:
        return NEVER
    return FADED if watch.offline_at is None else WILL


def classified(due: SilenceDue, facts: Facts) -> SilenceDue:
    """Return the alarm with its class, and with why in its cause where that says more."""
    judged = classify(facts)
    cause = due.cause if judged.is_in_cause else f"{due.cause}; {judged.reason}"
    return replace(due, cause=cause, silence_class=judged.silence_class)


def silenced(watch: DeviceWatch) -> DeviceWatch:
    """Return the watch after its alarm was raised; it is raised once."""
    return replace(watch, is_silent=True)


def heard(watch: DeviceWatch, now: datetime) -> Ended:
    """Take any message of the device as a sign of life; it ends the condition."""
    return _ended(replace(watch, heard_at=now, offline_at=None, offline_reason=None))


def came_online(watch: DeviceWatch, now: datetime) -> Ended:
    """Take the greeting of a new connection or a new start; it takes back what was foretold."""
    return heard(replace(watch, foretold=None), now)


def forewarned(watch: DeviceWatch, reason: str, now: datetime) -> Ended:
    """Take a warning of a device that goes on for as long as it can."""
    return heard(replace(watch, foretold=reason), now)


def went_offline(watch: DeviceWatch, reason: str, now: datetime) -> DeviceWatch:
    """Take the last will of a device, or its goodbye; only the first one since it was heard counts."""
    if watch.offline_at is not None:
        return watch
    return replace(watch, offline_at=now, offline_reason=reason)


def shift_started(watch: DeviceWatch, now: datetime) -> DeviceWatch:
    """Supervise the device from now on."""
    return replace(watch, shift_started_at=now)


def shift_ended(watch: DeviceWatch) -> Ended:
    """Stop supervising the device; a condition that lasted is over with the shift."""
    return _ended(replace(watch, shift_started_at=None))


def _silence_due(watch: DeviceWatch, started_at: datetime, settings: SilenceSettings) -> SilenceDue:
    since = _seconds(settings.silence_s)
    if watch.heard_at is None or watch.heard_at < started_at:
        return SilenceDue(started_at + since, f"not heard since the shift began, for {settings.silence_s} s")
    cause = f"no heartbeat for {settings.silence_s} s"
    if watch.foretold is not None:
        cause = f"{_OFFLINE_CAUSES[watch.foretold]}: {cause}"
    return SilenceDue(watch.heard_at + since, cause)


def _will_cause(watch: DeviceWatch) -> str:
    reason = watch.offline_reason or ""
    if reason == "lost" and watch.foretold is not None:
        reason = watch.foretold
    return _OFFLINE_CAUSES.get(reason, f"the device went offline: {watch.offline_reason}")


def _is_switched_off_at_work(watch: DeviceWatch) -> bool:
    if watch.offline_at is None or watch.shift_started_at is None:
        return False
    return watch.offline_reason == SWITCHED_OFF and watch.offline_at >= watch.shift_started_at


def _ended(watch: DeviceWatch) -> Ended:
    if not watch.is_silent:
        return watch, None
    return replace(watch, is_silent=False), ConditionEnded()


def _seconds(count: int) -> timedelta:
    return timedelta(seconds=count)
