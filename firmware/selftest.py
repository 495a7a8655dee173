"""Whether every active alarm kind was tried at the start of the shift, through to the control room.

Decides which parts the worker is led through (`PARTS`), when a part is done or too late, and that only the
receipt of the result makes the test passed: the way to the control room belongs to it. Never switches a
detector off: without a passed test the wearer is not protected, and detection runs all the same. Shaking
comes after stillness, since the other way round is what a fall looks like. Due at the start and after 24 h:
Regel 112-139, 3.3.2. ms, mg; called once a block of 200 ms, allocates nothing there.
"""

from firmware.position import TILTED, UPRIGHT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from firmware.motion import Motion
    from firmware.settings import Settings

#: A part that is not done in this time has failed, as has a result without its receipt.
PART_MS_MAX = 30000
RECEIPT_MS_MAX = 60000
TILT_MS = 2000
STILL_MS = 5000
#: What lasts must be seen block after block; after a longer gap it begins anew.
GAP_MS_MAX = 400
#: A block with a sample above 1.8 g is a shake; one alone may be a knock.
SHAKE_SQUARE_MIN = 1800 * 1800
SHAKE_BLOCKS = 3
_HOUR_MS = 3600000

#: What the worker is asked for while the result is on its way.
WAIT_PROMPT = "test_wait"
#: What else, in this order -> the kinds that it tries. Rest needs stillness and movement.
PARTS = (
    ("test_press", ("manual", "silent", "duress", "time")),
    ("test_tilt", ("position",)),
    ("test_still", ("rest", "loss")),
    ("test_shake", ("fall", "escape", "rest")),
    ("test_unclip", ("loss",)),
)

STATES = ("OFF", "DUE", "PROMPTING", "REPORTED", "PASSED", "FAILED")
EVENTS = (
    "TEST_BEGAN", "PART_DONE", "LAST_PART_DONE", "ABANDONED", "RECEIPT_CAME", "TIME_PASSED", "SHIFT_BEGAN",
)  # fmt: skip
IGNORED = ("", "")

#: state -> event -> (next state, action). TIME_PASSED: the deadline of the state has come. The actions
#: "passed", "failed" and "abandoned" are the results that are told.
TABLE = {
    "OFF": {event: IGNORED for event in EVENTS},
    "DUE": {
        "TEST_BEGAN": ("PROMPTING", "begin"),
        "PART_DONE": IGNORED,
        "LAST_PART_DONE": IGNORED,
        "ABANDONED": IGNORED,
        "RECEIPT_CAME": IGNORED,
        "TIME_PASSED": IGNORED,
        "SHIFT_BEGAN": IGNORED,
    },
    "PROMPTING": {
        "TEST_BEGAN": IGNORED,
        "PART_DONE": ("PROMPTING", "prompt"),
        "LAST_PART_DONE": ("REPORTED", "passed"),
        "ABANDONED": ("DUE", "abandoned"),
        "RECEIPT_CAME": IGNORED,
        "TIME_PASSED": ("FAILED", "failed"),
        # The worker is at it already.
        "SHIFT_BEGAN": IGNORED,
    },
    "REPORTED": {
        "TEST_BEGAN": IGNORED,
        "PART_DONE": IGNORED,
        "LAST_PART_DONE": IGNORED,
        # Nothing is left of it that an alarm could disturb.
        "ABANDONED": IGNORED,
        "RECEIPT_CAME": ("PASSED", ""),
        # Not through to the control room.
        "TIME_PASSED": ("FAILED", "failed"),
        "SHIFT_BEGAN": IGNORED,
    },
    "PASSED": {
        "TEST_BEGAN": IGNORED,
        "PART_DONE": IGNORED,
        "LAST_PART_DONE": IGNORED,
        "ABANDONED": IGNORED,
        "RECEIPT_CAME": IGNORED,
        "TIME_PASSED": ("DUE", ""),
        "SHIFT_BEGAN": ("DUE", ""),
    },
    "FAILED": {
        "TEST_BEGAN": ("PROMPTING", "begin"),
        "PART_DONE": IGNORED,
        "LAST_PART_DONE": IGNORED,
        "ABANDONED": IGNORED,
        # Too late: the test was told failed.
        "RECEIPT_CAME": IGNORED,
        "TIME_PASSED": IGNORED,
        "SHIFT_BEGAN": ("DUE", ""),
    },
}

_HINDRANCES = {
    "DUE": "self_test_due",
    "PROMPTING": "self_test_due",
    "REPORTED": "self_test_due",
    "FAILED": "self_test_failed",
}


