"""Every line and every branch of both cores is reached by their own tests."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: What is pure in `firmware/`; boards, loop and clock touch the machine and are tested on the whole.
DEVICE_EDGE = ("firmware/boards/*", "firmware/main.py", "firmware/clock.py")


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
        ("firmware", ["tests/firmware", "--ignore=tests/firmware/boards"], DEVICE_EDGE),
        ("basestation/cases", ["tests/basestation/cases"], ("tests/*",)),
    ],
)
def test_every_branch_of_a_core_is_reached_by_its_own_tests(tmp_path, source, tests, omitted):
    """100 %, or the name of what nobody tried."""
    assert uncovered(tmp_path, source, tests, omitted) == {}
