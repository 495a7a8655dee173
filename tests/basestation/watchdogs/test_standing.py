"""When a part of the base station stands still, and what follows: the pure part, tick by tick."""

import pytest

from basestation.watchdogs.standing import (
    LOOK_S_MAX,
    LOST,
    MOVED,
    NEXT,
    RESTARTED,
    RESTARTS_MAX,
    STOOD,
    WELL,
    WELL_S,
    Seen,
    Standing,
    looked,
)

BOUND_S = 20.0
STILL = Seen(is_busy=True, progress=7)


def _look(standing, seen, seconds, step_s=1.0):
    """Look once a second for so long, and return what is known and every state that was entered."""
    entered = []
    for _ in range(round(seconds / step_s)):
        standing, state = looked(standing, seen, step_s, BOUND_S)
        entered += [state] if state else []
    return standing, entered


def test_every_state_of_a_part_names_every_event():
    """Nobody has to guess what happens."""
    assert set(NEXT) == {WELL, RESTARTED, LOST}
    for row in NEXT.values():
        assert set(row) == {MOVED, STOOD}
        assert set(row.values()) <= set(NEXT)


@pytest.mark.parametrize(("still_s", "entered"), [(19, []), (20, []), (21, [RESTARTED])])
def test_a_part_stands_still_beyond_its_bound_and_not_before(still_s, entered):
    """One second before the bound, at it, and after it; the first look sees how far it is."""
    assert _look(Standing(), STILL, 1 + still_s)[1] == entered


def test_a_part_that_moves_is_idle_or_waits_for_another_is_never_taken_for_hung():
    """Whoever waits for the committer is not the one that stands."""
    standing = Standing()
    for second in range(100):
        standing, entered = looked(standing, Seen(is_busy=True, progress=second), 1.0, BOUND_S)
        assert entered is None
    assert _look(standing, Seen(is_busy=False, progress=99), 100)[1] == []
    assert _look(standing, Seen(is_busy=True, progress=99, is_waiting=True), 100)[1] == []


def test_one_that_stands_again_after_it_was_started_again_is_lost():
    """The process ends then, and stays lost whatever is seen later."""
    standing, entered = _look(Standing(), STILL, 43)
    assert entered == [RESTARTED, LOST]
    assert _look(standing, Seen(is_busy=False, progress=8), 100)[0].state == LOST
    assert _look(standing, STILL, 100)[1] == []


@pytest.mark.parametrize(("moving_s", "entered"), [(29, []), (30, []), (31, [WELL])])
def test_one_that_moves_for_half_a_minute_is_well_again(moving_s, entered):
    """A moment's movement is not yet the end of the alarm."""
    standing, _ = _look(Standing(), STILL, 22)
    assert standing.state == RESTARTED
    assert moving_s < WELL_S or entered == [] or moving_s > WELL_S
    assert _look(standing, Seen(is_busy=False, progress=8), moving_s)[1] == entered


def test_one_that_is_started_again_too_often_is_lost():
    """Five times within ten minutes is no cure."""
    standing, entered = Standing(), []
    for _ in range(RESTARTS_MAX + 1):
        standing, found = _look(standing, STILL, 22)
        entered += found
        standing, found = _look(standing, Seen(is_busy=False, progress=8), 32)
        entered += found
    assert entered == [RESTARTED, WELL] * RESTARTS_MAX + [LOST]


def test_restarts_of_long_ago_do_not_count():
    """A part that hangs once an hour is started again each time."""
    standing = Standing()
    for _ in range(2 * RESTARTS_MAX):
        standing, entered = _look(standing, STILL, 22)
        assert entered == [RESTARTED]
        standing, _ = _look(standing, Seen(is_busy=False, progress=8), 700)
    assert len(standing.restarts) == 1


def test_a_process_that_was_stopped_for_an_hour_is_not_taken_for_hung():
    """SIGSTOP and SIGCONT, a machine that slept: only a look's worth of it counts."""
    standing, entered = looked(Standing(progress=7), STILL, 3600.0, BOUND_S)
    assert (entered, standing.still_s) == (None, LOOK_S_MAX)
