"""How a case sounds, and what a silence of it covers."""

from datetime import timedelta

import pytest

from basestation.cases import events as e
from basestation.cases.sounder import SILENCE_S, Silence, is_covered, sound_of, to_silence


def _raised(story, kind="rest", **facts):
    told = story(kind, **facts)
    told.tell(e.AlarmReported(kind))
    return told


def _silenced(told, by="Olga"):
    sounds = to_silence([told.case], (), told.now)
    return Silence(by, told.now, told.now + timedelta(seconds=SILENCE_S), sounds)


@pytest.mark.parametrize(
    ("kind", "facts", "sound"),
    [
        ("rest", {}, "person"),
        ("a-kind-of-tomorrow", {}, "person"),
        ("silent", {}, "silent"),
        ("duress", {}, "silent"),
        ("technical", {}, "technical"),
        ("rest", {"mark": "test"}, "test"),
        ("technical", {"mark": "drill"}, "test"),
    ],
)
def test_every_class_has_its_sound_and_taking_ends_it(story, kind, facts, sound):
    """A person, one who must not be called, gone protection, no emergency; quiet once somebody has it."""
    told = _raised(story, kind, **facts)
    assert sound_of(told.case) == sound
    told.tell(e.AcceptPressed("Olga") if told.case.is_person else e.AcknowledgePressed("Olga"))
    assert sound_of(told.case) is None


def test_a_case_that_was_taken_and_where_nobody_arrived_sounds_as_overdue(story):
    """It is a reason of its own, and not the alarm that was silenced."""
    told = _raised(story)
    silence = _silenced(told)
    told.tell(e.AcceptPressed("Olga"))
    told.wait(600)
    assert sound_of(told.case) == "overdue"
    late = Silence("Olga", told.now, told.now + timedelta(seconds=SILENCE_S), silence.sounds)
    assert not is_covered(told.case, late, told.now)


@pytest.mark.parametrize(("after_ms", "covered"), [(-1, False), (0, True), (59_999, True), (60_000, False)])
def test_a_silence_covers_what_it_names_for_sixty_seconds(story, after_ms, covered):
    """From the press to the last moment before the end, by the base station's time."""
    told = _raised(story)
    silence = _silenced(told)
    assert is_covered(told.case, silence, told.now + timedelta(milliseconds=after_ms)) is covered


def test_a_case_that_came_after_the_press_is_heard_at_once(story):
    """Also when it is of the same kind."""
    told, other = _raised(story), _raised(story, id=2)
    assert not is_covered(other.case, _silenced(told), told.now)


def test_a_case_that_sounds_otherwise_by_now_is_heard_at_once(story):
    """A person that turns out to be under threat is no longer what was silenced."""
    told = _raised(story)
    silence = _silenced(told)
    told.tell(e.AlarmReported("duress"))
    assert sound_of(told.case) == "silent"
    assert not is_covered(told.case, silence, told.now)


def test_what_is_silenced_must_be_heard_again_before_it_is_silenced_again(story):
    """Nobody keeps an alarm quiet by pressing before the time is over; what is quiet is not named."""
    told, other = _raised(story), _raised(story, id=2)
    silence = _silenced(told)
    assert to_silence([told.case, other.case], [silence], told.now) == {2: "person"}
    assert to_silence([told.case], [silence], silence.until) == {1: "person"}
    told.tell(e.AcceptPressed("Olga"))
    assert to_silence([told.case], (), told.now) == {}


def test_a_silence_changes_no_timer_of_the_case(story):
    """The chain calls the next level in the same second as without it."""
    told, control = _raised(story), _raised(story)
    _silenced(told)
    assert told.case.timers == control.case.timers
    told.wait(61)
    control.wait(61)
    assert told.case.level == control.case.level == 1
