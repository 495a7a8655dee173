"""Whether somebody sits in the control room, at each limit and one step to both sides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from basestation.cases.vigilance import SIGN_S_MAX, ConsoleSigns, attended_until, heard, is_attended

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
ACT_S = 600


def signs(sounding_s: float, acted_s: float) -> ConsoleSigns:
    """Return what a console told so many seconds ago."""
    return ConsoleSigns(NOW - timedelta(seconds=sounding_s), NOW - timedelta(seconds=acted_s))


@pytest.mark.parametrize(
    ("sounding_s", "acted_s", "is_so"),
    [
        (0, 0, True),
        (SIGN_S_MAX - 1, 0, True),
        (SIGN_S_MAX, 0, False),
        (SIGN_S_MAX + 1, 0, False),
        (0, ACT_S - 1, True),
        (0, ACT_S, False),
        (0, ACT_S + 1, False),
    ],
)
def test_a_console_counts_while_it_tells_of_its_sound_and_somebody_acted_in_time(sounding_s, acted_s, is_so):
    """A page that hangs is deaf, and a page without anybody in front of it is no control room."""
    assert is_attended((signs(sounding_s, acted_s),), NOW, ACT_S) is is_so


def test_no_console_and_a_mute_or_untouched_one_are_nobody():
    """Sound without anybody, and somebody without sound: neither hears the next alarm."""
    for consoles in ((), (ConsoleSigns(),), (ConsoleSigns(NOW, None),), (ConsoleSigns(None, NOW),)):
        assert not is_attended(consoles, NOW, ACT_S)
        assert attended_until(consoles, ACT_S) is None


def test_one_attended_console_is_enough_but_two_halves_are_not_one():
    """The sound must be heard by whoever acted."""
    halves = (ConsoleSigns(NOW, None), ConsoleSigns(None, NOW))
    assert not is_attended(halves, NOW, ACT_S)
    assert is_attended((*halves, signs(0, 0)), NOW, ACT_S)
    assert attended_until((signs(5, 0), signs(0, 595)), ACT_S) == NOW + timedelta(seconds=SIGN_S_MAX - 5)


def test_what_a_console_tells_takes_the_place_of_what_it_told_before():
    """A sound that was lost is lost at once; the time since the act is the page's own."""
    assert heard(NOW, is_sounding=True, idle_s=30) == ConsoleSigns(NOW, NOW - timedelta(seconds=30))
    assert heard(NOW, is_sounding=False, idle_s=None) == ConsoleSigns()


def test_a_console_counts_for_the_sites_where_its_user_may_act_and_for_no_other():
    """All sites, one, none; a case of no known site counts wherever anything can be taken."""
    told = heard(NOW, is_sounding=True, idle_s=0)
    for sites, covered in (
        (None, [True] * 3),
        (frozenset({1}), [True, False, True]),
        (frozenset(), [False] * 3),
    ):
        consoles = (replace(told, sites=sites),)
        assert [is_attended(consoles, NOW, 600, site) for site in (1, 2, None)] == covered
