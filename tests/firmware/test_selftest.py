"""The self-test: every part, every limit, every event in every state, and who learns of it."""

from firmware import selftest
from firmware.motion import Motion
from firmware.position import TILTED, UNKNOWN, UPRIGHT
from firmware.selftest import PART_MS_MAX, RECEIPT_MS_MAX, SHAKE_SQUARE_MIN, SelfTest
from firmware.settings import Settings

ONLY_KEY = {"is_fall_on": 0, "is_position_on": 0, "is_rest_on": 0, "is_loss_on": 0}
DAY_MS = 24 * 3600 * 1000


def block(movement_mg=300, peak_square=1000000):
    """Return what a block of samples said; by default a body that moves a little."""
    motion = Motion()
    motion.movement_mg = movement_mg
    motion.peak_square = peak_square
    return motion


class Try:
    """One self-test and its time, which goes on by blocks."""

    def __init__(self, settings=None, has_clip=False, is_begun=True):
        self.now_ms = 1000
        self.test = SelfTest(Settings.from_dict(settings or {}), self.now_ms)
        if has_clip:
            self.test.clip(self.now_ms, True)
        if is_begun:
            self.test.begin(self.now_ms)

    def blocks(self, count, motion=None, posture=UPRIGHT, every_ms=200):
        """Let so many blocks pass; return how many of them ended a part."""
        ended = 0
        for _ in range(count):
            self.now_ms += every_ms
            ended += self.test.step(self.now_ms, motion or block(), posture)
        return ended

    def until(self, prompt):
        """Do what is asked for until this is asked for."""
        asked = []
        while self.test.prompt != prompt:
            asked.append(self.test.prompt)
            self.do()
        return asked

    def do(self):
        """Do what is asked for now."""
        prompt = self.test.prompt
        if prompt == "test_press":
            self.test.press(self.now_ms)
        elif prompt == "test_tilt":
            self.blocks(11, posture=TILTED)
            self.blocks(1)
        elif prompt == "test_still":
            self.blocks(26, block(movement_mg=5))
        elif prompt == "test_shake":
            self.blocks(3, block(peak_square=SHAKE_SQUARE_MIN))
        else:
            self.test.clip(self.now_ms, False)
            self.test.clip(self.now_ms, True)


def in_state(state):
    """Return a try that has come to this state."""
    told = Try({"is_self_test_on": 0} if state == "OFF" else ONLY_KEY, is_begun=state != "DUE")
    if state in ("REPORTED", "PASSED"):
        told.do()
    if state == "PASSED":
        told.test.receipt(told.now_ms)
    if state == "FAILED":
        told.test.pass_time(told.now_ms + PART_MS_MAX)
    assert told.test.state == state
    told.test.take_result()
    return told


def test_the_table_is_total_and_leads_to_known_states():
    """Every state lists every event or ignores it by name."""
    assert sorted(selftest.TABLE) == sorted(selftest.STATES)
    for state in selftest.STATES:
        assert sorted(selftest.TABLE[state]) == sorted(selftest.EVENTS)
        for event in selftest.EVENTS:
            next_state, action = selftest.TABLE[state][event]
            assert next_state in selftest.STATES or (next_state, action) == selftest.IGNORED
            assert action in ("", "begin", "prompt", "passed", "failed", "abandoned")


def test_every_event_in_every_state_does_what_the_table_says():
    """The product, through the methods that the device calls."""
    for state in selftest.STATES:
        for event, call in (
            ("TEST_BEGAN", SelfTest.begin),
            ("LAST_PART_DONE", SelfTest.press),
            ("ABANDONED", SelfTest.abandon),
            ("RECEIPT_CAME", SelfTest.receipt),
            ("SHIFT_BEGAN", SelfTest.begin_shift),
        ):
            told = in_state(state)
            next_state, action = selftest.TABLE[state][event]
            call(told.test, told.now_ms)
            assert told.test.state == (next_state or state), (state, event)
            result = told.test.take_result()
            assert (result[0] if result else "") == (action if action in ("passed", "abandoned") else "")
        told = in_state(state)
        deadline_ms = told.test.deadline_ms()
        next_state = selftest.TABLE[state]["TIME_PASSED"][0]
        assert (deadline_ms is None) == (next_state == ""), state
        if next_state:
            assert not told.test.pass_time(deadline_ms - 1)
            assert told.test.state == state
            assert told.test.pass_time(deadline_ms)
            assert told.test.state == next_state
        else:
            assert not told.test.pass_time(told.now_ms + 10 * DAY_MS)


