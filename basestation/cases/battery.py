"""Until when the battery of a device lasts, as far as the control room can know, and whether that is enough.

Decides what a heartbeat tells of it: what the device predicts itself, or, of a device too old to, what its
charge lost since its charger tells, after an hour and three percent. Never decides what the device shows its
wearer. A battery must outlast the planned end by the same half hour that the firmware asks for. Percent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

#: The cause of a device's own alarm, and those that say worse; their words are in `protection.CAUSES`.
SHORT = "battery_short"
SAID_BY_THE_DEVICE = (SHORT, "battery_low", "battery_critical")

#: From here on a wearer is not protected: what a device has where nobody set it otherwise.
CRITICAL_PERCENT = 5
#: So much must have passed and been lost before a rate is believed.
MEASURED: timedelta = timedelta(hours=1)
MEASURED_PERCENT = 3
#: Who gains more than this was charged.
RISE_PERCENT = 2
#: Less to spare is too short; more than the second is enough again.
SPARE: timedelta = timedelta(minutes=30)
SPARE_AGAIN: timedelta = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of one battery; not on disk: the next heartbeat says it anew."""

    #: When its wearer will be without protection; None: nobody knows.
    until: datetime | None = None
    is_charging: bool = False
    #: Since when it has been falling, from what, and what it was last.
    begun_at: datetime | None = None
    begun_percent: int = 0
    percent: int = 0


def outlook_after(before: Outlook, message: Mapping[str, Any], at: datetime) -> Outlook:
    """Return the outlook with what a message heard at `at` says; only heartbeats say anything."""
    if message["kind"] != "heartbeat" or "battery_percent" not in message:
        return before
    if message.get("is_charging"):
        return Outlook(is_charging=True)
    left_min = message.get("battery_left_min")
    if left_min is not None:
        return Outlook(at + timedelta(minutes=left_min))
    percent = message["battery_percent"]
    if before.begun_at is None or percent > before.percent + RISE_PERCENT:
        return Outlook(None, begun_at=at, begun_percent=percent, percent=percent)
    passed, lost = at - before.begun_at, before.begun_percent - percent
    is_measured = passed >= MEASURED and lost >= MEASURED_PERCENT
    until = at + passed * max(percent - CRITICAL_PERCENT, 0) / lost if is_measured else None
    return replace(before, until=until, is_charging=False, percent=percent)


def is_short(outlook: Outlook, planned_end: datetime, now: datetime, *, was_short: bool) -> bool:
    """Tell whether the battery will not last until the planned end; without news nothing changes."""
    if outlook.is_charging or planned_end <= now:
        return False
    if outlook.until is None:
        return was_short
    return outlook.until < planned_end + (SPARE_AGAIN if was_short else SPARE)
