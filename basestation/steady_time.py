"""The machine's time, which for the station never goes back.

Every limit of a rescue chain is a date: were the machine's clock set back by an hour, each next level would
be called an hour late. So a clock that is set back is not followed: ours goes on, a little slower, until
the machine's has caught up. One that is set ahead is followed at once: what is then due too early is noise.
Decides nothing about a clock that is wrong when the program starts. Times are aware UTC; the rate is ours.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

#: While the machine's clock is behind ours, ours goes so fast, in thousandths: limits are at most 5 % longer.
BEHIND_PERMILLE = 950


class SteadyTime:
    """Time from `wall`, and from `monotonic_s` while that is behind what was told last."""

    def __init__(self, wall: Callable[[], datetime], monotonic_s: Callable[[], float]) -> None:
        self._wall, self._monotonic_s = wall, monotonic_s
        # One tuple, taken and put at once: the network threads ask too.
        self._last: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        """Return the time; never earlier than before."""
        last, wall, at_s = self._last, self._wall(), self._monotonic_s()
        if last is not None and wall < last[0]:
            gone_s = max(0.0, at_s - last[1]) * BEHIND_PERMILLE / 1000
            wall = last[0] + timedelta(seconds=gone_s)
        self._last = (wall, at_s)
        return wall
