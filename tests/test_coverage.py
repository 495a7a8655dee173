"""Every line and every branch of the pure cores is reached by their own tests."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: What is pure in `firmware/`; boards, loop and clock touch the machine and are tested on the whole.
DEVICE_EDGE = ("firmware/boards/*", "firmware/main.py", "firmware/loop.py", "firmware/clock.py")

#: Tests that walk hours or sweep ranges over lines that others reach too, where tracing costs fivefold;
#: they run without it, and if one is missed here, the coverage says so.
LONG = (
    "test_blackbox.py::test_no_sample_leaves_the_device_on_a_day_without_alarms",
    "test_blackbox.py::test_a_device_that_has_just_started_sends_what_it_has",
    "test_blackbox.py::test_a_device_that_was_silent_for_long_says_so_within_the_limits_of_the_protocol",
    "test_accelerometer.py::test_the_rate_is_the_devices_however_wrong_the_chips_oscillator_is",
    "test_upright.py::test_nobody_who_lies_is_learned_as_upright",
    "test_stillness.py::test_a_vibrating_floor_is_no_movement",
    "test_sample_path.py::test_motion_stays_within_small_integers_at_every_stop",
    "test_journal_torn.py::test_after_any_cut_the_ring_goes_round_again_and_keeps_what_stands",
    "test_power_cut.py::test_a_journal_stays_small_over_thousands_of_alarms",
    "test_fall.py::test_a_fall_onto_a_shaking_floor_is_found",
    "test_fall.py::test_points_make_a_fall_from_their_limit",
    "test_walltime.py::test_wall_time_never_moves_a_timer",
    "test_key_counted.py::test_a_second_press_after_a_cancel_calls_under_duress_and_nobody_can_tell",
    "test_locate.py::test_a_tone_that_nobody_switches_off_ends_after_an_hour",
    "test_journal_torn.py::test_a_cut_in_the_middle_of_a_write_or_an_erase_loses_and_invents_nothing",
    "test_ways.py::test_one_way_is_tried_every_three_to_five_seconds",
    "test_ways.py::test_no_series_of_faults_makes_a_storm",
)
FIRMWARE_TESTS = ("tests/firmware", "--ignore=tests/firmware/boards")
RANDOM_LIVES = (
    "--ignore=tests/basestation/cases/test_case_never_lost.py",
    "--ignore=tests/basestation/cases/test_silence_never_lost.py",
    "--ignore=tests/basestation/cases/test_case_invariants.py",
    *(
        f"--deselect=tests/basestation/cases/{name}"
        for name in (
            "test_case_order.py::test_every_order_and_every_repeat_ends_in_the_same_state",
            "test_rota.py::test_for_every_minute_of_eight_days_gaps_and_duty_agree",
            "test_rota.py::test_the_change_of_the_clock_leaves_no_minute_without_anybody",
        )
    ),
)
LEFT_OUT = tuple(f"--deselect=tests/firmware/{name}" for name in LONG)


def uncovered(folder, source, tests, omitted):
    """Return {file: lines and branches that no test reaches} after running `tests`, and what pytest said."""
    environment = os.environ | {"COVERAGE_FILE": str(folder / "data")}
    measure = ["-m", "coverage", "run", "--branch", "--source", source, "-m", "pytest", "-q", "-x"]
    done = subprocess.run(
        [sys.executable, *measure, "-p", "no:cacheprovider", "-p", "no:xdist", *tests],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    report = folder / "report.json"
    subprocess.run(
        [sys.executable, "-m", "coverage", "json", "-q", "-o", str(report), "--omit", ",".join(omitted)],
        cwd=ROOT, env=environment, check=True,
    )  # fmt: skip
    files = json.loads(report.read_text())["files"]
    assert len(files) > 10
    return {
        name: (found["missing_lines"], found["missing_branches"])
        for name, found in files.items()
        if found["missing_lines"] or found["missing_branches"]
    }


@pytest.mark.parametrize(
    ("source", "tests", "omitted"),
    [
        ("firmware", [*FIRMWARE_TESTS, *LEFT_OUT], DEVICE_EDGE),
        ("basestation/cases", ["tests/basestation/cases", *RANDOM_LIVES], ("tests/*",)),
        ("basestation/clearance", ["tests/basestation/clearance"], ("tests/*",)),
    ],
)
def test_every_branch_of_a_core_is_reached_by_its_own_tests(tmp_path, source, tests, omitted):
    """100 %, or the name of what nobody tried."""
    assert uncovered(tmp_path, source, tests, omitted) == {}
