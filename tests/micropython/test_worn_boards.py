"""The modules of both worn boards: compiled for their processor, and run in MicroPython over models.

The models of `machine_model` stand for the chip: they show that the parts fit together and that nothing is
misspelt, not that the hardware does what its data sheet says.
"""

import json
import subprocess

import pytest

from basestation.devices.build import BOARDS, compile_board
from simulator.runtime import ROOT, find_runtime, runtime_environment

MICROPYTHON = find_runtime("micropython")
pytestmark = pytest.mark.skipif(MICROPYTHON.name != "micropython", reason="no MicroPython wheel here")
MODEL = ROOT / "tests/micropython/machine_model"
ENOUGH_S = 60
#: The bytes of an .mpy header: letter, version, native processor with its sub-version, bits of small ints.
XTENSAWIN = 10
#: Runs a board until it is switched off, two seconds after the key was pressed for one.
PROGRAM = """
import sys
sys.path[:0] = [%(model)r]
sys.path.append(%(root)r)
import json, machine
sys.path.pop()
machine.bus["kind"] = %(chip)d
machine.levels.update(%(levels)s)
from firmware.boards import worn
look, ask = worn.WornBoard.begin_tick, worn.WornBoard.next_input
given = []
def begin_tick(board, now_ms):
    if %(is_broken)d:
        pass
    elif 800 <= now_ms < 1300:
        machine.levels[%(key)d] = %(pressed)d
    else:
        machine.levels[%(key)d] = 1 - %(pressed)d
    if now_ms >= 1600 and not %(is_broken)d:
        machine.levels[%(switch)d] = 0
    if now_ms >= %(breaks_at_ms)d and %(breaks)r:
        raise {"error": ValueError, "interrupt": KeyboardInterrupt}[%(breaks)r]("here")
    look(board, now_ms)
def next_input(board):
    found = ask(board)
    if found:
        given.append(found)
    return found
worn.WornBoard.begin_tick, worn.WornBoard.next_input = begin_tick, next_input
from firmware.boards import start
reason = "prompt"
try:
    start.start(%(config)r)
except SystemExit as end:
    reason = str(end)
print()
state = machine.state
told = {"end": reason, "given": given, "outputs": machine.outputs, "timer_ms": state.get("timer_ms")}
told.update({"fed": state["fed"], "memory": state["memory"].decode()})
print(json.dumps(told))
"""
BENCHES = {
    "esp32s3": {
        "chip": 0x6A, "key": 5, "pressed": 1, "switch": 17, "levels": "{5: 0, 6: 0, 17: 1, 34: 0}",
        "buzzer": 10, "inputs": {"b", "c", "y", "k", "q"},
    },
    "m5stickc_plus2": {
        "chip": 0x68, "key": 37, "pressed": 0, "switch": 39, "levels": "{37: 1, 39: 1}",
        "buzzer": 2, "inputs": {"b", "y", "k", "q"},
    },
}  # fmt: skip


@pytest.fixture(scope="module", params=BOARDS)
def built(request, tmp_path_factory):
    """Give (board, the folder of its modules, their size in bytes)."""
    folder = tmp_path_factory.mktemp("built") / "lib"
    return request.param, folder, compile_board(folder, request.param)


def test_a_boards_modules_are_compiled_for_its_processor(built):
    """Every module of its own, none of another board or of a computer, machine code for the ESP32's core."""
    board, folder, size = built
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.mpy")}
    assert f"firmware/boards/{board}.mpy" in files
    others = {"unix", "lockstep", "pipe", "board", "chip", *BOARDS} - {board}
    assert not files & {f"firmware/boards/{name}.mpy" for name in others}
    assert {"firmware/main.mpy", "firmware/boards/start.mpy", "protocol/codec.mpy"} <= files
    headers = {path.read_bytes()[:4] for path in folder.rglob("*.mpy")}
    assert {header[:2] for header in headers} == {b"M\x06"}
    assert {header[2] >> 2 & 15 for header in headers} == {0, XTENSAWIN}
    assert 60_000 < size < 160_000


