"""Every limit of the device core moved by one step, to see whether a test notices.

    python -m tests.mutants.limits [--tests FILE ...] [--modules MODULE ...]       without: all of the core

A limit is a comparison of order. It is moved both ways by the smallest step an integer has: `a >= b` becomes
`a > b` and `a >= b - 1`. Time is mostly counted in blocks of samples, so a limit in ms that nobody notices is
moved by `BLOCK_MS` once more. Of the tests that reach the line the short ones run first, until one fails.
Prints what none of them notices; exits with 1 if `unnoticed.toml` gives no reason for it, or gives one for a
move that is noticed after all.
"""

import argparse
import ast
import gc
import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import tomllib
import types
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import coverage

ROOT = Path.cwd()
TESTS = "tests/firmware"
UNNOTICED = "tests/mutants/unnoticed.toml"
#: What is no part of the core, or no Python (a test compares the machine code with its twin).
EDGE = ("main.py", "loop.py", "clock.py", "block_code.py", "__init__.py")
#: A block of samples lasts so long: the smallest step of everything that is counted in blocks.
BLOCK_MS = 200
#: A limit that moved may make a loop endless.
TESTS_S_MAX = 60

#: What an order becomes when its limit moves by a step, to each side.
_MOVED = {
    ast.GtE: ("{0} > {1} + {2} - 1", "{0} >= {1} - {2}"),
    ast.Gt: ("{0} > {1} + {2}", "{0} >= {1} - {2} + 1"),
    ast.LtE: ("{0} < {1} - {2} + 1", "{0} <= {1} + {2}"),
    ast.Lt: ("{0} < {1} - {2}", "{0} <= {1} + {2} - 1"),
}


class Overdue(BaseException):
    """The tests take too long."""


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


def moves_of(path: str, source: str, step: int) -> Iterator[Move]:
    """Give every limit of a module, moved by `step` to each side."""
    for function, node in _compared(ast.parse(source), ""):
        place = (node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)
        for text in _moved_texts(node, step):
            assert function, f"{path}, line {node.lineno}: what runs at the import cannot be moved"
            yield Move(path, node.lineno, place, f"{path} {function}: {ast.unparse(node)}", f"({text})")


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


def run_tests(folder: Path, files: list[str]) -> tuple[coverage.CoverageData, dict[str, float]]:
    """Run the tests of these files once; return which of them reached which line, and their seconds."""
    environment = os.environ | {"COVERAGE_FILE": str(folder / "reached")}
    seconds = folder / "seconds.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "--cov=firmware",
         "--cov-context=test", "--cov-report=", f"--junitxml={seconds}", *files],
        cwd=ROOT, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"The tests fail without any move.\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    data = coverage.CoverageData(str(folder / "reached"))
    data.read()
    cases = ET.parse(seconds).iter("testcase")
    return data, {
        f"{case.attrib['classname'].replace('.', '/')}.py::{case.attrib['name']}": float(case.attrib["time"])
        for case in cases
    }


def is_noticed(job: tuple[Move, list[str]]) -> bool:
    """Tell whether one of these tests fails when the limit has moved; needs a process of its own."""
    move, tests = job
    signal.signal(signal.SIGALRM, _end)
    signal.alarm(TESTS_S_MAX)
    sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - for the rest of this process
    try:
        _put_in(move)
        for test in tests:
            file, _, function = test.partition("::")
            getattr(sys.modules[Path(file).stem], function)()
    except (Exception, Overdue):  # noqa: BLE001 - a test may fail in any way
        return True
    return False


def _put_in(move: Move) -> None:
    """Give every function of the module, which is loaded, the code that it has with the limit moved."""
    file = str(ROOT / move.path)
    code = compile(moved(Path(file).read_text(), move), file, "exec")
    codes = {(inner.co_qualname, inner.co_firstlineno): inner for inner in _codes_in(code)}
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


def unnoticed(jobs: list[tuple[Move, list[str]]]) -> list[int]:
    """Return the places of the jobs whose move no test notices; each has a copy of this process."""
    context = multiprocessing.get_context("fork")
    with context.Pool(maxtasksperchild=1) as pool:
        noticed = pool.map(is_noticed, jobs, chunksize=1)
    return [place for place, is_seen in enumerate(noticed) if not is_seen]


def jobs_for(
    paths: list[str], reached: coverage.CoverageData, seconds: dict[str, float], step: int
) -> Iterator[tuple[Move, list[str]]]:
    """Give every move of these modules with the tests that reach its line, its own file's first."""
    for path in paths:
        lines = reached.contexts_by_lineno(str(ROOT / path))
        own = f"test_{Path(path).stem}.py"
        for move in moves_of(path, (ROOT / path).read_text(), step):
            tests = {context.split("|")[0] for context in lines.get(move.line, []) if "::" in context}
            yield move, sorted(tests, key=lambda test: (own not in test, seconds[test], test))


def core_modules() -> list[str]:
    """Return the modules of the device core."""
    return sorted(
        f"firmware/{path.name}" for path in (ROOT / "firmware").glob("*.py") if path.name not in EDGE
    )


def reasons() -> dict[str, str]:
    """Return {limit, or limit -> what it became: why it may go unnoticed}."""
    groups = tomllib.loads((ROOT / UNNOTICED).read_text())["group"]
    return {limit: group["reason"] for group in groups for limit in group["limits"]}


def main(paths: list[str], files: list[str]) -> int:
    """Move every limit of these modules; return the exit code."""
    sys.path[:0] = [str(ROOT), str(ROOT / TESTS)]
    with tempfile.TemporaryDirectory() as folder:
        reached, seconds = run_tests(Path(folder), files)
        small, wide = (list(jobs_for(paths, reached, seconds, step)) for step in (1, BLOCK_MS))
    # Loaded once, here; every process that tries a move begins as a copy.
    for module in [Path(file).stem for file in files] + [path[:-3].replace("/", ".") for path in paths]:
        importlib.import_module(module)
    stay = unnoticed(small)
    again = [place for place in stay if "_ms" in small[place][0].limit]
    noticed_wide = set(again) - {again[place] for place in unnoticed([wide[place] for place in again])}
    return _report(paths, [small[place][0] for place in stay if place not in noticed_wide], len(small))


def _report(paths: list[str], stay: list[Move], count: int) -> int:
    explained = reasons()
    used = {name for move in stay for name in (move.limit, f"{move.limit} -> {move.text}")}
    unexplained = [
        move for move in stay if not {move.limit, f"{move.limit} -> {move.text}"} & explained.keys()
    ]
    for move in unexplained:
        print(f"line {move.line:4} {move.limit} -> {move.text}")
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
    asked = parser.parse_args()
    all_tests = sorted(f"{TESTS}/{path.name}" for path in (ROOT / TESTS).glob("test_*.py"))
    sys.exit(main(asked.modules or core_modules(), asked.tests or all_tests))
