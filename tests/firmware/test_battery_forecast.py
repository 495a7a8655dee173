"""How long the battery lasts, and that whoever will not come to the end of the shift hears it early."""

from story import Story

from firmware import battery
from firmware.battery import MINUTE_MS, POINT_MIN, POINTS_LEAST, POINTS_MAX, RUNS_MAX, Battery
from firmware.protection import Shift
from firmware.settings import Settings

#: From full to empty at worst: a tenth of the battery an hour.
RUN_MIN = 1000
FLOOR = Settings().battery_critical_percent
SPARE_MIN, SPARE_AGAIN_MIN = battery.SPARE_MIN, battery.SPARE_AGAIN_MIN
#: A worn device tells its battery so often.
READING_MS = 30000


class Worn:
    """A battery under a wearer, read twice a minute."""

    def __init__(self, run_min=RUN_MIN):
        settings = Settings.from_dict({"battery_run_min": run_min})
        self.shift = Shift(settings)
        self.battery = Battery(settings, self.shift)
        self.now_ms = 0
        self.count = 0

    def read(self, percent, is_charging=False):
        """Take one reading now."""
        self.battery.take(self.now_ms, percent, is_charging)

    def run(self, minutes, percent_at, is_charging=False):
        """Let so many minutes pass; `percent_at` gives the reading by the minutes since then."""
        begun_ms = self.now_ms
        while self.now_ms < begun_ms + minutes * MINUTE_MS:
            self.now_ms += READING_MS
            self.count += 1
            self.read(percent_at((self.now_ms - begun_ms) / MINUTE_MS), is_charging)

    def left(self):
        """Return the minutes left."""
        return self.battery.left_min(self.now_ms)

    def is_short_for(self, planned_min):
        """Tell whether it is short for a shift that ends in so many minutes."""
        self.shift.ends_ms = self.now_ms + planned_min * MINUTE_MS
        self.battery.follow(self.now_ms)
        return self.battery.is_short


def falling(start, percent_an_hour, noise=(0,)):
    """Return the readings of a battery that falls evenly, with a noise that repeats."""
    state = [0]

    def at(minutes):
        state[0] += 1
        percent = int(start - percent_an_hour * minutes / 60 + 0.5) + noise[state[0] % len(noise)]
        return min(max(percent, 0), 100)

    return at


def is_near(left_min, true_min, percent):
    """Tell whether a prediction is within so many percent of the truth."""
    return abs(left_min - true_min) * 100 <= true_min * percent


def test_before_an_hour_was_measured_the_worst_run_time_counts():
    """Of what is above the limit at which nobody is protected; nobody knows before the first reading."""
    worn = Worn()
    assert worn.left() is None
    for percent in (100, 53, FLOOR + 1, FLOOR, FLOOR - 1):
        worn = Worn()
        worn.read(percent)
        assert worn.left() == max(percent - FLOOR, 0) * RUN_MIN // 100, percent
    worn = Worn()
    worn.run((POINTS_LEAST - 1) * POINT_MIN, lambda _minutes: 80)
    assert worn.left() == (80 - FLOOR) * RUN_MIN // 100


def test_what_is_left_passes_with_the_time_also_without_readings():
    """And never falls below nothing."""
    worn = Worn()
    worn.read(55)
    worn.now_ms += 499 * MINUTE_MS
    assert worn.left() == 1
    worn.now_ms += 5 * MINUTE_MS
    assert worn.left() == 0


def test_it_is_short_from_half_an_hour_to_spare_and_enough_again_from_a_whole_one():
    """A minute below each limit, at it, above it."""
    for spare_min, is_short in ((SPARE_MIN - 1, True), (SPARE_MIN, False), (SPARE_MIN + 1, False)):
        worn = Worn()
        worn.read(FLOOR + 60)
        assert worn.is_short_for(600 - spare_min) == is_short, spare_min
    again_min = SPARE_AGAIN_MIN
    for spare_min, is_short in ((again_min - 1, True), (again_min, False), (again_min + 1, False)):
        worn = Worn()
        worn.read(FLOOR + 60)
        assert worn.is_short_for(600)
        assert worn.is_short_for(600 - spare_min) == is_short, spare_min


