"""A release on trial that hangs, in real MicroPython: the starter's own clock leaves it.

The board's timer is a thread over MicroPython's scheduler, in which a soft timer of a chip runs too; its
minutes are milliseconds. A reset ends the program at once.
"""

import json
import subprocess
from pathlib import Path

import pytest

from firmware.boards import starter
from simulator.runtime import find_runtime

MICROPYTHON = find_runtime("micropython")
pytestmark = pytest.mark.skipif(MICROPYTHON.name != "micropython", reason="no MicroPython wheel here")
ENOUGH_S = 30
#: Parts of a release: one that hangs before it does anything, one that runs and judges itself.
HANGS = "def main(arguments):\n    print('new')\n    while True:\n        pass\n"
HANGS_AT_ITS_IMPORT = "print('new')\nwhile True:\n    pass\n"
JUDGES = """
import time
def main(arguments):
    print("new")
    clock = __import__("__main__").trial_clocks[0]
    for _ in range(40):
        time.sleep_ms(10)
        clock.note_judged()
    print("judged to its end")
"""
OLD = "def main(arguments):\n    print('old')\n"
MACHINE = """
import _thread, micropython, os, time

def reset():
    os.system("kill -9 $PPID")

class Timer:
    PERIODIC = 1
    def __init__(self, number):
        self.is_on = True
    def init(self, period, mode, callback):
        def run():
            while self.is_on:
                time.sleep_ms(period // 1000)
                micropython.schedule(callback, self)
        _thread.start_new_thread(run, ())
    def deinit(self):
        self.is_on = False
"""


def board_with(folder, release):
    """Lay down a board whose second slot holds a release on trial."""
    model = folder / "model"
    for path, text in (
        (model / "machine.py", MACHINE),
        (folder / "slot_a/firmware/main.py", OLD),
        (folder / "slot_b/firmware/main.py", release),
        (folder / "slot_a/whole", "{}"),
        (folder / "slot_b/whole", "{}"),
        (folder / "active", "slot_b"),
        (folder / "update.json", json.dumps({"state": "trial", "slot": "slot_b"})),
        (folder / "main.py", Path(starter.__file__).read_text()),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return model


def started(folder, model):
    """Start the board as its interpreter does, until it ends or is reset; return what was said."""
    done = subprocess.run(
        [*MICROPYTHON.command, "main.py"], cwd=folder, env={"MICROPYPATH": f"{model}:.frozen"},
        timeout=ENOUGH_S, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.split("\n")[:-1]


@pytest.mark.parametrize("release", [HANGS, HANGS_AT_ITS_IMPORT])
def test_a_release_on_trial_that_hangs_is_left_for_the_one_before(tmp_path, release):
    """Wherever it hangs: nothing of it has to work for that."""
    model = board_with(tmp_path, release)
    started(tmp_path, model)
    assert (tmp_path / "fell_back").read_text() == "slot_b"
    assert started(tmp_path, model) == ["old"]


def test_a_release_that_judges_itself_is_left_alone(tmp_path):
    """The starter and what it has started meet in one module."""
    model = board_with(tmp_path, JUDGES)
    assert started(tmp_path, model) == ["new", "judged to its end"]
    assert (tmp_path / "active").read_text() == "slot_b"
