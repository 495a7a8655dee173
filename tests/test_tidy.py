"""The house rules as tests: what may import what, how long things may be, what must not be in the tree."""

import ast
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILE_LINES_MAX, TEST_FILE_LINES_MAX, FUNCTION_LINES_MAX = 300, 400, 50
PRODUCT = ("protocol", "firmware", "basestation", "simulator")
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "core", "misc"}

#: What the device core may import: nothing that reads a clock, a file or a network.
DEVICE_CORE_IMPORTS = {
    "array",
    "binascii",
    "collections",
    "hashlib",
    "json",
    "micropython",
    "protocol",
    "firmware",
    "typing",
}
#: The parts of `firmware/` that touch the machine.
DEVICE_EDGE = ("firmware/boards/", "firmware/main.py", "firmware/loop.py", "firmware/clock.py")
#: What the case core may import.
CASE_CORE_IMPORTS = {
    "collections", "dataclasses", "datetime", "enum", "functools", "itertools", "json", "types", "typing",
    "bisect", "pydantic", "protocol", "basestation.cases",
}  # fmt: skip
#: Who may import whom among the packages.
LAYERS = {
    "protocol": {"protocol"},
    "firmware": {"firmware", "protocol"},
    "basestation": {"basestation", "protocol", "simulator"},
    "simulator": {"simulator", "firmware", "protocol", "basestation"},
}
#: Where settings are judged by the firmware's own rules before they go onto a board, and orders are sealed.
SETTINGS_USERS = ("basestation/devices/", "basestation/tuning/", "basestation/releases/")
SETTINGS_RULES = {"firmware.alarm", "firmware.settings", "firmware.sealed", "firmware.update_order"}
#: Where the movement around an alarm is gone over by the firmware's own detectors, to be looked at.
DETECTOR_USERS = ("basestation/traces/seen.py",)
DETECTORS = {f"firmware.{name}" for name in ("escape", "fall", "motion", "position", "settings")}
#: The only files of the base station that may start the simulator: the commands that offer it.
SIMULATOR_USERS = ("basestation/__main__.py",)


