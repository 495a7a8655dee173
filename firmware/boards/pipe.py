"""Pipes as lines, without ever waiting for the other end.

Decides what happens when nobody reads: lines are dropped and counted, the ordinary ones long before the
vital ones. Never decides what a line means. Bounds are lines, and bytes a tick.
"""

import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

LINE_BYTES_MAX = 256
READ_BYTES_PER_TICK_MAX = 256

#: Lines, or parts of long ones, waiting for a reader; ordinary ones only fill half of it.
LINES_WAITING_MAX = 256
#: What a pipe that is ready takes at once without blocking (PIPE_BUF).
WRITE_BYTES_MAX = 4096
WRITES_PER_TICK_MAX = 8


class LineReader:
    """Lines from a binary stream such as `sys.stdin.buffer`, as far as they are there."""

    def __init__(self, stream: "Any") -> None:
        # CPython's buffer would hide from poll() what it has read already.
        self._stream = getattr(stream, "raw", stream)
        self._poll = select.poll()
        self._poll.register(self._stream, select.POLLIN)
        self._byte = bytearray(1)
        self._line = bytearray()
        self.is_ended = False

    def read_lines(self) -> "list[bytes]":
        """Return the lines (bytes) that are complete now, a few at most."""
        lines = []
        for _ in range(READ_BYTES_PER_TICK_MAX):
            if self.is_ended or not self._poll.poll(0):
                break
            # One byte at a time: MicroPython waits until it has all it was asked for.
            if self._stream.readinto(self._byte) != 1:
                self.is_ended = True
            elif self._byte[0] == 10:
                lines.append(bytes(self._line))
                self._line = bytearray()
            elif len(self._line) < LINE_BYTES_MAX:
                self._line.append(self._byte[0])
        return lines


class LineWriter:
    """Lines to a binary stream such as `sys.stdout.buffer`, as fast as they are read."""

    def __init__(self, stream: "Any") -> None:
        self._stream = getattr(stream, "raw", stream)
        self._poll = select.poll()
        self._poll.register(self._stream, select.POLLOUT)
        self._waiting: list[bytes] = []
        self._unwritten = memoryview(b"")
        self._is_closed = False
        #: Lines that were dropped, because nobody read.
        self.dropped_lines = 0

    def put(self, line: bytes, is_vital: bool, rest: "Sequence[bytes]" = ()) -> None:
        """Queue one line (bytes, up to its end with `rest`); only vital ones may fill the second half."""
        if len(self._waiting) + len(rest) >= (LINES_WAITING_MAX if is_vital else LINES_WAITING_MAX // 2):
            self.dropped_lines += 1
            return
        self._waiting.append(line)
        for part in rest:
            self._waiting.append(part)

    def write(self) -> bool:
        """Write what the reader takes now; return True if nothing is left."""
        for _ in range(WRITES_PER_TICK_MAX):
            if not self._unwritten:
                if not self._waiting:
                    return True
                self._unwritten = memoryview(self._waiting.pop(0))
            if self._is_closed or not self._write_some():
                return False
        return False

    def _write_some(self) -> bool:
        ready = self._poll.poll(0)
        if not ready:
            return False
        try:
            written = self._stream.write(self._unwritten[:WRITE_BYTES_MAX])
        except OSError:
            self._is_closed = True
            return False
        self._unwritten = self._unwritten[written:]
        return True
