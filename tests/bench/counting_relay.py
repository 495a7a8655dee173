"""A relay on loopback that counts the bytes of TCP's payload in each direction."""

import contextlib
import socket
import threading
from typing import Self

from tests.system.broker import HOST

RECEIVE_BYTES_MAX = 65536


class CountingRelay:
    """Hands every connection on to `port`; a context manager."""

    def __init__(self, port: int) -> None:
        self._target_port = port
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        #: Bytes from the device, and to it.
        self.up = self.down = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone would not wake who waits in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def taken(self) -> tuple[int, int]:
        """Return the bytes up and down since the last call."""
        counted = self.up, self.down
        self.up = self.down = 0
        return counted

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._relay, args=(self._listener.accept()[0],), daemon=True).start()

    def _relay(self, device: socket.socket) -> None:
        with (
            contextlib.suppress(OSError),
            device,
            socket.create_connection((HOST, self._target_port)) as target,
        ):
            threading.Thread(target=self._pump_down, args=(target, device), daemon=True).start()
            while data := device.recv(RECEIVE_BYTES_MAX):
                self.up += len(data)
                target.sendall(data)

    def _pump_down(self, target: socket.socket, device: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := target.recv(RECEIVE_BYTES_MAX):
                self.down += len(data)
                device.sendall(data)
