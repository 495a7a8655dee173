"""What the worker hears, feels and sees: patterns as data, and which of them lasts now.

Decides which one thing is shown: the gravest alarm, then a question, then what is wrong with the protection,
then the shift. Never switches an output; the board plays the steps. Buzzer in Hz, vibration in percent, LED
as a colour, durations in ms. The LED of a lasting pattern shows a worker that the device lives.
"""

from collections import namedtuple

from protocol import messages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from firmware.alarm import Alarm

#: Steps are (value, duration in ms), 0 or "off" a pause; a lasting pattern starts over, the others play once.
Pattern = namedtuple("Pattern", ("name", "buzzer", "vibration", "led", "is_lasting"))

_SILENT = ()
#: Rising loudness is the board's part; frequencies lie where hearing loss comes last and plastic resonates.
_LOW, _MIDDLE, _HIGH = 1000, 2000, 2900

_ROWS = (
    # What lasts.
    Pattern("off_shift", _SILENT, _SILENT, (("white", 50), ("off", 9950)), True),
    Pattern("guarding", _SILENT, _SILENT, (("green", 50), ("off", 4950)), True),
    Pattern("battery_low", ((_LOW, 200), (0, 59800)), _SILENT, (("yellow", 50), ("off", 1950)), True),
    Pattern("upright_unknown", ((_LOW, 100), (0, 4900)), _SILENT, (("yellow", 500), ("off", 500)), True),
    Pattern(
        "link_lost", ((_LOW, 300), (_MIDDLE, 300), (0, 29400)), ((60, 300), (0, 29700)),
        (("yellow", 200), ("off", 800)), True,
    ),
    Pattern("key_stuck", ((_LOW, 500), (0, 9500)), _SILENT, (("yellow", 1000),), True),
    Pattern(
        "ask", ((_MIDDLE, 150), (0, 150), (_MIDDLE, 150), (0, 4550)), ((60, 400), (0, 4600)),
        (("blue", 500), ("off", 500)), True,
    ),
    Pattern(
        "pre_alarm", ((_MIDDLE, 250), (0, 750)), ((100, 250), (0, 750)), (("red", 250), ("off", 750)), True,
    ),
    Pattern(
        "alarm", ((_HIGH, 500), (0, 500)), ((100, 500), (0, 500)), (("red", 500), ("off", 500)), True,
    ),
    # Nobody has answered: be found by whoever is near.
    Pattern(
        "alarm_unheard", ((_HIGH, 400), (_MIDDLE, 400)), ((100, 800),), (("red", 100), ("white", 100)), True,
    ),
    Pattern("alarm_received", ((_MIDDLE, 50), (0, 9950)), _SILENT, (("red", 900), ("green", 100)), True),
    Pattern(
        "help_accepted", ((_LOW, 150), (_MIDDLE, 150), (0, 9700)), ((60, 200), (0, 9800)),
        (("red", 500), ("green", 500)), True,
    ),
    Pattern(
        "help_dispatched", ((_LOW, 150), (_MIDDLE, 150), (_LOW, 150), (_MIDDLE, 150), (0, 9400)),
        ((60, 200), (0, 200), (60, 200), (0, 9400)), (("green", 500), ("off", 500)), True,
    ),
    Pattern(
        "help_on_scene", ((_LOW, 150), (_MIDDLE, 150), (_HIGH, 150), (0, 9550)),
        ((60, 200), (0, 200), (60, 200), (0, 200), (60, 200), (0, 9000)), (("green", 900), ("off", 100)),
        True,
    ),
    Pattern("all_clear", ((_LOW, 400), (0, 29600)), _SILENT, (("green", 1000), ("blue", 100)), True),
    # What is played once.
    Pattern("started", ((_LOW, 100), (_MIDDLE, 100)), ((60, 100),), (("green", 200),), False),
    Pattern("shift_on", ((_LOW, 100), (_HIGH, 200)), ((60, 200),), (("green", 500),), False),
    Pattern("shift_off", ((_HIGH, 100), (_LOW, 200)), ((60, 200),), (("white", 500),), False),
    Pattern("cancelled", ((_MIDDLE, 100), (_LOW, 100)), ((60, 100),), (("green", 200),), False),
    Pattern("confirmed", ((_MIDDLE, 100),), ((60, 100),), (("blue", 200),), False),
    Pattern("reset_done", ((_HIGH, 100), (_LOW, 100)), ((60, 300),), (("green", 500),), False),
    Pattern("reset_refused", ((_LOW, 600),), ((100, 600),), (("red", 600),), False),
)  # fmt: skip

PATTERNS = {row.name: row for row in _ROWS}

#: What is wrong with the protection, the most urgent first; one is shown at a time.
FAULTS = ("key_stuck", "link_lost", "upright_unknown", "battery_low")

#: The pattern of an alarm by the furthest state of its case.
_BY_CASE_STATE = {
    "ACCEPTED": "help_accepted",
    "DISPATCHED": "help_dispatched",
    "ON_SCENE": "help_on_scene",
    "ALL_CLEAR": "all_clear",
    "CLOSED": "all_clear",
}


def case_rank(state: str) -> int:
    """Return how far a case state is, from 1; 0 for one that this firmware does not know."""
    if state not in messages.CASE_STATES:
        return 0
    return messages.CASE_STATES.index(state) + 1


def lasting(shown: "Optional[Alarm]", is_asked: bool, fault: str, is_on_shift: bool) -> str:
    """Return the name of the pattern that lasts now; `fault` is one of `FAULTS` or ""."""
    if shown is not None:
        return _of_alarm(shown)
    if is_asked:
        return "ask"
    if fault:
        return fault
    return "guarding" if is_on_shift else "off_shift"


def _of_alarm(shown: "Alarm") -> str:
    if shown.state == "PRE_ALARM":
        return "pre_alarm"
    if shown.case_rank:
        name = _BY_CASE_STATE.get(messages.CASE_STATES[shown.case_rank - 1])
        if name is not None:
            return name
    if shown.state == "RECEIVED":
        return "alarm_received"
    return "alarm_unheard" if shown.is_unheard else "alarm"
