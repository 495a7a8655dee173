"""What goes to a device leaves by the broker it is at; in doubt by all of them."""

from datetime import UTC, datetime, timedelta

import pytest

from basestation.clock import FakeClock
from basestation.outgoing.ways_down import DOUBT, WaysDown

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DEVICE = "pna-01"


class Broker:
    """A link that keeps what it was given, or takes nothing."""

    def __init__(self):
        self.sent = []
        self.is_up = True

    def publish_command(self, device, payload):
        """Keep it."""
        if self.is_up:
            self.sent.append((device, payload))
        return self.is_up


class Ways:
    """Two brokers, and a device that speaks through one or the other."""

    def __init__(self):
        self.clock = FakeClock(NOW)
        self.down = WaysDown(self.clock)
        self.first, self.second = self.down.links = [Broker(), Broker()]

    def hears(self, broker, seq, boot=1, kind="heartbeat", **fields):
        """Let the device be heard through this broker."""
        message = {"kind": kind, "device": DEVICE, "boot": boot, "seq": seq, **fields}
        self.down.heard(message, broker, self.clock.now())

    def took(self, send="publish"):
        """Send one payload; return whether first and second took it, and what was said of it."""
        counts = [len(self.first.sent), len(self.second.sent)]
        said = getattr(self.down, send)(DEVICE, b"x")
        after = [len(self.first.sent), len(self.second.sent)]
        assert said == (counts != after)
        return tuple(new > old for new, old in zip(after, counts, strict=True))


ALL, FIRST, SECOND, NONE = (True, True), (True, False), (False, True), (False, False)


def test_a_device_is_answered_where_it_was_heard_last():
    """And by every broker while nobody knows where it is, or what was sent remains unanswered."""
    ways = Ways()
    assert ways.took() == ALL
    ways.hears(ways.first, 1)
    assert ways.took() == FIRST
    ways.hears(ways.second, 2)
    assert ways.took() == SECOND
    assert ways.took("publish_everywhere") == ALL


def test_what_waited_in_a_queue_is_answered_there_and_does_not_move_the_device():
    """An old message of a broker that came back: its receipt goes both ways, the next command too."""
    ways = Ways()
    ways.hears(ways.second, 9)
    ways.hears(ways.first, 3, kind="raised")
    assert ways.took() == ALL
    ways.hears(ways.second, 10)
    assert ways.took() == SECOND


@pytest.mark.parametrize(("ms", "took"), [(-1, FIRST), (0, FIRST), (1, ALL)])
def test_a_device_that_said_nothing_for_a_while_may_be_anywhere(ms, took):
    """One step on each side of the doubt."""
    ways = Ways()
    ways.hears(ways.first, 1)
    ways.clock.jump((DOUBT + timedelta(milliseconds=ms)).total_seconds())
    assert ways.took() == took


def test_a_device_whose_numbers_began_anew_is_found_again_after_the_doubt():
    """Its journal was lost; until then both brokers get what is for it."""
    ways = Ways()
    ways.hears(ways.first, 500, boot=7)
    ways.hears(ways.second, 1)
    assert ways.took() == ALL
    ways.clock.jump(DOUBT.total_seconds() + 1)
    ways.hears(ways.second, 2)
    assert ways.took() == SECOND


def test_a_last_will_says_only_of_its_own_broker_that_the_device_is_not_there():
    """The one of a broker that was left comes late and changes nothing."""
    ways = Ways()
    ways.hears(ways.second, 9, kind="presence", state="online")
    ways.hears(ways.first, 4, kind="presence", state="offline")
    assert ways.took() == SECOND
    ways.hears(ways.second, 8, kind="presence", state="offline")
    assert ways.took() == ALL


def test_a_broker_that_takes_nothing_is_made_up_for_by_the_others():
    """And where no broker takes it, that is said."""
    ways = Ways()
    ways.hears(ways.first, 1)
    ways.first.is_up = False
    assert ways.took() == SECOND
    ways.second.is_up = False
    assert ways.took() == NONE
