"""Writes the state diagrams of ARCHITECTURE.md from the tables (`make docs`)."""

from pathlib import Path

from basestation.cases.diagram import DIAGRAMS, mermaid
from firmware import alarm

PAGE = Path(__file__).parents[1] / "ARCHITECTURE.md"
BEGIN, END = "<!-- diagrams: written by `make docs` -->", "<!-- end of diagrams -->"
TITLES = {
    "person": "A person's case (`basestation/cases/tables.py`)",
    "technical": "A technical case (`basestation/cases/tables.py`)",
    "shift": "A shift (`basestation/cases/shift.py`)",
    "member": "A device in a collective case (`basestation/cases/collective.py`)",
}


def of_the_device() -> str:
    """Return the life cycle of one alarm on the device."""
    return mermaid(
        (state, row[0], event)
        for state in alarm.STATES
        for event, row in alarm.TABLE[state].items()
        if row != alarm.IGNORED and row[0] != state
    )


def section() -> str:
    """Return all diagrams as Markdown."""
    diagrams = {"An alarm on the device (`firmware/alarm.py`)": of_the_device()}
    diagrams |= {TITLES[name]: text for name, text in DIAGRAMS.items()}
    return "\n".join(f"### {title}\n\n```mermaid\n{text}```\n" for title, text in diagrams.items())


def with_diagrams(page: str) -> str:
    """Return the page with the part between the two marks written anew."""
    head, rest = page.split(BEGIN)
    return f"{head}{BEGIN}\n\n{section()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(with_diagrams(PAGE.read_text()))
