"""What the worker does with the one key, and what it means in which situation.

Decides by two literal tables: `TABLE` (debouncing) and `MEANINGS` (what was shown when the press began,
gesture -> action). A press means what it meant when it began: one that began before a pre-alarm never
cancels it, one that began before the receipt never resets. The first edge down counts at once, so a key
that chatters is a key that is held; a release must last. A key that the board reports down in the very
moment of switching on means nothing until it was up once. Times in ms.
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
#: twice the reset hold. MIDDLE: released between hold and reset hold.
GESTURES = ("SHORT", "HELD", "MIDDLE", "LONG", "GRIPPED")
#: What the key can mean; "" is nothing.
ACTIONS = ("", "cancel", "confirm", "demand", "reset")

#: What was shown when the press began -> gesture -> action. SPENT and RESET: this press has acted already.
MEANINGS = {
    "IDLE": {"SHORT": "", "HELD": "demand", "MIDDLE": "", "LONG": "", "GRIPPED": ""},
    "ASK": {"SHORT": "confirm", "HELD": "demand", "MIDDLE": "", "LONG": "", "GRIPPED": ""},
    "PRE_ALARM": {"SHORT": "cancel", "HELD": "demand", "MIDDLE": "", "LONG": "", "GRIPPED": ""},
    "RAISED": {"SHORT": "", "HELD": "demand", "MIDDLE": "", "LONG": "reset", "GRIPPED": ""},
    # The hold leads to the reset here; let go between the two, it calls for help.
    "RECEIVED": {"SHORT": "", "HELD": "", "MIDDLE": "demand", "LONG": "reset", "GRIPPED": ""},
    "SPENT": {"SHORT": "", "HELD": "", "MIDDLE": "", "LONG": "", "GRIPPED": ""},
    # Who goes on holding after the reset did not mean it: noise rather than silence.
    "RESET": {"SHORT": "", "HELD": "", "MIDDLE": "", "LONG": "", "GRIPPED": "demand"},
}


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
        self._pressed_ms = 0
        self._left_ms = 0
        self._reached = 0
        self._is_from_boot = False
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
        self._pressed_ms = now_ms
        self._reached = 0
        self._is_from_boot = now_ms == boot_ms
        return "" if self._is_from_boot else gesture

    def next_gesture(self, now_ms: int) -> str:
        """Return the next gesture that is complete by now, or ""; call again until it is ""."""
        while True:
            due_ms = self.deadline_ms()
            if due_ms is None or now_ms < due_ms:
                return ""
            gesture = self._settle() if self.state == "LEAVING" else self._reach()
            if gesture and not self._is_from_boot:
                return gesture

    def deadline_ms(self) -> "Optional[int]":
        """Return when the next gesture is complete if the key stays as it is, or None."""
        if self.state == "LEAVING":
            return self._left_ms + DEBOUNCE_MS
        if self.state == "UP" or self._reached == len(self._holds):
            return None
        return self._pressed_ms + self._holds[self._reached][0]

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
        held_ms = self._left_ms - self._pressed_ms
        if held_ms < PRESS_MS_MIN:
            return ""
        if held_ms < self._hold_ms:
            return "SHORT"
        return "MIDDLE" if held_ms < self._reset_hold_ms else ""
