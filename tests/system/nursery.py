"""A process that has the base station loaded, and becomes one by a fork as often as it is told.

For tests that kill and start it again and again: importing is two thirds of a start, and is the same each
time. Everything from the command's words on is the product's own, in a process of its own, killed by SIGKILL
like any other. Run as a program it takes one JSON object a line and answers with the child's number.
"""

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from basestation.broker import parent_bound
from tests.faults import own_clock
from tests.system.running import ROOT, STOP_S_MAX, Child

_PR_SET_PDEATHSIG = 1
#: What the imports may take on a busy machine, in seconds.
LOAD_S_MAX = 120.0


class Nursery:
    """The process; a context manager."""

    def __enter__(self) -> Self:
        bound = [sys.executable, "-I", "-S", parent_bound.__file__, str(os.getpid())]
        self._process = subprocess.Popen(
            [*bound, sys.executable, "-m", "tests.system.nursery"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=STOP_S_MAX)

    def child(self, words: list[str], environment: dict[str, str], log: Path) -> "NursedChild":
        """Return a process of the product that this one will start."""
        return NursedChild(self, words, environment, log)

    def start(self, words: list[str], environment: dict[str, str], log: Path) -> int:
        """Start one; return its number."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = json.dumps({"words": words, "environment": environment, "log": str(log)})
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], LOAD_S_MAX)
        assert ready, "the nursery gave no answer"
        return int(self._process.stdout.readline())


class NursedChild(Child):
    """One process of the product, started by a fork; seen by a descriptor, since it is no child of ours."""

    def __init__(self, nursery: Nursery, words: list[str], environment: dict[str, str], log: Path) -> None:
        super().__init__(words, environment, log)
        self._nursery = nursery
        self._handle: int | None = None
        self._process_id = 0

    @property
    def process_id(self) -> int:
        """The number of the process."""
        assert self.is_running
        return self._process_id

    @property
    def is_running(self) -> bool:
        """Whether it is there."""
        return self._handle is not None and not select.select([self._handle], [], [], 0)[0]

    def start(self) -> None:
        """Start it; it may need time until it answers."""
        self._close()
        self._process_id = self._nursery.start(self._words, self._environment, self.log)
        self._handle = os.pidfd_open(self._process_id)

    def kill(self) -> None:
        """SIGKILL: no word, no clean-up."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM; its exit code stays unknown here."""
        self._end(signal.SIGTERM)
        return 0

    def _end(self, number: signal.Signals) -> None:
        assert self._handle is not None
        if self.is_running:
            signal.pidfd_send_signal(self._handle, number)
        ended, _, _ = select.select([self._handle], [], [], STOP_S_MAX)
        self._close()
        assert ended, f"{self._words} did not end on {number.name}"

    def _close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def main() -> None:
    """Load the base station and serve lines until their end."""
    import basestation.app
    from basestation.__main__ import app

    assert basestation.app
    # Whoever ends is gone at once; the children need to hear of theirs.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        process_id = os.fork()
        if process_id == 0:
            _become(order)
            if own_clock.VARIABLE in os.environ:
                own_clock.take(Path(os.environ.pop(own_clock.VARIABLE)))
            app(order["words"])
        print(process_id, flush=True)


def _become(order: dict) -> None:
    """Make this process what a start from the command line would be."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for source, target in ((os.open(os.devnull, os.O_RDONLY), 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(order["environment"])


if __name__ == "__main__":
    main()
