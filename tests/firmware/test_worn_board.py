"""The worn board over parts of a test: inputs, watchdog, signs, battery, cause of the start."""

import gc
import json

from chips import ModelLsm6dsox, SilentBus

from firmware import signals
from firmware.boards import restart_cause
from firmware.boards.accelerometer import Accelerometer
from firmware.boards.cell import CURVE_MV, READINGS, BatteryMean, percent_at
from firmware.boards.console import LINES_WAITING_MAX, WRITE_BYTES_PER_TICK_MAX, Console
from firmware.boards.lsm6dsox import Lsm6dsox
from firmware.boards.player import Player
from firmware.boards.worn import BATTERY_TOLD_TICKS, CONTACT_TICKS, Power, WornBoard


class Parts:
    """What a board is made of, and what became of it."""

    def __init__(self, has_clip=True):
        self.model = ModelLsm6dsox()
        self.key = self.clip = self.charger = 0
        self.switch = 1
        self.battery_mv = 4000
        self.fed = self.left = self.now_ms = 0
        self.outputs = []
        self.written = b""
        self.given = []
        self.clocks = []
        sensor = Accelerometer(Lsm6dsox(self.model), self.model.free)
        player = Player(
            lambda hz, percent: self.outputs.append((self.now_ms, "buzzer", hz, percent)),
            lambda percent: self.outputs.append((self.now_ms, "vibration", percent)),
            lambda colour: self.outputs.append((self.now_ms, "light", colour)),
        )
        power = Power(lambda: self.battery_mv, lambda: self.charger)
        self.board = WornBoard(
            "power_on", sensor, lambda: self.key, (lambda: self.clip) if has_clip else None,
            lambda: self.switch, power, player, self.feed, self.leave, Console(self), None, None,
            self.clocks.append,
        )  # fmt: skip

    def feed(self):
        """Be the watchdog."""
        self.fed += 1

    def leave(self):
        """Be switched off."""
        self.left += 1

    def write(self, data):
        """Be the serial line."""
        self.written += data
        return len(data)

    def turn(self, count=1):
        """Take turns; return the inputs of these."""
        given = []
        for _ in range(count):
            self.now_ms += 20
            self.model.pass_time(20)
            self.board.begin_tick(self.now_ms)
            while self.board.source.next_sample():
                pass
            found = self.board.next_input()
            while found:
                given.append(found)
                found = self.board.next_input()
            self.board.end_tick()
        return given

    def sounds(self):
        """Return (time, Hz, loudness) of the buzzer so far."""
        return [(t_ms, rest[0], rest[1]) for t_ms, name, *rest in self.outputs if name == "buzzer"]


def test_the_key_is_told_at_once_and_at_each_edge():
    """Its bouncing is the core's: a press is not delayed by a turn."""
    parts = Parts()
    parts.turn(60)
    for level in (1, 0, 1, 0):
        parts.key = level
        assert parts.turn() == [("k", [level])]
        assert parts.turn() == []


def test_a_contact_counts_when_it_has_lasted():
    """One look less is nothing; chatter is nothing."""
    parts = Parts()
    assert ("c", [0]) in parts.turn(60)
    parts.clip = 1
    assert parts.turn(CONTACT_TICKS - 1) == []
    parts.clip = 0
    assert parts.turn() == []
    parts.clip = 1
    assert parts.turn(CONTACT_TICKS - 1) == []
    assert parts.turn() == [("c", [1])]


def test_a_board_without_a_clip_tells_of_none():
    """So that no loss is believed."""
    parts = Parts(False)
    assert [letter for letter, _ in parts.turn(60)] == ["b", "y"]


def test_the_switch_switches_off_once_and_only_when_it_has_lasted():
    """A knock does not."""
    parts = Parts()
    parts.turn(60)
    parts.switch = 0
    assert parts.turn(CONTACT_TICKS - 1) == []
    assert parts.turn() == [("q", [])]
    assert parts.turn(50) == []
    assert parts.left == 0
    parts.board.switch_off()
    assert parts.left == 1


