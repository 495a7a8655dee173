"""A serial line to a board: bytes out, bytes in, each with an end to its patience.

Decides how long is waited and which sentence a dead line gives; never what is said over it. A call
returns or raises `LineFailed` within the time it names, also when the other end hangs or is pulled.
"""

import time
from typing import Self

import serial

from basestation.devices.errors import LineFailed

#: What the boards in use speak; over USB the figure does not matter.
BAUD = 115_200
#: How long the other end may take to accept what is sent, in s.
SEND_S_MAX = 5.0
#: How often a wait looks at the clock, in s.
_POLL_S = 0.05


class SerialLine:
    """The open line at `port`; a context manager."""

    def __init__(self, port: str, baud: int = BAUD) -> None:
        """Open it for this program alone.

        Raises:
            LineFailed: there is no such port, or another program uses it.
        """
        self.port = port
        self._unread = bytearray()
        try:
            self._serial = serial.Serial(
                port, baud, timeout=_POLL_S, write_timeout=SEND_S_MAX, exclusive=True
            )
        except (OSError, ValueError) as error:
            raise LineFailed(
                f"The port {port} cannot be opened: {_reason(error)}. Look whether the board is plugged in, "
                "no other program uses the port, and you may use it."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the port back."""
        self._serial.close()

    def send(self, data: bytes) -> None:
        """Send all of `data`; raises LineFailed if the other end takes none for `SEND_S_MAX`."""
        try:
            self._serial.write(data)
        except serial.SerialTimeoutException as error:
            raise LineFailed(
                f"The board at {self.port} takes nothing any more: unplug it, plug it in again and repeat."
            ) from error
        except OSError as error:
            raise self._cut() from error

    def read(self, count: int, within_s: float) -> bytes:
        """Return `count` bytes; raises LineFailed if they do not come `within_s`."""
        until_s = time.monotonic() + within_s
        while len(self._unread) < count:
            self._take_in(until_s)
        return self._given(count)

    def read_until(self, ending: bytes, within_s: float) -> bytes:
        """Return everything up to and without `ending`; raises LineFailed if it does not come `within_s`."""
        until_s = time.monotonic() + within_s
        searched = 0
        while (found := self._unread.find(ending, searched)) < 0:
            searched = max(0, len(self._unread) - len(ending) + 1)
            self._take_in(until_s)
        return self._given(found + len(ending))[:found]

    def read_until_quiet(self, quiet_s: float, within_s: float) -> bytes:
        """Return what comes until nothing came for `quiet_s`, or `within_s` have passed."""
        until_s = time.monotonic() + within_s
        heard_s = time.monotonic()
        while time.monotonic() < min(until_s, heard_s + quiet_s):
            if self._receive():
                heard_s = time.monotonic()
        return self._given(len(self._unread))

    def forget(self) -> bytes:
        """Return and drop what came and nobody asked for."""
        self._receive()
        return self._given(len(self._unread))

    def _take_in(self, until_s: float) -> None:
        if not self._receive() and time.monotonic() >= until_s:
            raise LineFailed(f"The board at {self.port} stopped answering: repeat the command.")

    def _receive(self) -> bool:
        """Wait a moment for bytes; tell whether some came."""
        try:
            came = self._serial.read(max(1, self._serial.in_waiting))
        except (OSError, TypeError) as error:
            # A port that goes away while it is read leaves pyserial without a descriptor.
            raise self._cut() from error
        self._unread += came
        return bool(came)

    def _given(self, count: int) -> bytes:
        given = bytes(self._unread[:count])
        del self._unread[:count]
        return given

    def _cut(self) -> LineFailed:
        return LineFailed(
            f"The line to the board at {self.port} was cut: plug it in again and repeat the command; "
            "what is done already is not done again."
        )


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return (error.strerror or str(error)).split(": ")[-1].strip("'\"")
    return str(error)
