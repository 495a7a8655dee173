"""A snapshot as text: whole, or what has changed since the one that a console has.

Decides what counts as changed: a fact that reads differently, and a case that does. Of the cases a change
carries those that read differently and the numbers of all in their order, so that a page that has the one
before has the same snapshot after it as one that got it whole. A text is made once for all who need it.
"""

import json
from collections.abc import Mapping
from typing import Any

#: States in which it counts that somebody has seen a case.
_CALLED_IN = ("RECEIVED", "ACCEPTED", "DISPATCHED", "ON_SCENE")
#: Comes with every change: by it the page knows how old it is.
_TIME = "now"


class Snapshot:
    """What somebody sees at a moment, as it is sent, with what has to be known of it afterwards."""

    def __init__(self, facts: Mapping[str, str], cases: Mapping[int, str], unseen: tuple[int, ...]) -> None:
        #: The text of each fact but the cases, and of each case in the order of the list.
        self.facts = facts
        self.cases = cases
        #: Numbers of its cases that no attended console has shown yet.
        self.unseen = unseen
        self._whole: str | None = None
        #: The snapshot that was asked about last, and what has changed since.
        self._since: tuple[Snapshot, str] | None = None

    @property
    def whole(self) -> str:
        """Return everything."""
        if self._whole is None:
            cases = f"[{','.join(self.cases.values())}]"
            self._whole = _object({**self.facts, "cases": cases})
        return self._whole

    def since(self, before: "Snapshot") -> str:
        """Return what brings a page from the snapshot `before` to this one."""
        if self._since is None or self._since[0] is not before:
            self._since = (before, self._changes(before))
        return self._since[1]

    def _changes(self, before: "Snapshot") -> str:
        facts = {
            name: text for name, text in self.facts.items() if name == _TIME or before.facts.get(name) != text
        }
        changed = [text for number, text in self.cases.items() if before.cases.get(number) != text]
        if changed or list(self.cases) != list(before.cases):
            facts |= {"order": json.dumps(list(self.cases)), "cases": f"[{','.join(changed)}]"}
        return _object(facts)


def snapshot_of(facts: Mapping[str, Any]) -> Snapshot:
    """Return the facts of a snapshot as text, each for itself."""
    unseen = (
        case["id"] for case in facts["cases"] if case["shown_at"] is None and case["state"] in _CALLED_IN
    )
    return Snapshot(
        {name: _text(fact) for name, fact in facts.items() if name != "cases"},
        {case["id"]: _text(case) for case in facts["cases"]},
        tuple(unseen),
    )


def _text(fact: Any) -> str:
    return json.dumps(fact, ensure_ascii=False, separators=(",", ":"))


def _object(parts: Mapping[str, str]) -> str:
    return f"{{{','.join(f'{_text(name)}:{text}' for name, text in parts.items())}}}"
