"""What the worker does with the one key, and what it means in which situation.

Decides by two literal tables: `TABLE` (debouncing) and `MEANINGS` (what was shown when the press began,
gesture -> action). A press means what it meant when it began: one that began before a pre-alarm never
cancels it, one that began before the receipt never resets. The first edge down counts at once, so a key that
chatters is a key that is held; a release must last. A key that the board reports down in the very moment of
switching on means nothing until it was up once. Times in ms.

Counted presses never delay the meaning of the first one and never grow into a hold. Three in a run call
silently, and so do four or more: who presses too often calls rather than not. The pause therefore cannot be
a longer run; it is two pairs with a silence between them, no part of which is a run of three.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from firmware.settings import Settings

#: A release that lasts so long is one.
DEBOUNCE_MS = 30
#: A shorter press is a disturbance.
PRESS_MS_MIN = 40
#: A key that is down for so long is jammed.
STUCK_MS = 30000
#: From the release of a SHORT press to the beginning of the next, at most: in a run; to be AGAIN; and
#: between two pairs, which are further apart than AGAIN.
RUN_MS_MAX = 800
AGAIN_MS_MAX = 1000
PAIRS_MS_MAX = 2500

STATES = ("UP", "DOWN", "LEAVING")
EVENTS = ("WENT_DOWN", "WENT_UP", "SETTLED")
IGNORED = ("", "")

#: state -> event -> (next state, gesture).
TABLE = {
    "UP": {"WENT_DOWN": ("DOWN", "PRESSED"), "WENT_UP": IGNORED, "SETTLED": IGNORED},
    "DOWN": {"WENT_DOWN": IGNORED, "WENT_UP": ("LEAVING", ""), "SETTLED": IGNORED},
    # Down again before it settled: the contact chattered, the press goes on.
    "LEAVING": {"WENT_DOWN": ("DOWN", ""), "WENT_UP": IGNORED, "SETTLED": ("UP", "RELEASED")},
}

#: SHORT: released before the hold. HELD, LONG, GRIPPED: still down after the hold, the reset hold and
#: twice the reset hold. MIDDLE: released between hold and reset hold. After a SHORT, in this order: AGAIN, it
#: followed another; THIRD, it is the third of a run; PAIRS, it ended the second of two pairs.
GESTURES = ("SHORT", "AGAIN", "THIRD", "PAIRS", "HELD", "MIDDLE", "LONG", "GRIPPED")
#: What the key can mean; "" is nothing.
ACTIONS = (
    "", "cancel", "duress", "confirm", "confirm_early", "silent", "pause", "begin_test", "test_press",
    "all_right", "demand", "reset",
)  # fmt: skip


def _meaning(**actions: str) -> "dict[str, str]":
    return {gesture: actions.get(gesture, "") for gesture in GESTURES}


#: What was shown when the press began -> gesture -> action. CANCELLED: a press AGAIN after one that answered
#: a pre-alarm. TEST: the self-test asks for something; DUE: it waits for the press that begins it. SPENT and
#: RESET: this press has acted already.
MEANINGS = {
    "IDLE": _meaning(SHORT="confirm_early", THIRD="silent", PAIRS="pause", HELD="demand"),
    # Who begins the test or answers a question by one of three presses still calls by the third.
    "DUE": _meaning(SHORT="begin_test", THIRD="silent", HELD="demand"),
    "TEST": _meaning(SHORT="test_press", THIRD="silent", HELD="demand"),
    "ASK": _meaning(SHORT="confirm", THIRD="silent", HELD="demand"),
    "PRE_ALARM": _meaning(SHORT="cancel", HELD="demand"),
    # Whether duress is switched on or not, nothing else follows: nobody can tell the two apart.
    "CANCELLED": _meaning(AGAIN="duress", HELD="demand"),
    "RAISED": _meaning(HELD="demand", LONG="reset"),
    # The hold leads to the reset here; let go between the two, it calls for help.
    "RECEIVED": _meaning(SHORT="all_right", MIDDLE="demand", LONG="reset"),
    "SPENT": _meaning(),
    # Who goes on holding after the reset did not mean it: noise rather than silence.
    "RESET": _meaning(GRIPPED="demand"),
}


def situation(before: str, is_again: bool, shown_state: str, test_state: str, is_asked: bool) -> str:
    """Return what a press that begins now answers to.

    `before` is the situation of the press before it, `is_again` as of `Button`; `shown_state` is the state of
    the alarm that is shown, or ""; `test_state` that of the self-test, or "" off shift.
    """
    if shown_state:
        return shown_state
    if is_again and before in ("PRE_ALARM", "CANCELLED"):
        return "CANCELLED"
    if test_state == "PROMPTING":
        return "TEST"
    if is_asked:
        return "ASK"
    return "DUE" if test_state in ("DUE", "FAILED") else "IDLE"


class Button:
    """The key: edges in, gestures out."""

    def __init__(self, settings: "Settings", now_ms: int, cause: str) -> None:
        self._holds = (
            (settings.manual_hold_ms, "HELD"),
            (settings.reset_hold_ms, "LONG"),
            (2 * settings.reset_hold_ms, "GRIPPED"),
            (STUCK_MS, "STUCK"),
        )
        self._hold_ms = settings.manual_hold_ms
        self._reset_hold_ms = settings.reset_hold_ms
        # After a crash or a brown-out the key may well be held by somebody in need.
        self._boot_ms: "Optional[int]" = now_ms if cause == "power_on" else None
        self.state = "UP"
        #: When the press under way, or the last one, began.
        self.pressed_ms = 0
        self._left_ms = 0
        self._reached = 0
        self._is_from_boot = False
        #: Release of the last SHORT press, or None if something else was pressed since.
        self._short_ms: "Optional[int]" = None
        self._run_count = 0
        self._is_after_pair = False
        #: What a SHORT press brought with it and nobody has taken yet.
        self._gestures: "list[str]" = []
        #: The press under way, or the last one, follows a SHORT press by 1 s at most.
        self.is_again = False
        #: The key has been down for too long.
        self.is_stuck = False

    def turn(self, now_ms: int, is_down: bool) -> str:
        """Take in the level of the key; return "PRESSED" when a press begins, else ""."""
        next_state, gesture = TABLE[self.state]["WENT_DOWN" if is_down else "WENT_UP"]
        boot_ms, self._boot_ms = self._boot_ms, None
        if not next_state:
            return ""
        self.state = next_state
        if next_state == "LEAVING":
            self._left_ms = now_ms
        if gesture != "PRESSED":
            return ""
        self.pressed_ms = now_ms
        self._reached = 0
        self._is_from_boot = now_ms == boot_ms
        self.is_again = self._short_ms is not None and now_ms - self._short_ms <= AGAIN_MS_MAX
        return "" if self._is_from_boot else gesture

    def next_gesture(self, now_ms: int) -> str:
        """Return the next gesture that is complete by now, or ""; call again until it is ""."""
        while True:
            if self._gestures:
                return self._gestures.pop(0)
            due_ms = self.deadline_ms()
            if due_ms is None or now_ms < due_ms:
                return ""
            gesture = self._settle() if self.state == "LEAVING" else self._reach()
            if gesture and not self._is_from_boot:
                self._count(gesture)
                return gesture

    def deadline_ms(self) -> "Optional[int]":
        """Return when the next gesture is complete if the key stays as it is, or None."""
        if self.state == "LEAVING":
            return self._left_ms + DEBOUNCE_MS
        if self.state == "UP" or self._reached == len(self._holds):
            return None
        return self.pressed_ms + self._holds[self._reached][0]

    def _reach(self) -> str:
        gesture = self._holds[self._reached][1]
        self._reached += 1
        if gesture != "STUCK":
            return gesture
        self.is_stuck = True
        return ""

    def _settle(self) -> str:
        self.state = TABLE[self.state]["SETTLED"][0]
        self.is_stuck = False
        held_ms = self._left_ms - self.pressed_ms
        if held_ms < PRESS_MS_MIN:
            return ""
        if held_ms < self._hold_ms:
            return "SHORT"
        return "MIDDLE" if held_ms < self._reset_hold_ms else ""

    def _count(self, gesture: str) -> None:
        """Note where in a run of SHORT presses this one is; any other press ends the run."""
        if gesture != "SHORT":
            self._short_ms = None
            return
        gap_ms = PAIRS_MS_MAX + 1 if self._short_ms is None else self.pressed_ms - self._short_ms
        self._short_ms = self._left_ms
        if gap_ms > RUN_MS_MAX:
            self._is_after_pair = self._run_count == 2 and AGAIN_MS_MAX < gap_ms <= PAIRS_MS_MAX
            self._run_count = 0
        self._run_count += 1
        if self.is_again:
            self._gestures.append("AGAIN")
        if self._run_count == 3:
            self._gestures.append("THIRD")
        if self._run_count == 2 and self._is_after_pair:
            self._gestures.append("PAIRS")
