"""A clock of its own for the base station's process, by libfaketime; the machine's is not touched.

A time namespace moves only the clocks that count from the start of the machine; a setting of the product
that moves its clock would be a danger in service. libfaketime is Debian's package of the same name; without
it, or where FAKETIME_LIBRARY does not name it, the faults of the clock are not tried, and the table says
so.
"""

import os
from pathlib import Path

#: Below /usr: Debian's place on any machine, and where it installs itself.
_PLACES = ("lib/*/faketime", "lib/faketime", "local/lib/faketime")
_FILE = "libfaketimeMT.so.1"


def _library() -> str:
    named = os.environ.get("FAKETIME_LIBRARY", "")
    return named or next(
        (str(path) for place in _PLACES for path in Path("/usr").glob(f"{place}/{_FILE}")), ""
    )


def why_none() -> str:
    """Return why there can be no clock of its own here; "" if there can."""
    return "" if Path(_library()).is_file() else "no libfaketime here (Debian: apt install libfaketime)"


class OwnClock:
    """The clock of the processes that are started with `environment`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set(0)
        #: Only what tells the date is moved: what is waited for by the other clocks goes on. The file is read
        #: once a second: at every look at the clock it would hold the process up.
        self.environment = {
            "LD_PRELOAD": _library(), "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip

    def set(self, ahead_s: int) -> None:
        """Let it be so far ahead of the machine's, or behind it."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{ahead_s:+d}s\n")
        new.replace(self._file)
