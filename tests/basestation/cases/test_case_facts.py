"""What a case says about itself: gravity, whether it is a person's, whether it sounds, and its JSON."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from basestation.cases import events as e
from basestation.cases.case import CaseState, case_from_json, case_to_json, graver, gravity, is_person_kind
from protocol.messages import ALARM_KINDS, PERSON_KINDS

START = datetime(2030, 1, 7, 6, 0, tzinfo=UTC)


def test_gravity_follows_the_order_of_the_protocol_with_the_unknown_after_manual():
    """What nobody knows may be the worst but one; whatever is not real comes after all that is."""
    order = sorted([*ALARM_KINDS, "from-the-future"], key=gravity)
    assert order == ["manual", "from-the-future", *PERSON_KINDS[1:], "technical"]
    assert gravity("manual") == 0
    assert gravity("") == gravity("from-the-future") == 1
    for mark in ("test", "drill"):
        marked = [gravity(kind, mark) for kind in order]
        assert marked == sorted(marked)
        assert min(marked) > max(gravity(kind) for kind in order)


def test_gravity_is_that_of_the_field():
    """Manual and silent before fall, position and rest before loss, escape and time, then technical."""
    groups = (
        ("manual", "silent", "duress"),
        ("fall",),
        ("position", "rest"),
        ("loss", "escape", "time"),
        ("technical",),
    )
    assert sorted(kind for group in groups for kind in group) == sorted(ALARM_KINDS)
    for graver_group, group in pairwise(groups):
        assert max(map(gravity, graver_group)) < min(map(gravity, group)), (graver_group, group)
    assert gravity("technical") < min(gravity(kind, "test") for kind in ALARM_KINDS)


@pytest.mark.parametrize("kind", [*ALARM_KINDS, "from-the-future"])
def test_only_silent_and_duress_alarms_are_silent_and_their_device_is_told_nothing(story, kind):
    """A kind nobody knows is loud: towards noise, as ever."""
    case = story(kind).case
    assert case.is_silent is (kind in ("silent", "duress"))
    assert case.is_telling_device is (kind not in ("silent", "duress", "technical"))


def test_every_kind_but_technical_means_a_person():
    """Also the ones nobody knows."""
    assert [kind for kind in (*ALARM_KINDS, "x", "") if not is_person_kind(kind)] == ["technical"]


@pytest.mark.parametrize(
    ("one", "other", "counts"),
    [
        ("rest", "fall", "fall"),
        ("technical", "rest", "rest"),
        ("manual", "silent", "silent"),
        ("duress", "silent", "silent"),
        ("rest", "rest", "rest"),
        ("new-a", "new-b", "new-a"),
    ],
)
def test_of_two_kinds_the_graver_counts_and_silence_is_kept(one, other, counts):
    """In either order."""
    assert graver(one, other) == graver(other, one) == counts


@pytest.mark.parametrize(
    ("state", "is_open", "is_loud"),
    [
        (CaseState.PRE_ALARM, True, False),
        (CaseState.RECEIVED, True, True),
        (CaseState.ACCEPTED, True, False),
        (CaseState.ON_SCENE, True, False),
        (CaseState.ACKNOWLEDGED, True, False),
        (CaseState.GONE, True, False),
        (CaseState.CANCELLED, False, False),
        (CaseState.CLOSED, False, False),
    ],
)
def test_a_case_says_whether_it_is_open_and_whether_it_sounds(story, state, is_open, is_loud):
    """Loud until accepted, and again while the arrival is overdue."""
    case = story(state=state).case
    assert (case.is_open, case.is_loud) == (is_open, is_loud)
    assert replace(case, is_further_unseen=True).is_loud is is_open


@pytest.mark.parametrize(
    ("state", "facts", "is_calling"),
    [
        (CaseState.RECEIVED, {}, True),
        (CaseState.ACCEPTED, {}, False),
        (CaseState.ACCEPTED, {"is_arrival_overdue": True}, True),
        (CaseState.DISPATCHED, {"is_further_unseen": True}, True),
        (CaseState.DISPATCHED, {"more_wanted_by": "Anna"}, True),
        (CaseState.ON_SCENE, {}, False),
        (CaseState.ON_SCENE, {"is_helper_silent": True}, True),
        (CaseState.ON_SCENE, {"more_wanted_by": "Anna"}, True),
        (CaseState.ON_SCENE, {"is_further_unseen": True}, False),
        (CaseState.CLOSED, {"is_arrival_overdue": True}, False),
        (CaseState.PRE_ALARM, {}, False),
    ],
)
def test_people_are_called_while_somebody_has_to_be_found(story, state, facts, is_calling):
    """And a case that calls is a loud one."""
    case = story(state=state, **facts).case
    assert case.is_calling is is_calling
    assert case.is_loud >= is_calling


@pytest.mark.parametrize(
    ("facts", "may_end"),
    [
        ({}, False),
        ({"mark": "test"}, True),
        ({"mark": "drill"}, True),
        ({"on_scene_at": START}, True),
        ({"contact_at": START}, True),
        ({"contact_at": START, "kind": "silent"}, False),
        ({"contact_at": START, "kind": "duress"}, False),
        ({"on_scene_at": START, "kind": "duress"}, True),
    ],
)
def test_one_person_ends_a_case_only_who_was_there_or_spoke_with_the_worker(story, facts, may_end):
    """Under threat a word proves nothing; a test needs no second person."""
    assert story(**facts).case.may_end is may_end


def test_a_case_says_whether_somebody_answered(story):
    """By accepting or by acknowledging."""
    told = story()
    told.tell(e.AlarmReported("rest"))
    assert not told.case.is_answered
    told.tell(e.AcceptPressed("Anna"))
    assert told.case.is_answered
    technical = story("technical")
    technical.tell(e.AlarmReported("technical"), e.AcknowledgePressed("Anna"))
    assert technical.case.is_answered


@pytest.mark.parametrize("presses", range(5))
def test_a_case_survives_its_json(story, presses):
    """Every fact, at every point of its way; so it survives a restart."""
    told = story(linked=(3, 4), worker_name="Jörg Beispiel", shift_id=9, is_wearer_confirmed=True)
    told.tell(e.PreAlarmReported("rest", 30_000))
    assert case_from_json(case_to_json(told.case)) == told.case
    told.wait(100.123456)
    told.tell(
        *(
            e.AcceptPressed("Anna"),
            e.OnTheWayPressed("Anna", "", 7),
            e.OnScenePressed("Anna"),
            e.AllClearPressed("A", "abc def"),
        )[:presses]
    )
    again = case_from_json(case_to_json(told.case))
    assert again == told.case
    assert type(again.state) is CaseState
    assert again.opened_at.utcoffset() == told.case.opened_at.utcoffset()


def test_a_case_that_nobody_wears_for_sure_says_so(story):
    """Only a shift confirms a wearer."""
    assert story().case.is_wearer_confirmed is False


def test_a_naive_time_is_our_own_mistake(story):
    """Every moment is aware and in UTC."""
    told = story()
    told.now = told.now.replace(tzinfo=None)
    with pytest.raises(AssertionError, match="aware UTC"):
        told.tell(e.AlarmReported("rest"))


def test_the_place_is_shown_and_told_once_to_those_who_were_called(story, called):
    """The first notices left without it; a beacon that nobody knows tells nobody anything."""
    told = story()
    told.tell(e.AlarmReported("rest"))
    told.wait(60)
    assert told.tell(e.PlaceReported("e0b1c2d3e4f5", -70, 2, is_known=False)) == ()
    assert (told.case.near, told.case.near_dbm) == ("e0b1c2d3e4f5", -70)
    calls = told.tell(e.PlaceReported("Boiler room", -52, 0, is_known=True))
    assert called(calls) == ["Mara Lead", "Gate"]
    assert {call.text_key for call in calls} == {"place"}
    assert len({call.key for call in calls}) == 2
    assert told.case.near == "Boiler room"
    assert told.tell(e.PlaceReported("Roof", -50, 0, is_known=True)) == ()
    assert told.case.near == "Roof"


def test_an_older_place_that_comes_late_changes_nothing(story):
    """Messages come in any order."""
    told = story()
    told.tell(e.AlarmReported("rest"), e.PlaceReported("Roof", -50, 0, is_known=True))
    told.tell(e.PlaceReported("Cellar", -40, 1, is_known=True))
    assert told.case.near == "Roof"
    assert told.case.near_at == told.now


def test_whoever_is_on_the_scene_is_told_nothing_more(story):
    """The place is noted all the same; an overdue arrival does not change what is said."""
    told = story()
    told.tell(e.AlarmReported("rest"), e.AcceptPressed("Anna"))
    told.wait(600)
    calls = told.tell(e.PlaceReported("Roof", -50, 0, is_known=True))
    assert calls
    assert {call.text_key for call in calls} == {"place"}
    other = story()
    other.tell(e.AlarmReported("rest"), e.AcceptPressed("Anna"), e.OnScenePressed("Anna"))
    assert other.tell(e.PlaceReported("Roof", -50, 0, is_known=True)) == ()
    assert other.case.near == "Roof"
