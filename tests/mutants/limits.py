"""Every limit of the device core moved by one step, to see whether a test notices.

    python -m tests.mutants.limits [MODULE ...]        as firmware/fall.py; without one: the whole core

A limit is a comparison of order. It is moved both ways by the smallest step an integer has: `a >= b` becomes
`a > b` and `a >= b - 1`. What is counted in blocks has no smaller step than a block, so what nobody notices
is moved by `BLOCK_MS` once more. Runs the tests that reach the line; prints what none of them notices, and
exits with 1 if `unnoticed.toml` does not give a reason for it.
"""

import ast
import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import tomllib
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import coverage

ROOT = Path(__file__).parents[2]
TESTS = "tests/firmware"
#: What is no part of the core, or no Python (a test compares the machine code with its twin).
EDGE = ("main.py", "clock.py", "block_code.py", "__init__.py")
UNNOTICED = Path(__file__).with_name("unnoticed.toml")
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
    #: `module: function: comparison -> comparison`, as `unnoticed.toml` calls it.
    name: str
    #: What is read in its place.
    text: str


def moves_of(path: str, source: str, step: int) -> Iterator[Move]:
    """Give every limit of a module, moved by `step` to each side."""
    for function, node in _compared(ast.parse(source), "module"):
        place = (node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)
        before = ast.unparse(node)
        for text in _moved_texts(node, step):
            yield Move(path, node.lineno, place, f"{path} {function}: {before} -> {text}", f"({text})")


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


def tests_by_line(folder: Path) -> coverage.CoverageData:
    """Run all tests once; return which of them reached which line."""
    environment = os.environ | {"COVERAGE_FILE": str(folder / "reached")}
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "--cov=firmware",
         "--cov-context=test", "--cov-report=", "--ignore", f"{TESTS}/boards", TESTS],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    data = coverage.CoverageData(str(folder / "reached"))
    data.read()
    return data


def is_noticed(job: tuple[Move, list[str]]) -> bool:
    """Tell whether one of these tests fails when the limit has moved; needs a process of its own."""
    move, tests = job
    signal.signal(signal.SIGALRM, _end)
    signal.alarm(TESTS_S_MAX)
    sys.path[:0] = [str(ROOT), str(ROOT / TESTS)]
    sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - for the rest of this process
    try:
        _load_moved(move)
        for test in tests:
            file, _, function = test.partition("::")
            getattr(importlib.import_module(Path(file).stem), function)()
    except (Exception, Overdue):  # noqa: BLE001 - a test may fail in any way
        return True
    return False


def _load_moved(move: Move) -> None:
    package, _, name = move.path.removesuffix(".py").replace("/", ".").rpartition(".")
    module = types.ModuleType(f"{package}.{name}")
    sys.modules[module.__name__] = module
    source = moved((ROOT / move.path).read_text(), move)
    exec(compile(source, move.path, "exec"), module.__dict__)
    setattr(importlib.import_module(package), name, module)


def _end(_number: int, _frame: types.FrameType | None) -> None:
    raise Overdue


def unnoticed(jobs: list[tuple[Move, list[str]]]) -> list[tuple[Move, list[str]]]:
    """Return the jobs whose move no test notices; each is tried in a fresh process."""
    # What has not been imported here is imported anew in each.
    context = multiprocessing.get_context("fork")
    with context.Pool(maxtasksperchild=1) as pool:
        noticed = pool.map(is_noticed, jobs, chunksize=1)
    return [job for job, is_seen in zip(jobs, noticed, strict=True) if not is_seen]


def jobs_for(paths: list[str], reached: coverage.CoverageData, step: int) -> Iterator[tuple[Move, list[str]]]:
    """Give every move of these modules with the tests that reach its line, its own file's first."""
    for path in paths:
        lines = reached.contexts_by_lineno(str(ROOT / path))
        own = f"test_{Path(path).stem}.py"
        for move in moves_of(path, (ROOT / path).read_text(), step):
            tests = {context.split("|")[0] for context in lines.get(move.line, []) if "::" in context}
            yield move, sorted(tests, key=lambda test: (own not in test, test))


def core_modules() -> list[str]:
    """Return the modules of the device core."""
    return sorted(
        f"firmware/{path.name}" for path in (ROOT / "firmware").glob("*.py") if path.name not in EDGE
    )


def main(paths: list[str]) -> int:
    """Move every limit of these modules; return the exit code."""
    reasons = tomllib.loads(UNNOTICED.read_text()) if UNNOTICED.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        reached = tests_by_line(Path(folder))
        small, wide = (list(jobs_for(paths, reached, step)) for step in (1, BLOCK_MS))
    partner = {job[0]: other for job, other in zip(small, wide, strict=True)}
    left = [partner[move] for move, _ in unnoticed(small)]
    names = {other[0]: move.name for move, other in partner.items()}
    stay = sorted((names[move], move.line) for move, _ in unnoticed(left))
    unexplained = [(name, line) for name, line in stay if name not in reasons]
    for name, line in unexplained:
        print(f"line {line:4} {name}")
    print(f"{len(small)} moves: {len(small) - len(stay)} noticed, {len(unexplained)} of the rest unexplained")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or core_modules()))
