"""Which slot a board starts, and what it says of itself before it is handed out."""

import json

import pytest

from firmware.boards import readiness, starter
from simulator.flash import SimulatedFlash


@pytest.fixture
def flash(tmp_path, monkeypatch):
    """The flash of a board."""
    monkeypatch.chdir(tmp_path)
    for slot in starter.SLOTS:
        (tmp_path / slot).mkdir()
    (tmp_path / "slot_a" / "whole").write_text("{}")
    return tmp_path


def test_a_board_starts_the_slot_that_is_named_and_else_the_first(flash):
    """Rubbish names none."""
    for text, slot in ((None, "slot_a"), ("slot_b\n", "slot_b"), ("slot_c", "slot_a"), ("", "slot_a")):
        if text is not None:
            (flash / "active").write_text(text)
        (flash / "failed_starts").unlink(missing_ok=True)
        assert starter.chosen_slot() == slot
        assert (flash / "failed_starts").read_text() == "1"


def test_after_three_failed_starts_a_board_goes_to_the_other_slot_if_that_is_whole(flash):
    """And counts there from the start."""
    (flash / "active").write_text("slot_a")
    (flash / "slot_b" / "whole").write_text("{}")
    assert [starter.chosen_slot() for _ in range(3)] == ["slot_a"] * 3
    assert starter.chosen_slot() == "slot_b"
    assert ((flash / "active").read_text(), (flash / "failed_starts").read_text()) == ("slot_b", "1")
    assert not list(flash.glob("*.new"))


def test_a_board_with_one_slot_tries_it_again_and_again(flash):
    """Never silent, however often it failed; and its flash is not worn out by counting."""
    assert [starter.chosen_slot() for _ in range(6)] == ["slot_a"] * 6
    assert (flash / "failed_starts").read_text() == "3"
    (flash / "failed_starts").write_text("rubbish")
    assert starter.chosen_slot() == "slot_a"


def test_a_board_that_is_being_got_ready_starts_nothing(flash, capsys):
    """However often its power goes."""
    (flash / "setup").write_text("1")
    starter.start()
    assert "starts nothing" in capsys.readouterr().out
    assert not (flash / "failed_starts").exists()


class Timer:
    """A timer of the board, as the clock of a trial sees it."""

    def __init__(self):
        self.is_on = True

    def deinit(self):
        self.is_on = False


@pytest.fixture
def trial(flash):
    """A board with a release on trial: its clock, a timer, and the resets that were asked for."""
    (flash / "active").write_text("slot_b")
    (flash / "update.json").write_text(json.dumps({"state": "trial", "slot": "slot_b"}))
    resets = []
    return starter.TrialClock("slot_b", lambda: resets.append(1)), Timer(), resets


def test_a_release_on_trial_that_does_not_judge_itself_for_two_minutes_is_left(flash, trial):
    """Not a look sooner; the slot before is started, and told which one was left."""
    clock, timer, resets = trial
    for _ in range(starter.SILENT_LOOKS_MAX - 1):
        clock.look(timer)
    assert ((flash / "active").read_text(), resets) == ("slot_b", [])
    clock.look(timer)
    assert resets == [1]
    assert starter.chosen_slot() == "slot_a"
    assert (flash / "fell_back").read_text() == "slot_b"


def test_a_release_that_judges_itself_is_never_left_by_the_clock(flash, trial):
    """However long its trial lasts, in an alarm for instance; once it has passed the clock stops."""
    clock, timer, resets = trial
    for _ in range(40):
        clock.note_judged()
        for _ in range(starter.SILENT_LOOKS_MAX - 1):
            clock.look(timer)
    assert timer.is_on
    (flash / "update.json").write_text(json.dumps({"state": "passed", "slot": "slot_b"}))
    for _ in range(10):
        clock.look(timer)
    assert (timer.is_on, resets, (flash / "active").read_text()) == (False, [], "slot_b")


