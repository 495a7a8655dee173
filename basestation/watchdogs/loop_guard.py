"""A thread that notices when the event loop turns no more, says where it stands, and ends the process.

Decides by its own ticks alone, of which none passes while the process is stopped: bounds are in seconds of a
running process. Nothing it does needs the event loop: it writes to standard error, leaves its last words for
the next process, and ends at once, because whatever waits for the loop would wait for ever.
"""

import faulthandler
import os
import sys
import threading
import time
from collections.abc import Callable

import structlog

TICK_S = 0.5
#: A loop that has not turned for so long is blocked: stacks are written. It ends the process after more.
BLOCKED_S, ENDED_S = 5.0, 30.0
#: What an ordered end may take once it is decided.
ORDERED_END_S = 20.0
#: Exit code of a process that ends itself because it hangs (EX_SOFTWARE).
HUNG_EXIT = 70

_log = structlog.get_logger(__name__)


class LoopGuard:
    """Start it in the process of the event loop; `beat` is what the loop does as long as it turns."""

    def __init__(
        self,
        keep_last_words: Callable[[str], None],
        blocked_s: float = BLOCKED_S,
        ended_s: float = ENDED_S,
        tick_s: float = TICK_S,
    ) -> None:
        self._keep_last_words = keep_last_words
        self._blocked_s, self._ended_s, self._tick_s = blocked_s, ended_s, tick_s
        self._beats = 0
        self._ending_s: float | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loop guard", daemon=True)
        #: How often the loop was blocked for longer than `blocked_s`.
        self.blocks = 0

    def start(self) -> None:
        """Watch until `stop`."""
        self._thread.start()

    def beat(self) -> None:
        """Say that the event loop turns."""
        self._beats += 1

    def end_within(self, seconds: float = ORDERED_END_S) -> None:
        """End the process hard unless it has ended in order by then."""
        self._ending_s = seconds

    def stop(self) -> None:
        """Watch no longer."""
        self._stopping.set()

    def _run(self) -> None:
        seen, still_s = 0, 0.0
        while not self._stopping.wait(self._tick_s) or self._ending_s is not None:
            if self._stopping.is_set():
                # Nobody beats any more; only the ordered end is still watched.
                time.sleep(self._tick_s)
                still_s = -self._tick_s
            if self._ending_s is not None:
                self._ending_s -= self._tick_s
                if self._ending_s <= 0:
                    self._end("The base station was to end and did not within its time")
            if self._beats != seen:
                seen, still_s = self._beats, 0.0
                continue
            was_s, still_s = still_s, still_s + self._tick_s
            if was_s < self._blocked_s <= still_s:
                self.blocks += 1
                _log.critical("event_loop_blocked", for_s=still_s)
                faulthandler.dump_traceback(file=sys.__stderr__ or sys.stderr, all_threads=True)
            if still_s >= self._ended_s:
                self._end(f"The event loop was blocked for {still_s:g} s")

    def _end(self, sentence: str) -> None:
        _log.critical("process_ends_itself", sentence=sentence, exit_code=HUNG_EXIT)
        try:
            self._keep_last_words(sentence)
        finally:
            os._exit(HUNG_EXIT)