def test_without_a_passed_test_the_wearer_is_not_protected():
    """From the start of the device on, and in each state but PASSED; a site may switch the test off."""
    for state, hindrance in (
        ("OFF", ""), ("DUE", "self_test_due"), ("PROMPTING", "self_test_due"), ("REPORTED", "self_test_due"),
        ("PASSED", ""), ("FAILED", "self_test_failed"),
    ):  # fmt: skip
        assert in_state(state).test.hindrance() == hindrance


def test_the_worker_is_led_through_a_part_for_each_active_kind():
    """Stillness before shaking; the clip only where there is a contact; no part without its kind."""
    everything = {"is_escape_on": 1, "is_time_on": 1, "is_silent_on": 1, "is_duress_on": 1}
    for settings, has_clip, asked in (
        (everything, True, ["press", "tilt", "still", "shake", "unclip"]),
        (everything, False, ["press", "tilt", "still", "shake"]),
        (ONLY_KEY, True, ["press"]),
        ({"is_fall_on": 0, "is_position_on": 0, "is_rest_on": 0}, False, ["press", "still"]),
        ({"is_fall_on": 0, "is_position_on": 0, "is_loss_on": 0}, True, ["press", "still", "shake"]),
        ({"is_rest_on": 0, "is_position_on": 0, "is_loss_on": 0}, True, ["press", "shake"]),
    ):
        told = Try(settings, has_clip)
        assert told.until("test_wait") == ["test_" + name for name in asked]
        assert told.test.state == "REPORTED"


def test_the_result_names_every_active_kind_and_is_told_once():
    """1 for each kind whose parts were all done."""
    told = Try({"is_escape_on": 1, "is_time_on": 1, "is_silent_on": 1, "is_duress_on": 1}, True)
    assert told.test.take_result() is None
    told.until("test_wait")
    kinds = ("manual", "silent", "duress", "fall", "position", "rest", "loss", "escape", "time")
    assert told.test.take_result() == ("passed", dict.fromkeys(kinds, 1))
    assert told.test.take_result() is None
    told = Try(ONLY_KEY)
    told.do()
    assert told.test.take_result() == ("passed", {"manual": 1})


def test_a_part_that_is_not_done_in_thirty_seconds_fails_the_test():
    """What was done counts as tried, what was not as failed; rest and loss need more than one part."""
    for prompt, failed in (
        ("test_press", ("manual", "position", "rest", "loss", "fall")),
        ("test_tilt", ("position", "rest", "loss", "fall")),
        ("test_still", ("rest", "loss", "fall")),
        ("test_shake", ("rest", "loss", "fall")),
        ("test_unclip", ("loss",)),
    ):
        told = Try({}, True)
        told.until(prompt)
        assert not told.test.pass_time(told.now_ms + PART_MS_MAX - 1)
        assert told.test.pass_time(told.now_ms + PART_MS_MAX)
        result, parts = told.test.take_result()
        assert result == "failed"
        assert sorted([kind for kind in parts if not parts[kind]]) == sorted(failed)
        assert len(parts) == 5
        assert told.test.prompt == ""
        assert told.test.deadline_ms() is None


def test_a_failed_test_is_repeated_by_the_next_press():
    """From its first part on."""
    told = in_state("FAILED")
    told.test.begin(told.now_ms)
    assert told.test.prompt == "test_press"
    told.do()
    assert told.test.take_result() == ("passed", {"manual": 1})


def test_only_the_receipt_of_the_result_makes_the_test_passed():
    """The way to the control room belongs to it: 60 s without one, and it is told as failed."""
    told = in_state("REPORTED")
    assert told.test.prompt == "test_wait"
    assert told.test.receipt(told.now_ms + RECEIPT_MS_MAX - 1)
    assert (told.test.state, told.test.prompt) == ("PASSED", "")
    told = in_state("REPORTED")
    assert not told.test.pass_time(told.now_ms + RECEIPT_MS_MAX - 1)
    assert told.test.pass_time(told.now_ms + RECEIPT_MS_MAX)
    assert told.test.take_result() == ("failed", {"manual": 1})
    assert not told.test.receipt(told.now_ms + RECEIPT_MS_MAX + 1)
    assert told.test.hindrance() == "self_test_failed"


def test_a_passed_test_holds_for_the_set_hours_and_until_the_next_shift():
    """24 h of operation, or fewer where the site says so."""
    for hours in (1, 24):
        settings = dict(ONLY_KEY)
        settings["self_test_hours"] = hours
        told = Try(settings)
        told.do()
        told.test.receipt(5000)
        due_ms = 5000 + hours * 3600 * 1000
        assert told.test.deadline_ms() == due_ms
        assert not told.test.pass_time(due_ms - 1)
        assert told.test.pass_time(due_ms)
        assert told.test.hindrance() == "self_test_due"
    told = in_state("PASSED")
    told.test.begin_shift(told.now_ms)
    assert told.test.hindrance() == "self_test_due"


