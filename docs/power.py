"""Writes the figures of `docs/power.md` from the battery model in `simulator.power` (`make docs`).

Says what the model says and nothing else; hours to the tenth, minutes to the ten: none of it is measured.
"""

from pathlib import Path

from simulator.power import (
    CASES,
    CELL_MAH,
    DELIVERED,
    WORST,
    Setting,
    can_keep_up,
    hours,
    parts_ma,
    variants,
)
from simulator.power_sources import FIGURES, Figure

PAGE = Path(__file__).with_name("power.md")
BEGIN, END = "<!-- figures: written by `make docs` -->", "<!-- end of figures -->"
SHIFT_H = 12
TITLES = {"esp32s3": "The worn device, 1,200 mAh", "m5stickc_plus2": "The stick, 200 mAh"}


def figures() -> str:
    """Return the generated part of the page."""
    lines = [BEGIN]
    for board in CELL_MAH:
        lines += ["", f"### {TITLES[board]}", "", *_hours_of(board), "", *_parts_of(board)]
    lines += ["", "### What goes in", "", "| figure | best | typical | worst | unit | source |"]
    lines += ["| --- | --- | --- | --- | --- | --- |", *(_row(figure) for figure in FIGURES)]
    return "\n".join([*lines, "", END])


def with_figures(page: str) -> str:
    """Return the page with its figures as the model has them."""
    before, rest = page.split(BEGIN)
    return before + figures() + rest.split(END)[1]


def _hours_of(board: str) -> list[str]:
    lines = [
        "| setting | best | typical | worst | worst, against as delivered | 12 h |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, setting in variants(board):
        cells = " | ".join(_hours(setting, case) for case in range(len(CASES)))
        lines.append(f"| {name} | {cells} | {_against(setting)} | {_reaches(setting)} |")
    return lines


def _hours(setting: Setting, case: int) -> str:
    return f"{hours(setting, case):.1f} h" if can_keep_up(setting, case) else "too slow"


def _against(setting: Setting) -> str:
    minutes = (hours(setting, WORST) - hours(DELIVERED[setting.board], WORST)) * 60
    return f"{round(minutes, -1):+.0f} min" if can_keep_up(setting, WORST) else ""


def _reaches(setting: Setting) -> str:
    """Return in which cases a shift is reached."""
    reached = [
        case
        for number, case in enumerate(CASES)
        if can_keep_up(setting, number) and hours(setting, number) >= SHIFT_H
    ]
    return "always" if len(reached) == len(CASES) else ", ".join(reached) or "never"


def _parts_of(board: str) -> list[str]:
    by_case = [parts_ma(DELIVERED[board], case) for case in range(len(CASES))]
    lines = ["| as delivered, in mA | best | typical | worst |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {name} | " + " | ".join(f"{parts[name]:.2f}" for parts in by_case) + " |" for name in by_case[0]
    ]
    return [*lines, "| sum | " + " | ".join(f"{sum(parts.values()):.0f}" for parts in by_case) + " |"]


def _row(figure: Figure) -> str:
    return (
        f"| {figure.name} | "
        + " | ".join(f"{value:g}" for value in figure.values)
        + (f" | {figure.unit} | {figure.source} |")
    )


if __name__ == "__main__":
    PAGE.write_text(with_figures(PAGE.read_text()))
