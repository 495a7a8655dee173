"""What is a copy of what came by another node, and what is not."""

from datetime import UTC, datetime

import pytest

from basestation.broker import new_credential
from basestation.broker.address import BrokerAddress
from basestation.mqtt import MqttCounters, StationLink
from basestation.mqtt.copies import WINDOW_S, Copies
from basestation.mqtt.inbox import AckToken, Inbound

FIRST, SECOND = 1, 2
TOPIC, ALARM, LATER = "rufweite/v1/device/anna/event", b'{"seq":1}', b'{"seq":1,"repeat":1}'


class Clock:
    """A steady clock that a test moves."""

    now_s = 100.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    """A clock of the test's own."""
    return Clock()


def test_the_first_is_taken_and_the_same_by_another_link_is_a_copy(clock):
    """The same by the same link is a broker's repeat, and other bytes are another message."""
    copies = Copies(clock)
    assert not copies.is_copy(FIRST, TOPIC, ALARM)
    copies.took(FIRST, TOPIC, ALARM)
    assert copies.is_copy(SECOND, TOPIC, ALARM)
    assert not copies.is_copy(FIRST, TOPIC, ALARM)
    assert not copies.is_copy(SECOND, TOPIC, LATER)
    assert not copies.is_copy(SECOND, TOPIC + "/else", ALARM)
    assert copies.found == 1


@pytest.mark.parametrize(("over_s", "is_copy"), [(-0.01, True), (0.0, True), (0.01, False)])
def test_what_comes_later_than_the_window_is_taken_in(clock, over_s, is_copy):
    """A device whose receipt was lost is answered by whatever link its repeat comes first."""
    copies = Copies(clock)
    copies.took(FIRST, TOPIC, ALARM)
    clock.now_s += WINDOW_S + over_s
    assert copies.is_copy(SECOND, TOPIC, ALARM) == is_copy


def test_memory_is_bounded_and_the_oldest_goes_first(clock):
    """What is forgotten is taken in twice, which is harmless."""
    copies = Copies(clock, kept_max=3)
    for number in range(5):
        copies.took(FIRST, TOPIC, b"%d" % number)
    assert [copies.is_copy(SECOND, TOPIC, b"%d" % number) for number in range(5)] == [True] * 5
    for number in range(5, 8):
        copies.took(FIRST, TOPIC, b"%d" % number)
    assert [copies.is_copy(SECOND, TOPIC, b"%d" % number) for number in range(8)] == [False] * 3 + [True] * 5


def test_two_halves_of_the_window_are_searched(clock):
    """A copy is found also when the halves have just changed places."""
    copies = Copies(clock)
    clock.now_s += WINDOW_S
    copies.took(FIRST, TOPIC, ALARM)
    clock.now_s += 0.01
    copies.took(FIRST, TOPIC, LATER)
    assert copies.is_copy(SECOND, TOPIC, ALARM)


def link_with(copies, counters):
    """Return a link that was never connected."""
    base, now = new_credential("base-1"), lambda: datetime.now(UTC)
    address = BrokerAddress("127.0.0.1", 1883)
    return StationLink(address, base, now, print, print, counters=counters, copies=copies)


async def test_a_link_confirms_a_copy_and_hands_on_the_first_only(clock):
    """Alarms and heartbeats alike; without a cluster everything is handed on."""
    copies, counters = Copies(clock), MqttCounters()
    links = [link_with(copies, counters), link_with(copies, counters), link_with(None, MqttCounters())]
    alarm = Inbound(TOPIC, ALARM, 1, datetime.now(UTC), AckToken(1, 7))
    beat = Inbound(TOPIC, b"{}", 0, datetime.now(UTC), None)
    for link in links:
        link._take_alarm(alarm)
        link._take_heartbeat(beat)
    # What is confirmed without a connection is counted as too late: that is the copy, and nothing else.
    assert (counters.acks_too_late, copies.found) == (1, 2)
    for link in links:
        link._alarm_inbox.close()
        link._heartbeat_inbox.close()
    taken = [[one async for batch in link.alarm_batches() for one in batch] for link in links]
    beats = [[one async for batch in link.heartbeat_batches() for one in batch] for link in links]
    assert taken == [[alarm], [], [alarm]]
    assert beats == [[beat], [], [beat]]
