"""What commands and answers start, at its limits: one step before, at it, one beyond."""

from binascii import b2a_base64

from story import Story

from firmware import alarm
from firmware.amendment import TRIAL_MS, nothing_kept
from firmware.commands import ANSWERED_MAX
from firmware.coverage import ANSWER_MS_MAX, INTERVAL_MS, Walk
from firmware.farewell import Farewell
from firmware.link import Link
from firmware.locate import KNOWN_MAX, TONE_MS_MAX, Locate
from firmware.protection import Shift
from firmware.readout import REPEAT_MS, TRIES_MAX, Readout
from firmware.sealed import seal
from firmware.settings import Settings
from firmware.trial import Trial
from firmware.update_order import MANIFEST_BYTES_MAX, manifest_of
from firmware.upkeep import Upkeep
from firmware.walltime import WallTime

NEW_YEAR_MS = 1767225600000


def linked():
    """Return a link that is up."""
    link = Link(Settings(), "unit-7", 1, 0)
    link.turn(0, True, [])
    return link


def test_a_less_sure_answer_counts_only_if_it_contradicts_the_surer_one():
    """By more than both errors: 51 ms of the one that is known and 200 ms of the new one."""
    for apart_ms, is_taken in ((250, False), (251, False), (252, True)):
        for sign in (1, -1):
            wall = WallTime()
            wall.take(1000, 900, NEW_YEAR_MS)
            known_offset_ms = NEW_YEAR_MS - 950
            wall.take(2000, 1600, known_offset_ms + sign * apart_ms + 1800)
            assert (wall.error_ms(2000) > 100) == is_taken, (apart_ms, sign)


def test_trial_operation_of_one_ms_is_one_and_of_none_is_none():
    """And the command that set it may come twice, an earlier one not."""
    for remaining_ms in (0, 1, 2):
        trial = Trial()
        message = {"boot": 1, "seq": 5, "is_on": True, "remaining_ms": remaining_ms}
        for seq, result in ((5, "done"), (5, "done"), (4, "refused"), (6, "done")):
            message["seq"] = seq
            assert trial.take(0, message, [])[0] == result, seq
        assert trial.is_on() == (remaining_ms > 0)


def test_a_case_state_that_comes_again_after_its_answer_was_forgotten_is_none_of_before():
    """Its number one earlier is refused, its own and the next are done."""
    for seq, result in ((4, "refused"), (5, "done"), (6, "done")):
        story = Story()
        story.hold(3000)
        alarm_id = story.sent("raised")[0][1]["alarm"]
        story.case_state(alarm_id, "ACCEPTED", seq=5)
        for count in range(ANSWERED_MAX):
            story.command("locate", {"alarm": "1-99", "is_tone_on": True}, seq=100 + count)
        story.case_state(alarm_id, "ACCEPTED", seq=seq)
        assert story.last("answer")["result"] == result, seq


def test_a_shift_command_may_come_twice_and_an_earlier_one_is_refused():
    """By the number of the message."""
    story = Story()
    for seq, result in ((5, "done"), (5, "done"), (4, "refused"), (6, "done")):
        story.command("shift", {"shift": "s-1", "state": "on"}, seq=seq)
        assert story.last("answer")["result"] == result, seq


def test_a_shift_command_that_comes_again_after_its_answer_was_forgotten_is_none_of_before():
    """It says the same once more."""
    story = Story()
    story.command("shift", {"shift": "s-1", "state": "on"}, seq=5)
    for count in range(ANSWERED_MAX):
        story.command("locate", {"alarm": "1-99", "is_tone_on": True}, seq=10 + count)
    for seq, result in ((4, "refused"), (5, "done"), (6, "done")):
        story.command("shift", {"shift": "s-1", "state": "on"}, seq=seq)
        assert story.last("answer")["result"] == result, seq


def test_a_piece_of_the_journal_is_asked_for_at_its_time_and_so_often():
    """Not a ms sooner; after the last time the read-out is over."""
    command = {"device": "unit-7", "read": "read-1"}
    readout, out, now_ms = Readout(linked(), command, 0), [], 0
    for count in range(TRIES_MAX):
        readout.step(now_ms - 1, out)
        assert len(out) == count
        readout.step(now_ms, out)
        assert len(out) == count + 1
        assert not readout.is_over
        now_ms += REPEAT_MS
    readout.step(now_ms, out)
    assert readout.is_over


