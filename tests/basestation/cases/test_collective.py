"""Many devices silent at once: who belongs to the collective case, who leaves it, and when."""

from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random

import pytest

from basestation.cases import collective as many
from basestation.cases.collective import Collective, CollectiveSettings, Member

SETTINGS = CollectiveSettings()
ZERO = datetime(2030, 1, 7, 6, 0, tzinfo=UTC)
LONG_AGO = ZERO - timedelta(days=1)
#: Around each limit.
AROUND_MS = (-1, 0, 1)


def at(seconds, ms=0):
    """Return a moment of the story, in seconds from its start."""
    return ZERO + timedelta(seconds=seconds, milliseconds=ms)


def group(*names, lost=0, number=1, quorum=3):
    """Return a collective of these devices, all lost at the same moment."""
    members = [Member(name, at(lost), "no heartbeat for 85 s") for name in names]
    return many.fell_silent(Collective(number, quorum), members)


def looked(collective, seconds, together=None, hearing_since=LONG_AGO, ms=0):
    """Return the collective and the names of those set apart; all inside are together unless said."""
    if together is None:
        together = collective.with_standing("silent", "waiting")
    after, apart = many.look(collective, frozenset(together), hearing_since, at(seconds, ms), SETTINGS, 45)
    return after, [member.device for member in apart]


def test_every_standing_answers_every_event_and_only_own_cases_are_made_where_the_table_says():
    """The whole product."""
    assert set(many.TABLE) == set(many.STANDINGS)
    for standing, event in product(many.STANDINGS, many.EVENTS):
        expected = many.TABLE[standing][event]
        before = Collective(1, 3, (Member("d-1", ZERO, "x", standing), Member("d-2", ZERO, "x", standing)))
        after, apart = many.take(before, event, ["d-1"])
        assert after.members[0].standing == (expected or standing)
        assert after.members[1] == before.members[1]
        assert [member.device for member in apart] == (["d-1"] if expected == many.APART else [])


@pytest.mark.parametrize(
    ("on_shift", "quorum"), [(0, 2), (1, 2), (3, 2), (4, 2), (5, 3), (6, 3), (7, 3), (200, 3)]
)
def test_three_at_once_or_half_of_those_on_shift_are_many(on_shift, quorum):
    """Whichever is fewer, and never one alone."""
    assert many.quorum_of(on_shift, SETTINGS) == quorum


def test_how_many_are_many_is_a_setting():
    """A larger site may want more."""
    settings = CollectiveSettings(count=10, share_percent=25)
    assert [many.quorum_of(count, settings) for count in (4, 36, 37, 40, 41, 400)] == [2, 9, 10, 10, 10, 10]


@pytest.mark.parametrize("ms", AROUND_MS)
def test_at_once_means_lost_within_one_heartbeat_period(ms):
    """30 s from the first to the last of them."""
    lost = {"a": at(0), "b": at(10), "c": at(30, ms), "d": at(500)}
    assert many.at_once(lost, 3, 30) == (frozenset("abc") if ms <= 0 else frozenset())


def test_at_once_is_the_same_as_trying_every_group():
    """Against the plain definition, over random moments."""
    dice = Random(5)
    for _ in range(200):
        lost = {str(name): at(dice.randrange(200)) for name in range(dice.randrange(9))}
        quorum = dice.randrange(2, 5)
        groups = [
            [name for name in lost if timedelta() <= lost[name] - lost[first] <= timedelta(seconds=30)]
            for first in lost
        ]
        expected = {name for one in groups if len(one) >= quorum for name in one}
        assert many.at_once(lost, quorum, 30) == expected


@pytest.mark.parametrize("ms", AROUND_MS)
def test_who_is_still_silent_sixty_seconds_after_the_others_are_back_gets_an_own_case(ms):
    """From the moment on that more than half of them are heard again."""
    collective, _ = many.take(group("a", "b", "c", "d", "e"), "Heard", ["a", "b"])
    collective, apart = looked(collective, 100)
    assert collective.with_standing("waiting") == apart == []
    collective, _ = many.take(collective, "Heard", ["c"])
    collective, apart = looked(collective, 110)
    assert (collective.with_standing("waiting"), apart) == (["d", "e"], [])
    collective, apart = looked(collective, 170, ms=ms)
    assert apart == ([] if ms < 0 else ["d", "e"])
    assert collective.is_over == (ms >= 0)


def test_half_of_them_are_not_the_others():
    """Two of four: whoever is away may still be away for the same reason."""
    collective, _ = many.take(group("a", "b", "c", "d"), "Heard", ["a", "b"])
    collective, _ = looked(collective, 100)
    assert collective.with_standing("silent") == ["c", "d"]


