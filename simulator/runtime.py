"""What runs the firmware: the real MicroPython from a wheel, or CPython where there is none.

Decides which interpreter is used and how it finds the packages `firmware` and `protocol`, which need nothing
beside themselves. Never starts one. What is not as asked for is said in the runtime's `note`.
"""

import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path

#: Where the packages `firmware` and `protocol` lie; the working directory does not matter.
ROOT = Path(__file__).resolve().parent.parent
RUNTIMES = ("micropython", "cpython")
#: The installed package that is the real MicroPython, and what runs it with its exit code.
MICROPYTHON_MODULE = "micropython_unix"
_RUN_MICROPYTHON = f"import sys, {MICROPYTHON_MODULE} as command; sys.exit(command.main())"


@dataclass(frozen=True, slots=True)
class Runtime:
    """What runs the firmware."""

    #: "micropython" or "cpython".
    name: str
    #: The command that takes the firmware's file.
    command: tuple[str, ...]
    #: Why it is not what was asked for, as a sentence, or "".
    note: str = ""


def find_runtime(wanted: str) -> Runtime:
    """Return the runtime `wanted`; where MicroPython does not exist, CPython with a note that says so."""
    assert wanted in RUNTIMES, wanted
    if wanted == "cpython":
        return Runtime("cpython", (sys.executable,))
    if importlib.util.find_spec(MICROPYTHON_MODULE) is not None:
        return Runtime("micropython", (sys.executable, "-c", _RUN_MICROPYTHON))
    note = "MicroPython is not available on this machine; the same firmware files run under CPython."
    return Runtime("cpython", (sys.executable,), note)


def runtime_environment(modules: str | Path = "") -> dict[str, str]:
    """Return the environment in which a runtime finds the firmware, MicroPython in `modules` if named."""
    # `.frozen` is what MicroPython brings with it.
    paths = {"MICROPYPATH": f"{modules or ROOT}:.frozen", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return {**os.environ, **paths}