def test_the_receipt_of_the_last_piece_ends_the_read_out():
    """Of one, of two, of three pieces."""
    for count in (1, 2, 3):
        readout, out = Readout(linked(), {"device": "unit-7", "read": "read-1"}, 0), []
        for piece in range(count):
            assert not readout.is_over, piece
            readout.send(count, b"record", out)
            readout.take_receipt(0, {"acked_boot": 1, "acked_seq": readout._seq}, out)
        assert readout.is_over


def test_the_tone_ends_at_its_time():
    """An hour; not one ms sooner."""
    for change, is_on in ((-1, True), (0, False), (1, False)):
        story = Story()
        story.hold(2100)
        story.command("locate", {"alarm": story.last("raised")["alarm"], "is_tone_on": True})
        locate = story.device._around.locate
        due_ms = locate.deadline_ms()
        assert due_ms <= story.now_ms + TONE_MS_MAX
        locate.follow(due_ms + change)
        assert locate.is_tone_on == is_on, change


class Raised:
    """What is remembered of an alarm."""

    def __init__(self, number):
        self.alarm_id = "1-" + str(number)
        self.mark = "real"
        self.kind = alarm.BY_NAME["manual"]


def test_so_many_alarms_are_remembered_and_no_more():
    """The oldest makes room."""
    locate = Locate(None, None)
    for number in range(KNOWN_MAX + 2):
        assert len(locate._known) == min(number, KNOWN_MAX)
        locate._note(0, Raised(number))
    assert locate._known[0][0] == "1-2"


def test_a_measurement_ends_and_the_next_begins_at_its_time():
    """Without an answer, on a walk that stands still."""
    walk = Walk(linked())
    walk.order(0, {"walk": "w", "is_on": True})
    for now_ms, is_measuring in (
        (0, True), (ANSWER_MS_MAX - 1, True), (ANSWER_MS_MAX, False), (INTERVAL_MS - 1, False),
        (INTERVAL_MS, True), (INTERVAL_MS + ANSWER_MS_MAX - 1, True), (INTERVAL_MS + ANSWER_MS_MAX, False),
    ):  # fmt: skip
        walk.follow(now_ms, False, None, None, [])
        assert (walk._measured is not None) == is_measuring, now_ms


class Due:
    """A part that has something to do at this time, or never (None)."""

    def __init__(self, due_ms):
        self._due_ms = due_ms

    def deadline_ms(self):
        return self._due_ms


def test_of_warning_tone_and_walk_the_earliest_is_due():
    """One ms apart, and each of them missing."""
    around = Story().device._around
    times_ms = (None, 5000, 5001, 5002)
    for warning_ms in times_ms:
        for tone_ms in times_ms:
            for walk_ms in times_ms:
                around.farewell, around.locate, around._walk = Due(warning_ms), Due(tone_ms), Due(walk_ms)
                due = [one for one in (warning_ms, tone_ms, walk_ms) if one is not None]
                assert around.deadline_ms() == (min(due) if due else None), due


def test_a_weak_signal_is_told_at_its_time():
    """However often somebody looks before."""
    settings = Settings()
    farewell = Farewell(settings, linked(), Shift(settings))
    farewell.take_signal(0, settings.area_edge_dbm - 1)
    for now_ms, count in ((settings.area_edge_ms - 1, 0), (settings.area_edge_ms, 1)):
        out = []
        farewell.follow(now_ms, out)
        assert len(out) == count, now_ms


def test_the_trial_of_settings_is_over_at_its_time():
    """However often somebody looks before."""
    upkeep = Upkeep(linked(), None, {})
    kept = nothing_kept()
    kept["standing"] = "on_trial"
    upkeep.begin(0, b"key", kept)
    for now_ms, state in ((TRIAL_MS - 1, "TRIAL"), (TRIAL_MS, "BACK")):
        upkeep.follow(now_ms, True, [])
        assert upkeep.state == state, now_ms


def test_a_manifest_has_at_least_one_byte_and_no_more_than_the_most():
    """And is otherwise none."""
    most = MANIFEST_BYTES_MAX
    for length, expected in ((0, 0), (1, 1), (most - 1, most - 1), (most, most), (most + 1, 0)):
        data = length.to_bytes(4, "little") + bytes(32)
        assert manifest_of({"manifest": b2a_base64(data).decode()})[0] == expected, length


def test_a_key_is_hashed_first_if_it_is_longer_than_a_block():
    """Seals of keys of 63, 64 and 65 bytes, made with the `hmac` of CPython."""
    for count, begins in ((63, "031e7f31fa690d4d"), (64, "641d21a27db22a6a"), (65, "03b31bdc10d1463c")):
        assert seal(bytes(range(count)), b"text")[:16] == begins, count
