"""Lines for whoever watches a device at its serial line, a few bytes a turn.

Decides what is dropped when nobody reads or too much is said; a serial line at 115200 baud takes 230 bytes in
a turn of 20 ms, and one that nobody reads must hold up nothing. Never says what a message holds: who plugs in
a cable learns nothing about a worker.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WRITE_BYTES_PER_TICK_MAX = 64
LINES_WAITING_MAX = 24


class Console:
    """Lines to a binary `stream` such as `sys.stdout.buffer`."""

    def __init__(self, stream: "Any") -> None:
        self._stream = stream
        self._waiting: "list[bytes]" = []
        self._at = 0
        #: Lines that were dropped.
        self.dropped_lines = 0

    def put(self, line: str) -> None:
        """Queue one line (text without its end)."""
        if len(self._waiting) >= LINES_WAITING_MAX:
            self.dropped_lines += 1
        else:
            self._waiting.append(line.encode() + b"\n")

    def write(self) -> bool:
        """Write the share of this turn; return True if nothing is left."""
        if not self._waiting:
            return True
        line = self._waiting[0]
        part = line[self._at : self._at + WRITE_BYTES_PER_TICK_MAX]
        self._at += self._stream.write(part) or 0
        if self._at >= len(line):
            self._waiting.pop(0)
            self._at = 0
        return not self._waiting
