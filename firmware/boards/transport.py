"""A TCP connection that never waits: opened, read and written a step at a time.

Decides when the connection stands, and tells "nothing there" from "gone"; an error of the network is an
`OSError` with a sentence. Never decides what is said, and has no time limit: the connection above has. Works
with the sockets of both interpreters. The address is numeric, because looking up a name waits.
"""

import errno
import select
import socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: What an attempt that goes on says of itself.
_UNDER_WAY = (errno.EINPROGRESS, errno.EAGAIN)


class PeerRefused(OSError):
    """One of the two does not believe the other; trying again changes nothing by itself."""


class Transport:
    """One connection to `host` (numeric address) and `port`, begun with this object."""

    def __init__(self, host: str, port: int) -> None:
        """Begin to connect.

        Raises:
            OSError: there is no way to this address.
        """
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
        self._socket: "Any" = socket.socket(family, kind, protocol)
        self._stream: "Any" = None
        self._poll = select.poll()
        self._socket.setblocking(False)
        try:
            self._socket.connect(address)
        except OSError as error:
            if error.errno not in _UNDER_WAY:
                self.close()
                raise
        self._poll.register(self._socket, select.POLLOUT)

    def step(self) -> bool:
        """Return True once the connection stands and bytes can be offered to `write`.

        Raises:
            OSError: it did not come about.
        """
        if self._stream is None:
            events = self._poll.poll(0)
            if not events:
                return False
            if events[0][1] & (select.POLLERR | select.POLLHUP):
                raise OSError(errno.ECONNREFUSED, "nobody answers at the broker's address")
            self._stream = self._open()
        return True

    def read_into(self, buffer: memoryview) -> int:
        """Read into `buffer`; return the number of bytes, 0 if nothing is there.

        Raises:
            OSError: the connection is gone.
        """
        count = self._stream.readinto(buffer)
        if count == 0:
            raise OSError(errno.ECONNRESET, "the broker closed the connection")
        return count or 0

    def write(self, data: memoryview) -> int:
        """Offer `data`; return how many bytes were taken, the same have to be offered again after 0.

        Raises:
            OSError: the connection is gone.
        """
        return self._stream.write(data) or 0

    def close(self) -> None:
        """End the connection as it is; do nothing if it has ended."""
        if self._stream is not None:
            self._stream.close()
        self._socket.close()

    def _open(self) -> "Any":
        """Return the stream of the connected socket: `readinto` and `write` give None instead of waiting."""
        connected = self._socket
        # MicroPython's sockets are streams themselves.
        return connected if hasattr(connected, "readinto") else connected.makefile("rwb", 0)
