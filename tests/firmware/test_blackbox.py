"""The black box: a minute before and after an alarm leaves, in pieces, behind everything else."""

from firmware import blackbox
from firmware.effects import Publish
from tests.firmware.story import LYING, UPRIGHT, decoded
from tests.firmware.traces import Heard, is_close, steps

PIECE_MS = 3000


def traced(seconds_before=70, seconds_after=70, **kwargs):
    """Return (Heard, alarm id) of a worker who stands, calls, and lies from then on."""
    heard = Heard(**kwargs)
    heard.stand(seconds_before - 3)
    alarm_id = heard.call()
    heard.lie(seconds_after)
    return heard, alarm_id


def assert_stood_until_the_alarm(heard, alarm_id):
    """Hold every sample to the posture of its time; of forty pieces the second half lies after the alarm."""
    samples, after_ms = heard.samples(alarm_id), heard.pieces(alarm_id)[20]["first_ms"]
    for t_ms in samples:
        assert is_close(samples[t_ms], UPRIGHT if t_ms < after_ms else LYING), t_ms


def test_a_minute_before_and_after_an_alarm_leaves_in_forty_pieces():
    """Every sample of it, 20 ms apart, upright until the key was pressed, lying after it."""
    heard, alarm_id = traced()
    pieces = heard.pieces(alarm_id)
    assert [piece["piece"] for piece in pieces] == list(range(40))
    for piece in pieces:
        assert piece["pieces"] == 40
        assert piece["interval_ms"] == 20
        assert "is_trial" not in piece
    samples = heard.samples(alarm_id)
    times_ms = sorted(samples)
    assert len(times_ms) == 6000
    assert steps(times_ms) == [20] * 5999
    # The key was held for 2 s without samples.
    assert -62000 <= times_ms[0] <= -61900
    assert_stood_until_the_alarm(heard, alarm_id)


def test_the_receipt_comes_first_and_then_the_trace():
    """No piece leaves before the receipt of the alarm, and never two at a time."""
    heard = Heard(receipt_ms=None)
    heard.stand(60)
    heard.story.receipt_all()
    heard.call()
    heard.lie(10)
    assert heard.pieces() == []
    heard.story.receipt_all()
    heard.lie(3)
    assert len(heard.pieces()) == 1


def test_pieces_leave_no_faster_than_two_a_second():
    """2 kB a second at most, however fast the receipts are."""
    heard, alarm_id = traced(receipt_ms=0)
    times_ms = [t_ms for t_ms, message in heard.story.sent("trace") if message["alarm"] == alarm_id]
    steps_ms = steps(times_ms)
    assert min(steps_ms) == blackbox.PIECE_MS
    for _, effect in heard.story.done:
        if isinstance(effect, Publish) and effect.channel == "trace":
            assert len(effect.payload) <= 1024


def test_a_piece_names_the_upright_direction_once():
    """Without it nobody could tell later what the tilt was."""
    heard, alarm_id = traced(20, 10)
    with_upright = [piece for piece in heard.pieces(alarm_id) if "upright_mg" in piece]
    assert [piece["piece"] for piece in with_upright] == [0]
    upright_mg = with_upright[0]["upright_mg"]
    assert is_close((upright_mg["x"], upright_mg["y"], upright_mg["z"]), UPRIGHT)


def test_a_device_that_knows_no_upright_direction_names_none():
    """A sensor that never gave 1 g."""
    heard = Heard(stands_s=0)
    heard.pose((0, 0, 1300), 20)
    alarm_id = heard.call()
    heard.pose((0, 0, 1300), 5)
    assert heard.pieces(alarm_id)
    assert [piece for piece in heard.pieces(alarm_id) if "upright_mg" in piece] == []


def test_a_device_that_has_just_started_sends_what_it_has():
    """Whole pieces of 3 s only; before the first block there is nothing at all."""
    for stands_s, before in ((3, 1), (5, 1), (6, 2), (60, 20), (63, 20), (66, 20)):
        heard, alarm_id = traced(stands_s, 66)
        pieces = heard.pieces(alarm_id)
        assert len(pieces) == pieces[-1]["pieces"] == before + 20, stands_s
        assert pieces[0]["first_ms"] < -before * PIECE_MS + 300
    heard = Heard(stands_s=0)
    heard.story.wait_ms(100)
    alarm_id = heard.call()
    heard.lie(66)
    assert [piece["piece"] for piece in heard.pieces(alarm_id)] == list(range(20))


