"""A board for tests: real MicroPython at the end of a pair of ptys, in a folder that is its flash.

It does what a board does: starts `main.py`, then listens; after a reset it starts again; Ctrl-C stops what
runs. The line can be cut, and bytes on it flipped. Both slaves are raw, and a relay stands between them.
"""

import os
import select
import signal
import subprocess
import sys
import termios
import threading
import tty
from pathlib import Path
from typing import Self

from basestation.broker import parent_bound
from simulator.runtime import find_runtime

CTRL_C = b"\x03"
_PIECE_BYTES = 4096
_LOOK_S = 0.2


class PtyBoard:
    """A board at `port`, or another program there; a context manager."""

    def __init__(self, folder: Path, command: tuple[str, ...] = ()) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self._command = command
        self._host, self._host_slave = os.openpty()
        self._board, self._board_slave = os.openpty()
        for slave in (self._host_slave, self._board_slave):
            tty.setraw(slave)
        # A mark only: with it a program runs, without it the interpreter reads a line.
        mode = termios.tcgetattr(self._board_slave)
        mode[3] |= termios.ISIG
        termios.tcsetattr(self._board_slave, termios.TCSANOW, mode)
        self._mode = mode
        self._process: subprocess.Popen[bytes] | None = None
        self._is_on = True
        self._has_spoken = False
        #: What the board hears in place of what was sent: (old, new), each once, in this order.
        self.noise: list[tuple[bytes, bytes]] = []
        #: Everything that the board has said.
        self.said = bytearray()

    @property
    def port(self) -> str:
        """Where pyserial finds it."""
        return os.ttyname(self._host_slave)

    def __enter__(self) -> Self:
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._live, self._to_board, self._to_host)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_on = False
        self.reset()
        for thread in self._threads:
            thread.join()
        for descriptor in (self._host, self._host_slave, self._board, self._board_slave):
            os.close(descriptor)

    def reset(self) -> None:
        """Pull the power for a moment."""
        if self._process is not None:
            self._process.kill()

    def _live(self) -> None:
        """Start, and start again whenever it has ended, as boards do; in one thread for its whole life."""
        while self._is_on:
            command = self._command or find_runtime("micropython").command
            if not self._command and (self.folder / "main.py").exists():
                command = (*command, "-i", "main.py")
            termios.tcsetattr(self._board_slave, termios.TCSANOW, self._mode)
            self._has_spoken = False
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", parent_bound.__file__, str(os.getpid()), *command],
                cwd=self.folder, env=os.environ | {"MICROPYPATH": ":.frozen"}, start_new_session=True,
                stdin=self._board_slave, stdout=self._board_slave, stderr=self._board_slave,
            )  # fmt: skip
            self._process.wait()

    def _to_board(self) -> None:
        while data := self._received(self._host):
            if self.noise and self.noise[0][0] in data:
                data = data.replace(*self.noise.pop(0), 1)
            if CTRL_C in data and self._process is not None and self._is_program_running():
                self._process.send_signal(signal.SIGINT)
            os.write(self._board, data)

    def _to_host(self) -> None:
        while data := self._received(self._board):
            self.said += data
            self._has_spoken = True
            # Nobody may be there to read it: what a real line loses is lost here too.
            if select.select([], [self._host], [], _LOOK_S)[1]:
                os.write(self._host, data)

    def _is_program_running(self) -> bool:
        # Whoever has said nothing yet is still on the way to its first line.
        return self._has_spoken and bool(termios.tcgetattr(self._board_slave)[3] & termios.ISIG)

    def _received(self, descriptor: int) -> bytes:
        while self._is_on:
            if select.select([descriptor], [], [], _LOOK_S)[0]:
                return os.read(descriptor, _PIECE_BYTES)
        return b""