def run(board, folder, tmp_path, breaks="", breaks_at_ms=0, is_broken=0):
    """Run a board until its program ends; return what became of it, and the lines it said.

    With `is_broken` no wire leads to anything: every input is what its pull-up makes of it.
    """
    config, program = tmp_path / "config.json", tmp_path / "program.py"
    journal = str(tmp_path / "journal.bin")
    config.write_text(json.dumps({"name": "worn-1", "journal": journal, "board": board, "loop_report_s": 1}))
    paths = {"model": str(MODEL), "root": str(ROOT), "config": str(config)}
    breaking = {"breaks": breaks, "breaks_at_ms": breaks_at_ms, "is_broken": is_broken}
    bench = {**BENCHES[board], **({"levels": "{34: 0}"} if is_broken else {})}
    program.write_text(PROGRAM % {**bench, **paths, **breaking})
    done = subprocess.run(
        [*MICROPYTHON.command, "-X", "heapsize=4M", str(program)],
        cwd=tmp_path, env=runtime_environment(folder), capture_output=True, text=True,
        timeout=ENOUGH_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    lines = done.stdout.splitlines()
    return json.loads(lines[-1]), lines


def test_a_boards_modules_run_from_switching_on_to_switching_off(built, tmp_path):
    """The sensor's own test, samples, the key, the battery, a sign that sounds, the watchdog, the leave."""
    board, folder, _ = built
    told, lines = run(board, folder, tmp_path)
    assert told["end"] == "deepsleep" and told["memory"] == "off"
    letters = {letter for letter, _ in told["given"]}
    assert letters == BENCHES[board]["inputs"]
    assert ["y", [1]] in told["given"]
    assert any(pin == BENCHES[board]["buzzer"] and hz >= 1000 for pin, hz in told["outputs"])
    assert told["fed"] >= 100
    assert ["cpu", 160000000] in told["outputs"]
    reports = [json.loads(line) for line in lines if '"effect":"loop"' in line]
    assert reports and reports[-1]["samples"] >= 30 and reports[-1]["sensor_starts"] == 1


LISTENER = """
import sys
sys.path[:0] = [%(model)r]
sys.path.append(%(root)r)
import bluetooth, machine
sys.path.pop()
from firmware.boards import esp32_parts
radio = esp32_parts.open_radio({})
heard = [radio.look_around(wanted) for wanted in (False, True, True, True, True, False)]
import json
print(json.dumps([heard, bluetooth.calls]))
"""


def test_beacons_are_listened_for_only_while_the_place_is_wanted(built, tmp_path):
    """By the board's own modules: a name, or an address; then Bluetooth is switched off again."""
    _, folder, _ = built
    program = tmp_path / "listener.py"
    program.write_text(LISTENER % {"model": str(MODEL), "root": str(ROOT)})
    done = subprocess.run(
        [*MICROPYTHON.command, str(program)],
        cwd=tmp_path, env=runtime_environment(folder), capture_output=True, text=True,
        timeout=ENOUGH_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    heard, calls = json.loads(done.stdout)
    assert heard == [None, None, None, None, [["gate-3", -61], ["aabbccddeeff", -48]], None]
    assert calls == [["active", True], ["gap_scan", 0], ["gap_scan", None], ["active", False]]


def test_an_error_of_our_own_is_written_down_and_the_device_starts_again(built, tmp_path):
    """With the word by which the next start knows why."""
    board, folder, _ = built
    told, _ = run(board, folder, tmp_path, "error", 200)
    assert told["end"] == "reset" and told["memory"] == "error"
    assert "ValueError: here" in (tmp_path / "last_error.txt").read_text()


def test_whoever_interrupts_gets_the_prompt_and_no_watchdog(built, tmp_path):
    """A timer feeds it as long as the device is made ready."""
    board, folder, _ = built
    told, _ = run(board, folder, tmp_path, "interrupt", 200)
    assert told["end"] == "prompt" and told["memory"] == "told"
    assert told["timer_ms"] * 4 <= 8000


def test_broken_wires_are_a_pressed_key_and_an_open_clip_and_never_off(built, tmp_path):
    """Fail towards noise: what is cut is heard, and switches nothing off. The M5Stick has no wires."""
    board, folder, _ = built
    told, _ = run(board, folder, tmp_path, "interrupt", 1500, 1)
    assert (["k", [1]] in told["given"]) == (board == "esp32s3")
    assert (["c", [0]] in told["given"]) == (board == "esp32s3")
    assert "q" not in [letter for letter, _ in told["given"]]
