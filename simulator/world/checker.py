"""What every checker has: the world it looks at, and a way to say what it found."""

from datetime import datetime
from typing import TYPE_CHECKING

from basestation.clock import to_ms

if TYPE_CHECKING:
    from simulator.world.world import World


def to_ms_or_none(text: str | None) -> int | None:
    """Return a time as it stands in the body of a case in ms since 1970."""
    return None if text is None else to_ms(datetime.fromisoformat(text))


class Checker:
    """One sentence that must hold."""

    number = 0

    def __init__(self, world: "World") -> None:
        self.world = world
        self.seen = world.seen

    @property
    def now_ms(self) -> int:
        """Return the time of the loop."""
        return self.world.loop.now_ms()

    @property
    def wall_ms(self) -> int:
        """Return the station's time, ms since 1970."""
        return to_ms(self.world.station.clock.now())

    def wrong(self, words: str) -> None:
        """Say what must never be."""
        self.seen.violate(self.number, self.now_ms, words)

    def look(self) -> None:
        """Check what must hold at any time."""

    async def end(self) -> None:
        """Check what must hold at the end."""
