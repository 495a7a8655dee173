"""What the wearer is told of the rescue: nothing where it could betray them."""

from basestation.cases.case import Case
from basestation.cases.effects import TellDevice

#: What the protocol carries of a name.
BY_CHARACTERS_MAX = 48


def tell_device(case: Case, state: str, by: str, minutes: int | None = None) -> tuple[TellDevice, ...]:
    """Return the effect that shows `state` on the device; none where nothing may show."""
    if not case.is_telling_device:
        return ()
    return (TellDevice(state, by[:BY_CHARACTERS_MAX], minutes),)
