"""Where the wearer is: told with a person's alarm and on request, and never in normal work."""

from story import Story

from firmware.link import EVENTS_MAX
from firmware.place import BEACONS_MAX, TELL_MS_MIN, TELLS_MAX, UNSEEN_MS
from firmware.settings import Settings

GATE, HALL, ROOF = ("gate-3", -52), ("e0b1c2d3e4f5", -60), ("roof", -80)
QUIET = {"is_rest_on": 0, "is_silent_on": 1, "is_duress_on": 1}


def at_the_gate(settings=None, **kwargs):
    """Return a story of somebody who hears three beacons."""
    values = QUIET.copy()
    values.update(settings or {})
    story = Story(values, **kwargs)
    story.signal(-60, [ROOF, GATE, HALL])
    return story


def call_silently(story):
    """Press three times."""
    for _ in range(3):
        story.press()
        story.wait_ms(100)


def shift_off(story):
    """End the shift."""
    story.command("shift", {"shift": "s-1", "state": "off"})


def test_a_raised_alarm_is_followed_by_the_strongest_beacons():
    """The alarm leaves first."""
    story = at_the_gate()
    story.wait(2)
    story.hold(2100)
    kinds = [message["kind"] for _, message in story.sent("raised") + story.sent("place")]
    assert kinds == ["raised", "place"]
    raised, place = story.last("raised"), story.last("place")
    assert raised["seq"] < place["seq"]
    assert place["alarm"] == raised["alarm"]
    assert place["beacons"] == dict((GATE, HALL, ROOF))
    assert place["age_s"] == 4
    assert place["mark"] == "real"


def test_in_normal_work_no_beacon_leaves_the_device():
    """A day of pre-alarms that were cancelled, shifts, pauses, faults and heartbeats: not one name."""
    story = at_the_gate()
    story.lie(29)
    assert story.shown() == "pre_alarm_position"
    story.press()
    story.stand(3)
    story.signal(-90, [GATE, HALL])
    story.wait(60)
    story.board.battery(story.now_ms, 3500, 3, False)
    shift_off(story)
    story.command("shift", {"shift": "s-2", "state": "on"})
    story.command("case-state", {"alarm": "1-1", "state": "ACCEPTED"})
    story.command("locate", {"alarm": "1-1", "is_tone_on": True})
    story.command("walk", {"walk": "walk-1", "is_on": False})
    story.wait(120)
    assert story.sent("raised", "technical") != []
    assert story.sent("heartbeat") != []
    names = [name for name, _ in (GATE, HALL, ROOF)]
    for _, effect in story.done:
        payload = getattr(effect, "payload", b"").decode()
        assert not [name for name in names if name in payload], payload


def test_only_so_many_beacons_and_only_real_ones_are_told():
    """The strongest four; what has no possible name or strength is left out."""
    story = Story(QUIET)
    many = [("b-" + str(count), -40 - count) for count in range(BEACONS_MAX + 1)]
    story.signal(None, [("Cafe Guest", -10), ("loud", 1), ("dead", -151), ("hum", 0), ("far", -150)])
    story.hold(2100)
    assert story.last("place")["beacons"] == {"hum": 0, "far": -150}
    story.signal(None, many)
    story.wait_ms(TELL_MS_MIN)
    assert story.last("place")["beacons"] == dict(many[:BEACONS_MAX])


def test_a_place_that_becomes_known_after_the_raise_is_told_then():
    """The alarm did not wait for it."""
    story = Story(QUIET)
    story.hold(2100)
    assert story.sent("place") == []
    story.signal(None, [GATE])
    assert story.last("place")["beacons"] == dict([GATE])
    story.signal(None, [])
    story.wait_ms(TELL_MS_MIN)
    assert len(story.once("place")) == 1


def test_another_strongest_beacon_is_told_again_after_a_while():
    """One ms before its time, at it; the same beacon at another strength is no news."""
    for wait_ms, count in ((TELL_MS_MIN - 1, 1), (TELL_MS_MIN, 2)):
        story = at_the_gate()
        story.hold(2100)
        told_ms = story.sent("place")[0][0]
        story.wait_ms(told_ms + wait_ms - story.now_ms)
        story.signal(None, [("gate-3", -70), ("roof", -71)])
        assert len(story.once("place")) == 1
        story.signal(None, [ROOF])
        assert len(story.once("place")) == count, wait_ms


def test_whoever_is_carried_about_does_not_fill_the_air():
    """So many times an alarm at most."""
    story = at_the_gate()
    story.hold(2100)
    for count in range(TELLS_MAX + 5):
        story.wait_ms(TELL_MS_MIN)
        story.signal(None, [("b-" + str(count), -50)])
    assert len(story.once("place")) == TELLS_MAX


def test_a_newer_place_takes_the_place_of_one_that_still_waits():
    """Without a link only the last is kept, and its age is that of the moment in which it leaves."""
    story = at_the_gate(is_linked=False)
    story.hold(2100)
    story.wait_ms(TELL_MS_MIN)
    story.signal(None, [ROOF])
    story.wait(100)
    story.link(True)
    assert len(story.once("place")) == 1
    assert story.last("place")["beacons"] == dict([ROOF])
    assert story.last("place")["age_s"] == 100
    story.wait_ms(Settings().repeat_ms)
    assert story.last("place")["age_s"] == 105


def test_a_place_costs_no_other_event_its_place():
    """It waits until there is room."""
    story = at_the_gate(is_linked=False)
    for count in range(EVENTS_MAX):
        story.command("shift", {"shift": "s-1", "state": "ask", "ask": "ask-" + str(count)})
        story.press()
        story.wait_ms(1000)
    story.hold(2100)
    story.link(True)
    assert story.sent("place") == []
    assert story.once("confirmed")[0]["ask"] != ""
    asked = story.once("confirmed")[-1]
    story.receipt(asked)
    assert len(story.once("place")) == 1


def test_a_reset_ends_it():
    """Found: nobody needs to know any more."""
    story = at_the_gate()
    story.hold(2100)
    story.receipt_all()
    story.wait_ms(1000)
    story.hold(5100)
    assert len(story.once("reset")) == 1
    story.wait_ms(TELL_MS_MIN)
    story.signal(None, [ROOF])
    assert len(story.once("place")) == 1


def test_of_a_silent_alarm_the_place_is_told_for_half_an_hour():
    """Also after its receipt ended it on the device; one ms before the end, at it."""
    for wait_ms, count in ((UNSEEN_MS - 1, 2), (UNSEEN_MS, 1)):
        story = at_the_gate()
        call_silently(story)
        story.receipt_all()
        raised_ms = story.sent("raised", "silent")[0][0]
        assert len(story.once("place")) == 1
        story.wait_ms(raised_ms + wait_ms - story.now_ms)
        story.signal(None, [ROOF])
        assert len(story.once("place")) == count, wait_ms
        assert story.last("place")["alarm"] == story.last("raised", "silent")["alarm"]


def test_a_technical_alarm_says_nothing_of_the_place():
    """Nobody is in danger."""
    story = at_the_gate()
    story.board.battery(story.now_ms, 3500, 3, False)
    assert len(story.once("raised", "technical")) > 0
    assert story.sent("place") == []


def test_after_a_restart_the_alarm_that_stands_tells_its_place_again():
    """Somebody who was carried away meanwhile."""
    story = at_the_gate()
    story.hold(2100)
    again = story.restarted(QUIET)
    again.signal(None, [ROOF])
    assert again.last("place")["alarm"] == story.last("raised")["alarm"]
