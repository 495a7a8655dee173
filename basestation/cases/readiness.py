"""Whether the rescue chain would work: who is missing, now and for days to come, before anything happens.

Decides from what is set and known, by the same search as a real case; changes and tells nothing. Sentences
name people and channels, never addresses. Times in seconds; that help has to be on the spot within 15 minutes
is DGUV 112-139, the week ahead a convention of this product.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from basestation.cases.chain import CONSOLE, ROLE, WORKER, Chain, Level
from basestation.cases.directory import WITHOUT_ADDRESS, Directory, Situation, find
from basestation.cases.people import Found, FoundWay
from basestation.cases.proof import ProofLimits, proof_state
from basestation.cases.rota import Gap, turnovers

Code = Literal[
    "chain_unreadable",
    "too_slow",
    "nobody",
    "address_unproven",
    "address_stale",
    "address_fixed",
    "channel_silent",
    "channel_unknown",
    "no_zone",
    "no_log_in",
]
#: Whether an alarm now would reach nobody somewhere, or only fewer than it should.
Gravity = Literal["grave", "weak"]


@dataclass(frozen=True, slots=True)
class ReadinessLimits:
    """What a chain has to keep."""

    #: All levels called and somebody there, at most, in seconds.
    help_s: int = 900
    #: How far ahead the rota has to be filled, in days.
    days_ahead: int = 7


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is missing."""

    code: Code
    gravity: Gravity
    #: For whoever looks after the site: what, where, what to do.
    sentence: str
    chain: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is set and known at one moment."""

    #: By name, those in use: the default one and those that rules name. A text is why one cannot be read.
    chains: Mapping[str, Chain | str]
    directory: Directory
    #: By name of every channel: None where its machine answers, else what is wrong. Empty: not known yet.
    faults: Mapping[str, str | None] = field(default_factory=dict)
    #: By number of the person.
    proofs: Mapping[int, ProofLimits] = field(default_factory=dict)
    #: Of the first site; times in sentences are its.
    zone: tzinfo = UTC
    #: Sites whose duties have hours and no time zone to count them in.
    without_zone: tuple[str, ...] = ()
    limits: ReadinessLimits = field(default_factory=ReadinessLimits)
    #: Sites whose cases no log-in but administrators' may take.
    without_log_in: tuple[str, ...] = ()


def findings(facts: Facts, now: datetime) -> tuple[Finding, ...]:
    """Return what is missing, the grave first; empty when all is well."""
    found = list(_of_sites(facts))
    reached: dict[tuple[str, FoundWay], Found] = {}
    for name, chain in facts.chains.items():
        if isinstance(chain, str):
            found.append(
                Finding("chain_unreadable", "grave", f"Chain {name!r} cannot be used: {chain}", name)
            )
            continue
        found += _of_times(chain, facts.limits)
        for level in chain.levels:
            found += _of_level(facts, chain, level, now, reached)
    found += _of_addresses(facts, reached, now)
    found += _of_channels(facts, {way for _, way in reached})
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.gravity != "grave"))


def next_turnover(facts: Facts, now: datetime) -> datetime | None:
    """Return when the next duty may pass on within the days looked ahead; None if none does."""
    until = now + timedelta(days=facts.limits.days_ahead)
    rotas, absences = facts.directory.duties.values(), facts.directory.absences
    return min((turn for rota in rotas for turn in turnovers(rota, absences, now, until)), default=None)


def cause_of(found: Iterable[Finding], count_max: int = 3) -> str:
    """Return the findings as one text for the technical alarm, the first `count_max` in words."""
    sentences = [one.sentence for one in found]
    more = len(sentences) - count_max
    rest = [f"And {more} more: `rufweite chain check` shows all."] if more > 0 else []
    return " ".join(["The rescue chain is not ready.", *sentences[:count_max], *rest])


def working_first(ways: tuple[FoundWay, ...], faults: Mapping[str, str | None]) -> tuple[FoundWay, ...]:
    """Return the ways with those first whose channel is known to answer, then the unknown; none is lost."""

    def rank(way: FoundWay) -> int:
        if way.channel not in faults:
            return 1
        return 0 if faults[way.channel] is None else 2

    return tuple(sorted(ways, key=rank))


def _of_sites(facts: Facts) -> Iterator[Finding]:
    for site in facts.without_zone:
        yield Finding(
            "no_zone", "weak", f"Site {site!r} has no time zone known here: its hours count as UTC. Set it."
        )
    for site in facts.without_log_in:
        yield Finding(
            "no_log_in",
            "grave",
            f"Nobody but administrators may take an alarm of site {site!r}: give somebody a role there.",
        )


def _of_times(chain: Chain, limits: ReadinessLimits) -> Iterator[Finding]:
    total_s = sum(level.answer_s for level in chain.levels) + chain.arrival_s
    if total_s > limits.help_s:
        sentence = (
            f"Chain {chain.name!r} may take {total_s} s from the alarm to help on the spot, which has to be"
            f" there within {limits.help_s} s: shorten answer or arrival times."
        )
        yield Finding("too_slow", "grave", sentence, chain.name)


def _of_level(
    facts: Facts, chain: Chain, level: Level, now: datetime, reached: dict[tuple[str, FoundWay], Found]
) -> Iterator[Finding]:
    until = now + timedelta(days=facts.limits.days_ahead)
    moments = (now, *_moments(facts.directory, level, now, until))
    empty: list[Gap] = []
    for moment, end in zip(moments, (*moments[1:], until), strict=True):
        helpers = [one for one in _found(facts.directory, level, moment) if one.kind != WORKER]
        reached.update(((one.key, way), one) for one in helpers for way in one.ways)
        if not helpers and empty and empty[-1].until_at == moment:
            empty[-1] = Gap(empty[-1].from_at, end)
        elif not helpers:
            empty.append(Gap(moment, end))
    if empty:
        yield Finding("nobody", "grave", _sentence(facts, chain, level, empty, now), chain.name, level.name)


def _moments(directory: Directory, level: Level, now: datetime, until: datetime) -> tuple[datetime, ...]:
    times = {
        moment
        for absence in directory.absences
        for moment in (absence.from_at, absence.until_at)
        if now < moment < until
    }
    for recipient in level.recipients:
        rota = directory.duties.get(recipient.name) if recipient.kind == ROLE else None
        if rota is not None:
            times.update(turnovers(rota, directory.absences, now, until))
    return tuple(sorted(times))


def _found(directory: Directory, level: Level, at: datetime) -> tuple[Found, ...]:
    return find(directory, Situation(), level.recipients, at)[0]


def _sentence(facts: Facts, chain: Chain, level: Level, empty: list[Gap], now: datetime) -> str:
    first = empty[0]
    begin = "now" if first.from_at == now else _shown(first.from_at, facts.zone)
    is_lasting = first.until_at == now + timedelta(days=facts.limits.days_ahead)
    times = f"from {begin} {'on' if is_lasting else f'until {_shown(first.until_at, facts.zone)}'}"
    more = f" and {len(empty) - 1} times more" if len(empty) > 1 else ""
    return (
        f"Chain {chain.name!r}, level {level.name!r}: nobody can be called {times}{more} within"
        f" {facts.limits.days_ahead} days: fill the rota, or add somebody."
    )


def _shown(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def _of_addresses(
    facts: Facts, reached: Mapping[tuple[str, FoundWay], Found], now: datetime
) -> Iterator[Finding]:
    people = {f"person/{person.id}": person for person in facts.directory.people}
    for (key, way), one in reached.items():
        person = people.get(key)
        if (person is None and not key.startswith("address/")) or way.channel == CONSOLE:
            continue
        own = () if person is None else person.addresses
        known = [each for each in own if (each.channel, each.address) == (way.channel, way.address)]
        if not known:
            yield Finding("address_fixed", "weak", _fixed_sentence(one.name, way.channel))
            continue
        assert person is not None
        state = proof_state(known[0], now, facts.proofs.get(person.id, ProofLimits()))
        if state == "stale":
            sentence = f"{one.name}: nobody knows any more whether {way.channel} reaches them: ask them."
            yield Finding("address_stale", "weak", sentence)
        elif state != "proven":
            sentence = f"{one.name} has never confirmed that {way.channel} reaches them: ask them."
            yield Finding("address_unproven", "weak", sentence)


def _fixed_sentence(name: str, channel: str) -> str:
    if channel in WITHOUT_ADDRESS:
        return f"{name} is called by {channel!r}, which reaches no person: add an address of theirs."
    return (
        f"{name} is called by {channel} at an address in the chain itself, which nobody can prove: enter it"
        " with the person."
    )


def _of_channels(facts: Facts, ways: set[FoundWay]) -> Iterator[Finding]:
    for channel in sorted({way.channel for way in ways}):
        fault = facts.faults.get(channel)
        if fault is not None:
            yield Finding("channel_silent", "grave", f"The channel {channel} does not answer: {fault}.")
        elif any(_is_lost(facts, way) for way in ways if way.channel == channel):
            sentence = f"There is no channel {channel} here: set it up, or use an address that is a URL."
            yield Finding("channel_unknown", "grave", sentence)


def _is_lost(facts: Facts, way: FoundWay) -> bool:
    """Tell whether nothing can be made of a way: no channel of that name, and an address that says none."""
    is_unknown = bool(facts.faults) and way.channel not in facts.faults
    return is_unknown and way.channel not in WITHOUT_ADDRESS and "://" not in way.address
