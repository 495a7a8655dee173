"""The battery forecast at its limits: one step before, at it, one beyond; in ms, tenths and points."""

from test_battery_forecast import FLOOR, RUN_MIN, Worn

from firmware.battery import MINUTE_MS, POINT_MIN, POINTS_LEAST, RECOVERY_TENTHS, SPARE_MIN

POINT_MS = POINT_MIN * MINUTE_MS


def quarter(worn, tenths):
    """Let a quarter of an hour pass whose readings have this mean."""
    for count in range(10):
        worn.now_ms += POINT_MS if count == 9 else 0
        worn.read(tenths // 10 + (count < tenths % 10))


def with_points(*tenths):
    """Return a battery with these points on its curve."""
    worn = Worn()
    for one in tenths:
        quarter(worn, one)
    return worn


def test_a_point_of_the_curve_ends_after_a_quarter_of_an_hour():
    """Not a ms sooner."""
    for after_ms, count in ((POINT_MS - 1, 0), (POINT_MS, 1), (POINT_MS + 1, 1)):
        worn = Worn()
        worn.read(80)
        worn.now_ms += after_ms
        worn.read(80)
        assert worn.battery._count == count, after_ms


def test_the_worst_rate_counts_until_there_are_enough_points():
    """A gauge that stands still says nothing yet with one point less."""
    worst_min = (80 - FLOOR) * RUN_MIN // 100
    for count, is_measured in ((POINTS_LEAST - 1, False), (POINTS_LEAST, True), (POINTS_LEAST + 1, True)):
        worn = with_points(*[800] * count)
        assert worn.battery._count == count
        assert (worn.left() > worst_min) == is_measured, count


def test_a_gain_begins_the_curve_anew_beyond_two_percent():
    """At them it is still the same curve."""
    for gain_tenths, count in ((RECOVERY_TENTHS - 1, 2), (RECOVERY_TENTHS, 2), (RECOVERY_TENTHS + 1, 1)):
        worn = with_points(500, 500 + gain_tenths)
        assert worn.battery._count == count, gain_tenths


def test_a_better_rate_is_followed_by_a_quarter_of_the_difference():
    """Rounded down: from 1 to 3 thousandths not at all, from 4 on by one; a worse one at once."""
    for better, expected in ((-1, -1), (0, 0), (1, 0), (2, 0), (3, 0), (4, 1), (8, 2)):
        worn = with_points(*[900 - 15 * count for count in range(POINTS_LEAST - 1)])
        # Fifteen tenths a quarter of an hour are 6000 thousandths of a percent an hour.
        worn.battery._rate = 6000 + better
        quarter(worn, 900 - 15 * (POINTS_LEAST - 1))
        assert worn.battery._rate == 6000 + better - expected, better


def test_the_planned_end_and_the_spare_time_count_to_the_ms():
    """An end that is one ms away can be missed; one ms of the spare time that is missing is missing."""
    for ahead_ms, is_short in ((-1, False), (0, False), (1, True)):
        worn = Worn()
        worn.read(FLOOR)
        worn.shift.ends_ms = worn.now_ms + ahead_ms
        worn.battery.follow(worn.now_ms)
        assert worn.battery.is_short == is_short, ahead_ms
    for more_ms, is_short in ((-1, True), (0, False), (1, False)):
        worn = Worn()
        worn.read(FLOOR + 60)
        worn.shift.ends_ms = worn.battery.empty_ms - SPARE_MIN * MINUTE_MS - more_ms
        worn.battery.follow(worn.now_ms)
        assert worn.battery.is_short == is_short, more_ms
