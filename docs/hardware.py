"""Writes the tables and the drawing of `docs/hardware.md` from the pins in `firmware/boards` (`make docs`).

Says what hangs at each pin, and nothing that the firmware does not say too: pins come out of the boards'
own tables, partitions out of `basestation.devices.partitions`. Pixels.
"""

import ast
from html import escape
from pathlib import Path
from typing import Any

from basestation.devices.partitions import TABLES

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path(__file__).with_name("hardware.md")
PICTURE = Path(__file__).with_name("hardware.svg")
BEGIN, END = "<!-- tables: written by `make docs` -->", "<!-- end of tables -->"

#: Pin of PINS -> what it does, what hangs at it, what lies between; in the order of the drawing.
WORN = (
    ("sda", "I2C data", "LSM6DSOX: SDA", "10 kΩ to 3V3 on the breakout"),
    ("scl", "I2C clock", "LSM6DSOX: SCL", "10 kΩ to 3V3 on the breakout"),
    ("int1", "words wait in the FIFO", "LSM6DSOX: INT1", ""),
    (
        "buzzer",
        "PWM 1 to 2.9 kHz",
        "piezo buzzer, other leg at VBAT",
        "100 Ω, gate of AO3400A; 1 kΩ across it",
    ),
    ("vibration", "PWM 200 Hz", "vibration motor, other leg at 3V3", "100 Ω, gate of AO3400A; 1N4148W"),
    ("led_red", "light", "RGB light: red", "330 Ω"),
    ("led_green", "light", "RGB light: green", "330 Ω"),
    ("led_blue", "light", "RGB light: blue", "330 Ω"),
    ("key", "high = pressed", "key: normally closed contact to GND", "10 kΩ to 3V3, 1 kΩ in line"),
    ("clip", "low = closed", "clip: contact to GND", "10 kΩ to 3V3, 1 kΩ in line"),
    ("switch", "low = off", "slide switch to GND", "100 kΩ to 3V3"),
    ("battery", "ADC, 2.5 dB", "cell by the board's own divider", "on the board"),
    ("charger", "high = 5 V there", "USB power by the board's own divider", "on the board"),
)
STICK = (
    ("sda", "I2C data", "MPU-6886 inside"),
    ("scl", "I2C clock", "MPU-6886 inside"),
    ("buzzer", "PWM", "passive buzzer inside"),
    ("led", "light", "red light inside (shares its pin with the infrared light)"),
    ("key", "low = pressed", "button A"),
    ("button_b", "low for 3 s = off", "button B"),
    ("battery", "ADC, 11 dB, times 2", "cell inside, 200 mAh"),
    ("hold", "high = stays on", "supply inside"),
    ("backlight", "low = dark", "display inside, not used"),
)
LEFT, PIN_X, MIDDLE_X, PART_X, ROW, HEAD = 20, 210, 330, 640, 30, 96
WIDTH = 960
STYLE = (
    "text{font-family:sans-serif;font-size:13px;fill:#222}.head{font-size:17px;font-weight:bold}"
    ".small{font-size:11px;fill:#555}.pin{font-family:monospace}.box{fill:#fafafa;stroke:#222}"
    ".wire{stroke:#1565c0;stroke-width:2}.part{fill:#fff8e1;stroke:#8d6e63}.between{fill:#fff;stroke:#999}"
)


def pins(board: str) -> dict[str, int]:
    """Return the pins of a board, read out of its source, which only an ESP32 can import."""
    tree = ast.parse((ROOT / f"firmware/boards/{board}.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "PINS":
            found: dict[str, int] = ast.literal_eval(node.value)
            return found
    message = f"{board} has no PINS"
    raise AssertionError(message)


def tables() -> str:
    """Return the generated part of the page."""
    worn, stick = pins("esp32s3"), pins("m5stickc_plus2")
    lines = [
        BEGIN, "", "### Pin map and wiring of the worn device", "",
        "![The worn device, pin by pin](hardware.svg)", "",
        "| GPIO | name in the firmware | what it does | what hangs there | between |",
        "| --- | --- | --- | --- | --- |",
        *(f"| {worn[name]} | `{name}` | {does} | {part} | {between} |" for name, does, part, between in WORN),
        "", "### Pin map of the M5StickC Plus2", "",
        "| GPIO | name in the firmware | what it does | what hangs there |", "| --- | --- | --- | --- |",
        *(f"| {stick[name]} | `{name}` | {does} | {part} |" for name, does, part in STICK),
    ]  # fmt: skip
    for board, partitions in TABLES.items():
        lines += ["", f"### Partitions of `{board}`", "", "| name | from | size |", "| --- | --- | --- |"]
        lines += [f"| {part.label} | {part.offset:#x} | {part.size // 1024} kB |" for part in partitions]
    return "\n".join([*lines, "", END])


def with_tables(page: str) -> str:
    """Return the page with its tables as the firmware has them."""
    before, rest = page.split(BEGIN)
    return before + tables() + rest.split(END)[1]


def picture() -> str:
    """Return the wiring of the worn device as SVG."""
    numbers = pins("esp32s3")
    height = HEAD + ROW * len(WORN) + 50
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        "<title>The wiring of the worn device</title>",
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(LEFT, 30, "The worn device: FeatherS3 and what hangs at it", "head"),
        _text(
            LEFT, 52, "Every part also has GND. 3V3 and VBAT are pins of the board. Not built yet.", "small"
        ),
        _box(LEFT, HEAD - 24, PIN_X - LEFT, ROW * len(WORN) + 34, "box"),
        _text(LEFT + 12, HEAD - 4, "FeatherS3", "head"),
    ]
    for place, row in enumerate(WORN):
        parts += _wire(HEAD + ROW * place + 18, numbers[row[0]], row)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _wire(y: int, number: int, row: tuple[str, str, str, str]) -> list[str]:
    name, does, part, between = row
    parts = [
        _text(LEFT + 12, y + 4, f"{does}", "small"),
        _text(PIN_X - 36, y + 4, f"{number:>2}", "pin"),
        f'<line class="wire" x1="{PIN_X}" y1="{y}" x2="{PART_X}" y2="{y}"/>',
        _box(PART_X, y - 12, WIDTH - PART_X - 20, 24, "part"),
        _text(PART_X + 8, y + 4, part, ""),
        _text(PIN_X + 8, y - 4, name, "small"),
    ]
    if between:
        parts += [_box(MIDDLE_X, y - 11, 250, 22, "between"), _text(MIDDLE_X + 8, y + 4, between, "small")]
    return parts


def _box(x: int, y: int, width: int, height: int, style: str) -> str:
    return f'<rect class="{style}" x="{x}" y="{y}" width="{width}" height="{height}" rx="3"/>'


def _text(x: int, y: int, words: Any, style: str) -> str:
    return f'<text class="{style}" x="{x}" y="{y}">{escape(words)}</text>'


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text()))
    PICTURE.write_text(picture())
