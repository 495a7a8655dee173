"""What an entry of a case's log says, as a sentence; without words for it, its facts. Pure."""

from typing import Any, Final

from basestation.casework.wording import cause_text
from basestation.reports.words import words_in

#: Of an entry itself, not of what happened.
_OWN: Final = frozenset({"kind", "at", "seq", "hash", "state"})


def sentence_of(entry: dict[str, Any], language: str) -> str:
    """Return what an entry says in one language."""
    words = words_in(language)
    kind = str(entry["kind"])
    if kind == "timer_fired" and f"timer_{entry.get('name')}" in words["happened"]:
        kind = f"timer_{entry['name']}"
    pattern = words["happened"].get(kind)
    facts = {name: _said(value) for name, value in entry.items() if name not in _OWN}
    if pattern is None:
        return ", ".join([kind.replace("_", " "), *(f"{name}: {value}" for name, value in facts.items())])
    if "cause" in facts:
        facts["cause"] = f"({cause_text(facts['cause'], language)})"
    if "state" in entry:
        known = words["case_states"] | {name.upper(): text for name, text in words["outcomes"].items()}
        facts["state"] = known.get(entry["state"], str(entry["state"]))
    if "stage" in facts:
        facts["stage"] = words["delivery"].get(facts["stage"], facts["stage"])
    return str(pattern.format_map(_Known(facts))).strip()


class _Known(dict[str, str]):
    """The facts there are; one that is missing is nothing, and never a fault."""

    def __missing__(self, name: str) -> str:
        return ""


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
