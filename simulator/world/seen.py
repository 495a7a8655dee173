"""What was seen of a world from outside: by wearers, on phones, on disk. The checkers read nothing else.

Decides nothing. Times are ms of the loop unless they say otherwise.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from basestation.outgoing.channels import Notice


@dataclass(slots=True)
class RaisedAlarm:
    """An alarm as its device raised it."""

    device: str
    alarm: str
    kind: str
    key: tuple[int, int]
    at_ms: int
    mark: str = "real"
    is_receipted: bool = False
    #: When it was first found in the store; None: not yet.
    stored_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice that a channel was given, and what it answered."""

    at_ms: int
    notice: Notice
    answer: str


@dataclass(frozen=True, slots=True)
class Press:
    """A verb that somebody pressed; `result` is "done", "refused" or "unknown" (the base was gone)."""

    at_ms: int
    case_id: int
    verb: str
    who: str
    result: str


@dataclass(frozen=True, slots=True)
class Violation:
    """What must never be, and was."""

    checker: int
    at_ms: int
    words: str


@dataclass(slots=True)
class Seen:
    """Everything that was seen so far."""

    raised: dict[tuple[str, str], RaisedAlarm] = field(default_factory=dict)
    #: (device, alarm) of pre-alarms that their wearer, or the end of the condition, ended.
    cancelled: set[tuple[str, str]] = field(default_factory=set)
    #: When the station was last reached by a device, by its name.
    heard_ms: dict[str, int] = field(default_factory=dict)
    #: Technical alarms whose fault ended.
    gone: set[tuple[str, str]] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    #: Case -> every (state, accepted_by) that was ever on disk.
    stored: dict[int, set[tuple[str, str | None]]] = field(default_factory=dict)
    #: Case -> its row as it was last on disk.
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)
    #: (case state, event, fault) -> times.
    reached: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    timeline: list[tuple[int, str]] = field(default_factory=list)
    #: Faults that came, by name.
    faults: Counter[str] = field(default_factory=Counter)
    last_event_id: int = 0
    #: What an operator was told is done: cases shown, (case, name) called too, (case, address) corrected.
    shown: set[int] = field(default_factory=set)
    added: set[tuple[int, str]] = field(default_factory=set)
    corrected: set[tuple[int, str]] = field(default_factory=set)

    def note(self, at_ms: int, words: str) -> None:
        """Write a line of the timeline."""
        self.timeline.append((at_ms, words))

    def violate(self, checker: int, at_ms: int, words: str) -> None:
        """Note a violation of the sentence number `checker`; the same one once."""
        if any(one.checker == checker and one.words == words for one in self.violations):
            return
        self.violations.append(Violation(checker, at_ms, words))
        self.note(at_ms, f"VIOLATION {checker}: {words}")

    def take_row(self, row: Any) -> dict[str, Any]:
        """Note a row of the table of cases that is on disk; return it with its body read."""
        body = json.loads(row["body"]) if row["body"] else {}
        names = set(row.keys()) - {"body", "words"}
        case = {name: row[name] for name in names} | {"body": body, "raw": row["body"]}
        self.rows[case["id"]] = case
        self.stored.setdefault(case["id"], set()).add((case["state"], body.get("accepted_by")))
        return case
