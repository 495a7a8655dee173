"""What a retired device still says, by whatever broker: refused, kept, counted, told; never receipted.

Decides what of it is told as a technical alarm: its alarms always, under a reason of their own, since
somebody may need help; the rest unless it was on its way when the device was retired. A last will is the
broker's word, not the device's. Not receipted, the device grows loud where it is, so that nobody takes it for
heard. Pure.
"""

from datetime import datetime, timedelta

from basestation.intake.hearing import RETIRED_ALARM, RETIRED_DEVICE, Heard, Misheard

#: What was on its way when the device was retired arrives within this: a broker delivers again after 2 s.
ON_ITS_WAY = timedelta(seconds=10)
ALARMS = ("raised", "pre-alarm")


def refusal(heard: Heard, retired_at: datetime, at: datetime, broker: int) -> Misheard:
    """Return as what a message of a retired device is kept; `broker`: the number it came by, from 1."""
    message = heard.message
    kind = message["kind"]
    if kind in ALARMS:
        return Misheard(heard.device, heard.channel, RETIRED_ALARM, "device", kind, broker)
    is_last_will = kind == "presence" and message["state"] == "offline"
    is_quiet = is_last_will or at - retired_at < ON_ITS_WAY
    return Misheard(heard.device, heard.channel, RETIRED_DEVICE, "device", kind, broker, is_quiet)


def cause(misheard: Misheard, count: int) -> str:
    """Return the cause of the technical alarm after so many messages of this reason."""
    where = f"by broker {misheard.broker}" if misheard.broker else "by an unknown broker"
    if misheard.reason == RETIRED_ALARM:
        what = "alarm message" if count == 1 else "alarm messages"
        return (
            f"{count} {what} of this device, which was retired, refused, the last {where}: "
            "look after whoever has it, and give them a device that is in service"
        )
    what = "message" if count == 1 else "messages"
    return (
        f"{count} {what} of this device, which was retired, refused, the last {where}: its log-in is still "
        "valid there, have it removed"
    )
