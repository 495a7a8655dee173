"""The page and the picture of the signals say what the firmware plays."""

from xml.etree import ElementTree as ET

import pytest

from docs import signals as drawn
from docs.signals_words import FAMILIES, MEANINGS
from firmware import button, signals

SVG = "{http://www.w3.org/2000/svg}"


def test_the_page_and_the_picture_are_those_of_the_patterns():
    """A change of a signal without `make docs` fails here."""
    assert drawn.PAGE.read_text() == drawn.page()
    assert drawn.PICTURE.read_text() == drawn.picture()


def test_every_signal_has_one_meaning_and_no_other_has():
    """A sign that nobody explains is noise."""
    named = [name for _, _, members in FAMILIES for name in members]
    assert sorted(named) == sorted(signals.PATTERNS)
    titles = [title for title, _ in MEANINGS.values()]
    assert len(set(titles)) == len(titles)
    for title, meaning in MEANINGS.values():
        assert title in drawn.page()
        assert meaning.endswith(".")


def test_every_action_of_the_key_is_on_the_page():
    """Who may not know how to pause, pulls the battery."""
    told = [action for _, _, actions in drawn.KEY for action in actions]
    assert sorted(told) == sorted(action for action in button.ACTIONS if action)
    for pressed, said, _ in drawn.KEY:
        assert f"| {pressed} | {said} |" in drawn.page()


def test_the_picture_has_a_bar_for_each_pulse_of_ten_seconds():
    """In each lane, within the axis."""
    picture = ET.fromstring(drawn.picture())
    bars = [bar for bar in picture.iter(f"{SVG}rect") if bar.get("class")]
    for lane in drawn.LANES:
        counted = 0
        for name in signals.PATTERNS:
            pattern = signals.PATTERNS[name]
            counted += len(list(drawn.pulses(getattr(pattern, lane), is_lasting=pattern.is_lasting)))
        assert len([bar for bar in bars if bar.get("class") == lane]) == counted
    for bar in bars:
        x, width = float(bar.get("x", "")), float(bar.get("width", ""))
        assert drawn.LEFT <= x < x + width <= drawn.LEFT + drawn.AXIS + 0.1


@pytest.mark.parametrize(
    ("name", "rhythm", "tempo"),
    [
        ("guarding", "▪", "light every 5 s"),
        ("pre_alarm_fall", "▪ ▪ ▬", "every 2 s"),
        ("help_accepted", "▪ … ▪ ▪", "every 10 s, light every 5 s"),
        ("alarm", "▬", "without a pause"),
        ("cancelled", "▪ ▪ ▪", "once"),
    ],
)
def test_a_rhythm_is_told_in_marks_and_words(name, rhythm, tempo):
    """As the worker reads it in the manual."""
    pattern = signals.PATTERNS[name]
    assert drawn.rhythm(pattern.led) == rhythm
    assert drawn.tempo(pattern) == tempo
