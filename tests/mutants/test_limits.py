"""The tool that moves limits finds what no test notices, and its list of explained moves is up to date."""

import subprocess
import sys
from pathlib import Path

from tests.mutants import limits

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tests" / "mutants" / "limits.py"

GATE = """\
class Gate:
    def __init__(self, open_mg):
        self._open_mg = open_mg

    def is_open(self, now_mg):
        return now_mg >= self._open_mg

    def is_warm(self, now_ms):
        return 100 < now_ms <= 9000

    def turns(self, left):
        count = 0
        while left > 0:
            left >>= 1
            count += 1
        return count
"""
TESTS = """\
from firmware.gate import Gate


def test_a_gate_opens_at_its_limit():
    gate = Gate(50)
    assert [gate.is_open(mg) for mg in (49, 50, 51)] == [False, True, True]


def test_a_gate_is_warm():
    gate = Gate(50)
    assert gate.is_warm(101)
    assert not gate.is_warm(100)
    assert gate.is_warm(8700)
    assert not gate.is_warm(9200)


def test_a_gate_turns():
    assert [Gate(50).turns(left) for left in (0, 1, 2)] == [0, 1, 2]
"""
#: What the tests above leave open, by one ms and by a block.
OPEN = "firmware/gate.py is_warm: 100 < now_ms <= 9000 -> (100 < now_ms and now_ms < 9000)"


def run(folder, *arguments):
    """Run the tool in a folder; return its exit code and what it printed."""
    done = subprocess.run(
        [sys.executable, str(TOOL), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def gate(folder, explained):
    """Lay out a product of one module with two limits."""
    for path, text in (
        ("firmware/__init__.py", ""),
        ("firmware/gate.py", GATE),
        ("tests/firmware/test_gate.py", TESTS),
        ("tests/mutants/unnoticed.toml", f"[[group]]\nreason = 'So it is.'\nlimits = {explained!r}\n"),
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def test_what_no_test_notices_is_named_until_it_is_explained_and_nothing_else_may_be(tmp_path):
    """One side of one limit is noticed by neither one ms nor a block; a loop that has no end is noticed."""
    noticed = "firmware/gate.py is_open: now_mg >= self._open_mg"
    code, said = run(gate(tmp_path, [noticed]))
    assert code == 1
    assert f"line    9 {OPEN}; 0 tests pass by\n" in said
    assert f"explained, and yet noticed: {noticed}\n" in said
    assert "8 moves: 7 noticed, 0 explained, 1 neither" in said
    code, said = run(gate(tmp_path, [OPEN]))
    assert (code, said) == (0, "8 moves: 7 noticed, 1 explained, 0 neither\n")


def test_every_order_moves_one_step_both_ways():
    """To what is true one step earlier, and to what is true one step later."""
    for order, before in ((">=", 5), (">", 6), ("<=", 5), ("<", 4)):
        source = f"def is_beyond(a):\n    return a {order} 5\n"
        edges = []
        for move in limits.moves_of("firmware/x.py", source, 1):
            names = {}
            exec(limits.moved(source, move), names)
            edges.append([a for a in range(12) if names["is_beyond"](a)])
        edge = list(range(before, 12) if ">" in order else range(before + 1))
        longer = [edge[0] - 1, *edge] if ">" in order else [*edge, edge[-1] + 1]
        shorter = edge[1:] if ">" in order else edge[:-1]
        assert sorted(edges) == sorted([longer, shorter]), order


def test_every_explained_move_is_one_of_the_code():
    """What the code no longer says needs no reason."""
    moves = [
        move for path in limits.core_modules() for move in limits.moves_of(path, (ROOT / path).read_text(), 1)
    ]
    names = {name for move in moves for name in (move.limit, f"{move.limit} -> {move.text}")}
    assert len(moves) > 300
    assert sorted(set(limits.reasons()) - names) == []
    groups = limits.reasons().values()
    assert all(reason.endswith(".") for reason in groups)


def test_the_limits_of_a_watch_are_noticed_or_explained():
    """All of the loss alarm, by the tests that are its own: a sample of what `make limits` does."""
    tests = [
        f"tests/firmware/{name}.py"
        for name in ("test_limits_of_watches", "test_wear", "test_condition_times")
    ]
    code, said = run(ROOT, "--tests", *tests, "--modules", "firmware/wear.py")
    assert code == 0, said
