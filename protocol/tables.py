"""Reads the field tables of messages.py, line by line each time they are asked.

Decides what a line says; which kinds there are, the tables decide. A device has the tables as one text, since
as objects they would take 25 kB. Words in capitals stand for what the module of the tables calls so.
"""

from collections import namedtuple

from protocol import topics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

#: One field; `choices` are the words of `choice` and `open`, `low` and `high` 0 where a type has none.
Field = namedtuple("Field", ("name", "type", "unit", "low", "high", "choices", "is_required"))

#: One message kind: the channel it travels on and its own fields.
Kind = namedtuple("Kind", ("name", "channel", "fields"))

#: Low, high and unit of the types that do not state them.
_NO_LIMITS = (0, 0, "")
_NAME_LIMITS = (1, 32, "characters")
_UNITS = {"text": "characters", "data": "characters", "ints": "entries"}


def _number(word: str, names: "dict[str, Any]") -> int:
    number: int = names[word] if word.isupper() else int(word)
    return number


def _choices(words: "list[str]", names: "dict[str, Any]") -> "tuple[str, ...]":
    choices: "tuple[str, ...]" = ()
    for word in words:
        choices += names[word] if word.isupper() else (word,)
    return choices


def _field(line: str, names: "dict[str, Any]") -> Field:
    words = line.split()
    name, kind, rest = words[0].rstrip("?"), words[1], words[2:]
    is_required = name == words[0]
    if kind in ("choice", "open"):
        return Field(name, kind, "", 0, 0, _choices(rest, names), is_required)
    low, high, unit = _NAME_LIMITS if kind == "name" else _NO_LIMITS
    if rest:
        low, high = _number(rest[0], names), _number(rest[1], names)
        unit = rest[2] if len(rest) > 2 else _UNITS.get(kind, "")
    return Field(name, kind, unit, low, high, (), is_required)


class Fields:
    """The fields of one table, read line by line each time they are walked."""

    def __init__(self, tables: str, start: int, names: "dict[str, Any]") -> None:
        """Take the tables, the place where the line of the first field begins, and what words stand for."""
        self._tables = tables
        self._start = start
        self._names = names

    def __iter__(self) -> "Iterator[Field]":
        tables, start = self._tables, self._start
        while tables[start : start + 1] == " ":
            end = tables.find("\n", start)
            yield _field(tables[start:end], self._names)
            start = end + 1


class Kinds:
    """Every kind by name, read from the tables each time; walked, it gives the names in their order."""

    def __init__(self, tables: str, names: "dict[str, Any]") -> None:
        """Take the tables, and what the words in capitals stand for."""
        self._tables = tables
        self._names = names

    def get(self, name: str) -> "Kind | None":
        """Return the kind of this name, or None; its fields are read when they are walked."""
        # A name with anything else in it would be found across two words.
        tables = self._tables
        at = tables.find("\n" + name + " ") if topics.is_name(name) and name != "envelope" else -1
        if at < 0:
            return None
        end = tables.find("\n", at + 1)
        return Kind(name, tables[at + len(name) + 2 : end], Fields(tables, end + 1, self._names))

    def __getitem__(self, name: str) -> Kind:
        kind = self.get(name)
        if kind is None:
            raise KeyError(name)
        return kind

    def __iter__(self) -> "Iterator[str]":
        for line in self._tables.split("\n"):
            if line and line[0] != " " and line != "envelope all":
                yield line.split()[0]
