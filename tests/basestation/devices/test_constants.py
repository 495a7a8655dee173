"""Numbers and words that a board gets where they are read, and what keeps its name."""

from pathlib import Path

import pytest

from basestation.devices.constants import written_out

ROOT = Path("/tree")
LIMITS = '''"""Limits."""
TURN_MS = 20
LONG_MS, SHORT_MS = 3 * TURN_MS, -TURN_MS
WORD = "first_word"
HUGE = 2147483647
SENTENCE = "longer than a name is"
TWICE = 1
FLAG = True


def twice():
    """Bind a name a second time."""
    TWICE = 2
    return TWICE
'''
READER = '''"""Reads."""
from tree import limits, other
from tree.limits import (
    LONG_MS,
    HUGE as MOST,
    SHORT_MS as LEAST_MS,
)


def read(now_ms):
    """Read all of them."""
    if now_ms > LEAST_MS * limits.TURN_MS:
        return LONG_MS, MOST, limits.SENTENCE, limits.TWICE
    return other.tell(limits.WORD)
'''
OTHER = '''"""Knows its own names."""
TOLD = 7
names = globals()


def tell(name):
    """Look a name up."""
    return names[name], TOLD
'''


@pytest.fixture
def changed():
    """The three modules as a board gets them."""
    sources = {"limits": LIMITS, "reader": READER, "other": OTHER}
    found = written_out({ROOT / "tree" / f"{name}.py": source for name, source in sources.items()}, ROOT)
    return {path.stem: source for path, source in found.items()}


def test_a_value_stands_where_its_name_was_read(changed):
    """Imported by itself, by another name, or read from its module; sums of values too."""
    assert "if now_ms > (-20) * 20:" in changed["reader"]
    assert "return 60, MOST, limits.SENTENCE, limits.TWICE" in changed["reader"]
    assert "return other.tell('first_word')" in changed["reader"]


def test_a_name_that_nobody_reads_any_more_goes_with_its_import(changed):
    """What is still read stays imported."""
    assert "from tree.limits import HUGE as MOST\n" in changed["reader"]
    assert "from tree import limits, other\n" in changed["reader"]
    for name in ("TURN_MS", "LONG_MS", "WORD ="):
        assert name in LIMITS
        assert name not in changed["limits"]


def test_what_is_not_one_small_value_for_ever_keeps_its_name(changed):
    """A large integer, a sentence, a name bound twice, a truth value."""
    for line in ("HUGE = 2147483647", 'SENTENCE = "longer than a name is"', "TWICE = 1", "FLAG = True"):
        assert line in changed["limits"]


def test_a_module_that_looks_names_up_keeps_its_own(changed):
    """Nobody knows which it will ask for."""
    assert "TOLD = 7" in changed["other"]
    assert "return names[name], 7" in changed["other"]


def test_an_import_within_a_function_of_which_nothing_is_left_leaves_something_to_do():
    """A block must not be empty."""
    reader = "def read():\n    from tree.limits import WORD\n\n    return WORD\n"
    paths = [ROOT / "tree" / "limits.py", ROOT / "tree" / "reader.py"]
    found = written_out(dict(zip(paths, (LIMITS, reader), strict=True)), ROOT)
    assert found[paths[1]] == "def read():\n    pass\n\n    return 'first_word'\n"


def test_every_line_stays_in_its_place(changed):
    """A traceback tells the line of the source."""
    for name, source in (("limits", LIMITS), ("reader", READER), ("other", OTHER)):
        assert len(changed[name].splitlines()) == len(source.splitlines())
    lines = changed["reader"].splitlines()
    assert lines.index("def read(now_ms):") == READER.splitlines().index("def read(now_ms):")
