"""Who would be called, when: the chain walked through for a moment, without calling anyone.

Decides nothing of its own: people are found by the same search as in a case, at the moment at which their
level would be called. Supposes that nobody answers and that every channel works; one that fails is left for
the next at once. Times in seconds from the alarm.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from basestation.cases.chain import CONSOLE, CONTROL_ROOM, WORKER, Chain, Recipient
from basestation.cases.directory import Directory, Situation, find
from basestation.cases.people import Found

#: The level after the last: everybody, again and again.
EVERYBODY = "everybody, again and again"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """Somebody is called by one of their ways, or left out."""

    after_s: int
    level: str
    name: str
    channel: str = ""
    #: Enough to know it by.
    address: str = ""
    #: Why they would not be called; empty: they would.
    left_out: str = ""


def rehearse(chain: Chain, directory: Directory, situation: Situation, at: datetime) -> tuple[Rehearsed, ...]:
    """Return every call and who is left out, in order, up to the first call of everybody."""
    steps: list[Rehearsed] = []
    after_s = 0
    for level in chain.levels:
        found, level_steps = _called(level.name, level.recipients, directory, situation, at, after_s)
        steps += level_steps
        if not _is_passed_over(found):
            after_s += level.answer_s
    everybody = tuple(dict.fromkeys(one for level in chain.levels for one in level.recipients))
    steps += _called(EVERYBODY, everybody, directory, situation, at, after_s)[1]
    return tuple(sorted(steps, key=lambda step: step.after_s))


def masked(address: str) -> str:
    """Return what of an address may be shown: enough for whoever knows it, nothing for anybody else."""
    scheme, separator, _ = address.partition("://")
    if separator:
        return f"{scheme}://…"
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}…@{host}"
    return f"…{address[-3:]}" if len(address) > 6 else "…" if address else ""


def _called(
    level: str,
    recipients: tuple[Recipient, ...],
    directory: Directory,
    situation: Situation,
    at: datetime,
    after_s: int,
) -> tuple[tuple[Found, ...], list[Rehearsed]]:
    found, left_out = find(directory, situation, recipients, at + timedelta(seconds=after_s))
    steps = [step for one in found for step in _ways(level, one, after_s)]
    steps += (Rehearsed(after_s, level, one.name, left_out=one.reason) for one in left_out)
    return found, steps


def _ways(level: str, one: Found, after_s: int) -> Iterator[Rehearsed]:
    for way in one.ways:
        yield Rehearsed(after_s, level, one.name, way.channel, masked(way.address))
        # A console shows the case for as long as it is open.
        after_s += way.interval_s if way.channel == CONSOLE else way.tries * way.interval_s


def _is_passed_over(found: tuple[Found, ...]) -> bool:
    """Tell whether the next level is called at once: nobody helps here, or nobody sits there."""
    helpers = [one for one in found if one.kind != WORKER]
    return not helpers or any(one.kind == CONTROL_ROOM and not one.is_attended for one in helpers)
