"""The network that can be cut: nothing is lost that TCP would not lose."""

import socket

import pytest

from tests.faults import proxy
from tests.system.broker import HOST

SOON_S = 10


@pytest.fixture
def way():
    """A proxy, whoever listens behind it, and a way to connect through it."""
    with socket.create_server((HOST, 0)) as behind:
        behind.settimeout(SOON_S)
        running = proxy.FaultProxy(behind.getsockname()[1])

        def connect():
            near = socket.create_connection((HOST, running.port), SOON_S)
            far, _ = behind.accept()
            far.settimeout(SOON_S)
            # What has passed stands for the proxy, too.
            near.sendall(b"!")
            assert far.recv(1) == b"!"
            return near, far

        yield running, connect
        running.close()


def test_what_is_held_back_arrives_when_the_way_is_whole_again(way):
    """In both directions, and nothing before."""
    running, connect = way
    near, far = connect()
    with near, far:
        near.sendall(b"up")
        assert far.recv(9) == b"up"
        running.set(proxy.BLACK_HOLE)
        near.sendall(b"held")
        far.sendall(b"back")
        far.settimeout(0.2)
        with pytest.raises(TimeoutError):
            far.recv(9)
        far.settimeout(SOON_S)
        running.set(proxy.PASS)
        assert (far.recv(9), near.recv(9)) == (b"held", b"back")


def test_a_way_that_refuses_resets_what_stands_and_whoever_comes(way):
    """Until it lets them pass."""
    running, connect = way
    near, far = connect()
    with near, far:
        running.set(proxy.REFUSE)
        with pytest.raises(ConnectionResetError):
            near.recv(9)
        with (
            pytest.raises(ConnectionResetError),
            socket.create_connection((HOST, running.port), SOON_S) as late,
        ):
            late.recv(9)
        running.set(proxy.PASS)
        for end in connect():
            end.close()


def test_a_half_open_connection_ends_on_one_side_and_the_other_hears_nothing(way):
    """As when a router forgets it."""
    running, connect = way
    near, far = connect()
    with near, far:
        running.set(proxy.HALF_OPEN)
        with pytest.raises(ConnectionResetError):
            near.recv(9)
        far.settimeout(0.2)
        with pytest.raises(TimeoutError):
            far.recv(9)
