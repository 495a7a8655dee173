"""What the incoming shift has to confirm, and when the outgoing one is released."""

from itertools import product

import pytest

from basestation.cases.handover import (
    Handover,
    Item,
    Press,
    Refusal,
    case_item,
    outstanding,
    refusal,
    worker_item,
)

OUT, IN, OTHER = 1, 2, 3
CASE = case_item(7, "fall", 0, is_waiting=False)
WORKER = worker_item(3, "clip_open", "2026-03-02T06:00:00Z")
ITEMS = (CASE, WORKER)
ALL = {item.key: item.mark for item in ITEMS}
JOINED = Handover(OUT, IN, {})


def test_everything_is_outstanding_until_each_was_confirmed_one_by_one():
    """In the order of the list."""
    assert outstanding(ITEMS, {}) == ITEMS
    assert outstanding(ITEMS, {CASE.key: CASE.mark}) == (WORKER,)
    assert outstanding(ITEMS, ALL) == ()


def test_what_opens_meanwhile_joins_the_list():
    """A new case, and a worker who is not protected only now."""
    new = case_item(8, "manual", 0, is_waiting=True)
    late = worker_item(4, None, None)
    assert outstanding((new, *ITEMS, late), ALL) == (new, late)


@pytest.mark.parametrize(
    ("before", "after", "is_open"),
    [
        (case_item(7, "fall", 0, is_waiting=True), case_item(7, "fall", 0, is_waiting=False), False),
        (case_item(7, "fall", 0, is_waiting=False), case_item(7, "fall", 0, is_waiting=True), True),
        (case_item(7, "fall", 0, is_waiting=False), case_item(7, "fall", 1, is_waiting=False), True),
        (case_item(7, "fall", 0, is_waiting=False), case_item(7, "silent", 0, is_waiting=False), True),
        (worker_item(3, "clip_open", "06:00"), worker_item(3, "clip_open", "06:00"), False),
        (worker_item(3, "clip_open", "06:00"), worker_item(3, "clip_open", "06:20"), True),
        (worker_item(3, "clip_open", "06:00"), worker_item(3, "link_lost", "06:00"), True),
    ],
)
def test_what_has_become_worse_is_to_be_confirmed_again_and_what_became_better_is_not(before, after, is_open):
    """Somebody who takes a case makes it no worse; whoever loses it, or a further alarm, does."""
    assert bool(outstanding((after,), {before.key: before.mark})) == is_open


def expected(press, person, is_joined, is_all, is_right):
    """Say the rule once more, from the sentence of the task."""
    if press is Press.BREAK_OFF:
        return None if person in (OUT, IN if is_joined else OUT) else Refusal.NOT_OURS
    if person == OUT:
        return Refusal.OUTGOING
    if press is Press.JOIN:
        return None if not is_joined or person == IN else Refusal.OTHER_INCOMING
    if person != IN or not is_joined:
        return Refusal.NOT_INCOMING if is_joined else Refusal.NOBODY_JOINED
    wrong = Refusal.UNCONFIRMED if press is Press.TAKE else Refusal.CHANGED
    return None if (is_all if press is Press.TAKE else is_right) else wrong


@pytest.mark.parametrize(
    ("press", "person", "is_joined", "is_all", "is_right"),
    list(product(Press, (OUT, IN, OTHER), (False, True), (False, True), (False, True))),
)
def test_only_the_incoming_person_confirms_and_takes_and_never_the_outgoing_one(
    press, person, is_joined, is_all, is_right
):
    """The whole product of press, person and state."""
    handover = Handover(OUT, IN if is_joined else None, ALL if is_all else {})
    mark = CASE.mark if is_right else "fall 0 old"
    said = refusal(handover, press, person, ITEMS, CASE.key, mark)
    assert said == expected(press, person, is_joined, is_all, is_right)


def test_what_is_no_longer_open_is_not_confirmed():
    """Nothing of it is left."""
    assert refusal(JOINED, Press.CONFIRM, IN, ITEMS, "case/9", "fall 0 known") is Refusal.NOT_THERE


def test_a_case_that_was_taken_while_the_page_showed_it_waiting_may_be_confirmed():
    """What the page showed was worse."""
    shown = case_item(7, "fall", 0, is_waiting=True).mark
    assert refusal(JOINED, Press.CONFIRM, IN, ITEMS, CASE.key, shown) is None


def test_whoever_answers_for_the_room_may_break_off_what_others_began():
    """Where both have gone, the handover would stay open for ever."""
    assert refusal(JOINED, Press.BREAK_OFF, OTHER, ITEMS, may_break_off=True) is None


def test_an_item_is_known_by_its_own_mark_or_a_worse_one_only():
    """Nothing is known by nothing."""
    item = Item("case/1", "a", ("b",))
    assert [item.is_known_as(mark) for mark in ("a", "b", "c", None)] == [True, True, False, False]
