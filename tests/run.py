"""`make test`: the whole suite side by side, and then, alone, what failed among the tests of real processes.

A busy machine can starve a real broker, browser or device beyond any bound that still finds a fault. Such a
test is run once more with the machine to itself; if it passes, it is named as shaky in the last lines, so
that it is mended and not forgotten. A pure test, a world or too many failures get no second run.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
#: Where tests start processes, sockets or browsers.
REAL = (
    "tests/system/",
    "tests/browser/",
    "tests/micropython/",
    "tests/simulator/test_",
    "tests/basestation/broker/",
    "tests/basestation/devices/",
    "tests/basestation/mqtt/",
    "tests/basestation/outgoing/",
    "tests/basestation/releases/",
    "tests/basestation/replicas/",
    "tests/basestation/repair/",
    "tests/basestation/watchdogs/",
    "tests/faults/",
    "tests/basestation/web/",
    "tests/basestation/test_crash.py",
)
#: More of them than this is no accident.
AGAIN_MAX = 6
WORKERS = 3
TESTS_FAILED = 1


def may_run_again(failed: list[str]) -> bool:
    """Tell whether these failures are few and all of tests with real processes."""
    return 0 < len(failed) <= AGAIN_MAX and all(test.startswith(REAL) for test in failed)


def pytest(*words: str) -> int:
    """Run pytest; return its exit code."""
    # Some hundred processes load the same modules: what one has compiled serves the next.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "pytest", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def main() -> int:
    """Run the suite; return the exit code of `make test`."""
    FAILED.unlink(missing_ok=True)
    code = pytest("--numprocesses", str(WORKERS), "--dist", "loadfile")
    failed = sorted(json.loads(FAILED.read_text())) if code == TESTS_FAILED and FAILED.exists() else []
    if not may_run_again(failed):
        return code
    print(f"{len(failed)} failed beside others and are run once more, alone.", flush=True)
    code = pytest(*failed)
    if code == 0:
        print("Shaky, because they failed beside others and passed alone:")
        print("\n".join(f"  {test}" for test in failed), flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
