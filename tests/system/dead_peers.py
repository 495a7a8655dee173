"""Peers that are worse than none: each listens on loopback and keeps waiting whoever connects."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

from tests.system.broker import HOST

#: How long a peer that dribbles waits between two bytes, in s.
DRIBBLE_S = 0.05


@contextlib.contextmanager
def black_hole() -> Iterator[int]:
    """Give a port whose listener has a full backlog: a SYN is never answered."""
    listener = socket.socket()
    listener.bind((HOST, 0))
    listener.listen(0)
    port = listener.getsockname()[1]
    fillers = []
    # Linux lets one more in than the backlog says; these hold every place.
    for _ in range(4):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex((HOST, port))
        fillers.append(filler)
    try:
        yield port
    finally:
        for opened in (*fillers, listener):
            opened.close()


def _say_nothing(connection: socket.socket, ended: threading.Event) -> None:
    ended.wait()


def _dribble(connection: socket.socket, ended: threading.Event, said: bytes) -> None:
    for byte in said * 100:
        connection.sendall(bytes((byte,)))
        if ended.wait(DRIBBLE_S):
            return


@contextlib.contextmanager
def _served(serve: Callable[[socket.socket, threading.Event], None]) -> Iterator[int]:
    ended = threading.Event()

    def run(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            serve(connection, ended)

    def accept(listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=run, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server((HOST, 0)) as listener:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            ended.set()
            # Closing alone would not wake who waits in accept().
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def silent_peer() -> contextlib.AbstractContextManager[int]:
    """Give the port of a peer that accepts and says nothing."""
    return _served(_say_nothing)


def dribbling_peer(said: bytes) -> contextlib.AbstractContextManager[int]:
    """Give the port of a peer that says these bytes over and over, one at a time."""
    return _served(lambda connection, ended: _dribble(connection, ended, said))
