"""Serial lines that are pulled: after so many transfers, or in so many programs."""

from basestation.devices.errors import LineFailed
from basestation.devices.serial_line import SerialLine

_BEGIN, _END = b"\x05A\x01", b"\x04"
#: Where in a program the line is pulled: before the board hears of it, within, when the board has all of it.
BEFORE, WITHIN, AFTER = range(3)


class PulledLine(SerialLine):
    """The line at `port`, whole until it is pulled."""

    def pull(self) -> None:
        """Pull the plug."""
        self.close()

    def _take_in(self, until_s: float) -> None:
        try:
            super()._take_in(until_s)
        except LineFailed as error:
            # What a closed port says depends on where pyserial is.
            raise error if self._serial.is_open else self._cut() from error


class CutLine(PulledLine):
    """Pulled in the middle of a transfer."""

    def __init__(self, port: str) -> None:
        super().__init__(port)
        self._left: int | None = None

    def cut_after(self, transfers: int) -> None:
        """Let so many transfers through from now on, and then half of one."""
        self._left = transfers

    def send(self, data: bytes) -> None:
        """Send like any line; the last transfer gets half through."""
        if self._left == 0:
            super().send(data[: len(data) // 2])
            self.pull()
        if self._left is not None:
            self._left -= 1
        super().send(data)


class CutProgramLine(PulledLine):
    """Pulled in the program number `program`, from 0, at `place`."""

    def __init__(self, port: str, program: int, place: int) -> None:
        super().__init__(port)
        self._program, self._place = program, place
        self._begun = -1

    def send(self, data: bytes) -> None:
        """Send like any line until it is pulled."""
        self._begun += data == _BEGIN
        is_now = self._begun == self._program
        if is_now and self._place == BEFORE:
            self.pull()
        super().send(data)
        if is_now and (data == _END if self._place == AFTER else data != _BEGIN):
            self.pull()
