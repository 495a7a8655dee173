"""Was anything lost, was anything doubled: judged when all is over, from what each part has kept for itself.

Knows nothing of the fault but how often a notice may have been sent again. What devices say, what the
console's API shows and what stands in the database must agree; the product's own bookkeeping is believed
nowhere.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from basestation import evidence
from tests.faults.database import rows

_CASES = "select device, alarm, state, is_person, id from cases"
_OUTBOX = "select key, state, case_id, channel from outbox"
_MESSAGES = "select device, boot, seq from device_messages where kind = 'raised'"
#: States in which somebody has it.
_TAKEN = {"ACCEPTED", "DISPATCHED", "ON_SCENE", "CLOSED"}


@dataclass(slots=True)
class Record:
    """What devices, helpers and consoles have seen."""

    #: (device, alarm) of every alarm that was raised; those whose device has the receipt.
    raised: set[tuple[str, str]] = field(default_factory=set)
    receipted: set[tuple[str, str]] = field(default_factory=set)
    #: (device, alarm) of the open cases that the console showed at the end.
    shown: set[tuple[str, str]] = field(default_factory=set)
    #: Cases of which a helper was told that they have them.
    accepted: set[int] = field(default_factory=set)
    #: Devices that showed "somebody has it".
    told: set[str] = field(default_factory=set)
    #: How often each key of a notice arrived.
    deliveries: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found; no `faults` means nothing lost and nothing twice."""

    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    alarms: int
    notices: int
    sent_again: int

    @property
    def faults(self) -> tuple[str, ...]:
        """Everything that must not be."""
        return (*self.lost, *self.doubled)


def judge(record: Record, url: str, again_max: int) -> Verdict:
    """Compare the record with the database, whose base station has ended."""
    lost: list[str] = []
    doubled: list[str] = []
    cases = [row for row in rows(url, _CASES) if row.is_person]
    found = Counter((row.device, row.alarm) for row in cases)
    lost += [f"no case for {_name(key)}" for key in sorted(record.raised - set(found))]
    lost += [f"no receipt for {_name(key)}" for key in sorted(record.raised - record.receipted)]
    lost += [f"not shown: {_name(key)}" for key in sorted(record.raised - record.shown)]
    doubled += [f"{count} cases for {_name(key)}" for key, count in found.items() if count > 1]
    doubled += [f"a case that nobody raised: {_name(key)}" for key in sorted(set(found) - record.raised)]
    doubled += [
        f"message {tuple(key)} twice" for key, count in Counter(rows(url, _MESSAGES)).items() if count > 1
    ]
    states = {row.id: row for row in cases}
    lost += [f"case {one} was accepted and is not" for one in record.accepted if not _is_taken(states, one)]
    taken = {row.device for row in cases if row.state in _TAKEN}
    lost += [f"{name} shows help that nobody stored" for name in sorted(record.told - taken)]
    _judge_notices(
        record, url, {row.id for row in cases if row.state not in _TAKEN}, again_max, lost, doubled
    )
    try:
        asyncio.run(evidence.verify(url))
    except evidence.LogChanged as error:
        lost.append(str(error))
    again = sum(count - 1 for count in record.deliveries.values())
    return Verdict(tuple(lost), tuple(doubled), len(record.raised), len(record.deliveries), again)


def _is_taken(states: Mapping[int, Any], case_id: int) -> bool:
    return case_id in states and states[case_id].state in _TAKEN


def _judge_notices(
    record: Record, url: str, cases: set[int], again_max: int, lost: list[str], doubled: list[str]
) -> None:
    notices = [row for row in rows(url, _OUTBOX) if row.channel == "webhook"]
    known = {row.key for row in notices}
    called = {row.case_id for row in notices if record.deliveries[row.key]}
    # A notice of a case that was taken before it was sent is no longer needed.
    lost += [f"case {one} called nobody" for one in sorted(cases - called)]
    lost += [
        f"notice {row.key} is SENT and never arrived"
        for row in notices
        if row.state == "SENT" and not record.deliveries[row.key]
    ]
    lost += [f"notice {key} is not in the outbox" for key in sorted(set(record.deliveries) - known)]
    doubled += [
        f"notice {key} arrived {count} times"
        for key, count in record.deliveries.items()
        if count > 1 + again_max
    ]


def _name(key: tuple[str, str]) -> str:
    return f"alarm {key[1]} of {key[0]}"
