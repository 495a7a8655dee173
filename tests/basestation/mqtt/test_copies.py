"""What is a copy of what came by another node, and what is not."""

import pytest

from basestation.mqtt.copies import WINDOW_S, Copies

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