def test_an_alarm_stops_the_test_and_it_stays_due():
    """What was done is told; the next press begins anew."""
    told = Try()
    told.until("test_still")
    told.test.abandon(told.now_ms)
    result, parts = told.test.take_result()
    assert result == "abandoned"
    assert sorted([kind for kind in parts if parts[kind]]) == ["manual", "position"]
    assert (told.test.state, told.test.prompt, told.test.deadline_ms()) == ("DUE", "", None)
    told.test.begin(told.now_ms)
    assert told.test.prompt == "test_press"


def test_a_press_counts_only_where_it_was_asked_for():
    """Also one too many."""
    told = Try()
    assert told.test.press(told.now_ms)
    assert told.test.prompt == "test_tilt"
    assert not told.test.press(told.now_ms)
    assert told.test.prompt == "test_tilt"


def test_a_tilt_counts_after_two_seconds_and_upright_again():
    """Neither shorter, nor with a gap, nor without the way back."""
    for tilted_blocks, is_enough in ((10, False), (11, True)):
        told = Try()
        told.until("test_tilt")
        told.blocks(tilted_blocks, posture=TILTED)
        assert told.blocks(3, posture=UNKNOWN) == 0
        assert told.blocks(1, posture=UPRIGHT) == (1 if is_enough else 0)
    told = Try()
    told.until("test_tilt")
    told.blocks(10, posture=TILTED)
    told.blocks(1, posture=UNKNOWN)
    told.blocks(10, posture=TILTED)
    assert told.blocks(1) == 0
    told.blocks(11, posture=TILTED)
    assert told.blocks(1) == 1


def test_holding_still_counts_after_five_seconds_in_a_row():
    """At the limit of movement and one below; a move begins it anew."""
    limit_mg = Settings().movement_mg
    for movement_mg, ended in ((limit_mg - 1, 1), (limit_mg, 0), (limit_mg + 1, 0)):
        told = Try()
        told.until("test_still")
        assert told.blocks(25, block(movement_mg)) == 0
        assert told.blocks(1, block(movement_mg)) == ended
    told = Try()
    told.until("test_still")
    told.blocks(25, block(5))
    told.blocks(1, block(limit_mg))
    assert told.blocks(25, block(5)) == 0
    assert told.blocks(1, block(5)) == 1


def test_a_sensor_that_was_silent_was_not_seen_still():
    """Blocks up to 400 ms apart are one after the other; beyond that it begins anew."""
    for gap_ms, ended in ((399, 1), (400, 1), (401, 0)):
        told = Try()
        told.until("test_still")
        told.blocks(25, block(5))
        assert told.blocks(1, block(5), every_ms=gap_ms) == ended


def test_shaking_counts_from_three_blocks_above_one_point_eight_g():
    """A knock is no shaking, and weak shaking is none however long."""
    for peak_square, ended in ((SHAKE_SQUARE_MIN - 1, 0), (SHAKE_SQUARE_MIN, 1), (SHAKE_SQUARE_MIN + 1, 1)):
        told = Try()
        told.until("test_shake")
        assert told.blocks(2, block(peak_square=peak_square)) == 0
        told.blocks(1)
        assert told.blocks(1, block(peak_square=peak_square)) == ended


def test_the_clip_counts_opened_and_closed_again():
    """One that is open already needs only to be closed; before it is asked for it counts nothing."""
    told = Try({}, True)
    told.test.clip(told.now_ms, False)
    told.test.clip(told.now_ms, True)
    told.until("test_unclip")
    assert not told.test.clip(told.now_ms, True)
    assert not told.test.clip(told.now_ms, False)
    assert told.test.clip(told.now_ms, True)
    assert told.test.state == "REPORTED"
    told = Try({}, True)
    told.until("test_shake")
    told.test.clip(told.now_ms, False)
    told.do()
    assert told.test.prompt == "test_unclip"
    assert told.test.clip(told.now_ms, True)


def test_blocks_and_presses_without_a_prompt_change_nothing():
    """Before, after and without a self-test."""
    for state in ("OFF", "DUE", "REPORTED", "PASSED", "FAILED"):
        told = in_state(state)
        assert told.blocks(3, block(peak_square=SHAKE_SQUARE_MIN), TILTED) == 0
        assert not told.test.clip(told.now_ms, True)
        assert told.test.state == state
