"""What the machine says of its clock: whether it is kept in step, and whether it was set while we ran.

Decides nothing. Asks the kernel (adjtimex(2), which only reads here); where that is not possible, nothing is
known. Units in the names.
"""

import ctypes
from datetime import datetime, timedelta
from time import monotonic

#: What adjtimex answers for a clock that nothing keeps in step (TIME_ERROR).
_NOT_SYNCHRONISED = 5
#: Larger than the kernel's struct timex on every machine; all zero: read only.
_TIMEX_BYTES = 512
#: How far back a step is still told of, in seconds.
_TOLD_S = 3600.0


def is_synchronised() -> bool | None:
    """Tell whether something keeps the machine's clock in step; None: not known."""
    try:
        answer = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return None
    return None if answer < 0 else answer != _NOT_SYNCHRONISED


class ClockSteps:
    """Compares the wall clock with the machine's own time from look to look."""

    def __init__(self) -> None:
        self._wall: datetime | None = None
        self._own_s = 0.0
        self._step_s = 0.0
        self._stepped_at_s = 0.0

    def look(self, now: datetime, own_s: float | None = None) -> float:
        """Return by how many seconds the wall clock was set at the latest step within the last hour."""
        own_s = monotonic() if own_s is None else own_s
        if self._wall is not None:
            step_s = (now - self._wall - timedelta(seconds=own_s - self._own_s)).total_seconds()
            if abs(step_s) > 1.0:
                self._step_s, self._stepped_at_s = step_s, own_s
        self._wall, self._own_s = now, own_s
        if own_s - self._stepped_at_s > _TOLD_S:
            self._step_s = 0.0
        return self._step_s
