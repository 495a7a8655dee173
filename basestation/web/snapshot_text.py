"""A snapshot as text: whole, or what has changed since the one that a console has.

Decides what counts as changed: a fact that reads differently, and a case that does. Of the cases a change
carries those that read differently and the numbers of all in their order, so that a page that has the one
before has the same snapshot after it as one that got it whole. A text is made once for all who need it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

K = TypeVar("K")

#: States in which it counts that somebody has seen a case.
_CALLED_IN = ("RECEIVED", "ACCEPTED", "DISPATCHED", "ON_SCENE")
#: Comes with every change: by it the page knows how old it is.
_TIME = "now"
#: Consoles that see the same go from the same snapshot to the same.
_CHANGES_KEPT_MAX = 16


@dataclass(frozen=True, eq=False, slots=True)
class Snapshot:
    """What somebody sees at a moment, as it is sent, with what has to be known of it afterwards."""

    #: The text of each fact but the cases, and of each case in the order of the list.
    facts: dict[str, str]
    cases: dict[int, str]
    #: Numbers of its cases that no attended console has shown yet.
    unseen: tuple[int, ...]

    @property
    def whole(self) -> str:
        """Return everything."""
        return _object({**self.facts, "cases": f"[{','.join(self.cases.values())}]"})


@lru_cache(maxsize=_CHANGES_KEPT_MAX)
def changes_between(before: Snapshot, after: Snapshot) -> str:
    """Return what brings a page from one snapshot to a later one."""
    facts = {
        name: text for name, text in after.facts.items() if name == _TIME or before.facts.get(name) != text
    }
    changed = [text for number, text in after.cases.items() if before.cases.get(number) != text]
    if changed or list(after.cases) != list(before.cases):
        facts |= {"order": json.dumps(list(after.cases)), "cases": f"[{','.join(changed)}]"}
    return _object(facts)


def snapshot_of(facts: Mapping[str, Any], like: Snapshot | None = None) -> Snapshot:
    """Return the facts of a snapshot as text, each for itself; what is as it was in `like` is kept once."""
    unseen = (
        case["id"] for case in facts["cases"] if case["shown_at"] is None and case["state"] in _CALLED_IN
    )
    texts = {name: _text(fact) for name, fact in facts.items() if name != "cases"}
    cases = {case["id"]: _text(case) for case in facts["cases"]}
    if like is not None:
        texts, cases = _kept(texts, like.facts), _kept(cases, like.cases)
    return Snapshot(texts, cases, tuple(unseen))


def _kept(texts: dict[K, str], known: dict[K, str]) -> dict[K, str]:
    return {key: known[key] if known.get(key) == text else text for key, text in texts.items()}


def _text(fact: Any) -> str:
    return json.dumps(fact, ensure_ascii=False, separators=(",", ":"))


def _object(parts: Mapping[str, str]) -> str:
    return f"{{{','.join(f'{_text(name)}:{text}' for name, text in parts.items())}}}"
