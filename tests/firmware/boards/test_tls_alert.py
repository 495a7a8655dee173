"""Whether a broker ended the handshake by an alert, or the connection was only lost."""

import socket

import pytest

from firmware.boards.tls_alert import refusal_of

LOST = OSError(32, "EPIPE")


@pytest.mark.parametrize(
    ("left", "is_refusal"),
    [
        (b"\x15\x03\x03\x00\x02\x02\x28", True),
        (b"\x15\x03\x03\x00\x02\x01\x00", False),
        (b"\x16\x03\x03\x00\x02\x02\x28", False),
        (b"\x15\x03\x03\x00\x02\x02", False),
        (b"", False),
    ],
)
def test_only_a_fatal_alert_that_lies_in_the_connection_is_a_refusal(left, is_refusal):
    """A lost connection is tried again soon, a refusal is not: nothing may be taken for the other."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.sendall(left)
        theirs.close()
        assert bool(refusal_of(LOST, ours)) == is_refusal


def test_an_alert_that_tls_itself_reports_is_a_refusal_and_a_closed_socket_none():
    """As both interpreters word it."""
    ours, theirs = socket.socketpair()
    ours.close()
    theirs.close()
    assert "MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE" in refusal_of(
        OSError(-30592, "MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE"), ours
    )
    assert refusal_of(LOST, ours) == ""
