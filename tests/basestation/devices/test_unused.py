"""What a board does not get because nobody there asks for it, and what it gets all the same."""

from pathlib import Path

import pytest

from basestation.devices.unused import without_notes, without_unused

FIRST = '''"""A module."""
from second import asked_elsewhere
LIMIT_MG = 3
WORDS = ("one", "two")
MADE = register("three")


def helped(value):
    """Return more."""
    return value + LIMIT_MG


def unasked():
    """Return what only the base station wants."""
    return inner(WORDS)


def inner(words):
    """Return what only `unasked` wants."""
    return words


def main():
    """Run; asked for from outside."""
    return helped(asked_elsewhere) + by_name("named_in_a_text")
'''
SECOND = '''"""Another module."""
asked_elsewhere = 1
named_in_a_text = 2


class Unasked:
    """Nobody makes one."""
'''


@pytest.fixture
def kept():
    """The two modules as a board gets them."""
    found = without_unused({Path("first.py"): FIRST, Path("second.py"): SECOND})
    return found[Path("first.py")], found[Path("second.py")]


def test_what_nobody_asks_for_goes_and_what_only_that_needed_goes_with_it(kept):
    """A function, what it calls, the words it names, a class."""
    first, second = kept
    for name in ("def unasked", "def inner", "WORDS"):
        assert name in FIRST
        assert name not in first
    assert "Unasked" not in second


def test_what_is_asked_for_here_elsewhere_in_a_text_or_from_outside_stays(kept):
    """A name in a text counts, since texts are how names are looked up."""
    first, second = kept
    for name in ("def helped", "LIMIT_MG = 3", "def main"):
        assert name in first
    assert "asked_elsewhere = 1" in second
    assert "named_in_a_text = 2" in second


def test_a_value_stays_whose_making_may_do_more_than_make_it(kept):
    """Nobody asks for it, but a call may register something."""
    assert 'MADE = register("three")' in kept[0]


def test_every_line_stays_where_it_was(kept):
    """A traceback tells the line of the source."""
    kept_lines, lines = kept[0].splitlines(), FIRST.splitlines()
    assert len(kept_lines) == len(lines)
    assert all(line in ("", source) for line, source in zip(kept_lines, lines, strict=True))


def test_what_is_asked_for_by_name_stays():
    """Whoever builds may know of more entrances."""
    found = without_unused({Path("first.py"): FIRST}, asked=("unasked",))
    assert "def inner" in found[Path("first.py")]


def test_what_the_interpreter_notes_by_itself_goes_and_the_lines_stay():
    """The path of the module, module and longer name of a class; what they do stays."""
    source = FIRST.replace("def main", 'class Kept:\n    """One."""\n\n    limit = 4\n\n\ndef main')
    changed = without_notes(source)
    assert changed.splitlines()[0] == f"del __file__; {FIRST.splitlines()[0]}"
    assert '    del __module__, __qualname__; """One."""' in changed.splitlines()
    assert len(changed.splitlines()) == len(source.splitlines())