class SelfTest:
    """The self-test of one device; due from the start on, also after a restart in a shift."""

    def __init__(self, settings: "Settings", now_ms: int) -> None:
        self._kinds = ["manual"]
        for _, kinds in PARTS:
            for kind in kinds:
                if kind not in self._kinds and getattr(settings, "is_" + kind + "_on"):
                    self._kinds.append(kind)
        #: How long a state lasts at most, where it does not last for ever.
        self._state_ms = {
            "PROMPTING": PART_MS_MAX,
            "REPORTED": RECEIPT_MS_MAX,
            "PASSED": settings.self_test_hours * _HOUR_MS,
        }
        self._movement_mg = settings.movement_mg
        self.state = "DUE" if settings.is_self_test_on else "OFF"
        #: The signal of what the worker is asked for now, or "".
        self.prompt = ""
        self._parts: "list[tuple[str, tuple[str, ...]]]" = []
        self._done_count = 0
        self._deadline_ms: "Optional[int]" = None
        self._result: "Optional[tuple[str, dict[str, int]]]" = None
        self._has_clip = False
        self._is_clip_closed = False
        # Of the part that is asked for: since when it lasts, or None; how much of it there was.
        self._since_ms: "Optional[int]" = None
        self._seen_ms = now_ms
        self._blocks = 0
        self._is_half_done = False

    def begin_shift(self, now_ms: int) -> None:
        """Make the test due: a shift begins."""
        self._take("SHIFT_BEGAN", now_ms)

    def begin(self, now_ms: int) -> None:
        """Begin the test that is due or has failed: the worker pressed the key."""
        self._take("TEST_BEGAN", now_ms)

    def abandon(self, now_ms: int) -> None:
        """Stop, and stay due: an alarm that may be perceived has begun, or the shift has ended."""
        self._take("ABANDONED", now_ms)

    def receipt(self, now_ms: int) -> bool:
        """Note that the base station has stored the result; return True if the test is passed by it."""
        return self._take("RECEIPT_CAME", now_ms)

    def press(self, now_ms: int) -> bool:
        """Take in a short press; return True if it was asked for."""
        return self.prompt == "test_press" and self._end_part(now_ms)

    def clip(self, now_ms: int, is_closed: bool) -> bool:
        """Take in the level of the contact of clip or strap; return True if that was asked for."""
        self._has_clip = True
        self._is_clip_closed = is_closed
        if self.prompt != "test_unclip":
            return False
        if not is_closed:
            self._is_half_done = True
            return False
        return self._is_half_done and self._end_part(now_ms)

    def step(self, now_ms: int, motion: "Motion", posture: int) -> bool:
        """Take in one block; return True if it did what was asked for."""
        prompt = self.prompt
        if prompt == "test_tilt":
            is_done = self._is_tilted_and_back(now_ms, posture)
        elif prompt == "test_still":
            is_done = self._lasts(now_ms, motion.movement_mg < self._movement_mg, STILL_MS)
        elif prompt == "test_shake":
            self._blocks += motion.peak_square >= SHAKE_SQUARE_MIN
            is_done = self._blocks >= SHAKE_BLOCKS
        else:
            return False
        return is_done and self._end_part(now_ms)

    def pass_time(self, now_ms: int) -> bool:
        """Let time pass; return True if a part or a receipt is late by now, or the test is due again."""
        deadline_ms = self._deadline_ms
        if deadline_ms is None or now_ms < deadline_ms:
            return False
        return self._take("TIME_PASSED", now_ms)

    def deadline_ms(self) -> "Optional[int]":
        """Return when `pass_time` must be called next, or None."""
        return self._deadline_ms

    def hindrance(self) -> str:
        """Return why the wearer is not protected as far as the test goes, or ""."""
        return _HINDRANCES.get(self.state, "")

    def take_result(self) -> "Optional[tuple[str, dict[str, int]]]":
        """Return (result, parts) once when there is one to be told; `parts` says 1 or 0 for each kind."""
        result, self._result = self._result, None
        return result

    def _take(self, event: str, now_ms: int) -> bool:
        next_state, action = TABLE[self.state][event]
        if not next_state:
            return False
        self.state = next_state
        duration_ms = self._state_ms.get(next_state)
        self._deadline_ms = None if duration_ms is None else now_ms + duration_ms
        self.prompt = WAIT_PROMPT if next_state == "REPORTED" else ""
        if action == "begin":
            self._list_parts()
            action = "prompt"
        if action == "prompt":
            self._begin_part()
        elif action:
            self._report(action)
        return True

    def _list_parts(self) -> None:
        self._parts = []
        for name, kinds in PARTS:
            is_asked = name != "test_unclip" or self._has_clip
            if is_asked and [kind for kind in kinds if kind in self._kinds]:
                self._parts.append((name, kinds))
        self._done_count = 0

    def _begin_part(self) -> None:
        self.prompt = self._parts[self._done_count][0]
        self._since_ms = None
        self._blocks = 0
        self._is_half_done = self.prompt == "test_unclip" and not self._is_clip_closed

    def _end_part(self, now_ms: int) -> bool:
        self._done_count += 1
        is_last = self._done_count == len(self._parts)
        return self._take("LAST_PART_DONE" if is_last else "PART_DONE", now_ms)

    def _report(self, result: str) -> None:
        # A result that nobody received was told as passed before; its parts were done all the same.
        tried = {kind: 1 for _, kinds in self._parts for kind in kinds if kind in self._kinds}
        for _, kinds in self._parts[self._done_count :]:
            for kind in kinds:
                if kind in tried:
                    tried[kind] = 0
        self._result = (result, tried)

    def _is_tilted_and_back(self, now_ms: int, posture: int) -> bool:
        if self._is_half_done:
            return posture == UPRIGHT
        self._is_half_done = self._lasts(now_ms, posture == TILTED, TILT_MS)
        return False

    def _lasts(self, now_ms: int, is_so: bool, duration_ms: int) -> bool:
        """Tell whether something has been so for the whole of `duration_ms`, block after block."""
        if not is_so:
            self._since_ms = None
            return False
        if self._since_ms is None or now_ms - self._seen_ms > GAP_MS_MAX:
            self._since_ms = now_ms
        self._seen_ms = now_ms
        return now_ms - self._since_ms >= duration_ms