@cache
def tracked() -> tuple[str, ...]:
    """Return every file that is, or will be, in the tree."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(sorted(name for name in set(done.stdout.splitlines()) if (ROOT / name).is_file()))


PYTHON = [name for name in tracked() if name.endswith(".py")]
SOURCES = [name for name in PYTHON if name.startswith(PRODUCT)]
TESTS = [name for name in PYTHON if name.startswith("tests/")]


@cache
def tree(name: str) -> ast.Module:
    """Return the parsed file."""
    return ast.parse((ROOT / name).read_text())


def imports(name: str) -> set[str]:
    """Return the dotted names of what a file imports, also inside functions."""
    found = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def is_within(dotted: str, allowed: set[str]) -> bool:
    """Tell whether a dotted name lies in one of the allowed packages."""
    return any(dotted == prefix or dotted.startswith(prefix + ".") for prefix in allowed)


def is_device_core(name: str) -> bool:
    """Tell whether a file belongs to the pure device core."""
    return name.startswith("firmware/") and not name.startswith(DEVICE_EDGE)


def functions(name: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function of a file."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree(name)) if isinstance(node, kinds)]


def test_the_device_core_imports_no_clock_and_no_io():
    """Time and I/O are arguments."""
    for name in filter(is_device_core, PYTHON):
        wrong = [found for found in imports(name) if not is_within(found, DEVICE_CORE_IMPORTS)]
        wrong += [found for found in imports(name) if is_within(found, {"firmware.boards", "firmware.clock"})]
        assert not wrong, f"{name} imports {wrong}"


def test_the_device_core_has_no_floats():
    """Floats allocate, and are single precision on a board."""
    for name in filter(is_device_core, PYTHON):
        for node in ast.walk(tree(name)):
            is_float = isinstance(node, ast.Constant) and isinstance(node.value, float)
            is_division = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
            assert not is_float, f"{name}:{node.lineno} float"
            assert not is_division, f"{name}:{node.lineno} true division"


#: What the judging of clearance may import.
CLEARANCE_IMPORTS = {
    "collections",
    "dataclasses",
    "datetime",
    "re",
    "tomllib",
    "typing",
    "basestation.clearance",
}


def test_clearance_is_judged_without_clock_and_io():
    """Whether somebody may work alone is a pure function."""
    for name in PYTHON:
        if name.startswith("basestation/clearance/"):
            wrong = [found for found in imports(name) if not is_within(found, CLEARANCE_IMPORTS)]
            assert not wrong, f"{name} imports {wrong}"
            assert not re.findall(r"\.(?:now|utcnow|today)\(", (ROOT / name).read_text()), name


def test_the_case_core_imports_no_clock_and_no_io():
    """The rescue chain is decided by a pure function."""
    for name in PYTHON:
        if name.startswith("basestation/cases/"):
            wrong = [found for found in imports(name) if not is_within(found, CASE_CORE_IMPORTS)]
            assert not wrong, f"{name} imports {wrong}"
            calls = re.findall(r"\.(?:now|utcnow|today)\(", (ROOT / name).read_text())
            assert not calls, f"{name} reads a clock"


@pytest.mark.parametrize("package", PRODUCT)
def test_packages_import_only_what_lies_below_them(package):
    """The device knows no base station, the protocol knows nobody."""
    for name in SOURCES:
        if not name.startswith(package + "/"):
            continue
        ours = {found for found in imports(name) if is_within(found, set(PRODUCT))}
        allowed = LAYERS[package] | (SETTINGS_RULES if name.startswith(SETTINGS_USERS) else set())
        allowed = allowed | DETECTORS if name in DETECTOR_USERS else allowed
        wrong = [found for found in ours if not is_within(found, allowed)]
        assert not wrong, f"{name} imports {wrong}"
        if package == "basestation" and name not in SIMULATOR_USERS:
            assert not any(is_within(found, {"simulator"}) for found in ours), name


@pytest.mark.parametrize("name", [*SOURCES, *TESTS])
def test_files_and_functions_are_short_enough_to_read(name):
    """Long files hide things."""
    lines = len((ROOT / name).read_text().splitlines())
    assert lines <= (TEST_FILE_LINES_MAX if name in TESTS else FILE_LINES_MAX), f"{name}: {lines} lines"
    for function in functions(name):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= FUNCTION_LINES_MAX, f"{name}:{function.lineno} {function.name}: {length} lines"


def test_no_file_is_named_after_nothing():
    """A file is named after a thing a rescuer would name."""
    assert not [name for name in PYTHON if Path(name).stem in NO_NAMES or set(Path(name).parts) & NO_NAMES]


def test_every_module_says_what_it_decides():
    """Module docstrings, and a sentence for each test."""
    for name in SOURCES:
        assert ast.get_docstring(tree(name)), f"{name} has no docstring"
    for name in TESTS:
        for function in functions(name):
            if function.name.startswith("test_"):
                assert ast.get_docstring(function), f"{name}: {function.name} has no sentence"


def test_tests_do_not_sleep_and_do_not_mock():
    """Wait for the event, or use the virtual clock; fakes are shipped code."""
    for name in TESTS:
        text = (ROOT / name).read_text()
        if name != "tests/test_tidy.py":
            assert not re.search(r"\b(time|asyncio)\.sleep\(", text), f"{name} sleeps"
            assert not re.search(
                r"unittest\.mock|mocker\.|MagicMock|monkeypatch\.setattr\((time|datetime)", text
            ), name


def test_nothing_is_left_open_in_the_code():
    """What is not done stands in an issue, not in a comment."""
    words = re.compile(
        r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")) + r")\b"
    )
    for name in PYTHON:
        found = words.search((ROOT / name).read_text())
        assert not found, f"{name}: {found.group() if found else ''}"


def test_the_tree_names_no_registry_and_no_machine_of_ours():
    """Lock files hold hashes, not places; paths are relative."""
    hosts = (
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "registry" + ".npmjs",
        "/wo" + "rk/",
        "/ro" + "ot/",
        "/tmp/" + "lab",
    )
    for name in tracked():
        data = (ROOT / name).read_bytes()
        if b"\0" in data:
            continue
        text = data.decode()
        assert not [host for host in hosts if host in text], name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_locks_are_hashed_and_cover_what_pyproject_asks_for():
    """Every requirement of the package is pinned with hashes in run.txt."""
    lock = (ROOT / "requirements/run.txt").read_text()
    for requirement in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]:
        name = re.split(r"[<>=\[; ]", requirement)[0]
        assert re.search(rf"^{re.escape(name)}==\S+.*\\\n    --hash=sha256:", lock, re.MULTILINE), name


def test_every_dependency_has_a_decision_record():
    """Need, choice, what else was looked at, cost."""
    records = "\n".join(path.read_text() for path in (ROOT / "docs/decisions").glob("*.md"))
    for source in ("run.in", "dev.in", "stubs.in", "node.in"):
        for line in (ROOT / "requirements" / source).read_text().splitlines():
            name = re.split(r"[<>=\[; ]", line)[0]
            if name and not line.startswith(("#", "-")):
                assert f"`{name}`" in records, f"{name} has no record in docs/decisions"


def test_ci_calls_only_targets_that_the_readme_names():
    """What CI does, a reader of the README can do."""
    readme = (ROOT / "README.md").read_text()
    targets = re.findall(r"^make (\w+)", (ROOT / ".ci/run").read_text(), re.MULTILINE)
    assert targets == ["check", "test"]
    assert not [target for target in targets if f"make {target}" not in readme]


def test_every_claim_of_safety_names_a_test_that_exists():
    """A claim without a test is an opinion."""
    text = (ROOT / "SAFETY.md").read_text()
    claims = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    assert len(claims) >= 15
    for path, test in claims:
        assert (ROOT / path).exists(), path
        assert test in {function.name for function in functions(path)}, f"{path} has no {test}"
    for line in text.splitlines():
        if re.match(r"\| [A-Z]\d+ \|", line):
            assert "`tests/" in line, f"no test: {line}"
