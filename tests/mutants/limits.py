"""Every limit of the device core moved by one step, to see whether a test notices.

    python -m tests.mutants.limits [--tests FILE ...] [--modules MODULE ...]       without: all of the core

A limit is a comparison of order. It is moved both ways by the smallest step an integer has: `a >= b` becomes
`a > b` and `a >= b - 1`. Time is mostly counted in blocks of samples, so a limit in ms that nobody notices is
moved by `BLOCK_MS` once more. First all tests run while every comparison is watched: only a test in which the
moved one would have said something else can notice. Of those the short ones run, until one fails.
Prints what none of them notices; exits with 1 if `unnoticed.toml` gives no reason for it, or gives one for a
move that is noticed after all.
"""

import argparse
import ast
import contextlib
import gc
import importlib
import multiprocessing
import os
import signal
import sys
import time
import tomllib
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path.cwd()
TESTS = "tests/firmware"
UNNOTICED = "tests/mutants/unnoticed.toml"
#: What is no part of the core, or no Python (a test compares the machine code with its twin).
EDGE = ("main.py", "loop.py", "clock.py", "block_code.py", "__init__.py")
#: A block of samples lasts so long: the smallest step of everything that is counted in blocks.
BLOCK_MS = 200
#: A limit that moved may make a loop endless: a test gets so many s of the processor, and so many times what
#: it takes unmoved.
TEST_S_MAX = 1
TEST_TIMES_MAX = 30
#: What a watched comparison calls with its operands, and what they are called there.
ASK = "_ask_the_limit"
OPERANDS = "abcdefgh"

#: What an order becomes when its limit moves by a step, to each side.
_MOVED = {
    ast.GtE: ("{0} > {1} + {2} - 1", "{0} >= {1} - {2}"),
    ast.Gt: ("{0} > {1} + {2}", "{0} >= {1} - {2} + 1"),
    ast.LtE: ("{0} < {1} - {2} + 1", "{0} <= {1} + {2}"),
    ast.Lt: ("{0} < {1} - {2}", "{0} <= {1} + {2} - 1"),
}


class Overdue(BaseException):
    """A test takes too long."""


@dataclass(frozen=True)
class Move:
    """One limit of one module, moved one way."""

    path: str
    line: int
    #: Where it stands: (column, end line, end column), columns in bytes.
    place: tuple[int, int, int]
    #: `module function: comparison`, as `unnoticed.toml` calls it.
    limit: str
    #: What is read in its place.
    text: str
    #: The comparison as it is, and as it is moved, of `OPERANDS`.
    own: str
    other: str


def moves_of(path: str, source: str, step: int) -> Iterator[Move]:
    """Give every limit of a module, moved by `step` to each side."""
    for function, node in _compared(ast.parse(source), ""):
        first, *others = (ast.Name(name) for name in OPERANDS[: len(node.comparators) + 1])
        sketch = ast.Compare(first, node.ops, others)
        texts = zip(_moved_texts(node, step), _moved_texts(sketch, step), strict=True)
        for text, other in texts:
            assert function, f"{path}, line {node.lineno}: what runs at the import cannot be moved"
            limit = f"{path} {function}: {ast.unparse(node)}"
            yield Move(path, node.lineno, _place(node), limit, f"({text})", ast.unparse(sketch), other)


def _place(node: ast.Compare) -> tuple[int, int, int]:
    return node.col_offset, node.end_lineno or 0, node.end_col_offset or 0


def _compared(tree: ast.AST, function: str) -> Iterator[tuple[str, ast.Compare]]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Compare):
            yield function, child
        yield from _compared(child, child.name if isinstance(child, ast.FunctionDef) else function)


def _moved_texts(node: ast.Compare, step: int) -> Iterator[str]:
    operands = [_bracketed(operand) for operand in (node.left, *node.comparators)]
    plain = [
        ast.unparse(ast.Compare(left, [order], [right]))
        for left, order, right in zip(
            (node.left, *node.comparators), node.ops, node.comparators, strict=False
        )
    ]
    for place, order in enumerate(node.ops):
        for form in _MOVED.get(type(order), ()):
            text = form.format(operands[place], operands[place + 1], step).replace(" + 1 - 1", "")
            parts = [*plain[:place], text.replace(" - 1 + 1", ""), *plain[place + 1 :]]
            yield " and ".join(parts)


def _bracketed(operand: ast.expr) -> str:
    text = ast.unparse(operand)
    return text if isinstance(operand, ast.Name | ast.Attribute | ast.Constant | ast.Call) else f"({text})"


