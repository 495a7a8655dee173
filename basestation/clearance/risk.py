"""The risk of lone work by DGUV Regel 112-139: R = (GZ + EV) * NW, and what follows from it.

Decides the class of the hazard, the supervision it asks for, and why lone work is forbidden. A device only
changes EV: R above 30 forbids, it does not call for a device, although a widely read article says so.
Figures 1 to 10, times in seconds. Tags: the classes of 4 and above and the steps of EV are general knowledge
[GK], the formula, its limit and the consequences were read [T] (DGUV Regel 112-139).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LOW, RAISED, CRITICAL = "low", "raised", "critical"
MODERATE, HIGH = "moderate", "high"
NO_SUPERVISION, ROUNDS, PERMANENT = "none", "rounds", "permanent"
#: From the least to the most.
SUPERVISIONS: Final = (NO_SUPERVISION, ROUNDS, PERMANENT)

RISK_MAX: Final = 30
FIGURE_MIN, FIGURE_MAX = 1, 10
#: Help within 5 and within 10 minutes, and the most at which lone work is allowed.
HELP_S_SOON, HELP_S_LATER, HELP_S_MAX = 5 * 60, 10 * 60, 15 * 60
_LOW_MAX, _MIDDLE_MAX = 3, 6
#: How many measured drills count.
DRILLS: Final = 3

#: Why lone work is forbidden; nobody overrides any of them.
RISK_TOO_HIGH, HELP_TOO_FAR, CRITICAL_AND_LIKELY = "risk_too_high", "help_too_far", "critical_and_likely"


class FigureRefused(ValueError):
    """A figure lies outside its scale; the text says which and what is possible."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What somebody estimated of a workplace or an activity."""

    #: GZ, 1..10: how able to act the worker stays.
    hazard: int
    #: NW, 1..10: how likely an emergency is, without the addition for several factors.
    probability: int
    #: From the alarm to the start of help on the spot, seconds.
    help_s: int
    #: Several hazard factors at once: NW is one higher at least.
    has_several_factors: bool = False


@dataclass(frozen=True, slots=True)
class Risk:
    """What the rule makes of an estimate."""

    hazard: str
    probability: str
    #: NW as it counts.
    probability_figure: int
    #: EV; above 15 minutes there is none, and 2 is counted.
    help_figure: int
    #: R, 1..120.
    figure: int
    supervision: str
    forbidden_because: tuple[str, ...]


def risk_of(estimate: Estimate) -> Risk:
    """Return the risk of an estimate; raises FigureRefused outside the scales."""
    _check(estimate)
    probability = min(FIGURE_MAX, estimate.probability + estimate.has_several_factors)
    hazard_class = _class_of(estimate.hazard, (LOW, RAISED, CRITICAL))
    probability_class = _class_of(probability, (LOW, MODERATE, HIGH))
    help_figure = help_figure_of(estimate.help_s)
    figure = (estimate.hazard + help_figure) * probability
    because = {
        RISK_TOO_HIGH: figure > RISK_MAX,
        HELP_TOO_FAR: estimate.help_s > HELP_S_MAX,
        CRITICAL_AND_LIKELY: hazard_class == CRITICAL and probability_class == HIGH,
    }
    return Risk(
        hazard_class,
        probability_class,
        probability,
        help_figure,
        figure,
        supervision_of(hazard_class, probability_class),
        tuple(name for name, holds in because.items() if holds),
    )


def help_figure_of(help_s: int) -> int:
    """Return EV, 0..2, for a time until help in seconds."""
    if help_s < HELP_S_SOON:
        return 0
    return 1 if help_s < HELP_S_LATER else 2


def supervision_of(hazard: str, probability: str) -> str:
    """Return how somebody in this class of hazard and probability must be supervised at least."""
    if hazard == LOW:
        return NO_SUPERVISION
    return ROUNDS if hazard == RAISED and probability != HIGH else PERMANENT


def help_s_proven(estimated_s: int, drills_s: Sequence[int]) -> int:
    """Return the time until help that counts: the worst of the last drills (newest last) only raises it."""
    return max(estimated_s, *drills_s[-DRILLS:], 0)


def _class_of(figure: int, names: tuple[str, str, str]) -> str:
    if figure <= _LOW_MAX:
        return names[0]
    return names[1] if figure <= _MIDDLE_MAX else names[2]


def _check(estimate: Estimate) -> None:
    for name, figure in (("GZ", estimate.hazard), ("NW", estimate.probability)):
        if not FIGURE_MIN <= figure <= FIGURE_MAX:
            raise FigureRefused(f"{name} is {figure}: it lies between {FIGURE_MIN} and {FIGURE_MAX}.")
    if estimate.help_s < 0:
        raise FigureRefused("The time until help cannot be negative.")
