"""Which chain a case gets: the first rule that fits its site, kind, mark and time of day.

Decides the order only; where no rule fits, or the chain that it names cannot be read, the site's default
counts, which is the business of whoever asks. A technical alarm is "technical", that of a silent device
"technical/<class>" beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from basestation.cases.week import Hours, includes
from protocol.messages import ALARM_KINDS, TECHNICAL_KINDS

#: Why a device is silent, as far as is known.
SILENCE_CLASSES = ("body", "shadow", "battery", "switched_off", "broker", "base", "unknown")
#: What a rule may name as a kind of alarm.
KINDS = (*ALARM_KINDS, *(f"{kind}/{name}" for kind in TECHNICAL_KINDS for name in SILENCE_CLASSES))
MARKS = ("real", "test", "drill")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table that is read from above."""

    chain: str
    #: Number of the site; None: every one.
    site: int | None = None
    #: One or more of KINDS; empty: all.
    kinds: tuple[str, ...] = ()
    #: By the clock on the wall of the site.
    hours: Hours = field(default_factory=Hours)
    #: One or more of MARKS; empty: all.
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a chain is chosen for."""

    site: int | None
    kind: str
    mark: str
    at: datetime
    #: One of SILENCE_CLASSES; None where no device is silent.
    silence_class: str | None = None


def chosen(rules: Iterable[Rule], occasion: Occasion, zone: tzinfo) -> tuple[str, ...]:
    """Return the names of the chains whose rules fit, the one that counts first; `zone` is the site's."""
    return tuple(rule.chain for rule in rules if _fits(rule, occasion, zone))


def _fits(rule: Rule, occasion: Occasion, zone: tzinfo) -> bool:
    if rule.site is not None and rule.site != occasion.site:
        return False
    if rule.marks and occasion.mark not in rule.marks:
        return False
    kinds = {occasion.kind, f"{occasion.kind}/{occasion.silence_class}"}
    if rule.kinds and not kinds.intersection(rule.kinds):
        return False
    return includes(rule.hours, occasion.at.astimezone(zone))
