"""The time before an alarm, by the durations that its device tells."""

from datetime import timedelta

import pytest

from basestation.cases import events as e
from basestation.cases.budget import overspent, stages


def _took(told):
    return {stage.name: stage.took_s for stage in stages(told.case, told.now)}


def _first_three(told):
    took = _took(told)
    return took["pre_alarm"], took["sent"], took["trigger"]


def test_a_raise_alone_tells_every_stage_before_it(story):
    """Its pre-alarm was lost on the way: 30 s of condition, 15 s of pre-alarm, raised 4 s ago."""
    told = story()
    told.tell(e.AlarmReported("rest", None, 4_000, 30_000, 15_000))
    assert _first_three(told) == (30.0, 15.0, 45.0)
    assert told.case.raised_at - told.case.condition_at == timedelta(seconds=45)


def test_an_alarm_without_a_pre_alarm_ends_its_detection_by_the_raise(story):
    """2 s of holding the key; no pre-alarm is made up."""
    told = story("manual")
    told.tell(e.AlarmReported("manual", None, 0, 2_000, 0))
    assert _first_three(told) == (2.0, None, 2.0)


def test_a_pre_alarm_tells_when_it_began_however_late_it_came(story):
    """Announced 6 s ago: it runs since then, and the alarm is due as the message says."""
    told = story()
    told.tell(e.PreAlarmReported("rest", 9_000, 40_000, 6_000))
    told.wait(3)
    assert _first_three(told) == (40.0, 9.0, 49.0)
    assert [stage.is_running for stage in stages(told.case, told.now)][:3] == [False, True, True]


def test_of_two_messages_the_one_that_was_quicker_on_its_way_counts(story):
    """The raise took 2 s more than the pre-alarm: nothing begins later by that."""
    told = story()
    told.tell(e.PreAlarmReported("rest", 15_000, 30_000, 0))
    began = (told.case.condition_at, told.case.announced_at)
    told.wait(17)
    told.tell(e.AlarmReported("rest", None, 0, 30_000, 15_000))
    assert (told.case.condition_at, told.case.announced_at) == began
    quick = story()
    quick.tell(e.PreAlarmReported("rest", 15_000, 30_000, 0))
    began_at = quick.case.condition_at
    quick.wait(14)
    quick.tell(e.AlarmReported("rest", None, 0, 30_000, 15_000))
    assert quick.case.condition_at == began_at - timedelta(seconds=1)


@pytest.mark.parametrize(
    "event",
    [
        e.AlarmReported("rest", None, 4_000),
        e.AlarmReported("rest", None, None, 30_000, 15_000),
        e.AlarmReported("rest", None, 4_000, 30_000, None),
    ],
)
def test_an_older_firmware_and_a_restarted_device_leave_it_unknown(story, event):
    """Without an age nothing leads back to the beginning; nothing is guessed from the kind."""
    told = story()
    told.tell(event)
    assert _first_three(told) == (None, None, None)


def test_a_pre_alarm_alone_may_be_known(story):
    """As of a fault of the device: when it was raised, and that it had no pre-alarm."""
    told = story()
    told.tell(e.AlarmReported("rest", None, 0, None, 10_000))
    assert _first_three(told) == (None, 10.0, None)


@pytest.mark.parametrize(("condition_ms", "is_over"), [(59_999, False), (60_000, False), (60_001, True)])
def test_detection_and_pre_alarm_together_are_held_to_the_limit_of_the_kind(story, condition_ms, is_over):
    """90 s for rest, with 30 s of pre-alarm: neither part alone is too long."""
    told = story()
    told.tell(e.AlarmReported("rest", None, 0, condition_ms, 30_000))
    assert ("trigger" in overspent(told.case, told.now)) == is_over
    assert not {"pre_alarm", "sent"} & set(overspent(told.case, told.now))


def test_a_running_pre_alarm_that_comes_too_late_is_shown_before_its_end(story):
    """89 s of condition: overspent as a whole after one second more."""
    told = story()
    told.tell(e.PreAlarmReported("rest", 20_000, 89_000, 0))
    told.now += timedelta(seconds=1)
    assert overspent(told.case, told.now) == ()
    told.now += timedelta(milliseconds=1)
    assert overspent(told.case, told.now) == ("trigger",)


def test_an_alarm_that_the_base_raised_keeps_its_grace_and_takes_the_device_at_its_word(story):
    """45 s and 45 s are in time though the base waited; the device's own raise then says the rest."""
    told = story()
    told.tell(e.PreAlarmReported("rest", 45_000, 44_000, 0))
    told.wait(55)
    assert told.case.is_raised_by_base
    assert not {"sent", "trigger"} & set(overspent(told.case, told.now))
    assert _first_three(told) == (44.0, 55.0, 99.0)
    told.tell(e.AlarmReported("rest", None, 10_000, 44_000, 45_000))
    assert _first_three(told) == (44.0, 45.0, 89.0)
    late = story()
    late.tell(e.ResetReported(), e.AlarmReported("rest", None, 5_000, 30_000, 15_000))
    assert _first_three(late) == (30.0, 15.0, 45.0)