def test_the_clock_of_a_trial_goes_back_to_nothing_and_leaves_a_board_in_hand_alone(flash, trial):
    """Where no other slot is whole the release is started again; while it is got ready nothing is."""
    clock, timer, resets = trial
    (flash / "slot_a" / "whole").unlink()
    for _ in range(starter.SILENT_LOOKS_MAX):
        clock.look(timer)
    assert ((flash / "active").read_text(), resets) == ("slot_b", [1])
    (flash / "setup").write_text("1")
    clock.look(timer)
    assert (timer.is_on, resets) == (False, [1])


@pytest.mark.parametrize("record", ["", "{", '{"state": "trial", "slot": "slot_a"}', '{"state": "received"}'])
def test_only_the_release_that_is_on_trial_is_watched(flash, record):
    """What cannot be read, and a trial of the other slot, is none."""
    (flash / "update.json").write_text(record)
    assert not starter.is_on_trial("slot_b")


class ScriptedBoard:
    """A board whose inputs and samples are given, turn by turn."""

    def __init__(self, *turns):
        self.source = self
        self._turns = list(turns)
        self._left, self._inputs = 0, []

    def begin_tick(self, _now_ms):
        self._left, inputs = self._turns.pop(0) if self._turns else (0, [])
        self._inputs = list(inputs)

    def next_sample(self):
        self._left -= 1
        return self._left >= 0

    def next_input(self):
        return self._inputs.pop(0) if self._inputs else None

    def end_tick(self):
        return True


WELL, UNWELL = (1, [("y", [1])]), (1, [("y", [0])])


@pytest.mark.parametrize(
    ("turns", "sensor", "key"),
    [
        ([WELL], (True, ""), (True, "")),
        ([UNWELL], (False, "the movement sensor fails its own test"), (True, "")),
        ([(0, [("y", [1])])], (False, "the movement sensor gives no samples"), (True, "")),
        ([(1, [])], (False, "no outcome of the sensor's test: leave the device still"), (True, "")),
        ([WELL, (1, [("k", [1])])], (True, ""), (False, "the key is held down, or stuck")),
        ([WELL, (1, [("k", [1]), ("k", [0])])], (True, ""), (True, "")),
    ],
)
def test_a_device_says_what_is_wrong_with_its_sensor_and_its_key(turns, sensor, key):
    """Each with a sentence."""
    watch = readiness.Watch(ScriptedBoard(*turns), is_computer=False)
    for turn in range(len(turns)):
        watch.turn(20 * turn)
    assert (watch.sensor(), watch.key()) == (sensor, key)
    assert watch.is_settled() == (sensor[1][:10] != "no outcome")


def test_a_journal_that_cannot_be_written_or_forgets_is_found_out():
    """A start is written, and found again."""
    flash = SimulatedFlash()
    assert readiness.journal_found(flash) == (True, "boot 1")
    assert readiness.journal_found(flash) == (True, "boot 2")
    flash.is_refusing = True
    assert readiness.journal_found(flash) == (False, "the journal cannot be written")

    class Forgetful(SimulatedFlash):
        """Loses what it has shown once."""

        last = None

        def write(self, at, data):
            super().write(at, data)
            self.last = at

        def read(self, at, buffer):
            super().read(at, buffer)
            if self.last == at:
                self.data[at : at + len(buffer)] = b"\xff" * len(buffer)
                self.last = None

    assert readiness.journal_found(Forgetful()) == (False, "the journal does not hold what is written")


def test_refused_settings_end_the_report_with_the_firmwares_own_sentence(flash):
    """Nothing else is tried."""
    content = {"name": "pna-01", "journal": "journal", "settings": {"tilt_limit_deg": 5}}
    (flash / "device.json").write_text(json.dumps(content))
    found = json.loads(readiness.report("device.json"))
    [[name, is_passed, words]] = found["checks"]
    assert (name, is_passed) == ("settings", False)
    assert "tilt_limit_deg is 5 degrees" in words
    assert not (flash / "journal").exists()
