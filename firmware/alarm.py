"""The life cycle of one alarm, and what distinguishes one alarm kind from another.

Decides by two literal tables: `KINDS` (a row a kind: how it is detected, how long its pre-alarm may be,
what may cancel it, whose hand resets it) and `TABLE` (state, event -> next state, action). A person's alarm
never ends by itself: the receipt and then the wearer's reset lead out of it. A silent one ends with its
receipt, since nothing may be perceived of it; a technical one with its condition. Times in ms.
"""

from collections import namedtuple

from protocol import messages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

#: One alarm kind. `code` stands in the journal and never changes; `is_on` is the setting that switches it
#: on, "" if nothing can switch it off; `detected_by` is what meets its condition. Each of the settings
#: `detections`, with the setting `pre_alarm` and what the detector itself needs (`latency_ms`), must not add
#: up to more than `trigger_ms_max`. `cancelled_by` says what ends its pre-alarm, `reset_by` whose hand ends
#: it after the receipt, `signal` is the pattern of its pre-alarm, "" for kinds that nobody may perceive.
AlarmKind = namedtuple(
    "AlarmKind",
    (
        "name", "code", "is_on", "detected_by", "detections", "latency_ms", "pre_alarm", "trigger_ms_max",
        "cancelled_by", "reset_by", "signal",
    ),
)  # fmt: skip

_BY_KEY = ("KEY_PRESSED",)
#: CONDITION_ENDED is, for position, the posture right again for 4 s; for rest 2 s of real movement; for loss
#: the device worn again; for fall standing up and walking on. Escape and time end by the key alone.
_BY_BOTH = ("KEY_PRESSED", "CONDITION_ENDED")

#: Gravest first. Limits: DGUV Information 212-139, annex 2, table 5; a fall, unknown there, like rest.
KINDS = (
    AlarmKind(
        "manual", 1, "", "key", ("manual_hold_ms",), 0, "manual_pre_alarm_ms", 60000, _BY_KEY, "wearer",
        "pre_alarm_manual",
    ),
    AlarmKind("silent", 4, "is_silent_on", "key", (), 0, "", 60000, (), "receipt", ""),
    AlarmKind("duress", 5, "is_duress_on", "key", (), 0, "", 60000, (), "receipt", ""),
    AlarmKind(
        "fall", 6, "is_fall_on", "blow", (), 5000, "fall_pre_alarm_ms", 90000, _BY_BOTH, "wearer",
        "pre_alarm_fall",
    ),
    AlarmKind(
        "position", 2, "is_position_on", "posture", ("position_detection_ms",), 2500, "position_pre_alarm_ms",
        90000, _BY_BOTH, "wearer", "pre_alarm_position",
    ),
    AlarmKind(
        "rest", 3, "is_rest_on", "stillness", ("rest_detection_ms",), 200, "rest_pre_alarm_ms", 90000,
        _BY_BOTH, "wearer", "pre_alarm_rest",
    ),
    AlarmKind(
        "loss", 7, "is_loss_on", "wear", ("loss_detection_ms", "unworn_ms"), 200, "loss_pre_alarm_ms", 90000,
        _BY_BOTH, "wearer", "pre_alarm_loss",
    ),
    AlarmKind(
        "escape", 8, "is_escape_on", "hectic", ("escape_detection_ms",), 1000, "escape_pre_alarm_ms", 10000,
        _BY_KEY, "wearer", "pre_alarm_escape",
    ),
    AlarmKind(
        "time", 9, "is_time_on", "interval", ("time_interval_ms",), 0, "time_pre_alarm_ms", 900000, _BY_KEY,
        "wearer", "pre_alarm_time",
    ),
    AlarmKind("technical", 10, "", "device", (), 0, "", 1800000, (), "condition", ""),
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
    "LAST_RECEIPT_CAME",
    "FAULT_ENDED",
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
        "LAST_RECEIPT_CAME": IGNORED,
        "FAULT_ENDED": IGNORED,
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
        "LAST_RECEIPT_CAME": IGNORED,
        "FAULT_ENDED": IGNORED,
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
        # Of a kind that ends with its receipt.
        "LAST_RECEIPT_CAME": ("ENDED", "end_unseen"),
        "FAULT_ENDED": ("ENDED", "send_gone"),
        "RESET_HELD": ("RAISED", "refuse_reset"),
    },
    "RECEIVED": {
        "CONDITION_MET": IGNORED,
        "RAISE_DEMANDED": IGNORED,
        "DEADLINE_PASSED": IGNORED,
        "KEY_PRESSED": IGNORED,
        "CONDITION_ENDED": IGNORED,
        "RECEIPT_CAME": IGNORED,
        "LAST_RECEIPT_CAME": IGNORED,
        "FAULT_ENDED": ("ENDED", "send_gone"),
        "RESET_HELD": ("ENDED", "reset"),
    },
    "ENDED": {
        "CONDITION_MET": IGNORED,
        "RAISE_DEMANDED": IGNORED,
        "DEADLINE_PASSED": IGNORED,
        "KEY_PRESSED": IGNORED,
        "CONDITION_ENDED": IGNORED,
        "RECEIPT_CAME": IGNORED,
        "LAST_RECEIPT_CAME": IGNORED,
        "FAULT_ENDED": IGNORED,
        "RESET_HELD": IGNORED,
    },
}


def step(state: str, event: str, kind: "AlarmKind") -> "tuple[str, str]":
    """Return (next state, action) for one event; the state itself and "" where it is ignored."""
    if event in _BY_BOTH and event not in kind.cancelled_by:
        return state, ""
    if event == "RECEIPT_CAME" and kind.reset_by == "receipt":
        event = "LAST_RECEIPT_CAME"
    if event == ("RESET_HELD" if kind.reset_by == "condition" else "FAULT_ENDED"):
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
        #: How long the condition had held when the alarm began, or None: nobody knows.
        self.condition_ms: "Optional[int]" = None
        #: When its pre-alarm began, or None: it had none.
        self.announced_ms: "Optional[int]" = None
        #: From when the wait for the receipt counts, or None.
        self.waits_since_ms: "Optional[int]" = None
        #: No receipt came in time.
        self.is_unheard = False
        #: What is wrong, one of `protocol.messages.TECHNICAL_CAUSES`, or "".
        self.cause = ""
        #: The state of its case that the device was told last, as a rank; 0 is none.
        self.case_rank = 0
        #: Numbers of the command that told it.
        self.case_key = (-1, -1)

    def gravity(self) -> int:
        """Return its place among all kinds, 0 the gravest."""
        return messages.ALARM_KINDS.index(self.kind.name)


def gravest(alarms: "list[Alarm]") -> "Optional[Alarm]":
    """Return the alarm that is shown to the worker, the elder of two of one kind, or None."""
    shown = None
    for alarm in alarms:
        # What has no signal is never shown, nor does it change what is.
        if alarm.kind.signal and (shown is None or alarm.gravity() < shown.gravity()):
            shown = alarm
    return shown