def test_who_comes_back_in_that_time_gets_none():
    """The case is over with the last of them."""
    collective, _ = many.take(group("a", "b", "c"), "Heard", ["a", "b"])
    collective, _ = looked(collective, 100)
    collective, _ = many.take(collective, "Heard", ["c"])
    assert looked(collective, 500) == (collective, [])
    assert collective.is_over


def test_a_wait_that_has_begun_never_begins_anew():
    """However the others come and go."""
    collective, _ = many.take(group("a", "b", "c"), "Heard", ["a", "b"])
    collective, _ = looked(collective, 100)
    again = [Member(name, at(110), "no heartbeat for 85 s") for name in ("a", "b", "d", "c")]
    collective = many.fell_silent(collective, again)
    assert collective.with_standing("silent") == ["a", "b", "d"]
    assert collective.with_standing("waiting") == ["c"]
    collective, _ = many.take(collective, "Heard", ["a"])
    collective, apart = looked(collective, 159, ms=999)
    assert apart == []
    assert looked(collective, 160)[1] == ["c"]


def test_those_who_were_lost_at_another_time_are_not_the_others():
    """Two waves in one case: the first one's return says nothing of the second."""
    collective = many.fell_silent(group("a", "b", "c", "d"), group("e", "f", "g", lost=31).members)
    collective, _ = many.take(collective, "Heard", ["a", "b", "c"])
    collective, _ = looked(collective, 200)
    assert collective.with_standing("waiting") == ["d"]
    assert collective.with_standing("silent") == ["e", "f", "g"]


def test_when_too_few_are_left_together_the_time_runs_too():
    """Of three one is back: two are not many, and nothing collective holds them any more."""
    collective, _ = many.take(group("a", "b", "c"), "Heard", ["a"])
    collective, _ = looked(collective, 100, together=())
    assert collective.with_standing("waiting") == ["b", "c"]
    assert looked(collective, 160)[1] == ["b", "c"]


def test_where_the_others_only_seemed_to_be_missing_nobody_waits():
    """They spoke before they counted as silent: there never was anything collective."""
    assert looked(group("a"), 100, together=["a"])[1] == []
    assert looked(group("a"), 100, together=())[1] == ["a"]


@pytest.mark.parametrize("ms", AROUND_MS)
def test_while_the_base_hears_nobody_no_wait_ends_and_afterwards_each_device_may_speak_first(ms):
    """Its own outage says nothing about the device."""
    collective, _ = many.take(group("a", "b", "c"), "Heard", ["a", "b"])
    collective, _ = looked(collective, 100)
    assert looked(collective, 500, hearing_since=None)[1] == []
    assert looked(collective, 545, hearing_since=at(500, ms))[1] == (["c"] if ms <= 0 else [])
    (member,) = [one for one in collective.members if one.device == "c"]
    assert many.wait_over_at(member, LONG_AGO, 45) == at(160)
    assert many.wait_over_at(collective.members[0], LONG_AGO, 45) is None


def test_the_cause_names_every_worker_by_how_they_stand():
    """Also those who left, and those who are missing and do not count as silent yet."""
    collective = group("d-1", "d-2", "d-3", "d-4", "d-5")
    collective, _ = many.take(collective, "Heard", ["d-2", "d-3", "d-5"])
    collective, _ = many.take(collective, "SetApart", ["d-4"])
    names = {"d-1": "Anna Amsel", "d-2": "Bert Buche", "d-3": "Carl Citrin", "d-4": "Dora Distel"}
    said = many.cause_of(collective, ["d-6", "d-1"], {**names, "d-6": "Emil Esche"}, "no broker delivers")
    assert said == (
        "6 devices fell silent at once: no broker delivers. Silent (1): Anna Amsel (d-1). Not heard for too "
        "long (1): Emil Esche (d-6). With a case of their own (1): Dora Distel (d-4). Heard again or off "
        "shift (3): Bert Buche (d-2), Carl Citrin (d-3), d-5"
    )
    collective, _ = looked(collective, 100)
    assert "Still silent after the others (1): Anna" in many.cause_of(collective, [], names, "x")


def test_what_is_kept_is_read_back_whole():
    """A restart of the base station changes nothing."""
    collective, _ = many.take(group("a", "b", "c"), "Heard", ["a", "b"])
    collective, _ = looked(collective, 100)
    both = (collective, group("d", number=2))
    assert many.from_json(many.to_json(both)) == both
