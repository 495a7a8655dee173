"""One look at all devices: own cases, collective cases, and which of them a silence goes to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from basestation.cases import silence
from basestation.cases.silence import DeviceWatch, SilenceSettings
from basestation.cases.silence_round import LOOK_S, Round, Sight, next_look_at, round_of

SETTINGS = SilenceSettings()
ZERO = datetime(2030, 1, 7, 6, 0, tzinfo=UTC)
LONG_AGO = ZERO - timedelta(days=1)


def at(seconds, ms=0):
    """Return a moment of the story, in seconds from its start."""
    return ZERO + timedelta(seconds=seconds, milliseconds=ms)


def sight_of(heard, now, **facts):
    """Return what is seen of devices on shift, by the seconds when each was heard last."""
    watches = {name: DeviceWatch(name, LONG_AGO, at(seconds)) for name, seconds in heard.items()}
    return Sight(**{"now": at(now), "hearing_since": LONG_AGO, "watches": watches, **facts})


def after(sight, found, **facts):
    """Return the sight once the round is carried out."""
    silent = {*found.own, *found.folded}
    watches = {
        name: silence.silenced(watch) if name in silent else watch for name, watch in sight.watches.items()
    }
    return replace(sight, watches=watches, collectives=found.collectives, **facts)


def fleet(lost, others=20):
    """Return devices lost at these seconds beside others that go on speaking."""
    return {**lost, **{f"well-{number}": 900 for number in range(others)}}


def test_in_quiet_times_there_is_nothing_to_do_until_the_first_would_be_silent():
    """And nothing at all without anybody on shift."""
    sight = sight_of({"a": 0, "b": 20}, 84)
    assert round_of(sight, SETTINGS) == Round()
    assert next_look_at(sight, (), SETTINGS) == at(85)
    assert next_look_at(replace(sight, watches={"a": DeviceWatch("a")}), (), SETTINGS) is None


def test_one_silent_device_gets_a_case_of_its_own():
    """So do two among many."""
    found = round_of(sight_of(fleet({"a": 0, "b": 0}), 85), SETTINGS)
    assert (sorted(found.own), found.folded, found.collectives) == (["a", "b"], {}, ())


def test_many_lost_at_once_are_one_case_from_the_first_that_is_due():
    """The others join it as they become due, each within its own bound."""
    sight = sight_of(fleet({"a": 0, "b": 14, "c": 25}), 85)
    found = round_of(sight, SETTINGS)
    assert (found.own, sorted(found.folded)) == ({}, ["a"])
    assert found.together == frozenset("abc")
    sight = after(sight, found)
    assert next_look_at(sight, found.collectives, SETTINGS) == at(85 + LOOK_S)
    found = round_of(replace(sight, now=at(99)), SETTINGS)
    assert sorted(found.folded) == ["b"]
    (collective,) = found.collectives
    assert collective.with_standing("silent") == ["a", "b"]


@pytest.mark.parametrize("ms", [-1, 0, 1])
def test_who_will_be_due_within_a_heartbeat_period_counts_as_missing(ms):
    """Not heard for 55 s: two heartbeats are missing."""
    watches = {name: DeviceWatch(name, LONG_AGO, at(0)) for name in "ab"}
    watches["c"] = DeviceWatch("c", LONG_AGO, at(30, ms))
    watches |= {str(number): DeviceWatch(str(number), LONG_AGO, at(85)) for number in range(9)}
    found = round_of(Sight(at(85), LONG_AGO, watches), SETTINGS)
    assert (sorted(found.folded), sorted(found.own)) == ((["a", "b"], []) if ms <= 0 else ([], ["a", "b"]))


def test_an_open_alarm_or_pre_alarm_is_never_folded_in():
    """Its silence goes its own way at once, and does not make the others many."""
    found = round_of(sight_of(fleet(dict.fromkeys("abcd", 0)), 85, graver={"a"}), SETTINGS)
    assert (sorted(found.own), sorted(found.folded)) == (["a"], ["b", "c", "d"])
    found = round_of(sight_of(fleet(dict.fromkeys("abc", 0)), 85, graver={"a"}), SETTINGS)
    assert (sorted(found.own), found.folded) == (["a", "b", "c"], {})


def test_an_alarm_that_is_opened_later_takes_its_device_out_at_once():
    """A shift whose end is overdue, for example."""
    sight = sight_of(fleet(dict.fromkeys("abcd", 0)), 85)
    sight = after(sight, round_of(sight, SETTINGS), graver={"b"})
    found = round_of(replace(sight, now=at(86)), SETTINGS)
    assert list(found.apart) == ["b"]
    assert found.apart["b"].cause == "no heartbeat for 85 s"
    assert found.collectives[0].with_standing("silent") == ["a", "c", "d"]


@pytest.mark.parametrize("reason", ["switched_off", "charging", "restart"])
def test_who_told_why_is_never_folded_in(reason):
    """Nothing collective explains it better; also when the word comes late."""
    sight = sight_of(fleet(dict.fromkeys("abcd", 0)), 85)
    told = silence.went_offline(sight.watches["a"], reason, at(5))
    found = round_of(replace(sight, watches={**sight.watches, "a": told}), SETTINGS)
    assert (sorted(found.own), sorted(found.folded)) == (["a"], ["b", "c", "d"])
    sight = after(sight, round_of(sight, SETTINGS))
    late = silence.went_offline(sight.watches["a"], reason, at(86))
    found = round_of(replace(sight, now=at(87), watches={**sight.watches, "a": late}), SETTINGS)
    assert list(found.apart) == ["a"]
    assert found.apart["a"].is_switched_off == (reason == "switched_off")


def test_who_stays_silent_after_the_others_gets_a_case_of_its_own():
    """60 s after most of them are back; the next look is at that moment at the latest."""
    sight = sight_of(fleet(dict.fromkeys("abcd", 0)), 85)
    sight = after(sight, round_of(sight, SETTINGS), now=at(100), back={"a", "b", "c"})
    found = round_of(sight, SETTINGS)
    assert found.apart == {}
    heard = {name: silence.heard(sight.watches[name], at(155))[0] for name in "abc"}
    sight = after(sight, found, now=at(159), back=frozenset())
    sight = replace(sight, watches={**sight.watches, **heard})
    assert next_look_at(sight, sight.collectives, SETTINGS) == at(160)
    found = round_of(replace(sight, now=at(160)), SETTINGS)
    assert list(found.apart) == ["d"]
    assert found.apart["d"].cause.endswith("and those that fell silent with it are back")
    assert found.collectives[0].is_over


def test_who_is_heard_makes_the_others_fewer_in_the_same_round():
    """Of three one is back: the time of the two others runs from then on."""
    sight = sight_of(fleet(dict.fromkeys("abc", 0)), 85)
    sight = after(sight, round_of(sight, SETTINGS), now=at(90), back={"a"})
    (collective,) = round_of(sight, SETTINGS).collectives
    assert collective.with_standing("waiting") == ["b", "c"]
    assert {member.apart_at for member in collective.members} == {None, at(150)}


def test_what_was_acknowledged_takes_nobody_in_any_more():
    """A second case begins: nobody would notice who is added to the first."""
    sight = sight_of(fleet({**dict.fromkeys("abc", 0), **dict.fromkeys("def", 10)}), 85)
    sight = after(sight, round_of(sight, SETTINGS), now=at(95))
    joined = round_of(sight, SETTINGS)
    assert [one.number for one in joined.collectives] == [1]
    apart = round_of(replace(sight, acknowledged={1}), SETTINGS)
    assert [(one.number, one.with_standing("silent")) for one in apart.collectives] == [
        (1, ["a", "b", "c"]),
        (2, ["d", "e", "f"]),
    ]


def test_while_the_base_is_deaf_an_alarm_still_takes_its_device_out():
    """Its silence was known before."""
    sight = sight_of(fleet(dict.fromkeys("abcd", 0)), 85)
    sight = after(sight, round_of(sight, SETTINGS), graver={"b"}, hearing_since=None)
    assert list(round_of(sight, SETTINGS).apart) == ["b"]


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_broker_restart_of_five_seconds_makes_no_case_of_two_hundred_devices(is_restarted):
    """Nor a collective one; also when its last wills come with it."""
    heard = {f"d-{number}": number % 25 for number in range(200)}
    watches = {name: DeviceWatch(name, LONG_AGO, at(seconds)) for name, seconds in heard.items()}
    if is_restarted:
        watches = {name: silence.went_offline(watch, "lost", at(26)) for name, watch in watches.items()}
    for second in range(26, 31):
        assert round_of(Sight(at(second), None, watches), SETTINGS) == Round()
    for second in range(31, 31 + 50):
        if second > 40:
            # Back with the first heartbeat after they have found their broker again.
            for name in [name for name, at_s in heard.items() if at_s == second % 25]:
                watches[name] = silence.came_online(watches[name], at(second))[0]
        assert round_of(Sight(at(second), at(31), watches), SETTINGS) == Round()
