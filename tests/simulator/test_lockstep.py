"""The client of the lockstep board: whatever the device's process does, there is an answer or a sentence."""

import sys
from pathlib import Path

import pytest

from simulator import lockstep, runtime
from simulator.lockstep import DeviceFailed, LockstepDevice, SettingsRefused
from simulator.runtime import Runtime, find_runtime

CPYTHON = Runtime("cpython", (sys.executable,))

#: A board that echoes each input as an effect and can be told to misbehave by the input `x`.
ECHO = """
import json, os, sys
def say(**effect):
    sys.stdout.write(json.dumps(effect) + "\\n")
for line in sys.stdin:
    word, _, rest = line.strip().partition(" ")
    if word == "?":
        sys.stdout.write(". 4711\\n")
        sys.stdout.flush()
    elif word == "q":
        break
    elif word == "i":
        say(t_ms=0, effect="first", given=json.loads(rest))
    elif word == "many":
        for number in range(int(rest)):
            say(t_ms=number, effect="echo", line="-" * 60)
    elif word == "x":
        exec(json.loads(rest))
    else:
        say(t_ms=int(rest.split()[0]), effect="echo", line=line.strip())
"""


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """Return the echoing board as a file."""
    path = tmp_path / "board.py"
    path.write_text(ECHO, encoding="utf-8")
    return path


def _misbehave(board: Path, program: str) -> str:
    """Return the sentence of the failure when the device runs `program` as its next input."""
    with LockstepDevice(CPYTHON, board=board) as device, pytest.raises(DeviceFailed) as caught:
        device.exchange([f'x "{program}"'])
    return str(caught.value)


def test_effects_come_back_in_order_with_the_next_deadline(board):
    """First what the start did, then each exchange for itself."""
    with LockstepDevice(CPYTHON, name="unit-7", settings={"a": 1}, board=board) as device:
        assert device.first_effects[0]["given"] == {"name": "unit-7", "settings": {"a": 1}, "journal_hex": ""}
        effects = device.exchange(["s 20 0 0 1000", "k 30 1"])
        assert [effect["line"] for effect in effects] == ["s 20 0 0 1000", "k 30 1"]
        assert device.next_deadline_ms == 4711
        assert device.exchange([]) == []


def test_more_input_and_output_than_any_pipe_holds_does_not_block(board):
    """Two megabytes in, answered by as much: batches keep both pipes flowing."""
    lines = [f"s {t_ms} {'1' * 40}" for t_ms in range(0, 800_000, 20)]
    with LockstepDevice(CPYTHON, board=board) as device:
        effects = device.exchange(lines)
    assert len(effects) == len(lines)
    assert effects[-1]["t_ms"] == 799_980


def test_one_input_longer_than_a_pipe_is_delivered(board):
    """A full journal at the start, for example."""
    with LockstepDevice(CPYTHON, journal_hex="ab" * 200_000, board=board) as device:
        assert len(device.first_effects[0]["given"]["journal_hex"]) == 400_000


def test_a_large_answer_is_taken_and_an_endless_one_is_refused(board):
    """The bound on an answer is a bound on our memory."""
    with LockstepDevice(CPYTHON, board=board) as device:
        assert len(device.exchange(["many 5000"])) == 5000
        with pytest.raises(DeviceFailed, match="answered one batch with over"):
            device.exchange(["many 100000"])


def test_a_device_that_dies_is_reported_with_its_code_and_last_words(board):
    """The traceback of the firmware is what its developer needs."""
    sentence = _misbehave(board, "raise KeyError(4711)")
    assert "stopped with exit code 1" in sentence
    assert "KeyError: 4711" in sentence


def test_the_last_words_of_a_dying_device_are_bounded(board):
    """However much it writes."""
    sentence = _misbehave(board, "sys.stderr.write('z' * 1000000); sys.exit(3)")
    assert "exit code 3" in sentence
    assert len(sentence) < 2_200


def test_a_device_that_was_killed_is_reported(board):
    """By its signal."""
    assert "exit code -9" in _misbehave(board, "os.kill(os.getpid(), 9)")


def test_a_device_that_hangs_is_given_up_and_ended(board, monkeypatch):
    """Nobody waits for ever, and no process stays behind."""
    monkeypatch.setattr(lockstep, "ANSWER_S_MAX", 0.3)
    monkeypatch.setattr(lockstep, "EXIT_S_MAX", 0.3)
    device = LockstepDevice(CPYTHON, board=board)
    with device, pytest.raises(DeviceFailed, match=r"gave no answer within 0\.3 s"):
        device.exchange(['x "import threading; threading.Event().wait()"'])
    assert device.exit_code == -9


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("hello", "what is no effect"),
        ("[1]", "what is no effect"),
        ("{}", "what is no effect"),
        (". soon", "is no time"),
    ],
)
def test_what_is_no_effect_is_refused(board, written, reason):
    """A stray print in the firmware is found at once."""
    assert reason in _misbehave(board, f"print('{written}')")


def test_the_traceback_of_a_dying_micropython_is_reported_whole(tmp_path):
    """It comes on standard output, where effects are expected."""
    runtime = find_runtime("micropython")
    if runtime.name != "micropython":
        pytest.skip(runtime.note)
    path = tmp_path / "board.py"
    path.write_text("def begin():\n    raise ValueError('no such thing')\n\nbegin()\n")
    with pytest.raises(DeviceFailed, match="line 2, in begin\nValueError: no such thing"):
        LockstepDevice(runtime, board=path)


def test_a_device_that_is_already_dead_is_reported_and_not_written_to(board):
    """The second exchange says the same as the first."""
    with LockstepDevice(CPYTHON, board=board) as device:
        for _ in range(2):
            with pytest.raises(DeviceFailed, match="exit code 5"):
                device.exchange(['x "sys.exit(5)"'])


def test_refused_settings_are_told_apart_from_a_dead_device(tmp_path):
    """By the effect and the exit code together."""
    path = tmp_path / "board.py"
    path.write_text('print(\'{"t_ms":0,"effect":"refused","reason":"too much"}\')\nraise SystemExit(2)\n')
    with pytest.raises(SettingsRefused, match="too much"):
        LockstepDevice(CPYTHON, board=path)
    path.write_text("raise SystemExit(2)\n")
    with pytest.raises(DeviceFailed, match="exit code 2"):
        LockstepDevice(CPYTHON, board=path)


def test_the_runtime_is_the_one_asked_for_or_says_why_not(monkeypatch):
    """Where there is no MicroPython, the same files run under CPython, and the note says so."""
    assert find_runtime("cpython").name == "cpython"
    monkeypatch.setattr(runtime, "MICROPYTHON_MODULE", "no_such_module")
    fallback = find_runtime("micropython")
    assert fallback.name == "cpython"
    assert "MicroPython is not available on this machine" in fallback.note
