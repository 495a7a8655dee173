"""ARCHITECTURE.md shows what the tables say."""

from basestation.cases import case, shift
from docs import diagrams
from firmware import alarm


def test_the_diagrams_are_those_of_the_tables():
    """A change of a table without `make docs` fails here."""
    page = diagrams.PAGE.read_text()
    assert diagrams.with_diagrams(page) == page


def test_every_state_of_every_machine_is_on_the_page():
    """A state that no diagram shows is one that nobody knows of."""
    page = diagrams.PAGE.read_text()
    for state in (*alarm.STATES, *case.CaseState, *shift.TABLE):
        assert str(state) in page, state
