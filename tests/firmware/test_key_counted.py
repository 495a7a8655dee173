"""Presses that are counted: duress, the silent call, the pause; nobody may tell the first two."""

from key_presses import gestures, pressed
from story import Story

from firmware.effects import ShowSignal


def test_a_press_is_again_within_a_second_of_the_release():
    """It means what it means alone, and that it came again, in this order."""
    for gap_ms, found in ((999, True), (1000, True), (1001, False)):
        assert pressed([100, gap_ms]) == (["SHORT", "SHORT", "AGAIN"] if found else ["SHORT", "SHORT"])


def test_three_presses_are_a_run_when_neither_gap_is_over_eight_hundred_ms():
    """The third of a run is told once, however many follow."""
    for first_ms, second_ms, found in (
        (799, 799, 1), (800, 800, 1), (801, 800, 0), (800, 801, 0),
    ):  # fmt: skip
        assert pressed([100, first_ms, second_ms]).count("THIRD") == found
    assert pressed([100, 300, 300])[-3:] == ["SHORT", "AGAIN", "THIRD"]
    assert pressed([100, 300, 300, 300, 300, 300]).count("THIRD") == 1


def test_two_pairs_are_two_pairs_when_the_silence_between_them_is_one_to_two_and_a_half_seconds():
    """Told with the last press; a run of one or three is no pair, and no pair is part of a run of three."""
    for silence_ms, found in ((1000, 0), (1001, 1), (2499, 1), (2500, 1), (2501, 0)):
        names = pressed([100, 300, silence_ms, 300])
        assert names.count("PAIRS") == found, silence_ms
        assert "THIRD" not in names
    assert pressed([100, 300, 1500, 300])[-3:] == ["SHORT", "AGAIN", "PAIRS"]
    for gaps_ms in ([100, 1500, 300], [100, 300, 300, 1500, 300], [100, 300, 1500], [100, 300, 300, 300]):
        assert "PAIRS" not in pressed(gaps_ms)
    assert pressed([100, 300, 1500, 300, 300]).count("THIRD") == 1
    assert pressed([100, 300, 1500, 300, 1500, 300]).count("PAIRS") == 2


def test_a_hold_ends_a_run_and_a_spike_does_not():
    """Whoever held the key for help begins to count anew."""
    held = [(100, True), (300, False), (600, True), (2700, False), (2900, True), (3100, False)]
    assert [name for _, name in gestures(held, 3300)] == ["SHORT", "HELD", "MIDDLE", "SHORT"]
    pairs = ["SHORT", "SHORT", "AGAIN"]
    edges = [(100, True), (300, False), (600, True), (800, False), (900, True), (3000, False)]
    edges += [(3100, True), (3300, False), (3600, True), (3800, False)]
    assert [name for _, name in gestures(edges, 4000)] == pairs + ["HELD", "MIDDLE"] + pairs  # noqa: RUF005
    spike = [(100, True), (300, False), (600, True), (610, False), (900, True), (1100, False)]
    assert [name for _, name in gestures(spike, 1300)] == ["SHORT", "SHORT", "AGAIN"]


def test_counting_delays_no_press():
    """Each is told 30 ms after its release, whatever may follow."""
    found = gestures([(100, True), (300, False), (600, True), (800, False)], 1000)
    assert found[0] == (330, "SHORT")
    assert found[1] == (830, "SHORT")


def cancelled_position(settings, presses):
    """Return the story of a position pre-alarm and so many quick presses, up to long after."""
    values = {"is_rest_on": 0}
    # Nobody answers heartbeats here, and a receipt would be a sign of life.
    values["link_loss_ms"] = 300000
    values.update(settings)
    story = Story(values)
    story.lie(29)
    for _ in range(presses):
        story.press()
        story.wait_ms(300)
    for message in story.once("raised"):
        story.receipt(message)
    story.stand(30)
    story.press()
    story.wait(3)
    return story


def perceived(story):
    """Return everything that the wearer perceived, and when."""
    return [(t_ms, effect.name) for t_ms, effect in story.done if isinstance(effect, ShowSignal)]


def test_a_second_press_after_a_cancel_calls_under_duress_and_nobody_can_tell():
    """Neither then nor later; one press, or the setting off, and there is no alarm."""
    called = cancelled_position({"is_duress_on": 1}, 2)
    assert len(called.once("raised", "duress")) == 1
    assert len(called.once("cancelled", "position")) == 1
    off = cancelled_position({}, 2)
    assert off.once("raised") == []
    assert perceived(called) == perceived(off)
    once, twice = [cancelled_position({"is_duress_on": 1, "is_time_on": 1}, count) for count in (1, 2)]
    assert once.once("raised") == []
    assert once.signals() == twice.signals()


def test_three_presses_call_silently_and_nobody_can_tell():
    """Where the site has switched it on; on and off shift, and when the self-test is due."""
    for settings in ({}, {"is_guarding_without_shift": 0}, {"is_self_test_on": 1}):
        stories = []
        for is_silent_on in (1, 0):
            values = {"is_rest_on": 0, "is_silent_on": is_silent_on}
            values.update(settings)
            story = Story(values)
            for _ in range(3):
                story.press()
                story.wait_ms(300)
            assert len(story.once("raised", "silent")) == is_silent_on
            story.receipt_all()
            story.stand(20)
            stories.append(perceived(story))
        assert stories[0] == stories[1]


def test_nervous_presses_at_a_pre_alarm_call_nobody_silently():
    """They cancel it, and mean nothing more."""
    story = cancelled_position({"is_silent_on": 1}, 5)
    assert story.once("raised") == []
    assert len(story.once("cancelled")) == 1


def test_two_pairs_of_presses_pause_once_and_the_key_works_in_the_pause():
    """Seen at once, and refused the second time."""
    story = Story({"is_silent_on": 1})
    for wait_ms in (200, 1300, 200, 0):
        assert story.shown() == "guarding"
        story.press()
        story.wait_ms(wait_ms)
    assert story.shown() == "paused"
    story.wait(3)
    for wait_ms in (200, 1300, 200, 0):
        story.press()
        story.wait_ms(wait_ms)
    assert story.signals()[-1] == "reset_refused"
    assert story.once("raised") == []
    story.hold(2100)
    assert len(story.once("raised", "manual")) == 1
