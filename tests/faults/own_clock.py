"""A machine clock of its own for one base station, so that nothing of the real machine is touched.

The product reads the machine's clock in one place (`basestation.clock`); a station that the nursery starts
with `VARIABLE` gets another there: the machine's, so far ahead or behind as a file says. Not a time
namespace, which moves only the clocks that count from the start of the machine; not libfaketime, which
stopped the threads of the database. What C code reads by itself is not moved; dates of certificates are
faults of their own.
"""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from basestation import clock
from basestation.steady_time import SteadyTime

VARIABLE = "FAULTS_CLOCK"


class OwnClock:
    """The clock of the stations that are started with `environment`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.environment = {VARIABLE: str(file)}
        self.set(0)

    def set(self, ahead_s: int) -> None:
        """Let it be so far ahead of the machine's, or behind it."""
        new = self._file.with_suffix(".new")
        new.write_text(str(ahead_s))
        new.replace(self._file)


def take(file: Path) -> None:
    """Give this process the clock that the file moves."""

    def wall() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=int(file.read_text()))

    clock.MACHINE = SteadyTime(wall, time.monotonic)
