"""MicroPython's raw REPL: a program goes in over the line, what it printed comes back.

Decides how a board is brought to listen, and which sentence fits what answers instead. Never what is
run. Ctrl-C stops what runs, Ctrl-A enters, Ctrl-D runs; with raw-paste the board says how much it can
take (MicroPython docs, reference/repl: raw-paste mode). Boards that know none of it get small pieces.
"""

import time

from basestation.devices.errors import BoardFailed, BoardRefused, LineFailed
from basestation.devices.serial_line import SerialLine

_CTRL_A, _CTRL_B, _CTRL_C, _CTRL_D = b"\x01", b"\x02", b"\x03", b"\x04"
_PROMPT = b"raw REPL; CTRL-B to exit\r\n>"
_PASTE = b"\x05A\x01"
#: What the board says to `_PASTE`: it can; it knows of it and cannot; it never heard of it.
_CAN_PASTE, _CANNOT_PASTE, _KNOWS_NO_PASTE = b"R\x01", b"R\x00", b"ra"

#: A board that runs the firmware needs a moment to be stopped; it is asked again and again, and given
#: longer when it has just been reset. In s.
ENTER_S_MAX, ENTER_AFTER_RESET_S_MAX = 3.0, 15.0
ENTRY_S_MAX = 0.4
_QUIET_S = 0.05
#: How long a board may take to answer, in s; a program may be given more.
ANSWER_S_MAX = 5.0
#: Without flow control the board's own buffer must not overflow.
_PIECE_BYTES = 128
_PIECE_PAUSE_S = 0.01
#: How much of what a stranger says is shown.
_SHOWN_BYTES_MAX = 60


class RawRepl:
    """A board that listens on `line`; made by `entered`."""

    def __init__(self, line: SerialLine) -> None:
        self.line = line
        self._can_paste = True

    def enter(self, within_s: float = ENTER_S_MAX) -> None:
        """Stop what runs and bring the board to listen.

        Raises:
            LineFailed: nothing answers.
            BoardRefused: something else than MicroPython answers.
        """
        until_s = time.monotonic() + within_s
        heard = b""
        while time.monotonic() < until_s:
            self.line.send(b"\r" + _CTRL_C + _CTRL_C)
            heard += self.line.read_until_quiet(_QUIET_S, ENTRY_S_MAX)
            self.line.send(b"\r" + _CTRL_A)
            try:
                self.line.read_until(_PROMPT, ENTRY_S_MAX)
            except LineFailed:
                heard += self.line.forget()
            else:
                # The answers to what was asked too early.
                self.line.read_until_quiet(_QUIET_S, ENTRY_S_MAX)
                return
        raise self._refusal(heard)

    def run(self, program: str, within_s: float = ANSWER_S_MAX) -> bytes:
        """Run a program on the board; return what it printed.

        Raises:
            BoardFailed: it ended with an exception.
            LineFailed: it did not end `within_s`, or the line is gone.
        """
        self._give(program.encode())
        printed = self.line.read_until(_CTRL_D, within_s)
        fault = self.line.read_until(_CTRL_D, ANSWER_S_MAX)
        self.line.read_until(b">", ANSWER_S_MAX)
        if fault:
            last = fault.decode(errors="replace").strip().splitlines()[-1]
            raise BoardFailed(f"The board at {self.line.port} could not do it: {last}.")
        return printed

    def reset(self) -> None:
        """Let the interpreter start again (a soft reset), and bring it to listen again."""
        self.line.send(_CTRL_D)
        self.enter(ENTER_AFTER_RESET_S_MAX)

    def leave(self) -> None:
        """Let the board start what it has, as if it had been switched on, and leave it to itself."""
        # A board that is in its raw REPL starts nothing after a reset.
        self.line.send(_CTRL_B)
        self.line.read_until_quiet(_QUIET_S, ENTRY_S_MAX)
        self.line.send(_CTRL_D)
        self.line.read_until_quiet(_QUIET_S, ENTRY_S_MAX)

    def _give(self, program: bytes) -> None:
        if self._can_paste:
            self.line.send(_PASTE)
            answer = self.line.read(2, ANSWER_S_MAX)
            if answer == _CAN_PASTE:
                self._paste(program)
                return
            self._can_paste = False
            if answer == _KNOWS_NO_PASTE:
                # It took the question for a Ctrl-A, and greets again.
                self.line.read_until(b">", ANSWER_S_MAX)
            elif answer != _CANNOT_PASTE:
                raise LineFailed(f"The board at {self.line.port} answered out of turn: repeat the command.")
        self._send_slowly(program)

    def _paste(self, program: bytes) -> None:
        """Send as much as the board has room for; it says so with Ctrl-A, and ends it all with Ctrl-D."""
        window = int.from_bytes(self.line.read(2, ANSWER_S_MAX), "little")
        room, sent = window, 0
        while sent < len(program):
            while room <= 0:
                word = self.line.read(1, ANSWER_S_MAX)
                if word != _CTRL_A:
                    raise LineFailed(f"The board at {self.line.port} broke off: repeat the command.")
                room += window
            piece = program[sent : sent + room]
            self.line.send(piece)
            sent += len(piece)
            room -= len(piece)
        self.line.send(_CTRL_D)
        self.line.read_until(_CTRL_D, ANSWER_S_MAX)

    def _send_slowly(self, program: bytes) -> None:
        for start in range(0, len(program), _PIECE_BYTES):
            self.line.send(program[start : start + _PIECE_BYTES])
            time.sleep(_PIECE_PAUSE_S)
        self.line.send(_CTRL_D)
        if self.line.read(2, ANSWER_S_MAX) != b"OK":
            raise LineFailed(f"The board at {self.line.port} did not take a program: repeat the command.")

    def _refusal(self, heard: bytes) -> Exception:
        port = self.line.port
        if not heard.strip():
            return LineFailed(
                f"Nothing answers at {port}: look whether it is the right port, the cable carries data and "
                "the board is switched on."
            )
        shown = heard.decode(errors="replace").strip().splitlines()[-1][-_SHOWN_BYTES_MAX:]
        return BoardRefused(
            f"What answers at {port} is no board with MicroPython; it said {shown!r}. Install MicroPython on "
            "the board first, or choose another port."
        )


def entered(line: SerialLine) -> RawRepl:
    """Return a board that listens on `line`; raises as `RawRepl.enter` does."""
    repl = RawRepl(line)
    repl.enter()
    return repl