def test_without_a_link_every_second_sample_of_both_minutes_is_kept():
    """It leaves when the link is back, an hour later, as it was then."""
    heard = Heard()
    heard.stand(70)
    heard.story.link(False)
    alarm_id = heard.call_unheard()
    heard.lie(70)
    heard.pose((0, 1000, 0), 20)
    heard.story.wait(3600)
    heard.story.link(True)
    heard.pose((0, 1000, 0), 60)
    samples = heard.samples(alarm_id)
    times_ms = sorted(samples)
    assert len(heard.pieces(alarm_id)) == 40
    steps_ms = steps(times_ms)
    assert set(steps_ms) == {20, 40}
    assert steps_ms.count(20) < 310
    assert times_ms[-1] - times_ms[0] >= 119900
    assert_stood_until_the_alarm(heard, alarm_id)


def test_a_link_that_comes_late_thins_only_what_had_to_give_way():
    """Half a minute without a link: what was recorded after it is whole."""
    heard = Heard()
    heard.stand(70)
    heard.story.link(False)
    alarm_id = heard.call_unheard()
    heard.lie(30)
    heard.story.link(True)
    heard.lie(60)
    intervals = [piece["interval_ms"] for piece in heard.pieces(alarm_id)]
    assert intervals[:10].count(40) >= 9
    assert intervals[14:20] == [20] * 6
    assert intervals[34:] == [20] * 6
    assert_stood_until_the_alarm(heard, alarm_id)


