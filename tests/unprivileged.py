"""Becomes another program under another user, which ends when its parent does.

PostgreSQL refuses to run as root. Run by path as a script, never imported: the death signal is set after the
user has changed, which would clear it, and in a process of its own no thread is in the way.
argv: number of the parent, of the user and of the group (-1: as they are), the program, its arguments.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main():
    """Become the program; it is asked to end at once (SIGQUIT) when the parent is gone."""
    parent, user, group = (int(word) for word in sys.argv[1:4])
    if user >= 0:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
        os.chdir("/")
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
        if os.getppid() != parent:
            sys.exit("the parent process ended before its child could start")
    os.execv(sys.argv[4], sys.argv[4:])


if __name__ == "__main__":
    main()