def moved(source: str, move: Move) -> str:
    """Return the source with this limit moved, every other line where it was."""
    lines = source.splitlines(keepends=True)
    column, end_line, end_column = move.place
    head = lines[move.line - 1].encode()[:column].decode()
    tail = lines[end_line - 1].encode()[end_column:].decode()
    lines[move.line - 1 : end_line] = [head + move.text + tail] + ["\n"] * (end_line - move.line)
    return "".join(lines)


class Watched(ast.NodeTransformer):
    """Lets the comparisons that `asked` names by (line, place) ask instead, with their name there."""

    def __init__(self, asked: dict[tuple[int, tuple[int, int, int]], int]) -> None:
        self._asked = asked

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Replace one comparison."""
        name = self._asked.get((node.lineno, _place(node)))
        self.generic_visit(node)
        if name is None:
            return node
        operands = [ast.Constant(name), node.left, *node.comparators]
        return ast.copy_location(ast.Call(ast.Name(ASK, ast.Load()), operands, []), node)


def _asker(moves: list[Move], saw: set[int]) -> tuple[Callable[..., bool], dict[str, dict[object, int]]]:
    """Return what answers as the code does and puts into `saw` which moves would not; and what asks it."""
    asked: dict[str, dict[object, int]] = {}
    groups: dict[int, list[int]] = {}
    for at, move in enumerate(moves):
        first = asked.setdefault(move.path, {}).setdefault((move.line, move.place), at)
        groups.setdefault(first, []).append(at)
    others = [_said(move.other) for move in moves]
    own = {first: _said(moves[first].own) for first in groups}

    def ask(first: int, *operands: Any) -> bool:
        answer = own[first](*operands)
        if _are_near(operands):
            for at in groups[first]:
                # What is no number has no step beside it.
                with contextlib.suppress(TypeError):
                    if at not in saw and others[at](*operands) != answer:
                        saw.add(at)
        return answer

    return ask, asked


def _are_near(operands: tuple[Any, ...]) -> bool:
    """Tell whether a moved limit may answer otherwise; far from it none does."""
    try:
        return len(operands) > 2 or -BLOCK_MS <= operands[0] - operands[1] <= BLOCK_MS
    except TypeError:
        return True


def _said(text: str) -> Callable[..., bool]:
    said: Callable[..., bool] = eval(f"lambda {', '.join(f'{name}=0' for name in OPERANDS)}: {text}")
    return said


def witnesses(job: tuple[list[Move], list[str]]) -> tuple[list[list[str]], dict[str, float]]:
    """Return who could notice each move, and the s that each test takes; needs a process of its own."""
    moves, tests = job
    seconds = {test: _timed(test) for test in tests}
    saw: set[int] = set()
    ask, asked = _asker(moves, saw)
    for path, comparisons in asked.items():
        vars(sys.modules[_module(path)])[ASK] = ask
        tree = Watched(comparisons).visit(ast.parse((ROOT / path).read_text()))
        _put_in(path, ast.fix_missing_locations(tree))
    found: list[list[str]] = [[] for _ in moves]
    for test in tests:
        saw.clear()
        try:
            _function(test)()
        except Exception:  # noqa: BLE001 - it counts what is allocated, so it may notice anything
            saw.update(range(len(moves)))
        for at in saw:
            found[at].append(test)
    return found, seconds


def _timed(test: str) -> float:
    begin = time.process_time()
    try:
        _function(test)()
    except Exception as failure:
        message = f"{test} fails without any move: {failure!r}"
        raise RuntimeError(message) from failure
    return time.process_time() - begin


def _function(test: str) -> Callable[[], None]:
    file, _, name = test.partition("::")
    function: Callable[[], None] = vars(sys.modules[Path(file).stem])[name]
    return function


def _module(path: str) -> str:
    return path[:-3].replace("/", ".")


def is_noticed(job: tuple[Move, list[tuple[str, float]]]) -> bool:
    """Tell whether one of these tests, each with its s, fails when the limit has moved; as `witnesses`."""
    move, tests = job
    signal.signal(signal.SIGVTALRM, _end)
    sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - for the rest of this process
    try:
        _put_in(move.path, moved((ROOT / move.path).read_text(), move))
        for test, test_s in tests:
            signal.setitimer(signal.ITIMER_VIRTUAL, TEST_S_MAX + TEST_TIMES_MAX * test_s)
            _function(test)()
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except (Exception, Overdue):  # noqa: BLE001 - a test may fail in any way
        return True
    return False


def _put_in(path: str, source: str | ast.Module) -> None:
    """Give every function of the module, which is loaded, the code that it has here."""
    file = str(ROOT / path)
    inner_codes = _codes_in(compile(source, file, "exec"))
    codes = {(inner.co_qualname, inner.co_firstlineno): inner for inner in inner_codes}
    for function in gc.get_objects():
        if isinstance(function, types.FunctionType) and function.__code__.co_filename == file:
            own = function.__code__
            function.__code__ = codes[own.co_qualname, own.co_firstlineno]


def _codes_in(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _codes_in(inner)


def _end(_number: int, _frame: types.FrameType | None) -> None:
    raise Overdue


def in_copies(work: Callable[..., Any], jobs: list[Any], processes: int | None) -> list[Any]:
    """Return the answers to these jobs, each worked on in a copy of this process."""
    with multiprocessing.get_context("fork").Pool(processes, maxtasksperchild=1) as pool:
        return pool.map(work, jobs, chunksize=1)


class Judge:
    """Tries moves on these tests, in so many processes at once (None: one for each core)."""

    def __init__(self, moves: list[Move], tests: list[str], processes: int | None) -> None:
        self._processes = processes
        ((found, self._seconds),) = in_copies(witnesses, [(moves, tests)], 1)
        self.witnesses = dict(zip(moves, found, strict=True))

    def unnoticed(self, moves: list[Move]) -> list[Move]:
        """Return the moves that no test notices."""
        noticed = in_copies(is_noticed, [(move, self._tests(move)) for move in moves], self._processes)
        return [move for move, is_seen in zip(moves, noticed, strict=True) if not is_seen]

    def _tests(self, move: Move) -> list[tuple[str, float]]:
        own = f"test_{Path(move.path).name}"
        tests = [(own not in test, self._seconds[test], test) for test in self.witnesses[move]]
        return [(test, test_s) for _, test_s, test in sorted(tests)]


def core_modules() -> list[str]:
    """Return the modules of the device core."""
    return sorted(
        f"firmware/{path.name}" for path in (ROOT / "firmware").glob("*.py") if path.name not in EDGE
    )


def reasons() -> dict[str, str]:
    """Return {limit, or limit -> what it became: why it may go unnoticed}."""
    groups = tomllib.loads((ROOT / UNNOTICED).read_text())["group"]
    return {limit: group["reason"] for group in groups for limit in group["limits"]}


def main(paths: list[str], files: list[str], processes: int | None) -> int:
    """Move every limit of these modules; return the exit code."""
    sys.path[:0] = [str(ROOT), str(ROOT / TESTS)]
    # Loaded once, here; every process that tries a move begins as a copy.
    for path in paths:
        importlib.import_module(_module(path))
    tests = []
    for file in files:
        names = vars(importlib.import_module(Path(file).stem))
        tests += [f"{file}::{name}" for name in names if name.startswith("test_")]
    small, wide = (
        [move for path in paths for move in moves_of(path, (ROOT / path).read_text(), step)]
        for step in (1, BLOCK_MS)
    )
    judge = Judge([*small, *wide], tests, processes)
    stay = judge.unnoticed(small)
    wider = {move: wide[small.index(move)] for move in stay if "_ms" in move.limit}
    too_wide = judge.unnoticed(list(wider.values()))
    stay = [move for move in stay if move not in wider or wider[move] in too_wide]
    return _report(paths, stay, judge.witnesses, len(small))


def _report(paths: list[str], stay: list[Move], witnesses: dict[Move, list[str]], count: int) -> int:
    explained = reasons()
    used = {name for move in stay for name in (move.limit, f"{move.limit} -> {move.text}")}
    unexplained = [
        move for move in stay if not {move.limit, f"{move.limit} -> {move.text}"} & explained.keys()
    ]
    for move in unexplained:
        print(f"line {move.line:4} {move.limit} -> {move.text}; {len(witnesses[move])} tests pass by")
    needless = [name for name in explained if name.split(" ")[0] in paths and name not in used]
    for name in needless:
        print(f"explained, and yet noticed: {name}")
    print(
        f"{count} moves: {count - len(stay)} noticed, {len(stay) - len(unexplained)} explained,"
        f" {len(unexplained)} neither"
    )
    return 1 if unexplained or needless else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tests", nargs="+", help="files in tests/firmware; without: all")
    parser.add_argument("--modules", nargs="+", help="as firmware/fall.py; without: the whole core")
    parser.add_argument("--processes", type=int, help="how many moves are tried at once; without: one a core")
    asked = parser.parse_args()
    all_tests = sorted(f"{TESTS}/{path.name}" for path in (ROOT / TESTS).glob("test_*.py"))
    sys.exit(main(asked.modules or core_modules(), asked.tests or all_tests, asked.processes))
