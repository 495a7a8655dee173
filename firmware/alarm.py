"""The life cycle of one alarm, and what distinguishes one alarm kind from another.

Decides by two literal tables: `KINDS` (a row a kind: how it is detected, how long its pre-alarm may be,
what may cancel it) and `TABLE` (state, event -> next state, action). Never ends a raised alarm by itself:
only a receipt and then the worker's reset lead out of it. Gravity follows `protocol.messages.ALARM_KINDS`;
the limits are those of DGUV Information 212-139, annex 2, table 5. Times in ms.
"""

from collections import namedtuple

from protocol import messages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

#: One alarm kind. `code` stands in the journal and never changes; `detected_by` is what meets its
#: condition; the settings `detection` and `pre_alarm` must not add up to more than `trigger_ms_max`;
#: `cancelled_by` says what ends its pre-alarm; `is_felt` is False for kinds that nobody may perceive.
AlarmKind = namedtuple(
    "AlarmKind",
    ("name", "code", "detected_by", "detection", "pre_alarm", "trigger_ms_max", "cancelled_by", "is_felt"),
)

KINDS = (
    AlarmKind(
        "manual", 1, "key", "manual_hold_ms", "manual_pre_alarm_ms", 60000, ("KEY_PRESSED",), True
    ),
    AlarmKind(
        "position", 2, "posture", "position_detection_ms", "position_pre_alarm_ms", 90000,
        ("KEY_PRESSED", "CONDITION_ENDED"), True,
    ),
    AlarmKind(
        "rest", 3, "stillness", "rest_detection_ms", "rest_pre_alarm_ms", 90000,
        ("KEY_PRESSED", "CONDITION_ENDED"), True,
    ),
)  # fmt: skip

BY_NAME = {kind.name: kind for kind in KINDS}
BY_CODE = {kind.code: kind for kind in KINDS}
#: A kind that another firmware wrote to the journal: a person's alarm all the same.
UNKNOWN_KIND = BY_NAME["manual"]

STATES = ("NEW", "PRE_ALARM", "RAISED", "RECEIVED", "ENDED")
EVENTS = (
    "CONDITION_MET",
    "RAISE_DEMANDED",
    "DEADLINE_PASSED",
    "KEY_PRESSED",
    "CONDITION_ENDED",
    "RECEIPT_CAME",
    "RESET_HELD",
)
IGNORED = ("", "")

#: state -> event -> (next state, action). NEW lasts no longer than the call that makes the alarm.
TABLE = {
    "NEW": {
        "CONDITION_MET": ("PRE_ALARM", "announce"),
        "RAISE_DEMANDED": ("RAISED", "raise"),
        "DEADLINE_PASSED": IGNORED,
        "KEY_PRESSED": IGNORED,
        "CONDITION_ENDED": IGNORED,
        "RECEIPT_CAME": IGNORED,
        "RESET_HELD": IGNORED,
    },
    "PRE_ALARM": {
        "CONDITION_MET": IGNORED,
        "RAISE_DEMANDED": ("RAISED", "raise"),
        "DEADLINE_PASSED": ("RAISED", "raise"),
        "KEY_PRESSED": ("ENDED", "cancel_by_key"),
        "CONDITION_ENDED": ("ENDED", "cancel_by_condition"),
        # Of the announcement: it says that the base station knows, and nothing about the worker.
        "RECEIPT_CAME": IGNORED,
        "RESET_HELD": IGNORED,
    },
    "RAISED": {
        "CONDITION_MET": IGNORED,
        "RAISE_DEMANDED": IGNORED,
        "DEADLINE_PASSED": IGNORED,
        "KEY_PRESSED": IGNORED,
        # Latched: a sensor that has recovered says nothing about the person.
        "CONDITION_ENDED": IGNORED,
        "RECEIPT_CAME": ("RECEIVED", "note_receipt"),
        "RESET_HELD": ("RAISED", "refuse_reset"),
    },
    "RECEIVED": {
        "CONDITION_MET": IGNORED,
        "RAISE_DEMANDED": IGNORED,
        "DEADLINE_PASSED": IGNORED,
        "KEY_PRESSED": IGNORED,
        "CONDITION_ENDED": IGNORED,
        "RECEIPT_CAME": IGNORED,
        "RESET_HELD": ("ENDED", "reset"),
    },
    "ENDED": {
        "CONDITION_MET": IGNORED,
        "RAISE_DEMANDED": IGNORED,
        "DEADLINE_PASSED": IGNORED,
        "KEY_PRESSED": IGNORED,
        "CONDITION_ENDED": IGNORED,
        "RECEIPT_CAME": IGNORED,
        "RESET_HELD": IGNORED,
    },
}


def step(state: str, event: str, kind: "AlarmKind") -> "tuple[str, str]":
    """Return (next state, action) for one event; the state itself and "" where it is ignored."""
    if event in ("KEY_PRESSED", "CONDITION_ENDED") and event not in kind.cancelled_by:
        return state, ""
    cell = TABLE[state][event]
    return cell if cell != IGNORED else (state, "")


class Alarm:
    """One alarm from its pre-alarm to its reset."""

    def __init__(self, kind: "AlarmKind", boot: int, first_seq: int) -> None:
        self.kind = kind
        self.alarm_id = str(boot) + "-" + str(first_seq)
        self.first_seq = first_seq
        self.state = "NEW"
        #: The key of its `raised` message; the receipt names it. 0 until raised.
        self.boot = boot
        self.seq = 0
        self.mark = "real"
        #: End of the pre-alarm, or None.
        self.deadline_ms: "Optional[int]" = None
        #: From when the wait for the receipt counts, or None.
        self.waits_since_ms: "Optional[int]" = None
        #: No receipt came in time.
        self.is_unheard = False
        #: The furthest state of its case that the device was told, as a rank; 0 is none.
        self.case_rank = 0

    def gravity(self) -> int:
        """Return its place among all kinds, 0 the gravest."""
        return messages.ALARM_KINDS.index(self.kind.name)


def gravest(alarms: "list[Alarm]") -> "Optional[Alarm]":
    """Return the alarm that is shown to the worker, the elder of two of one kind, or None."""
    shown = None
    for alarm in alarms:
        if shown is None or alarm.gravity() < shown.gravity():
            shown = alarm
    return shown