def test_the_outcome_of_the_sensors_own_test_is_told_once():
    """Passed, or failed."""
    for response_mg, level in ((400, 1), (10, 0)):
        parts = Parts()
        parts.model.response_mg = (400, 400, response_mg)
        assert [given for given in parts.turn(100) if given[0] == "y"] == [("y", [level])]


def test_the_battery_is_told_every_half_minute_and_with_the_charger():
    """At the start, then at rest, and within a second when the charger comes or goes."""
    parts = Parts()
    assert ("b", [4000, 77, 0]) in parts.turn()
    assert [given for given in parts.turn(BATTERY_TOLD_TICKS - 50) if given[0] == "b"] == []
    assert ("b", [4000, 77, 0]) in parts.turn(100)
    parts.charger = 1
    assert parts.turn(50) == [("b", [4000, 77, 1])]


def test_the_percentage_follows_the_curve_at_each_of_its_points():
    """A millivolt less, the point, a millivolt more."""
    for place, point_mv in enumerate(CURVE_MV):
        assert percent_at(point_mv) == 5 * place
        assert percent_at(point_mv - 1) == max(5 * place - 1, 0)
    assert percent_at(0) == 0 and percent_at(5000) == 100
    assert [percent_at(battery_mv) for battery_mv in (3440, 3845)] == [2, 52]


def test_a_burst_of_the_radio_moves_the_battery_little():
    """200 mV for one reading are 25, and a lasting change arrives."""
    mean = BatteryMean()
    assert mean.put(3800) == 3800
    assert mean.put(3600) == 3775
    for _ in range(8 * READINGS):
        last_mv = mean.put(3600)
    assert last_mv in (3600, 3601)


def test_the_watchdog_is_fed_by_whole_turns_only():
    """A loop that no longer looks at its inputs is one that hangs."""
    parts = Parts()
    parts.turn(10)
    assert parts.fed == 10
    parts.board.end_tick()
    parts.board.end_tick()
    assert parts.fed == 10


def test_a_sign_sounds_step_by_step_without_drift():
    """Every step begins when the one before it should have ended, to a turn; silence ends a sign."""
    parts = Parts()
    parts.board.show_signal(parts.now_ms, "started")
    parts.turn(100)
    steps = signals.PATTERNS["started"].buzzer
    due_ms, expected = 0, [(0, 0, 0)]
    for frequency_hz, duration_ms in steps:
        expected.append((due_ms, frequency_hz, 40 if frequency_hz else 0))
        due_ms += duration_ms
    expected.append((due_ms, 0, 0))
    assert len(parts.sounds()) == len(expected)
    for place, told in enumerate(parts.sounds()):
        assert told[1:] == expected[place][1:] and 0 <= told[0] - expected[place][0] < 20


def test_a_lasting_sign_starts_over_and_rises_in_a_pre_alarm():
    """Softly at first, at its loudest with the fourth repetition; the period is that of the sign."""
    parts = Parts()
    parts.board.show_signal(parts.now_ms, "pre_alarm_rest")
    parts.turn(500)
    pulses = [(t_ms, percent) for t_ms, hz, percent in parts.sounds() if hz]
    assert [percent for _, percent in pulses[:10]] == [10, 10, 30, 30, 60, 60, 100, 100, 100, 100]
    assert [t_ms for t_ms, _ in pulses[::2]] == [0, 2000, 4000, 6000, 8000, 10000]


def test_an_alarm_is_at_its_loudest_at_once_and_goes_over_everything():
    """A sign that plays once does not hold it up."""
    parts = Parts()
    parts.board.show_signal(0, "started")
    parts.board.show_signal(0, "alarm")
    assert parts.sounds()[-1] == (0, 2900, 100)


