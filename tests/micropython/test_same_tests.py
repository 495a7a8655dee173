"""The tests of firmware and protocol again, under real MicroPython: same files, same names.

Behaviour is what the real interpreter does; CPython only makes the tests quick to write.
"""

import ast
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests/protocol", "tests/firmware")
#: Tests of what only CPython does.
CPYTHON_ONLY = ("test_document.py",)


def names_of_tests(module):
    """Return the names of the tests of a module, without importing it."""
    tree = ast.parse(module.read_text())
    return [
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


MODULES = sorted(
    path for folder in FOLDERS for path in (ROOT / folder).glob("test_*.py") if path.name not in CPYTHON_ONLY
)
CASES = [
    pytest.param(module, name, id=f"{module.parent.name}/{module.stem}::{name}")
    for module in MODULES
    for name in names_of_tests(module)
]


def micropython():
    """Return the path of the interpreter, or None where there is no wheel of it."""
    beside = Path(sys.executable).parent / "micropython"
    return str(beside) if beside.exists() else shutil.which("micropython")


@cache
def run(module):
    """Run a module once; return its exit code and output."""
    environment = os.environ | {"MICROPYPATH": f"{ROOT}:.frozen"}
    done = subprocess.run(
        [micropython(), "-X", "heapsize=64M", "tests/micropython/runner.py", str(module.relative_to(ROOT))],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.skipif(micropython() is None, reason="no MicroPython wheel for this machine")
@pytest.mark.parametrize(("module", "name"), CASES)
def test_passes_under_real_micropython(module, name):
    """Each test of firmware and protocol holds in the interpreter the device runs."""
    _code, output = run(module)
    assert f"ok {name}\n" in output, output[-4000:]


def test_both_folders_are_covered():
    """A folder that moved must not silently drop out."""
    assert {module.parent.name for module in MODULES} == {"protocol", "firmware"}
    assert len(CASES) > 30
