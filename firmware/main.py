"""Runs the device: `micropython firmware/main.py --config FILE`.

Decides only that a start is judged before it begins, and that one which ends for other settings is followed
by the next. The turns are those of `loop.py`; an error of our own ends the program with its traceback.
"""

import gc
import json
import sys

from firmware.boards.memory import forget_changes, forget_modules
from firmware.loop import Loop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Exit code: the configuration or the settings were refused.
REFUSED_EXIT = 2


def main(arguments: "list[str]") -> int:
    """Run the device until it is switched off; return the exit code."""
    if len(arguments) != 2 or arguments[0] != "--config":
        sys.stdout.write("usage: main.py --config FILE\n")
        return REFUSED_EXIT
    try:
        while True:
            loop = _started(arguments[1])
            if loop is None:
                return REFUSED_EXIT
            loop.run()
            if not loop.is_restart_due:
                return 0
            # A computer is not reset for that: what this start was made of makes room for the next.
            loop = None
            gc.collect()
    except KeyboardInterrupt:
        return 0


def _started(path: str) -> "Loop | None":
    """Return the loop by the configuration at `path`, or None after saying why not."""
    parts, reason = _judged(path)
    # The rules by which it was judged are large, and not needed again.
    forget_modules(
        (("firmware.boards", "choice"), ("firmware.boards", "config"), ("firmware.boards", "opening"))
    )
    forget_changes()
    from firmware.journal_open import JournalError

    try:
        if parts is not None:
            return Loop(*parts)
    except JournalError as error:
        reason = str(error)
    sys.stdout.write(json.dumps({"effect": "refused", "reason": reason}) + "\n")
    return None


def _judged(path: str) -> "tuple[Any, str]":
    """Return what `opening.opened` does; a function that still held it would keep all its rules in memory."""
    from firmware.boards.opening import opened

    return opened(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
