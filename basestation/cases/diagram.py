"""State diagrams drawn from the tables, for the documents: what the program does, not what was meant.

Messages, timers and presses that change the state are arrows; what only notes or calls is left out.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from basestation.cases import collective, shift, tables

Arrow = tuple[str, str, str]


def mermaid(arrows: Iterable[Arrow]) -> str:
    """Return the Mermaid text of (from, to, label) arrows, labels of one arrow joined."""
    labels: dict[tuple[str, str], list[str]] = {}
    for origin, target, label in arrows:
        labels.setdefault((origin, target), []).append(label)
    lines = [f"    {origin} --> {target}: {', '.join(each)}" for (origin, target), each in labels.items()]
    return "\n".join(["stateDiagram-v2", *lines]) + "\n"


def case_arrows(table: tables.Table) -> list[Arrow]:
    """Return the moves of a table of cases that lead to another state."""
    arrows = []
    for state, rows in table.items():
        for event, row in rows.items():
            label = f"{event} timer" if event in tables.TIMERS else event
            for move in (row,) if isinstance(row, tables.Move) else row if isinstance(row, tuple) else ():
                if move.state is not state:
                    claim = f"{label} [{move.when}]" if move.when else label
                    arrows.append((state.value, move.state.value, claim))
    return arrows


def shift_arrows() -> list[Arrow]:
    """Return the moves of the table of shifts that lead to another state."""
    return [
        (state.value, target.value, event)
        for state, rows in shift.TABLE.items()
        for event, (target, _) in rows.items()
        if target is not state
    ]


def member_arrows() -> list[Arrow]:
    """Return the moves of a device in a collective case."""
    return [
        (standing.upper(), target.upper(), event)
        for standing, row in collective.TABLE.items()
        for event, target in row.items()
        if target is not None
    ]


#: The diagrams by name.
DIAGRAMS: Final[Mapping[str, str]] = {
    "person": mermaid(case_arrows(tables.PERSON)),
    "technical": mermaid(case_arrows(tables.TECHNICAL)),
    "shift": mermaid(shift_arrows()),
    "member": mermaid(member_arrows()),
}
