"""What measured drills say of the time from the alarm to help on the spot, and of the risk assessment.

Pure. R = (GZ + EV) * NW of DGUV Regel 112-139 [T]; the steps of EV are general knowledge [GK]; that the worst
of the last three drills may raise EV by itself, and that lowering needs a signature, is ours [D]. A drill to
which help never came counts as the worst there is. Seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from basestation.cases.budget import HELP_S_MAX

#: How many of the newest drills of a workplace and shift count.
DRILLS_COUNTED: Final = 3
#: Up to less than so many seconds -> EV [GK]; up to HELP_S_MAX it is 2, later there is no lone work [T].
EV_STEPS_S: Final = ((300, 0), (600, 1))
EV_MAX: Final = 2
RISK_MAX: Final = 30
#: GZ and NW are 1 to 10 [T].
FIGURE_MIN, FIGURE_MAX = 1, 10

HOLDS, RAISED, MAY_BE_LOWERED, FORBIDDEN = "holds", "raised", "may_be_lowered", "forbidden"
NOT_MEASURED: Final = "not_measured"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one drill measured: seconds from the alarm to help; None: it never came."""

    drill_id: int
    help_s: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the measured time means for an assessment with GZ, EV and NW."""

    #: HOLDS, RAISED, MAY_BE_LOWERED (needs a signature), FORBIDDEN, NOT_MEASURED.
    outcome: str
    #: EV to count with from now on; None: there is no lone work.
    ev: int | None
    #: R with it; None where there is no EV.
    risk: int | None
    #: The assessment as it stands no longer holds: it has to be made anew, or the work stops.
    no_longer_holds: bool
    #: EV that the measured time would allow, by a signature only; None: none lower.
    ev_by_signature: int | None = None


def worst_of_last_three(measured: Sequence[Measured]) -> Measured | None:
    """Return the worst of the newest three, given newest first; None where nothing was measured."""
    counted = measured[:DRILLS_COUNTED]
    return max(counted, key=lambda one: (one.help_s is None, one.help_s or 0), default=None)


def ev_of(help_s: int | None) -> int | None:
    """Return EV for a time from alarm to help; None: too late for anybody to work alone."""
    if help_s is None or help_s > HELP_S_MAX:
        return None
    return next((ev for limit_s, ev in EV_STEPS_S if help_s < limit_s), EV_MAX)


def risk_of(gz: int, ev: int, nw: int) -> int:
    """Return R; GZ and NW 1 to 10, EV 0 to 2."""
    assert FIGURE_MIN <= gz <= FIGURE_MAX, gz
    assert FIGURE_MIN <= nw <= FIGURE_MAX, nw
    assert 0 <= ev <= EV_MAX, ev
    return (gz + ev) * nw


def judged(worst: Measured | None, gz: int, ev: int, nw: int) -> Verdict:
    """Return what the worst of the last three drills makes of an assessment."""
    risk = risk_of(gz, ev, nw)
    if worst is None:
        return Verdict(NOT_MEASURED, ev, risk, no_longer_holds=risk > RISK_MAX)
    measured_ev = ev_of(worst.help_s)
    if measured_ev is None:
        return Verdict(FORBIDDEN, None, None, no_longer_holds=True)
    if measured_ev > ev:
        return Verdict(RAISED, measured_ev, risk_of(gz, measured_ev, nw), no_longer_holds=True)
    if measured_ev < ev:
        return Verdict(MAY_BE_LOWERED, ev, risk, no_longer_holds=risk > RISK_MAX, ev_by_signature=measured_ev)
    return Verdict(HOLDS, ev, risk, no_longer_holds=risk > RISK_MAX)
