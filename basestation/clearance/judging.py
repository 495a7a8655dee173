"""Clearance: may this worker work alone there, with this device, until then? Yes, on conditions, or no.

A total and pure function: every question has an answer, with every reason and what would change it. Decides
also who may override a refusal, and that some nobody may: they are fixed here besides the rules, so that no
file of a site can weaken them (domain: forbidden lone work, R > 30, critical with NW high, help over 15
minutes away, not fit).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from basestation.clearance.facts import conditions_of, counted_of, facts_of, terms_of
from basestation.clearance.question import Question
from basestation.clearance.risk import CRITICAL, HELP_S_MAX, HIGH, RISK_MAX
from basestation.clearance.rules import CLEARED, CONDITIONS, REFUSED, Fact, Rule, Terms
from basestation.clearance.vocabulary import FORBIDDEN_WORKS

#: Where the cases stand that nobody overrides.
SOURCE: Final = "DGUV Regel 112-139"


class OverrideRefused(ValueError):
    """Nobody may clear this, not this person, or not without a reason; the text says which."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that stands against it, or that it is bound to."""

    rule: str
    pack: str
    verdict: str
    is_final: bool
    text: Mapping[str, str]
    remedy: Mapping[str, str]
    source: str
    tag: str


@dataclass(frozen=True, slots=True)
class Override:
    """Who has cleared it in spite of a refusal, and why."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Clearance:
    """The answer."""

    #: CLEARED, CONDITIONS or REFUSED.
    result: str
    reasons: tuple[Reason, ...]
    terms: Terms
    #: The first moment at which a record that counted now runs out; None: none does.
    lapses_at: datetime | None = None
    override: Override | None = None

    @property
    def is_final(self) -> bool:
        """Tell whether nobody may override it."""
        return any(reason.is_final and reason.verdict == REFUSED for reason in self.reasons)


def clearance(question: Question, rules: Sequence[Rule]) -> Clearance:
    """Return the answer to a question by these rules."""
    counted = counted_of(question)
    facts = facts_of(question, counted)
    spoken = [rule for rule in rules if rule.speaks(facts, counted, question.planned_end)]
    reasons = [_never(name) for name in _nevers(facts) if name not in {rule.name for rule in spoken}]
    reasons += [_reason_of(rule) for rule in spoken]
    terms = sum((rule.terms for rule in spoken), terms_of(conditions_of(counted.values(), question.now)))
    ends = [one.valid_until for one in counted.values() if one.valid_until is not None]
    lapses_at = min((end for end in ends if end > question.now), default=None)
    return Clearance(_result_of(reasons, terms), tuple(reasons), terms, lapses_at)


def overridden(found: Clearance, by: str, reason: str, *, is_worker: bool, is_authorised: bool) -> Clearance:
    """Return a refusal as it stands once somebody has overridden it; raises OverrideRefused."""
    if found.result != REFUSED:
        raise OverrideRefused("There is nothing to override: it is not refused.")
    if found.is_final:
        raise OverrideRefused("Nobody may override this: it has to be changed.")
    if is_worker:
        raise OverrideRefused("Nobody overrides a refusal of their own: another person has to.")
    if not is_authorised:
        raise OverrideRefused("Only a safety officer of the site may override a refusal.")
    if not reason.strip():
        raise OverrideRefused("It needs a reason: it stays visible beside the refusal.")
    return Clearance(CONDITIONS, found.reasons, found.terms, found.lapses_at, Override(by, reason.strip()))


def _nevers(facts: Mapping[str, Fact]) -> list[str]:
    """Return the names of what forbids it for everybody, whatever rules there are."""
    works, risk, help_s = facts["work"], facts["risk"], facts["help_s"]
    assert isinstance(works, frozenset)
    assert isinstance(risk, int)
    assert isinstance(help_s, int)
    is_alone = not facts["has_second_person"]
    holds = {
        "forbidden_work": is_alone and bool(works & set(FORBIDDEN_WORKS)),
        "risk_too_high": is_alone and risk > RISK_MAX,
        "help_too_far": is_alone and help_s > HELP_S_MAX,
        "critical_and_likely": is_alone and facts["hazard"] == CRITICAL and facts["probability"] == HIGH,
        "not_fit": facts["fitness"] == "not_fit",
    }
    return [name for name, is_so in holds.items() if is_so]


def _never(name: str) -> Reason:
    text = {"en": f"Never allowed: {name}.", "de": f"Niemals erlaubt: {name}."}
    remedy = {"en": "It has to be changed.", "de": "Es muss geändert werden."}
    return Reason(name, "always", REFUSED, text=text, remedy=remedy, source=SOURCE, tag="T", is_final=True)


def _reason_of(rule: Rule) -> Reason:
    return Reason(
        rule.name, rule.pack, rule.verdict, rule.is_final, rule.reason, rule.remedy, rule.source, rule.tag
    )


def _result_of(reasons: Sequence[Reason], terms: Terms) -> str:
    if any(reason.verdict == REFUSED for reason in reasons):
        return REFUSED
    return CONDITIONS if reasons or terms != Terms() else CLEARED
