"""Machines: the required performance level by the risk graph of ISO 13849-1, and a risk index of the site's.

Decides nothing about lone work. The graph was read in a public text [T]. The table of the index in the style
of ISO/TR 14121-2 was found in none: a site enters its own, and until then there is no index.
"""

from collections.abc import Mapping
from typing import Final

#: (severity, frequency, possibility of avoiding) -> required performance level.
REQUIRED_LEVELS: Final = {
    ("S1", "F1", "P1"): "a",
    ("S1", "F1", "P2"): "b",
    ("S1", "F2", "P1"): "b",
    ("S1", "F2", "P2"): "c",
    ("S2", "F1", "P1"): "c",
    ("S2", "F1", "P2"): "d",
    ("S2", "F2", "P1"): "d",
    ("S2", "F2", "P2"): "e",
}
#: What an index is looked up by: severity, frequency, occurrence, avoidance.
INDEX_SCALES: Final = (("S1", "S2"), ("F1", "F2"), ("O1", "O2", "O3"), ("A1", "A2"))
INDEX_MIN, INDEX_MAX = 1, 6


class GraphRefused(ValueError):
    """A parameter is not one of the graph's, or a row not one of an index; the text says which."""


def required_level(severity: str, frequency: str, avoiding: str) -> str:
    """Return the required performance level, a to e; raises GraphRefused."""
    level = REQUIRED_LEVELS.get((severity, frequency, avoiding))
    if level is None:
        raise GraphRefused(
            f"{severity} {frequency} {avoiding} is not in the risk graph: take S1 or S2, F1 or F2, P1 or P2."
        )
    return level


def checked_table(rows: Mapping[str, int]) -> dict[str, int]:
    """Return the site's table ("S2 F1 O3 A2" -> 1..6) if every row is possible; raises GraphRefused."""
    for row, index in rows.items():
        parts = tuple(row.split())
        is_row = len(parts) == len(INDEX_SCALES) and all(
            part in scale for part, scale in zip(parts, INDEX_SCALES, strict=True)
        )
        if not is_row:
            raise GraphRefused(f"{row!r} is no row of a risk index: write it like 'S2 F1 O3 A2'.")
        if not INDEX_MIN <= index <= INDEX_MAX:
            raise GraphRefused(f"{row}: the index is {index}, it lies between {INDEX_MIN} and {INDEX_MAX}.")
    return dict(rows)


def risk_index(
    table: Mapping[str, int], severity: str, frequency: str, occurrence: str, avoidance: str
) -> int | None:
    """Return the index by the site's table; None where the site has not entered this row."""
    return table.get(f"{severity} {frequency} {occurrence} {avoidance}")