def test_a_lasting_sign_waits_for_one_that_plays_once():
    """What was confirmed is heard to its end; then the state shows again, also the one that lasted before."""
    parts = Parts()
    parts.board.show_signal(0, "pre_alarm_rest")
    parts.turn(20)
    parts.board.show_signal(parts.now_ms, "cancelled")
    parts.board.show_signal(parts.now_ms, "guarding")
    begun_ms = parts.now_ms
    parts.turn(300)
    after = [entry for entry in parts.outputs if entry[0] >= begun_ms and entry[1] == "light"]
    assert after[0][2] == "green"
    assert parts.sounds()[-1][1] == 0
    last_sound_ms = parts.sounds()[-1][0]
    assert [t_ms for t_ms, _, colour in after if colour == "green" and t_ms > last_sound_ms]


def test_silence_is_shown_once_at_the_start():
    """Whatever the outputs did before, they are off."""
    assert [entry[1:] for entry in Parts().outputs] == [("buzzer", 0, 0), ("vibration", 0), ("light", "off")]


def test_the_serial_line_gets_a_share_of_each_turn_and_no_message():
    """Long lines come in pieces, too many are dropped and counted; what the device sends is not shown."""
    parts = Parts()
    parts.turn(2)
    parts.written = b""
    parts.board.show(0, "loop", {"fact_" + str(number): number for number in range(20)})
    parts.board.show_publish(0, None, True)
    parts.board.end_tick()
    assert len(parts.written) == WRITE_BYTES_PER_TICK_MAX
    parts.turn(20)
    assert json.loads(parts.written)["fact_19"] == 19
    for _ in range(LINES_WAITING_MAX + 3):
        parts.board.show_link(0, False, "gone")
    assert parts.board.counts()["dropped_lines"] == 3
    parts.board.show_journal(0, True)
    assert parts.board.counts()["dropped_lines"] == 3
    parts.board.show_journal(0, False)
    assert parts.board.counts()["dropped_lines"] == 4


def test_every_start_has_a_cause_that_the_protocol_knows():
    """Whatever the chip says and the last run left; a chip that says nothing is unknown."""
    known = ("power_on", "reset", "watchdog", "brown_out", "exception", "unknown")
    for chip_cause in range(7):
        for word in (restart_cause.RUNNING, restart_cause.OFF, restart_cause.ERROR, b"", b"rubbish"):
            assert restart_cause.cause_of(chip_cause, word) in known
    for chip_cause, word, cause in (
        (1, b"", "power_on"), (1, restart_cause.RUNNING, "brown_out"), (1, b"rubbish", "power_on"),
        (2, restart_cause.ERROR, "exception"), (2, restart_cause.TOLD, "reset"),
        (3, restart_cause.RUNNING, "watchdog"), (4, restart_cause.OFF, "power_on"), (0, b"", "unknown"),
    ):  # fmt: skip
        assert restart_cause.cause_of(chip_cause, word) == cause


def test_a_quiet_turn_allocates_nothing():
    """In MicroPython: sensor, contacts, battery, a lasting sign, watchdog, console; five seconds of them."""
    if not hasattr(gc, "mem_alloc"):
        return
    bus = SilentBus()
    sensor = Accelerometer(Lsm6dsox(bus), lambda: None)
    sensor._test._attempts_left = 0
    sensor.state = "RUNNING"
    player = Player(lambda _hz, _percent: None, lambda _percent: None, lambda _colour: None)
    board = WornBoard(
        "power_on", sensor, lambda: 0, lambda: 1, lambda: 1, Power(lambda: 4000, lambda: 0), player,
        lambda: None, lambda: None, Console(None), None, None, None,
    )  # fmt: skip
    board.show_signal(0, "guarding")
    quiet_turns(board, 0, 60)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    quiet_turns(board, 60, 310)
    allocated = gc.mem_alloc() - before
    gc.enable()
    assert allocated == 0, allocated


def quiet_turns(board, first, last):
    """Take turns in which nothing happens."""
    for tick in range(first, last):
        board.begin_tick(tick * 20)
        while board.source.next_sample():
            pass
        while board.next_input():
            pass
        board.end_tick()
