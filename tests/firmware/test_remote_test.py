"""A test alarm ordered by the base station: whole path and unnoticed by the wearer, behind every real one."""

from story import Story

from protocol import messages

ORDER = {"test": "t-7", "alarm_kind": "manual"}


def under_test(settings=None):
    """Return a story in which a test alarm was raised, with its message; nothing else waits."""
    story = Story(settings or {"is_rest_on": 0})
    story.receipt_all()
    before = len(story.signals())
    story.command("test", ORDER, mark="test")
    return story, story.last("raised"), before


def test_a_test_by_command_is_raised_with_its_mark_and_answered():
    """Its name travels as the cause; repeated until its receipt, as other events are."""
    story, raised, _ = under_test()
    assert (raised["mark"], raised["cause"], raised["alarm_kind"]) == ("test", "t-7", "manual")
    assert (story.last("answer")["result"], story.last("answer")["mark"]) == ("done", "test")
    story.wait(6)
    assert [message["repeat"] for _, message in story.sent("raised")] == [0, 1]
    story.receipt(raised, mark="test")
    story.wait(12)
    assert len(story.sent("raised")) == 2


def test_the_answer_of_a_person_comes_back_to_the_device_and_is_not_perceived():
    """From the order to the end no signal sounds, shows or is felt, whatever the kind."""
    for kind in messages.ALARM_KINDS:
        story = Story({"is_rest_on": 0})
        story.receipt_all()
        before, written = story.signals(), story.records()
        story.command("test", {"test": "t-7", "alarm_kind": kind}, mark="test")
        raised = story.last("raised")
        story.receipt(raised, mark="test")
        for state in messages.CASE_STATES:
            story.case_state(raised["alarm"], state, mark="test")
            assert (story.last("answer")["result"], story.last("answer")["mark"]) == ("done", "test"), state
        story.wait(20)
        assert story.signals() == before, kind
        assert story.records() == written, kind


def test_a_state_of_a_real_case_never_counts_for_a_test():
    """Another mark, or an id that is older than the last test: refused."""
    story, raised, _ = under_test()
    story.case_state(raised["alarm"], "ACCEPTED")
    assert story.last("answer")["result"] == "refused"
    story.case_state("1-9999", "ACCEPTED", mark="test")
    assert story.last("answer")["result"] == "refused"


def test_no_test_is_raised_beside_an_alarm_or_under_another_mark():
    """The wearer's own alarm, a real mark, a drill: each is refused with its reason."""
    story = Story({"is_rest_on": 0})
    story.receipt_all()
    for mark in ("real", "drill"):
        story.command("test", ORDER, mark=mark)
        assert story.last("answer")["reason"] == "a test is marked test"
    story.hold(2100)
    story.command("test", ORDER, mark="test")
    assert story.last("answer")["reason"] == "an alarm runs"
    assert [message["mark"] for message in story.once("raised")] == ["real"]


def test_no_test_is_raised_while_something_waits_for_its_receipt():
    """So a test is always the first that gives way in a full queue."""
    story = Story({"is_rest_on": 0})
    story.command("test", ORDER, mark="test")
    assert story.last("answer")["reason"] == "something waits for the link"
    assert story.sent("raised") == []


def test_a_real_alarm_takes_the_place_of_a_test_that_waits():
    """The test is sent no more; the alarm sounds and is sent as if there had been none."""
    story, test, _ = under_test()
    story.hold(2100)
    real = story.last("raised")
    assert real["mark"] == "real"
    story.wait(6)
    keys = [message["seq"] for _, message in story.sent("raised")]
    assert keys.index(real["seq"]) > 0
    assert test["seq"] not in keys[keys.index(real["seq"]) :]
    assert story.shown() == "alarm"


def test_the_receipt_of_a_test_is_none_of_a_real_alarm():
    """A real alarm under the same number with the mark test stays unreceipted."""
    story, _, _ = under_test()
    story.hold(2100)
    real = story.last("raised")
    story.receipt(real, mark="test")
    story.wait(6)
    assert [message["mark"] for _, message in story.sent("raised")][-1] == "real"
    assert story.shown() == "alarm"
