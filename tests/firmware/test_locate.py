"""The location tone: when it sounds, when it ends, and that it never sounds in a silent case."""

from story import Story

from firmware import signals
from firmware.locate import KNOWN_MAX, SILENCE_MS, TONE_MS_MAX

SETTINGS = {"is_rest_on": 0, "is_silent_on": 1, "is_duress_on": 1}
#: A helper who walks about loses a sound that pauses for longer.
PAUSE_MS_MAX = 10000


def raised():
    """Return a story with a receipted manual alarm, and the alarm's id."""
    story = Story(SETTINGS)
    story.hold(2100)
    story.receipt(story.last("raised"))
    return story, story.last("raised")["alarm"]


def locate(story, alarm_id, is_tone_on=True, **kwargs):
    """Order the tone; return (result, reason)."""
    story.command("locate", {"alarm": alarm_id, "is_tone_on": is_tone_on}, **kwargs)
    answer = story.last("answer")
    return answer["result"], answer.get("reason", "")


def call_silently(story):
    """Press three times; return the alarm's id."""
    for _ in range(3):
        story.press()
        story.wait_ms(100)
    return story.last("raised", "silent")["alarm"]


def test_from_its_raise_on_an_alarm_sounds_every_ten_seconds_at_least():
    """So the tone starts with the alarm, whatever becomes of the case until somebody is there."""
    for name in (
        "alarm", "alarm_unheard", "alarm_received", "help_accepted", "help_dispatched", "help_on_scene",
        "locate",
    ):  # fmt: skip
        pauses = [ms for tone_hz, ms in signals.PATTERNS[name].buzzer if not tone_hz]
        sounds = [tone_hz for tone_hz, _ in signals.PATTERNS[name].buzzer if tone_hz]
        assert sounds, name
        assert max(pauses or [0]) <= PAUSE_MS_MAX, name


def test_the_tone_is_switched_on_and_off():
    """In place of the sign that lasted."""
    story, alarm_id = raised()
    assert story.shown() == "alarm_received"
    assert locate(story, alarm_id) == ("done", "")
    assert story.shown() == "locate"
    assert locate(story, alarm_id, False) == ("done", "")
    assert story.shown() == "alarm_received"


def test_an_order_tells_the_place():
    """With the tone or without it; nothing where nothing is heard."""
    story, alarm_id = raised()
    locate(story, alarm_id, False)
    assert story.sent("place") == []
    story.signal(None, [("gate-3", -52)])
    count = len(story.once("place"))
    locate(story, alarm_id, False)
    locate(story, alarm_id)
    assert len(story.once("place")) == count + 2
    assert story.last("place")["alarm"] == alarm_id


def test_the_tone_hides_neither_a_pre_alarm_nor_an_alarm_that_nobody_has_received():
    """The first asks for an answer, the other is louder."""
    story, alarm_id = raised()
    locate(story, alarm_id)
    story.lie(30)
    assert story.shown() == "locate"
    story = Story(SETTINGS)
    story.hold(2100)
    locate(story, story.last("raised")["alarm"])
    assert story.shown() == "alarm"
    story.wait(21)
    assert story.shown() == "alarm_unheard"
    story.receipt(story.last("raised"))
    assert story.shown() == "locate"
    for name in signals.PATTERNS:
        expected = name if name in ("alarm", "alarm_unheard") or name.startswith("pre_alarm_") else "locate"
        assert signals.with_tone(name) == expected


def test_the_wearers_reset_ends_the_tone_and_it_may_be_ordered_again():
    """Whoever resets has found the device; somebody else may have taken it off them."""
    story, alarm_id = raised()
    locate(story, alarm_id)
    story.hold(5100)
    assert len(story.once("reset")) == 1
    assert story.shown() == "guarding"
    assert locate(story, alarm_id) == ("done", "")
    assert story.shown() == "locate"
    story.wait(60)
    assert story.shown() == "locate"


def test_the_all_clear_ends_the_tone():
    """Nobody is looked for any more."""
    for state in ("ALL_CLEAR", "CLOSED"):
        story, alarm_id = raised()
        locate(story, alarm_id)
        story.case_state(alarm_id, "ON_SCENE")
        assert story.shown() == "locate"
        story.case_state(alarm_id, state)
        assert story.shown() == "all_clear"


def test_a_tone_that_nobody_switches_off_ends_after_an_hour():
    """One ms before, at it."""
    for wait_ms, shown in ((TONE_MS_MAX - 1, "locate"), (TONE_MS_MAX, "alarm_received")):
        story, alarm_id = raised()
        locate(story, alarm_id)
        story.wait_ms(wait_ms)
        assert story.shown() == shown


def test_a_device_refuses_a_tone_for_a_silent_alarm():
    """Waiting for its receipt or ended by it, silent or duress; the place is not told either."""
    for is_receipted in (False, True):
        story = Story(SETTINGS)
        alarm_id = call_silently(story)
        if is_receipted:
            story.receipt(story.last("raised", "silent"))
        story.signal(None, [("gate-3", -52)])
        count = len(story.once("place"))
        for is_tone_on in (True, False):
            assert locate(story, alarm_id, is_tone_on) == ("refused", "nothing may be shown of this alarm")
        assert "locate" not in story.signals()
        assert len(story.once("place")) == count


def test_near_a_silent_alarm_no_tone_begins_for_another_either():
    """One ms before its time is over, at it; what sounds already goes on, and may be switched off."""
    for wait_ms, expected in ((SILENCE_MS - 1, "refused"), (SILENCE_MS, "done")):
        story = Story(SETTINGS)
        call_silently(story)
        raised_ms = story.sent("raised", "silent")[0][0]
        story.receipt(story.last("raised", "silent"))
        story.wait_ms(1000)
        story.hold(2100)
        story.receipt(story.last("raised", "manual"))
        alarm_id = story.last("raised", "manual")["alarm"]
        assert locate(story, alarm_id, False) == ("done", "")
        story.wait_ms(raised_ms + wait_ms - story.now_ms)
        assert locate(story, alarm_id)[0] == expected


def test_an_alarm_that_is_not_ours_or_of_another_mark_gets_no_tone():
    """Nor a pre-alarm, a technical alarm, or one of an earlier start that is over."""
    story, alarm_id = raised()
    assert locate(story, "9-9") == ("refused", "no such alarm here")
    assert locate(story, alarm_id, mark="drill") == ("refused", "the alarm has another mark")
    story.board.battery(story.now_ms, 3500, 3, False)
    technical_id = story.last("raised", "technical")["alarm"]
    assert locate(story, technical_id) == ("refused", "nothing may be shown of this alarm")
    story = Story({"is_rest_on": 0})
    story.lie(29)
    assert locate(story, story.last("pre-alarm")["alarm"]) == ("refused", "no such alarm here")
    assert "locate" not in story.signals()


def test_only_so_many_alarms_are_remembered():
    """The latest ones."""
    story, first_id = raised()
    for _ in range(KNOWN_MAX):
        story.hold(5100)
        story.wait_ms(2000)
        story.hold(2100)
        story.receipt(story.last("raised"))
        story.wait_ms(1000)
    assert locate(story, first_id) == ("refused", "no such alarm here")
    assert locate(story, story.last("raised")["alarm"])[0] == "done"