def test_a_rate_is_believed_at_once_if_it_is_worse_and_step_by_step_if_it_is_better():
    """A battery that lasts 500 min instead of 1000, and one that lasts 2000."""
    worn = Worn()
    worn.run(POINTS_LEAST * POINT_MIN + 2, falling(100, 12))
    assert is_near(worn.left(), (100 - 15.5 - FLOOR) / 12 * 60, 6), worn.left()
    worn = Worn()
    worn.run(POINTS_LEAST * POINT_MIN + 2, falling(100, 3))
    true_min = (100 - 4 - FLOOR) / 3 * 60
    assert RUN_MIN * 96 // 100 < worn.left() < true_min * 70 / 100, worn.left()
    worn.run(180, falling(96, 3))
    assert is_near(worn.left(), (100 - 12.8 - FLOOR) / 3 * 60, 12), worn.left()


def test_noise_and_steps_of_the_gauge_do_not_mislead_it():
    """Readings two percent off either way; a gauge that knows steps of five percent only."""
    noisy = Worn()
    noisy.run(300, falling(95, 9, (0, 2, -1, -2, 1, 0, 2, -2)))
    assert is_near(noisy.left(), (50 - FLOOR) / 9 * 60, 10), noisy.left()
    stepped = Worn()
    stepped.run(300, lambda minutes: int((95 - 9 * minutes / 60) / 5) * 5)
    assert is_near(stepped.left(), (50 - FLOOR) / 9 * 60, 20), stepped.left()


def test_the_cold_passes_without_a_wrong_rate():
    """Ten percent vanish for twenty minutes: less is left while it lasts, and as much as before after it."""
    calm, cold = Worn(), Worn()
    even = falling(95, 6)
    calm.run(240, even)
    cold.run(240, lambda minutes: even(minutes) - (10 if 190 <= minutes < 210 else 0))
    assert is_near(cold.left(), calm.left(), 5), (cold.left(), calm.left())


def test_a_charge_that_comes_back_without_a_charger_begins_the_curve_anew():
    """What was measured in the cold, or before a charger that the board cannot see, is no longer compared."""
    worn = Worn()
    worn.run(150, falling(90, 12))
    worn.run(120, falling(90, 12))
    assert is_near(worn.left(), (90 - 24 - FLOOR) / 12 * 60, 8), worn.left()


def test_on_the_charger_nothing_is_predicted_and_the_rate_is_kept():
    """A charge in between costs no new hour of ignorance."""
    worn = Worn()
    worn.run(150, falling(100, 12))
    worn.read(70, is_charging=True)
    assert worn.left() is None
    assert not worn.is_short_for(10000)
    worn.run(30, lambda minutes: int(70 + minutes), is_charging=True)
    worn.now_ms += READING_MS
    worn.read(100)
    assert is_near(worn.left(), (100 - FLOOR) / 12 * 60, 6), worn.left()


def test_a_gauge_that_stands_still_is_believed_up_to_a_bound():
    """Four times the worst run time at most."""
    worn = Worn()
    worn.run(900, lambda _minutes: 80)
    most_min = (80 - FLOOR) * RUN_MIN // 100 * RUNS_MAX
    assert most_min * 99 // 100 <= worn.left() <= most_min


def test_the_last_four_hours_count():
    """After a calm morning a radio that shouts all day is noticed, and the other way round."""
    worn = Worn()
    worn.run(POINTS_MAX * POINT_MIN, falling(100, 3))
    worn.run(POINTS_MAX * POINT_MIN, falling(87, 12))
    assert is_near(worn.left(), (36 - FLOOR) / 12 * 60, 12), worn.left()


def test_a_planned_end_that_has_passed_or_is_not_known_is_not_missed():
    """A minute after now, now, a minute before; the limits of the charge itself still warn."""
    for planned_min, is_short in ((1, True), (0, False), (-1, False)):
        worn = Worn()
        worn.read(FLOOR)
        assert worn.is_short_for(planned_min) == is_short, planned_min
    worn.shift.ends_ms = None
    worn.battery.follow(worn.now_ms)
    assert not worn.battery.is_short


