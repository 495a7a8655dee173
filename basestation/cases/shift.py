"""The planned end of a shift: whoever is overdue is asked, and whoever does not answer is looked for.

Decides from the planned end alone and does not need the device to be heard. The alarm is a person's:
once raised, only a person's decision ends it. What is stored of a shift (asked_at, ask, ended_at) gives
its state. Times in seconds; the 2 minutes and the extension are settings of the site.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from basestation.cases.case import BASE_ALARM_PREFIX


class ShiftState(StrEnum):
    """Where a shift stands with its planned end."""

    ON = "ON"
    #: The worker was asked and has the time to confirm.
    ASKED = "ASKED"
    #: The worker did not confirm; the alarm was raised.
    OVERDUE = "OVERDUE"
    ENDED = "ENDED"


#: State and event to next state and action; no action: nothing changes. `tests` walk the product.
TABLE: Final[Mapping[ShiftState, Mapping[str, tuple[ShiftState, str]]]] = {
    ShiftState.ON: {
        "PlannedEndPassed": (ShiftState.ASKED, "ask"),
        "EndConfirmed": (ShiftState.ON, ""),
        "ShiftEnded": (ShiftState.ENDED, "end"),
    },
    ShiftState.ASKED: {
        "PlannedEndPassed": (ShiftState.OVERDUE, "raise"),
        "EndConfirmed": (ShiftState.ON, "extend"),
        "ShiftEnded": (ShiftState.ENDED, "end"),
    },
    ShiftState.OVERDUE: {
        "PlannedEndPassed": (ShiftState.OVERDUE, ""),
        "EndConfirmed": (ShiftState.OVERDUE, ""),
        "ShiftEnded": (ShiftState.ENDED, "end"),
    },
    ShiftState.ENDED: {
        "PlannedEndPassed": (ShiftState.ENDED, ""),
        "EndConfirmed": (ShiftState.ENDED, ""),
        "ShiftEnded": (ShiftState.ENDED, ""),
    },
}
