"""Whether the wearer has confirmed in time that they are all right.

Decides when the next confirmation is asked for: one interval after the last one, in a chain that neither
movement nor anything but the key extends. Confirming early is possible and starts the interval anew. ms.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.motion import Motion
    from firmware.settings import Settings

QUIET = 0


class Checkin:
    """The time since the last confirmation."""

    def __init__(self, settings: "Settings", now_ms: int) -> None:
        self._interval_ms = settings.time_interval_ms
        self._confirmed_ms = now_ms

    def restart(self, now_ms: int) -> None:
        """Give the whole interval back: the wearer has confirmed."""
        self._confirmed_ms = now_ms

    def begin_recovery(self, _now_ms: int) -> None:
        """Do nothing: only the key ends a time pre-alarm."""

    def deadline_ms(self) -> int:
        """Return when a confirmation is asked for."""
        return self._confirmed_ms + self._interval_ms

    def since_ms(self) -> int:
        """Return when the wearer last confirmed."""
        return self._confirmed_ms

    def step(self, _now_ms: int, _motion: "Motion", _posture: int) -> int:
        """Ignore movement: whoever moves may still be in trouble."""
        return QUIET
