"""Becomes another program that dies with its parent: PR_SET_PDEATHSIG, then exec.

Run by path as a script, never imported: in a process of its own nothing of the parent's
threads can be in the way, as it could between fork and exec. Elsewhere than on Linux it
only becomes the program.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Execute argv[2:] bound to the parent process argv[1]."""
    parent = int(sys.argv[1])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit("the parent process ended before its child could start")
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 (a program and its arguments, no shell)


if __name__ == "__main__":
    main()
