"""The battery model: its ranges, what the firmware takes from it, and the page that shows it."""

from dataclasses import replace

import pytest

from docs import power as page
from firmware.battery import RUNS_MAX
from firmware.settings import Settings
from simulator.power import (
    BEST,
    BUSY,
    CELL_MAH,
    DELIVERED,
    IDLE,
    TYPICAL,
    WORST,
    can_keep_up,
    hours,
    parts_ma,
    variants,
)
from simulator.power_sources import FIGURES

ALL = [(name, setting) for board in CELL_MAH for name, setting in variants(board)]


@pytest.mark.parametrize(("name", "setting"), ALL)
def test_worse_is_never_better(name, setting):
    """Of the hours, whatever the setting."""
    assert hours(setting, BEST) > hours(setting, TYPICAL) > hours(setting, WORST) > 0, name


def test_each_figure_grows_worse_in_one_direction_and_names_its_source():
    """A source is a document, or the word that there is none."""
    for figure in FIGURES:
        assert list(figure.values) in (sorted(figure.values), sorted(figure.values, reverse=True)), figure
        assert len(figure.source) > 10, figure


def test_what_costs_power_costs_hours():
    """A faster processor, a spinning wait, an open receiver, a quicker heartbeat, a sign that sounds."""
    delivered = DELIVERED["esp32s3"]
    changes = (
        ("cpu_mhz", 240),
        ("listen_beacons", 0),
        ("heartbeat_ms", 5000),
        ("sign", "alarm"),
        ("wait", "spins"),
    )
    for change in ({name: value} for name, value in changes):
        for case in (BEST, TYPICAL, WORST):
            assert hours(replace(delivered, **change), case) < hours(delivered, case), change
    assert hours(replace(delivered, cell_mah=2000), WORST) == pytest.approx(hours(delivered, WORST) / 0.6)


def test_the_parts_of_the_current_are_what_the_tables_say():
    """Computed once by hand: 160 MHz, typical, a quarter of the time at work at 240 MHz."""
    parts = parts_ma(DELIVERED["esp32s3"], TYPICAL)
    at_rest = (1 - 0.25 * 240 / 160) * 0.40
    idle, busy = IDLE["esp32s3"][160][TYPICAL], BUSY["esp32s3"][160][TYPICAL]
    assert parts["processor"] == pytest.approx(idle * at_rest + busy * (1 - at_rest))
    listening = 5.0 / 102.4 + 150.0 * 3.0 / 25000
    assert parts["radio"] == pytest.approx((88 - 22) * listening + (291 - 22) * 3.0 * 3.0 / 25000)
    assert parts["signs"] == pytest.approx(4.0 * 170 / 5000)


def test_who_computes_longer_than_a_tick_is_too_slow():
    """The worst case at 80 MHz, and no other."""
    slow = replace(DELIVERED["esp32s3"], cpu_mhz=80)
    assert [can_keep_up(slow, case) for case in (BEST, TYPICAL, WORST)] == [True, True, False]
    assert can_keep_up(DELIVERED["esp32s3"], WORST)


def test_the_firmware_starts_from_the_worst_hours_and_believes_no_more_than_the_best():
    """The default of `battery_run_min`, rounded down to ten minutes, and the bound of a standing gauge."""
    worst_min = hours(DELIVERED["esp32s3"], WORST) * 60
    assert Settings().battery_run_min == int(worst_min) // 10 * 10
    assert hours(DELIVERED["esp32s3"], BEST) * 60 <= Settings().battery_run_min * RUNS_MAX


def test_the_page_says_of_twelve_hours_what_the_model_says():
    """The worn device typically, with the larger cell always; the stick never; and the minutes to set."""
    reached = {
        (board, name): page._reaches(setting) for board in CELL_MAH for name, setting in variants(board)
    }
    stick = {words for (board, _), words in reached.items() if board == "m5stickc_plus2"}
    assert stick == {"never"}
    assert reached["esp32s3", "a cell of 2,000 mAh"] == "always"
    assert page._reaches(DELIVERED["esp32s3"]) == "best, typical"
    larger_min = hours(replace(DELIVERED["esp32s3"], cell_mah=2000), WORST) * 60
    stick_min = hours(DELIVERED["m5stickc_plus2"], WORST) * 60
    text = page.PAGE.read_text()
    assert f"`battery_run_min` to {int(larger_min) // 50 * 50}" in text
    assert f"`battery_run_min` to {int(stick_min) // 10 * 10}" in text
    assert f"`battery_run_min` ({Settings().battery_run_min}:" in text


def test_the_figures_of_the_page_are_those_of_the_model():
    """`make docs` writes them."""
    text = page.PAGE.read_text()
    assert page.with_figures(text) == text
