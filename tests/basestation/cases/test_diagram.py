"""The diagrams are drawn from the tables."""

from basestation.cases import shift, tables
from basestation.cases.case import CaseState
from basestation.cases.collective import STANDINGS
from basestation.cases.diagram import DIAGRAMS, case_arrows, mermaid, shift_arrows


def test_arrows_between_the_same_states_are_joined():
    """One line for each pair, in the order of the table."""
    text = mermaid([("A", "B", "one"), ("B", "C", "two"), ("A", "B", "three")])
    assert text == "stateDiagram-v2\n    A --> B: one, three\n    B --> C: two\n"


def test_a_diagram_shows_what_leads_elsewhere_and_says_when():
    """What stays in its state is no arrow; timers and claims are named."""
    table = {
        CaseState.ACCEPTED: {
            "arrival": tables.Move(CaseState.CLOSED, "x"),
            "AcceptPressed": tables.Move(CaseState.RECEIVED, "x", when="is_overdue"),
            "answer": tables.Move(CaseState.ACCEPTED, "x"),
            "repeat": tables.Ignored(),
            "AllClearPressed": tables.Refused(),
        }
    }
    assert case_arrows(table) == [
        ("ACCEPTED", "CLOSED", "arrival timer"),
        ("ACCEPTED", "RECEIVED", "AcceptPressed [is_overdue]"),
    ]


def test_every_state_of_every_machine_is_in_its_diagram():
    """Nothing is unreachable, and nothing was forgotten."""
    assert set(DIAGRAMS) == {"person", "technical", "shift", "member"}
    for name, states in (("person", tables.PERSON), ("technical", tables.TECHNICAL), ("shift", shift.TABLE)):
        for state in states:
            assert f"--> {state.value}" in DIAGRAMS[name] or state is CaseState.NEW
    assert all(f"--> {standing.upper()}" in DIAGRAMS["member"] for standing in STANDINGS)
    assert ("ASKED", "OVERDUE", "PlannedEndPassed") in shift_arrows()
    assert DIAGRAMS["shift"].count("-->") == len({(origin, target) for origin, target, _ in shift_arrows()})
