"""The hunt for faults: what is planted fits the product, and the hunt tells what became of each."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from basestation.cases import tables
from basestation.cases.tables import Ignored, Move
from tests.mutants import hunt, planting, removals, world
from tests.mutants.equivalent import EXPLAINED
from tests.mutants.faults import FAULTS
from tests.mutants.planting import Call, Row, Text

ROOT = Path(__file__).parents[2]
#: Found in these seeds, by three different checkers.
KNOWN = {
    "acknowledged before the commit": 5,
    "row PERSON NEW ConditionEnded": 4,
    "effect: ACCEPTED is not told": 30,
}
#: Reached by none of these seeds.
UNREACHED = "row SHIFT OVERDUE ShiftEnded"
GATE = """
ROWS = {"OPEN": {"knock": "wait", "push": "enter"}}


def answer():
    return "no"


def count(calls):
    calls.append(1)
    if calls:
        calls.append(2)
    return len(calls)


class Gate:
    def row(self, event):
        return ROWS["OPEN"][event]
"""


@pytest.fixture
def gate(tmp_path, monkeypatch):
    """A module of its own, into which faults are planted."""
    (tmp_path / "gate_of_the_hunt.py").write_text(GATE)
    monkeypatch.syspath_prepend(tmp_path)
    planting.REACHED.clear()
    yield importlib.import_module("gate_of_the_hunt")
    del sys.modules["gate_of_the_hunt"]


def test_known_faults_are_found_and_a_product_without_fault_is_not():
    """The hunt finds three faults in their seeds, says which it never reached, and fails for that one."""
    command = [sys.executable, "-m", "tests.mutants.world", "--jobs", "1", "--tries", "3"]
    seeds = [str(seed) for seed in KNOWN.values()]
    done = subprocess.run(
        [*command, "--seed", *seeds, "--only", *KNOWN, UNREACHED],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert "3 seeds without a fault break no claim" in said
    for name in KNOWN:
        assert f"found         {name}: seed" in said, said
    assert f"NOT REACHED   {UNREACHED}" in said
    assert done.returncode == 1, said


def test_every_fault_fits_the_product():
    """A fault whose place has moved would be found by nobody, and missed by nobody."""
    faults = world.chosen(None)
    assert len(FAULTS) >= 25
    assert len({fault.name for fault in faults}) == len(faults)
    for fault in faults:
        planting.check(fault)


def test_every_row_of_the_cases_is_removed():
    """No row that does something is left out of the hunt."""
    rows = [
        f"row {name} {state.upper()} {event}"
        for name, table in (("PERSON", tables.PERSON), ("TECHNICAL", tables.TECHNICAL))
        for state, row_of in table.items()
        for event, row in row_of.items()
        if isinstance(row, Move | tuple)
    ]
    made = {fault.name for fault in removals.rows()}
    assert len(rows) > 100
    assert set(rows) <= made


def test_what_is_explained_is_hunted():
    """Nobody explains a fault that is not there, or says nothing about one."""
    names = {fault.name for fault in world.chosen(None)}
    assert set(EXPLAINED) <= names
    assert all(reason.endswith(".") for reason in EXPLAINED.values())


def test_who_imported_a_function_has_its_fault_too(gate):
    """The code of a function is exchanged in place, and it is told that it was reached."""
    imported = gate.answer
    planting.plant(Text("yes", gate.__name__, 'return "no"', 'return "yes"'))
    assert imported() == "yes"
    assert {"yes"} == planting.REACHED


def test_a_text_that_is_not_there_is_an_error(gate):
    """A fault that changes nothing must not pass for one that nobody found."""
    with pytest.raises(AssertionError):
        planting.plant(Text("none", gate.__name__, "return 7", "return 8"))


def test_a_row_is_wrong_for_its_event_only(gate):
    """The other events of the state keep their rows."""
    planting.plant(Row("shut", gate.__name__, "ROWS", ("OPEN",), ("push",), Ignored()))
    assert gate.Gate().row("push") == Ignored()
    assert gate.Gate().row("knock") == "wait"
    assert {"shut"} == planting.REACHED


def test_one_call_of_several_is_left_out(gate):
    """The statement of that call does nothing any more."""
    planting.plant(Call("half", gate.__name__, "count", "append", 1))
    assert gate.count([]) == 1
    assert {"half"} == planting.REACHED


def test_marks_change_nothing_but_what_is_noted(gate):
    """The product stays right and says which places of faults it came through."""
    planting.mark((
        Text("yes", gate.__name__, 'return "no"', 'return "yes"'),
        Row("shut", gate.__name__, "ROWS", ("OPEN",), ("push",), Ignored()),
        Call("half", gate.__name__, "count", "append", 1),
    ))  # fmt: skip
    assert (gate.answer(), gate.Gate().row("push"), gate.count([])) == ("no", "enter", 2)
    assert {"yes", "shut", "half"} == planting.REACHED


@pytest.mark.parametrize(
    ("words", "reaching", "kind"),
    [("claim 1: lost", 3, "found"), (None, 3, "NOT FOUND"), (None, 0, "NOT REACHED")],
)
def test_each_finding_is_told(words, reaching, kind):
    """Found, not found and never reached are three things."""
    finding = hunt.Finding(FAULTS[0], words, None, 3, reaching)
    told, line = world.told(finding, 10)
    assert told == kind
    assert FAULTS[0].name in line


def test_what_is_explained_counts_as_neither(monkeypatch):
    """A removal that nobody can perceive is told with its reason."""
    monkeypatch.setitem(EXPLAINED, FAULTS[0].name, "It is never asked for.")
    told, line = world.told(hunt.Finding(FAULTS[0], None, None, 3, 3), 10)
    assert told == "explained"
    assert line.endswith("It is never asked for.")
