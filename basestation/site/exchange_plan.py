"""What an import would do: which lines create, change, leave alone, and which are refused and why. Pure.

Decides that a thing is known by its name, that a name stands once in a file, and that nothing is ever removed
by being left out.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from basestation.site.csv_lines import Line
from protocol import topics

# Control characters do not print, and the bidirectional ones would let a name show as another one.
_HIDDEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LINE_CHARACTERS_MAX, _TEXT_CHARACTERS_MAX = 120, 500
#: Languages of people who are called.
_LANGUAGES: Final = ("en", "de")
_OURS: Final = "station"


def line_of_text(text: str) -> str | None:
    """Return why this cannot be one line, None if it can."""
    if len(text) > _LINE_CHARACTERS_MAX:
        return f"has more than {_LINE_CHARACTERS_MAX} characters"
    return "has characters that are not possible there" if _HIDDEN.search(text) or "\n" in text else None


def some_text(text: str) -> str | None:
    """Return why this cannot be a few sentences, None if it can."""
    if len(text) > _TEXT_CHARACTERS_MAX:
        return f"has more than {_TEXT_CHARACTERS_MAX} characters"
    return "has characters that are not possible there" if _HIDDEN.search(text) else None


def topic_name(text: str) -> str | None:
    """Return why this cannot be part of a topic, None if it can."""
    return None if topics.is_name(text) and text != _OURS else "may have 1 to 32 of a-z, 0-9 and -"


def language(text: str) -> str | None:
    """Return why this is no language, None if it is one."""
    return None if text in _LANGUAGES else f"may be {' or '.join(_LANGUAGES)}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that is exchanged: its columns with their checks, `name` first."""

    word: str
    checks: Mapping[str, Callable[[str], str | None]]
    #: Columns that may not be empty.
    needed: Sequence[str] = ("name",)
    #: What a column says where it is empty in a new row.
    defaults: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns in their order."""
        return tuple(self.checks)


KINDS: Final = {
    "workers": Kind("worker", {"name": line_of_text, "phone": line_of_text}),
    "workplaces": Kind("workplace", {"name": line_of_text, "directions": some_text}),
    "beacons": Kind(
        "beacon", {"name": topic_name, "zone": line_of_text, "note": line_of_text}, ("name", "zone")
    ),
    "devices": Kind("device", {"name": topic_name, "label": line_of_text}),
    "responders": Kind(
        "responder", {"name": line_of_text, "language": language}, defaults={"language": "en"}
    ),
}


@dataclass(frozen=True, slots=True)
class Known:
    """A row that is there: its key in the store, what its columns say, and whether it is in service."""

    key: Any
    values: Mapping[str, str]
    is_in_service: bool = True


@dataclass(slots=True)
class ImportPlan:
    """What an import would do."""

    created: list[Line] = field(default_factory=list)
    #: Line, the row it changes, and what differs: column -> [before, after].
    changed: list[tuple[Line, Known, dict[str, list[str]]]] = field(default_factory=list)
    unchanged: int = 0
    #: Number of the line, and why.
    refused: list[tuple[int, str]] = field(default_factory=list)

    def view(self) -> dict[str, Any]:
        """Return it as it stands in JSON."""
        return {
            "created": [{"line": line.number, "name": line.values["name"]} for line in self.created],
            "changed": [
                {"line": line.number, "name": line.values["name"], "fields": fields}
                for line, _, fields in self.changed
            ],
            "unchanged": self.unchanged,
            "refused": [{"line": number, "detail": sentence} for number, sentence in self.refused],
        }


def plan_import(kind: Kind, lines: Sequence[Line], known: Sequence[Known]) -> ImportPlan:
    """Return what these lines would do to what is there."""
    plan, first = ImportPlan(), dict[str, int]()
    by_name: dict[str, list[Known]] = {}
    for row in known:
        by_name.setdefault(row.values["name"], []).append(row)
    for line in lines:
        name = line.values["name"]
        fault = _fault(kind, line) or (
            f"{name!r} stands in line {first[name]} too" if name in first else None
        )
        first.setdefault(name, line.number)
        if fault is not None:
            plan.refused.append((line.number, f"{fault}."))
        else:
            _place(kind, plan, line, by_name.get(name, []))
    return plan


def _place(kind: Kind, plan: ImportPlan, line: Line, same_name: Sequence[Known]) -> None:
    name = line.values["name"]
    if len(same_name) > 1:
        sentence = f"More than one {kind.word} is called {name!r}: change them one by one."
        plan.refused.append((line.number, sentence))
    elif not same_name:
        empty = {column: kind.defaults.get(column, "") for column in kind.columns}
        given = {column: text for column, text in line.values.items() if text}
        plan.created.append(Line(line.number, empty | given))
    elif not same_name[0].is_in_service:
        sentence = f"The {kind.word} {name!r} was retired: bring it back by hand, or choose another name."
        plan.refused.append((line.number, sentence))
    else:
        before = same_name[0].values
        fields = {
            column: [before[column], text] for column, text in line.values.items() if before[column] != text
        }
        if fields:
            plan.changed.append((line, same_name[0], fields))
        else:
            plan.unchanged += 1


def _fault(kind: Kind, line: Line) -> str | None:
    for column, text in line.values.items():
        if not text:
            if column in kind.needed:
                return f"The {column} is missing"
            continue
        why = kind.checks[column](text)
        if why is not None:
            return f"The {column} {why}"
    return None
