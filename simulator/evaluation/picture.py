"""One run as a picture (SVG): the trace, the tilt, what the detectors saw, and the alarms.

Decides only what is drawn and where. Colours are told apart without colour vision, lines also by their
dashes; it needs no script and nothing from outside. Times in s from the recording's own first sample.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from firmware.position import TILTED
from simulator.evaluation.run import Event
from simulator.evaluation.view import View
from simulator.trace import SAMPLE_MS

WIDTH, LEFT, RIGHT, TOP = 1000, 52, 128, 56
PANEL_GAP, AXIS_HEIGHT = 14, 26
#: Words of events: rows, their height, and room for one letter.
LABEL_ROWS, LABEL_HEIGHT, LABEL_LETTER = 4, 13, 6.2
#: A trace is drawn as the least and the greatest value of so many columns.
COLUMNS = 420
#: Colours of Okabe and Ito, and the dash of a line.
STYLE = """
svg{font:11px system-ui,sans-serif;background:#fff;color:#222}
svg text{fill:currentColor}.n{font-size:9px}.t{font-size:14px;font-weight:600}.s,.k{opacity:.75}
.f{fill:none;stroke:currentColor;stroke-opacity:.3}.g{stroke:currentColor;stroke-opacity:.12}
.l{fill:none;stroke-width:1.1;stroke-linejoin:round}.m{stroke:currentColor;stroke-width:1.2}
.a{stroke:#0072b2}.b{stroke:#e69f00;stroke-dasharray:5 2}.c{stroke:#009e73;stroke-dasharray:2 2}
.d{stroke:currentColor}.e{stroke:#d55e00;stroke-dasharray:7 2 2 2}.h{stroke:#cc79a7}
.lim{stroke:#d55e00;stroke-dasharray:3 3;fill:none}
.lead{fill:#0072b2;opacity:.07}.held{fill:#e69f00;opacity:.1}
.tilted{fill:#d55e00;opacity:.3}.PRE_ALARM{stroke:#e69f00}.RAISED{stroke:#d55e00;stroke-width:2}
.seam{stroke:currentColor;stroke-opacity:.35;stroke-dasharray:1 3}
.CANCELLED{stroke:#009e73;stroke-dasharray:4 2}
@media (prefers-color-scheme:dark){svg{background:#16191d;color:#e4e6e8}}
""".strip()
_LINES = ("a", "b", "c", "d", "e", "h")
#: What is drawn after the recording's end at least, where something is held.
HELD_MS_SHOWN = 12_000
AFTER_MS = 6_000

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a panel: its name, times in ms and values; NaN is a gap."""

    name: str
    t_ms: _Floats
    values: _Floats


@dataclass(frozen=True, slots=True)
class Panel:
    """One of the boxes of a picture."""

    title: str
    height: int
    low: float
    high: float
    marks: Sequence[float]
    curves: Sequence[Curve]
    #: (name, value) of limits.
    limits: Sequence[tuple[str, float]] = ()
    is_logarithmic: bool = False

    def y(self, value: float) -> float:
        """Return how far below the panel's top a value lies, in pixels."""
        low, high = self.low, self.high
        if self.is_logarithmic:
            value, low, high = (float(np.log10(max(v, 1.0))) for v in (value, low, high))
        part = (min(max(value, low), high) - low) / (high - low)
        return self.height * (1.0 - part)


def picture(view: View, remark: str = "", window_ms: tuple[int, int] | None = None) -> str:
    """Return the picture of a view as an SVG element; `window_ms` is what of it is shown."""
    start_ms, stop_ms = window_ms or _window(view)
    events = [event for event in view.events if start_ms <= event.at_ms <= stop_ms]
    panels = list(_panels(view, start_ms, stop_ms))
    scale = _Scale(start_ms, stop_ms)
    top = TOP + LABEL_HEIGHT * min(len(events), LABEL_ROWS)
    inner: list[str] = []
    places: list[tuple[float, int]] = []
    for panel in panels:
        places.append((top, panel.height))
        inner += _draw(panel, top, scale)
        top += panel.height + PANEL_GAP
    bottom = top - PANEL_GAP
    height = bottom + AXIS_HEIGHT
    back = list(_background(view, scale, places))
    parts = [*_heading(view, remark), *back, *inner, *_axis(scale, bottom), *_events(events, scale, bottom)]
    title = escape(f"{view.run.name} {remark}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{title}">{"".join(parts)}</svg>'
    )


def standalone(svg: str) -> str:
    """Return a picture as a file of its own."""
    head, _, rest = svg.partition(">")
    return f"{head}><style>{STYLE}</style>{rest}\n"


@dataclass(frozen=True, slots=True)
class _Scale:
    start_ms: int
    stop_ms: int

    def x(self, t_ms: float) -> float:
        part = (t_ms - self.start_ms) / max(self.stop_ms - self.start_ms, 1)
        return LEFT + (WIDTH - LEFT - RIGHT) * min(max(part, 0.0), 1.0)


def _window(view: View) -> tuple[int, int]:
    end_ms = len(view.acc_mg) * SAMPLE_MS - view.lead_ms
    shown_ms = [view.duration_ms + HELD_MS_SHOWN, *(event.at_ms + AFTER_MS for event in view.events)]
    return -view.lead_ms, min(end_ms, max(shown_ms))


def _panels(view: View, start_ms: int, stop_ms: int) -> Iterator[Panel]:
    t_ms = np.arange(len(view.acc_mg), dtype=np.float64) * SAMPLE_MS - view.lead_ms
    inside = (t_ms >= start_ms) & (t_ms <= stop_ms)
    acc_g = view.acc_mg[inside].astype(np.float64) / 1000
    size_g = np.linalg.norm(acc_g, axis=1)
    high_g = float(np.ceil(max(size_g.max(), 1.5)))
    low_g = float(np.floor(min(acc_g.min(), -1.0)))
    step_g = 1 if high_g - low_g <= 7 else 2 if high_g - low_g <= 14 else 5
    names = ("x", "y", "z", "|a|")
    values = (acc_g[:, 0], acc_g[:, 1], acc_g[:, 2], size_g)
    curves = [Curve(name, t_ms[inside], value) for name, value in zip(names, values, strict=True)]
    marks = np.arange(np.ceil(low_g / step_g) * step_g, high_g + 0.1, step_g).tolist()
    yield Panel("acceleration, g", 150, low_g, high_g, marks, curves)
    block_ms = np.array(view.at_ms, np.float64)
    shown = (block_ms >= start_ms) & (block_ms <= stop_ms)

    def curve(name: str, values: Sequence[float | None] | _Floats) -> Curve:
        return Curve(name, block_ms[shown], np.array(values, np.float64)[shown])

    tilt = curve("from upright", view.tilt_deg())
    limits = [("limit", float(view.limits[name])) for name in ("tilt_limit_deg",) if name in view.limits]
    yield Panel("tilt, degrees", 84, 0, 180, (0, 45, 90, 135, 180), [tilt], limits)
    moved = [curve("movement", view.movement_mg), curve("jerk", view.jerk_mg)]
    names_mg = ("movement_mg", "hectic_mg", "unworn_mg")
    limits = [
        (name.removesuffix("_mg"), float(view.limits[name])) for name in names_mg if name in view.limits
    ]
    yield Panel("movement, mg", 96, 1, 10_000, (1, 10, 100, 1000, 10_000), moved, limits, is_logarithmic=True)
    left = [
        curve(kind, [None if left_ms is None else left_ms / 1000 for left_ms in all_ms])
        for kind, all_ms in view.left_ms.items()
    ]
    yield Panel("s to pre-alarm", 72, 0, 60, (0, 20, 40, 60), left)


def _draw(panel: Panel, top: float, scale: _Scale) -> Iterator[str]:
    right = WIDTH - RIGHT
    for mark in panel.marks:
        y = top + panel.y(mark)
        yield f'<path class="g" d="M{LEFT} {y:.1f}H{right}"/>'
        yield f'<text class="k" x="{LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{mark:g}</text>'
    yield f'<rect class="f" x="{LEFT}" y="{top}" width="{right - LEFT}" height="{panel.height}"/>'
    for name, value in panel.limits:
        y = top + panel.y(value)
        yield f'<path class="lim" d="M{LEFT} {y:.1f}H{right}"/>'
        yield f'<text class="k n" x="{right - 4}" y="{y - 3:.1f}" text-anchor="end">{escape(name)}</text>'
    for curve, style in zip(panel.curves, _LINES, strict=False):
        yield f'<path class="l {style}" d="{_path(curve, panel, top, scale)}"/>'
    yield f'<text x="{right + 8}" y="{top + 9}" font-weight="600">{escape(panel.title)}</text>'
    keys = [(curve.name, f"l {style}") for curve, style in zip(panel.curves, _LINES, strict=False)]
    if panel.limits:
        keys.append(("limit", "lim"))
    for row, (name, style) in enumerate(keys):
        y = top + 23 + 13 * row
        yield f'<path class="{style}" d="M{right + 8} {y - 4}h18"/>'
        yield f'<text x="{right + 31}" y="{y}">{escape(name)}</text>'


def _path(curve: Curve, panel: Panel, top: float, scale: _Scale) -> str:
    t_ms, values = _thinned(curve.t_ms, curve.values)
    parts, is_down = [], False
    for at_ms, value in zip(t_ms.tolist(), values.tolist(), strict=True):
        if np.isnan(value):
            is_down = False
            continue
        parts.append(f"{'L' if is_down else 'M'}{scale.x(at_ms):.1f} {top + panel.y(value):.1f}")
        is_down = True
    return "".join(parts)


def _thinned(t_ms: _Floats, values: _Floats) -> tuple[_Floats, _Floats]:
    """Return the least and greatest value of each column, in their order; short curves as they are."""
    count = len(values)
    if count <= 2 * COLUMNS:
        return t_ms, values
    edges = np.linspace(0, count, COLUMNS + 1).astype(int)
    places: list[int] = []
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = values[start:stop]
        if np.isnan(part).all():
            places.append(start)
            continue
        places += sorted({start + int(np.nanargmin(part)), start + int(np.nanargmax(part))})
    return t_ms[places], values[places]


def _background(view: View, scale: _Scale, places: Sequence[tuple[float, int]]) -> Iterator[str]:
    """Shade the lead, the hold and what counts as tilted; mark where recordings are joined."""
    for start_ms, stop_ms, style in (
        (-view.lead_ms, 0, "lead"),
        (view.duration_ms, scale.stop_ms, "held"),
    ):
        for top, height in places:
            yield _shade(start_ms, stop_ms, style, top, height, scale)
    for start_ms, _ in view.starts[1:]:
        if scale.start_ms < start_ms < scale.stop_ms:
            yield f'<path class="seam" d="M{scale.x(start_ms):.1f} {places[0][0]}V{sum(places[-1])}"/>'
    top, height = places[1]
    since_ms = None
    for at_ms, posture in zip([*view.at_ms, view.at_ms[-1]], [*view.posture, None], strict=True):
        if posture == TILTED and since_ms is None:
            since_ms = at_ms
        elif posture != TILTED and since_ms is not None:
            yield _shade(since_ms, at_ms, "tilted", top, height, scale)
            since_ms = None


def _shade(start_ms: float, stop_ms: float, style: str, top: float, height: float, scale: _Scale) -> str:
    left, right = scale.x(start_ms), scale.x(stop_ms)
    if right - left < 0.05:
        return ""
    return f'<rect class="{style}" x="{left:.1f}" y="{top}" width="{right - left:.1f}" height="{height}"/>'


def _heading(view: View, remark: str) -> Iterator[str]:
    recording = view.run.recording
    facts = [recording.label, recording.activity, recording.description, recording.place, recording.subject]
    if len(view.run.parts) > 1:
        facts = ["session", recording.place, recording.subject]
    words = " · ".join(dict.fromkeys(fact for fact in facts if fact))
    lead = f"lead {view.lead_ms / 1000:g} s" if view.lead_ms else "no lead"
    yield f'<text class="t" x="{LEFT}" y="18">{escape(view.run.name)}  {escape(remark)}</text>'
    yield f'<text class="s" x="{LEFT}" y="35">{escape(words)} · {lead}</text>'


def _axis(scale: _Scale, bottom: float) -> Iterator[str]:
    span_s = (scale.stop_ms - scale.start_ms) / 1000
    step_s = next((step for step in (1, 2, 5, 10, 20, 60, 300) if span_s / step <= 16), 1800)
    for second in range(-(-scale.start_ms // 1000 // step_s) * step_s, scale.stop_ms // 1000 + 1, step_s):
        x = scale.x(second * 1000)
        yield f'<path class="f" d="M{x:.1f} {bottom}v4"/>'
        yield f'<text class="k" x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{second} s</text>'


def _events(events: Sequence[Event], scale: _Scale, bottom: float) -> Iterator[str]:
    """Draw each event as a line; its words stand where there is room, and in its title anyway."""
    taken_x = [0.0] * LABEL_ROWS
    for event in events:
        x = scale.x(event.at_ms)
        words = f"{event.kind} {event.state.replace('_', '-').lower()} {event.at_ms / 1000:.1f} s"
        length = LABEL_LETTER * len(words)
        left = x - 4 - length if x + length > WIDTH - 4 else x + 4
        row = next((row for row, until_x in enumerate(taken_x) if until_x <= left), None)
        y = TOP - 8 + LABEL_HEIGHT * (row or 0)
        title = f"<title>{escape(words)}</title>"
        yield f'<path class="m {event.state}" d="M{x:.1f} {y - 8}V{bottom}">{title}</path>'
        if row is not None:
            taken_x[row] = left + length
            yield f'<text x="{left:.1f}" y="{y}">{escape(words)}</text>'
