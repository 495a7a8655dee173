"""A process whose event loop is blocked for good; started by `test_loop_guard.py` with its bounds."""

import sys
import threading
from pathlib import Path

from basestation.watchdogs import last_words
from basestation.watchdogs.loop_guard import LoopGuard


def main():
    """Beat once, then never again."""
    folder, is_ending = Path(sys.argv[1]), sys.argv[2] == "ending"
    guard = LoopGuard(lambda words: last_words.keep(folder, words), blocked_s=0.1, ended_s=0.3, tick_s=0.05)
    guard.start()
    guard.beat()
    if is_ending:
        guard.stop()
        guard.end_within(0.2)
    wait_where_the_stack_shows_it()


def wait_where_the_stack_shows_it():
    """Be found in the stacks."""
    threading.Event().wait()


if __name__ == "__main__":
    main()