def test_the_figures_are_those_of_the_manual():
    """An hour until the first rate, four hours in all; half an hour to spare; four run times at most."""
    assert (SPARE_MIN, SPARE_AGAIN_MIN, RUNS_MAX) == (30, 60, 4)
    assert (POINTS_LEAST - 1) * POINT_MIN == 60
    assert (POINTS_MAX - 1) * POINT_MIN == 240
    assert battery.READINGS * READING_MS == 4 * MINUTE_MS


def begin_shift(story, minutes):
    """Begin a shift that is planned to last so long."""
    story.command("shift", {"shift": "s-1", "state": "on", "remaining_ms": minutes * MINUTE_MS})


def charge(story, percent, is_charging=False):
    """Let the battery be read."""
    story.board.battery(story.now_ms, 3800, percent, is_charging)


def short_alarms(story):
    """Return the technical alarms of a battery that will not last."""
    return [message for message in story.once("raised", "technical") if message["cause"] == "battery_short"]


def test_a_shift_begun_with_too_little_is_told_at_once():
    """By a technical alarm, and to the wearer by the sign of a low battery; both end on the charger."""
    story = Story({"battery_run_min": 600, "is_guarding_without_shift": 0})
    charge(story, 60)
    assert story.shown() == "off_shift"
    assert not short_alarms(story)
    begin_shift(story, 480)
    raised = short_alarms(story)
    assert len(raised) == 1
    assert story.shown() == "battery_low"
    story.receipt_all()
    charge(story, 60, is_charging=True)
    assert [message["alarm"] for message in story.once("gone")] == [raised[0]["alarm"]]
    assert story.shown() == "charging"


def test_it_does_not_take_protection_away():
    """Somebody can still rely on the device, for as long as it lasts."""
    story = Story({"battery_run_min": 600})
    charge(story, 60)
    begin_shift(story, 480)
    story.wait(30)
    assert story.last("heartbeat")["protection"] == "protected"


def test_a_planned_end_that_moves_is_followed():
    """Extended it may become too late, shortened soon enough; the end of the shift ends the worry."""
    story = Story({"battery_run_min": 600})
    charge(story, 60)
    begin_shift(story, 240)
    assert not short_alarms(story)
    begin_shift(story, 480)
    assert len(short_alarms(story)) == 1
    begin_shift(story, 240)
    assert len(story.once("gone")) == 1
    begin_shift(story, 480)
    story.command("shift", {"shift": "s-1", "state": "off"})
    assert len(story.once("gone")) == 2
    begin_shift(story, 330 - SPARE_MIN)
    assert len(short_alarms(story)) == 2
    begin_shift(story, 331 - SPARE_MIN)
    assert len(short_alarms(story)) == 3


def test_a_shift_without_a_planned_end_has_nothing_to_miss():
    """Neither from an older base station, nor after a restart, when the base compares by itself."""
    story = Story({"battery_run_min": 600})
    charge(story, 60)
    story.command("shift", {"shift": "s-1", "state": "on"})
    assert not short_alarms(story)
    begin_shift(story, 480)
    raised = short_alarms(story)
    again = story.restarted()
    charge(again, 60)
    assert [message["alarm"] for message in again.once("gone")] == [raised[0]["alarm"]]
    begin_shift(again, 480)
    assert len(short_alarms(again)) == 1


def test_the_heartbeat_says_how_long_the_battery_lasts():
    """Not before it was measured, and not on the charger."""
    story = Story({"battery_run_min": 600})
    story.wait(30)
    assert "battery_left_min" not in story.last("heartbeat")
    charge(story, 60)
    story.wait(30)
    assert story.last("heartbeat")["battery_left_min"] == 330
    charge(story, 60, is_charging=True)
    story.wait(30)
    assert "battery_left_min" not in story.last("heartbeat")
