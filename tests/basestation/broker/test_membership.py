"""When a node of a cluster works with the others, and when alone; each bound at -1, 0 and +1 step."""

import pytest

from basestation.broker.membership import (
    ALONE,
    AWAITED_S,
    DEAF_S,
    JOINED,
    LASTING_S,
    LONELY_S,
    TOGETHER_S,
    TOGETHER_S_MAX,
    Membership,
    Seen,
    begun,
    step,
)

WELL = Seen(is_answering=True, joined_count=2, up_count=2)
#: This node lets nobody in: so many others answer it, so many are there.
DEAF_AMONG_OTHERS = Seen(is_answering=False, joined_count=1, up_count=1)
DEAF_AND_LONELY = Seen(is_answering=False, joined_count=0, up_count=1)
#: What a node alone sees.
NOBODY = Seen(is_answering=True, joined_count=0, up_count=0)
ONE_ALONE_TOO = Seen(is_answering=True, joined_count=0, up_count=1)
ONE_WAITING = Seen(is_answering=True, joined_count=1, up_count=1)

#: One look later.
STEP_S = 1.0


def after(membership, *looks):
    """Return the membership after looks of (time, seen)."""
    for at_s, seen in looks:
        membership = step(membership, seen, at_s)
    return membership


@pytest.mark.parametrize(("joined_count", "state"), [(0, ALONE), (1, JOINED), (2, JOINED)])
def test_a_node_begins_with_the_others_where_a_majority_is_at_work(joined_count, state):
    """Otherwise it takes alarms at once, alone, and nobody waits for a second machine."""
    assert begun(joined_count, 5.0) == Membership(state, 5.0)


@pytest.mark.parametrize(("joined_count", "state"), [(1, ALONE), (2, JOINED)])
def test_the_first_queues_are_made_by_all_nodes_together(joined_count, state):
    """Two of a new cluster can make none, and would let nobody in while they try."""
    assert begun(joined_count, 5.0, is_formed=False).state == state
    there = Seen(is_answering=True, joined_count=0, up_count=joined_count, is_formed=False)
    assert after(Membership(ALONE, 0.0), (1.0, there), (1.0 + TOGETHER_S, there)).state == state


@pytest.mark.parametrize(("seen", "bound_s"), [(DEAF_AMONG_OTHERS, DEAF_S), (DEAF_AND_LONELY, LONELY_S)])
def test_a_node_that_lets_nobody_in_goes_on_alone(seen, bound_s):
    """At once where too few others answer; after the longest election whatever they say."""
    begins = after(Membership(JOINED, 0.0), (10.0, seen))
    assert begins.deaf_since_s == 10.0
    assert step(begins, seen, 10.0 + bound_s - STEP_S).state == JOINED
    assert step(begins, seen, 10.0 + bound_s) == Membership(ALONE, 10.0 + bound_s, together_s=2 * TOGETHER_S)
    assert step(begins, seen, 10.0 + bound_s + STEP_S).state == ALONE


def test_one_log_in_ends_the_count_of_silence():
    """An election that ends in time changes nothing."""
    membership = after(
        Membership(JOINED, 0.0), (10.0, DEAF_AND_LONELY), (14.0, WELL), (15.0, DEAF_AND_LONELY)
    )
    assert membership.deaf_since_s == 15.0
    assert step(membership, DEAF_AND_LONELY, 15.0 + LONELY_S - STEP_S).state == JOINED


@pytest.mark.parametrize(("seen", "bound_s"), [(ONE_ALONE_TOO, TOGETHER_S), (ONE_WAITING, AWAITED_S)])
def test_a_node_alone_joins_when_a_majority_has_been_there_for_a_time(seen, bound_s):
    """Sooner where one of them waits for it already."""
    begins = after(Membership(ALONE, 0.0), (10.0, seen))
    assert begins.together_since_s == 10.0
    assert step(begins, seen, 10.0 + bound_s - STEP_S).state == ALONE
    assert step(begins, seen, 10.0 + bound_s) == Membership(JOINED, 10.0 + bound_s)
    assert step(begins, seen, 10.0 + bound_s + STEP_S).state == JOINED


def test_a_node_alone_stays_so_while_nobody_is_there():
    """Whoever goes away begins the time anew."""
    membership = after(Membership(ALONE, 0.0), (10.0, ONE_ALONE_TOO), (12.0, NOBODY))
    assert membership.together_since_s is None
    assert after(membership, (13.0, ONE_ALONE_TOO), (10.0 + TOGETHER_S + 1, ONE_ALONE_TOO)).state == ALONE


def test_joining_in_vain_doubles_the_wait_up_to_a_bound():
    """Two nodes that cannot work together do not throw their devices out again and again."""
    membership, at_s, waits_s = Membership(ALONE, 0.0), 0.0, []
    for _ in range(9):
        begins_s = at_s
        while membership.state == ALONE:
            at_s += STEP_S
            membership = step(membership, ONE_ALONE_TOO, at_s)
        waits_s.append(at_s - begins_s - STEP_S)
        while membership.state == JOINED:
            at_s += STEP_S
            membership = step(membership, DEAF_AND_LONELY, at_s)
    assert waits_s == [min(TOGETHER_S * 2**turn, TOGETHER_S_MAX) for turn in range(9)]


@pytest.mark.parametrize(
    ("lasted_s", "together_s"),
    [(LASTING_S - STEP_S, 40.0), (LASTING_S, TOGETHER_S), (LASTING_S + STEP_S, TOGETHER_S)],
)
def test_a_membership_that_lasts_forgets_what_was_in_vain(lasted_s, together_s):
    """The next loss of a majority is followed by the shortest wait again."""
    membership = Membership(JOINED, 100.0, together_s=40.0)
    assert step(membership, WELL, 100.0 + lasted_s).together_s == together_s
