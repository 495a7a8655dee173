"""The two themes: every colour has a name, a value in both, and enough contrast where text lies on it."""

import re

import pytest

from basestation.web.pages import STATIC

#: Where colours are named; everything else uses the names.
_NAMED_IN = {"console.css", "plan.css", "responder.css"}
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?)\(")
#: Text or sign, what it lies on, and the least contrast of WCAG 2.2 AA (1.4.3, 1.4.11).
_TEXT = """
text/ground text/panel quiet/ground quiet/panel link/ground link/panel text/button text/button-hover
text/field on-strong/strong on-strong/strong-hover on-act/act on-act/act-hover on-act-technical/act
on-act-rehearsed/act on-person/person on-filled/person on-filled/technical on-filled/rehearsed
on-rehearsed-edge/rehearsed-edge on-warn/warn unconfirmed/panel failure/failure-ground failure/panel
on-silence/silence on-lost/lost on-warn/alone on-sound-off/sound-off on-sound-off/sound-off-stripe
"""
_SIGNS = """
focus/ground focus/panel button-edge/panel field-edge/panel person-edge/panel technical-edge/panel
rehearsed-edge/panel good/panel suspended/panel grade-unanswered/panel grade-poor/panel
grade-weak/panel grade-good/panel
"""
_PAIRS = [(*pair.split("/"), least) for least, pairs in ((4.5, _TEXT), (3, _SIGNS)) for pair in pairs.split()]


def variables(selector: str) -> dict[str, str]:
    """Return the variables that console.css gives in the first block of a selector."""
    block = re.search(
        rf"^{re.escape(selector)}[^{{]*\{{(.*?)^\}}", _console(), re.DOTALL | re.MULTILINE
    ).group(1)
    return dict(re.findall(r"--([a-z-]+): ([^;]+);", block))


def _console() -> str:
    return (STATIC / "console.css").read_text()


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (`#rrggbb`) by the formula of WCAG 2."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_text_and_signs_have_their_contrast_in_both_themes(theme):
    """Every pair that lies on one another, in the filled rows (always dark) as on the page."""
    dark = variables(":root, .case.waiting")
    shown = dark if theme == "dark" else dark | variables(':root[data-theme="light"]')
    poor = [
        f"{sign} on {ground}: {contrast(shown[sign], shown[ground]):.2f} of {least}"
        for sign, ground, least in _PAIRS
        if contrast(shown[sign], shown[ground]) < least
    ]
    assert not poor, poor


def test_the_light_theme_names_only_colours_that_the_dark_one_has():
    """A name of one theme alone would be a colour that is missing in the other."""
    assert set(variables(':root[data-theme="light"]')) <= set(variables(":root, .case.waiting"))


def test_no_style_sheet_has_a_colour_without_a_name():
    """What is literal in a rule does not follow the theme."""
    for sheet in sorted(STATIC.glob("*.css")):
        rules = re.sub(r"--[a-z-]+:[^;}]+", "", sheet.read_text())
        assert not _COLOUR.search(rules), (sheet.name, _COLOUR.search(rules).group())
        if sheet.name not in _NAMED_IN:
            assert not re.search(r"--[a-z-]+: *(?:#|rgb)", sheet.read_text()), sheet.name


def test_every_colour_that_is_used_has_a_value():
    """A misspelt name would be no colour at all."""
    named = set()
    for sheet in STATIC.glob("*.css"):
        named |= set(re.findall(r"--([a-z-]+):", sheet.read_text()))
    for script in STATIC.glob("*.js"):
        named |= set(re.findall(r'style=\$\{\{ "--([a-z-]+)":', script.read_text()))
    for sheet in sorted(STATIC.glob("*.css")):
        assert set(re.findall(r"var\(--([a-z-]+)", sheet.read_text())) <= named, sheet.name


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_stale_page_is_grey_and_can_still_be_read(theme):
    """Its text shines through to the ground, and keeps its contrast all the same."""
    dark = variables(":root, .case.waiting")
    shown = dark if theme == "dark" else dark | variables(':root[data-theme="light"]')
    opacity = float(re.search(r"\.stale main \{[^}]*opacity: ([.\d]+)", _console()).group(1))
    assert opacity < 1
    for text in ("text", "quiet", "link"):
        for ground in ("ground", "panel"):
            seen = [_mixed(shown[one], shown["ground"], opacity) for one in (text, ground)]
            assert contrast(*seen) >= 4.5, (text, ground, contrast(*seen))


def _mixed(colour: str, ground: str, opacity: float) -> str:
    parts = [
        round(opacity * int(colour[at : at + 2], 16) + (1 - opacity) * int(ground[at : at + 2], 16))
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02x}" for part in parts)
