"""The sentence that is kept of an exception; CPython and MicroPython tell it differently."""

from firmware.boards.last_error import TEXT_CHARACTERS_MAX, sentence


def caught(act):
    """Return the exception that `act` raises."""
    try:
        act()
    except Exception as error:  # noqa: BLE001 -- whatever it is
        return error
    raise AssertionError("nothing was raised")


def fail(text):
    """Raise an error of our own."""
    raise ValueError(text)


def test_a_sentence_says_where_what_and_why():
    """The innermost place in our code."""
    text = sentence(caught(lambda: fail("no such thing")))
    place, _, rest = text.partition(" ")
    name, _, line = place.partition(":")
    assert name == "test_last_error.py"
    assert int(line) > 0
    assert rest == "ValueError: no such thing"


def test_a_sentence_fits_its_field():
    """Cut off, and printable, so that the start that tells it never fails over it."""
    text = sentence(caught(lambda: fail("a\nb" + "\u00e4" + "x" * 200)))
    assert len(text) == TEXT_CHARACTERS_MAX == 64
    assert "ValueError: a?b?xxx" in text


def test_an_error_that_was_never_raised_has_a_sentence_too():
    """Without a place."""
    assert sentence(ValueError("no")) == "ValueError: no"
