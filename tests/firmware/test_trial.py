"""Trial operation: for a limited time traces of cancelled pre-alarms leave too, and the wearer sees that."""

from firmware.trial import Trial
from tests.firmware.traces import Heard

DAY_MS = 24 * 3600 * 1000


def cancelling(trial_ms=None, **kwargs):
    """Return a story in which a manual pre-alarm is cancelled after 30 s, with trial operation or without."""
    values = {"manual_pre_alarm_ms": 10000}
    values.update(kwargs)
    heard = Heard(values)
    if trial_ms is not None:
        heard.story.command("trial", {"is_on": True, "remaining_ms": trial_ms})
    heard.stand(30)
    heard.story.hold(2100)
    heard.story.press()
    heard.stand(70)
    assert heard.story.last("cancelled")["alarm_kind"] == "manual"
    return heard


def test_nothing_of_a_cancelled_pre_alarm_leaves_without_trial_operation():
    """Not a single piece."""
    assert cancelling().pieces() == []


def test_in_trial_operation_the_trace_of_a_cancelled_pre_alarm_leaves_with_its_mark():
    """Under the alarm's own id, every piece marked."""
    heard = cancelling(DAY_MS)
    pieces = heard.pieces(heard.story.last("cancelled")["alarm"])
    assert len(pieces) == pieces[-1]["pieces"] > 20
    assert [piece for piece in heard.pieces() if piece.get("is_trial") is not True] == []


def test_trial_operation_ends_by_itself_at_its_time():
    """On a device that hears nothing more: one step before, at and after it."""
    for remaining_ms, is_on in ((32000, False), (33000, True)):
        heard = cancelling(remaining_ms)
        assert (heard.pieces() != []) == is_on
        assert heard.story.signals().count("trial_off") == 1
    trial, out = Trial(), []
    trial.take(1000, {"boot": 1, "seq": 1, "is_on": True, "remaining_ms": 500}, out)
    assert trial.deadline_ms() == 1500
    for now_ms, is_on in ((1499, True), (1500, False), (1501, False)):
        trial.pass_time(now_ms, out)
        assert trial.is_on() == is_on
    assert [effect.name for effect in out] == ["trial_on", "trial_off"]


def test_the_wearer_sees_that_trial_operation_is_on():
    """When it begins, at the start of each shift, as long as it lasts, and when it ends."""
    heard = Heard({"is_guarding_without_shift": 0})
    story = heard.story
    heard.stand(3)
    story.command("trial", {"is_on": True, "remaining_ms": DAY_MS})
    story.command("shift", {"shift": "1", "state": "on"})
    heard.stand(10)
    assert story.signals().count("trial_on") == 2
    assert story.shown() == "guarding_trial"
    story.command("trial", {"is_on": False, "remaining_ms": 0})
    heard.stand(1)
    assert story.shown() == "guarding"
    assert story.signals()[-2:] == ["trial_off", "guarding"]
    story.command("shift", {"shift": "1", "state": "off"})
    story.command("shift", {"shift": "2", "state": "on"})
    assert story.signals().count("trial_on") == 2


def test_an_older_command_does_not_bring_trial_operation_back():
    """Commands overtake each other."""
    story = Heard().story
    story.command("trial", {"is_on": False, "remaining_ms": 0}, seq=5)
    story.command("trial", {"is_on": True, "remaining_ms": DAY_MS}, seq=4)
    assert story.last("answer")["result"] == "refused"
    story.command("trial", {"is_on": True, "remaining_ms": DAY_MS}, seq=6)
    assert story.last("answer")["result"] == "done"
    story.command("trial", {"is_on": True, "remaining_ms": 2 * DAY_MS}, seq=7)
    assert story.signals().count("trial_on") == 1
    story.command("trial", {"is_on": True, "remaining_ms": 0}, seq=8)
    assert story.signals()[-2:] == ["trial_off", "guarding"]


def test_trial_operation_does_not_outlive_a_restart():
    """Whoever takes a device out of a drawer is not recorded because somebody else agreed."""
    heard = cancelling(DAY_MS)
    again = heard.story.restarted({"manual_pre_alarm_ms": 10000})
    again.stand(10)
    again.receipt_all()
    again.hold(2100)
    again.press()
    again.receipt_all()
    again.stand(10)
    assert again.sent("cancelled")
    assert again.sent("trace") == []


def test_a_cancelled_pre_alarm_never_takes_the_box_from_an_alarm():
    """And an alarm takes it from a cancelled pre-alarm at once, with its whole minute before."""
    heard = Heard({"manual_pre_alarm_ms": 10000})
    story = heard.story
    story.command("trial", {"is_on": True, "remaining_ms": DAY_MS})
    heard.stand(70)
    story.hold(2100)
    story.press()
    heard.stand(5)
    trial_id = story.last("cancelled")["alarm"]
    story.hold(2100)
    heard.stand(20)
    alarm_id = story.last("raised", "manual")["alarm"]
    assert len(heard.pieces(trial_id)) < 40
    black_box = heard.black_box()
    black_box.cancel(story.now_ms, "1-99", "real")
    assert black_box.traces_lost == 2
    heard.stand(70)
    assert len(heard.pieces(alarm_id)) == heard.pieces(alarm_id)[-1]["pieces"] == 40
    assert [piece for piece in heard.pieces(alarm_id) if "is_trial" in piece] == []
    assert heard.pieces("1-99") == []
