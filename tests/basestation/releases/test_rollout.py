"""Which device may begin: canaries first, a few at a time, and nobody after one that failed."""

import pytest

from basestation.releases.rollout import BAD, BEGUN, DEVICES_MAX, PASSED, WAITING, Step, beginning, stopping


def steps(*states, canaries=0, rollout=1):
    """Return steps in these states, the first of them canaries."""
    return [Step(number, rollout, number < canaries, state) for number, state in enumerate(states)]


def test_without_canaries_a_few_begin_at_a_time():
    """As many as are allowed, at one less, just so many, and one more."""
    for begun in (DEVICES_MAX - 1, DEVICES_MAX, DEVICES_MAX + 1):
        found = beginning(steps(*["sending"] * begun, *[WAITING] * 9))
        assert len(found) == max(0, DEVICES_MAX - begun)
    assert beginning(steps(WAITING, WAITING)) == [0, 1]


@pytest.mark.parametrize("state", [*BEGUN, WAITING])
def test_the_rest_waits_until_every_canary_has_passed(state):
    """One that is still on its way is enough to wait."""
    assert set(beginning(steps(PASSED, state, WAITING, canaries=2))) <= {1}
    assert beginning(steps(PASSED, PASSED, WAITING, canaries=2)) == [2]


@pytest.mark.parametrize("state", BAD)
def test_one_that_fails_stops_all_of_its_roll_out_that_have_not_begun(state):
    """Another roll-out goes on."""
    own = steps(state, "sending", WAITING, WAITING)
    other = [Step(9, 2, False, WAITING)]
    assert stopping(own + other) == [2, 3]
    assert beginning(own + other) == [9]


def test_a_device_that_is_not_free_is_passed_over():
    """On shift, in an alarm or not heard: the next one begins."""
    busy = Step(0, 1, False, WAITING, is_free=False)
    assert beginning([busy, Step(1, 1, False, WAITING)]) == [1]
