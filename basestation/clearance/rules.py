"""What a rule of clearance is made of: when it holds, which record answers it, what it then asks for.

Decides whether one rule speaks, given facts and the records that count; never what comes of several. Texts
are for worker and safety officer; each rule names its source and how sure that is (`vocabulary.TAGS`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from basestation.clearance.question import Record
from basestation.clearance.risk import NO_SUPERVISION, SUPERVISIONS
from basestation.clearance.vocabulary import SETS

REFUSED, CONDITIONS, CLEARED = "refused", "conditions", "cleared"
#: From the best to the worst.
RESULTS: Final = (CLEARED, CONDITIONS, REFUSED)
VERDICTS: Final = (REFUSED, CONDITIONS)

#: A word, number or claim; for sets the words that hold.
Fact = str | int | bool | frozenset[str]
#: A record by kind, subject and what it is about; the newest one counts.
Counted = Mapping[tuple[str, str, str], Record]


@dataclass(frozen=True, slots=True)
class Terms:
    """How somebody may work; more is asked by adding."""

    supervision: str = NO_SUPERVISION
    alarm_kinds: frozenset[str] = frozenset()
    #: Settings of the device -> the highest value allowed, in their own units.
    settings_max: Mapping[str, int] = field(default_factory=dict)
    #: Minutes between two confirmations; None: none is asked for.
    check_in_min: int | None = None
    needs_second_person: bool = False

    def __add__(self, other: "Terms") -> "Terms":
        """Return the stricter of both in everything."""
        lowest = dict(self.settings_max)
        for name, value in other.settings_max.items():
            lowest[name] = min(value, lowest.get(name, value))
        times = [one for one in (self.check_in_min, other.check_in_min) if one is not None]
        return Terms(
            max(self.supervision, other.supervision, key=SUPERVISIONS.index),
            self.alarm_kinds | other.alarm_kinds,
            lowest,
            min(times, default=None),
            self.needs_second_person or other.needs_second_person,
        )


@dataclass(frozen=True, slots=True)
class Test:
    """One fact compared: with words, with a claim, or with a limit that it must exceed."""

    fact: str
    words: frozenset[str] = frozenset()
    claim: bool | None = None
    above: int | None = None

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        """Tell whether the fact is as asked."""
        fact = facts[self.fact]
        if self.claim is not None:
            return fact is self.claim
        if self.above is not None:
            assert isinstance(fact, int)
            return fact > self.above
        if self.fact in SETS:
            assert isinstance(fact, frozenset)
            return bool(fact & self.words)
        return fact in self.words


@dataclass(frozen=True, slots=True)
class Need:
    """The record that answers a rule: while it is valid to the planned end, the rule says nothing."""

    kind: str
    subject: str
    about: str = ""
    #: Results that count; empty: any.
    results: frozenset[str] = frozenset()
    #: Nothing on record is no fault, only what has run out.
    only_lapsed: bool = False

    def is_met(self, counted: Counted, until: datetime) -> bool:
        """Tell whether a record that counts is valid up to this moment."""
        record = counted.get((self.kind, self.subject, self.about))
        if record is None:
            return self.only_lapsed
        is_result_right = not self.results or record.result in self.results
        return is_result_right and is_valid(record, until)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack."""

    name: str
    pack: str
    tests: tuple[Test, ...]
    need: Need | None
    verdict: str
    #: Nobody overrides it.
    is_final: bool
    terms: Terms
    #: Language -> sentence: why, and what would change it.
    reason: Mapping[str, str]
    remedy: Mapping[str, str]
    source: str
    tag: str

    def speaks(self, facts: Mapping[str, Fact], counted: Counted, until: datetime) -> bool:
        """Tell whether everything that the rule asks for holds, and no record answers it."""
        if not all(test.holds(facts) for test in self.tests):
            return False
        return self.need is None or not self.need.is_met(counted, until)


def is_valid(record: Record, until: datetime) -> bool:
    """Tell whether a record is still valid at this moment; its last moment counts."""
    return record.valid_until is None or until <= record.valid_until