def test_a_piece_is_repeated_under_its_number_and_later_every_time():
    """5, 10, 20, 40 and then 60 s; after ten times the trace is given up and counted."""
    heard = Heard()
    heard.stand(30)
    heard.call()
    heard.stand(3)
    heard.receipt_ms = None
    for _ in range(60):
        heard.stand(10)
        heard.story.hear()
    sent = heard.story.sent("trace")
    last = [(t_ms, message) for t_ms, message in sent if message["seq"] == sent[-1][1]["seq"]]
    times_ms = [t_ms for t_ms, _ in last]
    steps_s = [step_ms // 1000 for step_ms in steps(times_ms)]
    assert steps_s == [5, 10, 20, 40, 60, 60, 60, 60, 60]
    assert len({message["first_ms"] for _, message in last}) == 1
    assert heard.black_box().traces_lost == 1


def test_a_link_that_comes_and_goes_uses_up_no_repeats():
    """Only silence on a link that is up counts."""
    heard = Heard()
    heard.stand(30)
    alarm_id = heard.call()
    heard.stand(2)
    heard.receipt_ms = None
    for _ in range(12):
        heard.stand(1)
        heard.story.link(False)
        heard.stand(1)
        heard.story.link(True)
    heard.story.receipt_all()
    heard.receipt_ms = 100
    heard.stand(90)
    assert len(heard.pieces(alarm_id)) == heard.pieces(alarm_id)[-1]["pieces"]
    assert heard.black_box().traces_lost == 0


def test_an_alarm_leaves_while_a_piece_is_under_way():
    """In the very call that raises it, before any other piece; what leaves already goes on to its end."""
    heard = Heard({"is_position_on": 1})
    heard.stand(70)
    first_id = heard.call()
    heard.lie(130)
    story = heard.story
    raised_ms, second = story.sent("raised", "position")[0]
    assert second["raised_ago_ms"] == 0
    last_ms = [t_ms for t_ms, _ in story.sent("trace") if t_ms <= raised_ms][-1]
    assert raised_ms - PIECE_MS <= last_ms
    assert heard.pieces(second["alarm"]) == [], "it is part of the first one's minute"
    pieces = heard.pieces(first_id)
    assert len(pieces) == pieces[-1]["pieces"] == 40
    samples = heard.samples(first_id)
    assert is_close(samples[min(samples)], UPRIGHT)
    assert is_close(samples[max(samples)], LYING)
    assert heard.black_box().traces_lost == 0


def test_an_alarm_in_the_minute_of_one_that_could_not_leave_is_part_of_its_trace():
    """Without a link the box keeps the beginning; after that minute the newest alarm wins."""
    for stands_s, wins in ((0, False), (30, True)):
        heard = Heard({"is_position_on": 1})
        heard.stand(70)
        heard.story.link(False)
        first_id = heard.call_unheard()
        heard.stand(stands_s)
        heard.lie(58)
        heard.story.link(True)
        heard.lie(90)
        second_id = heard.story.last("raised", "position")["alarm"]
        assert (heard.pieces(second_id) != []) == wins
        assert (heard.pieces(first_id) != []) != wins
        assert heard.black_box().traces_lost == wins
        if wins:
            # The minute before it was never recorded: the box was full.
            assert len(heard.pieces(second_id)) == 20


def test_after_a_trace_has_left_the_box_goes_on_without_a_gap():
    """The next alarm has its whole minute, also right after the one before."""
    heard, _ = traced(70, 62)
    heard.reset()
    heard.stand(3)
    second_id = heard.call()
    heard.lie(70)
    pieces = heard.pieces(second_id)
    assert len(pieces) == pieces[-1]["pieces"] == 40
    assert heard.black_box().traces_lost == 0


def test_a_sensor_that_falls_silent_ends_the_trace_in_time():
    """What there is leaves, the last piece shorter; nothing waits for samples that do not come."""
    heard, alarm_id = traced(70, 7)
    heard.story.wait(55)
    heard.lie(20)
    pieces = heard.pieces(alarm_id)
    assert [piece["piece"] for piece in pieces] == list(range(23))
    assert pieces[-1]["pieces"] == 23
    assert len(heard.samples(alarm_id)) == 3000 + 7 * 50
    silent = Heard()
    silent.stand(70)
    alarm_id = silent.call()
    silent.story.wait(1)
    silent.receipt_now()
    for _ in range(700):
        silent.story.wait_ms(100)
        silent.receipt_now()
    assert len(silent.pieces(alarm_id)) == 20
    assert silent.black_box().deadline_ms(silent.story.now_ms) is None


def test_a_sensor_that_falls_silent_without_a_link_leaves_nothing_undone():
    """The end of the recording is found although nothing can be sent."""
    heard = Heard(stands_s=0)
    heard.story.wait_ms(100)
    heard.story.link(False)
    heard.call_unheard()
    heard.story.wait(62)
    assert heard.black_box().deadline_ms(heard.story.now_ms) is None
    assert heard.black_box().traces_lost == 0


def test_a_device_that_was_silent_for_long_says_so_within_the_limits_of_the_protocol():
    """The samples before the alarm are older than that; their time is cut at ten minutes."""
    heard = Heard()
    heard.stand(70)
    heard.story.wait(3600)
    alarm_id = heard.call()
    heard.lie(3)
    assert heard.pieces(alarm_id)[0]["first_ms"] == -600000


def test_a_technical_alarm_sends_no_movement():
    """It is about a device and not about a person."""
    heard = Heard({"sensor_silent_ms": 5000})
    heard.story.command("shift", {"shift": "1", "state": "on"})
    heard.stand(60)
    heard.story.device.on_battery(heard.story.now_ms, 3300, 2, False)
    heard.stand(30)
    assert heard.story.once("raised", "technical")
    assert heard.pieces() == []


def test_an_alarm_of_an_earlier_start_has_no_trace():
    """The ring does not outlive a restart, and what it holds then is not that alarm's."""
    heard, _ = traced(30, 1, receipt_ms=None)
    again = heard.story.restarted()
    again.stand(5)
    again.receipt_all()
    again.stand(5)
    assert again.sent("raised")
    assert again.sent("trace") == []


def test_no_sample_leaves_the_device_on_a_day_without_alarms():
    """All messages of 24 hours, with heartbeats, cancelled pre-alarms and lost links."""
    heard = Heard({"manual_pre_alarm_ms": 10000, "sensor_stuck_ms": 60000})
    story = heard.story
    kinds = set()
    for minute in range(24 * 60):
        if minute % 97 == 50:
            story.hold(2100)
            assert story.shown() == "pre_alarm_manual"
            story.press()
        heard.pose(UPRIGHT, 0.4, 300)
        if minute % 60 == 5:
            story.link(False)
            story.wait(5)
            story.link(True)
        story.wait(54)
        heard.pose(UPRIGHT, 0.2, 300)
        for _, effect in story.done:
            if isinstance(effect, Publish):
                kinds.add(decoded(effect)["kind"])
                assert b"samples" not in effect.payload
                assert effect.channel != "trace"
        # A device's memory does not hold the messages of a day.
        del story.done[:]
    assert "heartbeat" in kinds
    assert "cancelled" in kinds
    assert "trace" not in kinds
    assert "raised" not in kinds


def test_nothing_on_the_device_tells_that_a_trace_leaves():
    """A silent alarm with its trace shows what no alarm shows."""
    shown = []
    for presses in (0, 4):
        heard = Heard({"is_silent_on": 1})
        heard.stand(30)
        for _ in range(presses):
            heard.story.press()
        heard.story.wait_ms(5000 - presses * 260)
        heard.story.hear()
        heard.stand(30)
        heard.story.hear()
        heard.stand(30)
        assert (heard.pieces() != []) == (presses == 4)
        shown.append(heard.story.signals())
    assert shown[0] == shown[1]
