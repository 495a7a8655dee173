"""Writes the page and the picture of the signals from `firmware.signals` (`make docs`).

`docs/signals.md` is what the device tells its wearer, for the manual; `docs/signals.svg` shows ten seconds
of each signal to ear, skin and eye. Draws only what the steps of the patterns say. Pixels, ms.
"""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Any

from docs.signals_words import FAMILIES, KEY, MEANINGS
from firmware import signals

PAGE = Path(__file__).with_name("signals.md")
PICTURE = Path(__file__).with_name("signals.svg")

SHOWN_MS = 10000
#: Left edge and width of the time axis, height of a row, of its lanes, of a heading, of the head.
LEFT, AXIS, ROW, LANE, HEADING, HEAD = 430, 600, 56, 14, 52, 86
WIDTH = LEFT + AXIS + 110
COLOURS = {"red": "#d32f2f", "green": "#2e7d32", "yellow": "#f9a825", "blue": "#1565c0", "white": "#ffffff"}
#: Height of a tone's bar within its lane.
TONE_HEIGHTS = {1000: 4, 2000: 8, 2900: 12}
TABLE_HEAD = ("| sign | rhythm | light | how often | what it means |", "| --- | --- | --- | --- | --- |")
LANES = ("buzzer", "vibration", "led")
STYLE = (
    "text{font-family:sans-serif;font-size:13px;fill:#222}.title{font-weight:bold}.name{font-family:monospace;"
    "font-size:11px;fill:#666}.family{font-size:17px;font-weight:bold}.small{font-size:11px;fill:#555}"
    ".grid{stroke:#ddd}.buzzer{fill:#222}.vibration{fill:#8d6e63}.led{stroke:#555;stroke-width:0.6}"
)

Steps = Sequence[tuple[Any, int]]


def is_pause(value: object) -> bool:
    """Tell whether nothing is heard, felt or seen in a step of this value."""
    return value in (0, "off")


def rhythm(steps: Steps) -> str:
    """Return the pulses as ▪ and ▬, a long pause between them as an ellipsis."""
    marks = []
    for value, duration_ms in steps[:-1] if is_pause(steps[-1][0]) else steps:
        is_short = duration_ms <= max(signals.SHORT_MS, signals.GAP_MS)
        if not is_pause(value):
            marks.append("▪" if is_short else "▬")
        elif not is_short:
            marks.append("…")
    return " ".join(marks)


def length_ms(steps: Steps) -> int:
    """Return the time from one beginning of the steps to the next."""
    return sum(duration_ms for _, duration_ms in steps)


def pulses(steps: Steps, *, is_lasting: bool) -> Iterator[tuple[int, int, Any]]:
    """Yield (start, end, value) of every pulse that begins within the time that is shown."""
    at_ms = 0
    while steps:
        for value, duration_ms in steps:
            if at_ms >= SHOWN_MS:
                return
            if not is_pause(value):
                yield at_ms, min(at_ms + duration_ms, SHOWN_MS), value
            at_ms += duration_ms
        if not is_lasting:
            return


def tempo(pattern: signals.Pattern) -> str:
    """Return how often a signal comes, in words."""
    if not pattern.is_lasting:
        return "once"
    light = f"light {_every(pattern.led)}"
    if not pattern.buzzer:
        return light
    sound = _every(pattern.buzzer)
    return sound if length_ms(pattern.buzzer) == length_ms(pattern.led) else f"{sound}, {light}"


def _every(steps: Steps) -> str:
    pause_ms = steps[-1][1]
    return "without a pause" if pause_ms <= signals.LONG_MS else f"every {length_ms(steps) / 1000:g} s"


def picture() -> str:
    """Return the picture of all signals as SVG."""
    parts, top = [], HEAD
    for title, common, members in FAMILIES:
        parts.append(_text(16, top + 24, title, "family"))
        parts.append(_text(16, top + 42, common, "small"))
        top += HEADING
        for name in members:
            parts += _row(name, top)
            top += ROW
    height = top + 16
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        "<title>What the device tells its wearer</title>",
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(16, 30, "What the device tells you: ten seconds of each signal", "family"),
        _text(
            16,
            50,
            "Upper lane: sound, a higher bar is a higher tone. Middle: vibration. Lower: light.",
            "small",
        ),
        *_axis(height),
    ]
    return "\n".join([*head, *parts, "</svg>"]) + "\n"


def _axis(height: int) -> list[str]:
    parts = []
    for second in range(SHOWN_MS // 1000 + 1):
        x = LEFT + second * 1000 * AXIS // SHOWN_MS
        parts.append(f'<line class="grid" x1="{x}" y1="{HEAD - 8}" x2="{x}" y2="{height - 16}"/>')
        parts.append(_text(x - 6, HEAD - 14, f"{second} s", "small"))
    return parts


def _row(name: str, top: int) -> list[str]:
    pattern = signals.PATTERNS[name]
    title, meaning = MEANINGS[name]
    parts = [_text(16, top + 12, title, "title"), _text(LEFT - 130, top + 12, name, "name")]
    parts += [_text(16, top + 26 + 13 * place, line, "small") for place, line in enumerate(wrap(meaning, 74))]
    parts.append(_text(LEFT + AXIS + 8, top + 26, tempo(pattern).split(",")[0], "small"))
    for place, lane in enumerate(LANES):
        bottom = top + 2 + (place + 1) * (LANE + 2)
        for start_ms, end_ms, value in pulses(getattr(pattern, lane), is_lasting=pattern.is_lasting):
            parts.append(_bar(lane, start_ms, end_ms, value, bottom))
    return parts


def _bar(lane: str, start_ms: int, end_ms: int, value: Any, bottom: int) -> str:
    x, width = LEFT + start_ms * AXIS / SHOWN_MS, (end_ms - start_ms) * AXIS / SHOWN_MS
    tall = {"buzzer": TONE_HEIGHTS.get(value, 0), "vibration": 12 if value == 100 else 7, "led": 12}[lane]
    fill = f' fill="{COLOURS[value]}"' if lane == "led" else ""
    return f'<rect class="{lane}" x="{x:.1f}" y="{bottom - tall}" width="{width:.1f}" height="{tall}"{fill}/>'


def _text(x: int, y: int, words: str, style: str) -> str:
    return f'<text class="{style}" x="{x}" y="{y}">{escape(words)}</text>'


def page() -> str:
    """Return the page of all signals as Markdown."""
    lines = [
        "# What the device tells you",
        "",
        "Each sign is one rhythm, and the rhythm is the same to ear, skin and eye: who has learned it by ear",
        "knows it in noise and in the dark, and needs no colours. ▪ is a short pulse, ▬ a long one,",
        "… a pause. Written by `make docs` from `firmware/signals.py`.",
        "",
        "![Ten seconds of each signal: sound, vibration, light](signals.svg)",
    ]
    for title, common, members in FAMILIES:
        lines += ["", f"## {title}", "", common, "", *TABLE_HEAD]
        lines += [_line(name) for name in members]
    lines += ["", "# What you tell the device", "", "| with the key | what it says |", "| --- | --- |"]
    lines += [f"| {pressed} | {said} |" for pressed, said, _ in KEY]
    return "\n".join(lines) + "\n"


def _line(name: str) -> str:
    pattern = signals.PATTERNS[name]
    title, meaning = MEANINGS[name]
    return f"| **{title}** | {rhythm(pattern.led)} | {pattern.led[0][0]} | {tempo(pattern)} | {meaning} |"


if __name__ == "__main__":
    PAGE.write_text(page())
    PICTURE.write_text(picture())
