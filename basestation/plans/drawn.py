"""A plan as HTML: the drawing with its marks as inline SVG, and beneath it what each mark is, in words.

Decides shapes and order only. Marks differ by shape and by words, so that no colour is needed; lines have a
light edge, so that they are seen on any drawing. Sizes follow the width, because a phone shows all of it: a
sign is some 16 pixels wide on 390. Colours are the style sheet's, since the pages' policy refuses style
attributes. Every text is escaped; the markup of the plan itself was made safe before it was kept.
"""

import math
from collections.abc import Callable, Sequence
from datetime import tzinfo
from html import escape

from basestation.clock import iso
from basestation.plans.shown import Drawing, Mark
from basestation.plans.words import words_in

#: Signs across the width of a plan.
SIGNS_ACROSS = 22
LABEL_CHARACTERS_MAX = 24
Point = tuple[float, float]


def figures(
    drawings: Sequence[Drawing],
    language: str,
    picture_of: Callable[[Drawing], str],
    page_of: Callable[[Drawing], str],
    zone: tzinfo | None = None,
) -> str:
    """Return the plans of a case; `picture_of` and `page_of` name the addresses of picture and large plan."""
    return "".join(_figure(one, language, picture_of(one), page_of(one), zone) for one in drawings)


def _figure(drawing: Drawing, language: str, picture: str, page: str, zone: tzinfo | None) -> str:
    words = words_in(language)
    name = ", ".join(part for part in (drawing.name, drawing.level) if part)
    shown = (
        f'<p><a class="button" href="{escape(page)}">{escape(words["large"])}</a></p>'
        if drawing.is_large
        else svg(drawing, language, picture)
    )
    legend = "".join(_line(mark, drawing, words, zone) for mark in drawing.marks)
    return (
        f'<figure class="plan"><h2>{escape(words["plan"])}: {escape(name)}</h2>{shown}'
        f'<figcaption><ul role="list">{legend}</ul></figcaption></figure>'
    )


def svg(drawing: Drawing, language: str, picture: str) -> str:
    """Return the drawing with its marks as one <svg>."""
    words = words_in(language)
    width, height = drawing.width, drawing.height
    size = f'width="{width:g}" height="{height:g}"'
    ground = f'<rect class="plan-ground" {size}/>'
    if drawing.kind == "svg":
        ground += f'<g class="plan-drawing">{drawing.markup}</g>'
    else:
        ground += f'<image href="{escape(picture)}" {size}/>'
    sign = width / SIGNS_ACROSS
    # What lies on top is drawn last: the place.
    ordered = sorted(drawing.marks, key=lambda mark: (mark.is_place, mark.kind in ("workplace", "beacon")))
    marks = "".join(_drawn(mark, sign, width, words) for mark in ordered)
    named = "; ".join(_title(mark, words) for mark in drawing.marks)
    alt = words["alt"].format(name=drawing.name, marks=named)
    return (
        f'<svg class="plan-map" viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(alt)}">'
        f"{ground}{marks}</svg>"
    )


def _drawn(mark: Mark, sign: float, width: float, words: dict[str, str]) -> str:
    if mark.kind == "way":
        return _way(mark.points, sign)
    x, y = mark.points[0]
    shape = {"workplace": _target, "beacon": _triangle, "assembly": _square}[mark.kind](x, y, sign)
    if mark.kind == "assembly":
        text = _text(x, y + sign * 0.36, sign, words["assembly_sign"], "middle", "plan-sign")
        return f'<g class="plan-mark">{shape}{text}</g>'
    label = words["here"] if mark.is_place else mark.label[:LABEL_CHARACTERS_MAX]
    # Over the sign, where a way in seldom ends; under it and to the side where there is no room.
    at = y - sign * 1.4 if y > sign * 2.5 else y + sign * 2.1
    anchor = "start" if x < width * 0.2 else "end" if x > width * 0.8 else "middle"
    text = _text(x, at, sign, label, anchor, "plan-label")
    kind = "plan-mark plan-place" if mark.is_place else "plan-mark"
    return f'<g class="{kind}">{shape}{text}</g>'


def _target(x: float, y: float, sign: float) -> str:
    ring = f'<circle cx="{x:g}" cy="{y:g}" r="{sign:g}"/>'
    return ring + f'<circle class="plan-core" cx="{x:g}" cy="{y:g}" r="{sign * 0.35:g}"/>'


def _triangle(x: float, y: float, sign: float) -> str:
    outer = f"{x:g},{y - sign * 1.1:g} {x + sign:g},{y + sign * 0.7:g} {x - sign:g},{y + sign * 0.7:g}"
    core = f'<circle class="plan-core" cx="{x:g}" cy="{y:g}" r="{sign * 0.3:g}"/>'
    return f'<polygon points="{outer}"/>{core}'


def _square(x: float, y: float, sign: float) -> str:
    side = sign * 1.7
    return f'<rect x="{x - side / 2:g}" y="{y - side / 2:g}" width="{side:g}" height="{side:g}"/>'


def _text(x: float, y: float, sign: float, text: str, anchor: str, kind: str) -> str:
    place = f'x="{x:g}" y="{y:g}" font-size="{sign:g}" text-anchor="{anchor}"'
    return f'<text class="{kind}" {place}>{escape(text)}</text>'


def _way(points: Sequence[Point], sign: float) -> str:
    line = " ".join(f"{x:g},{y:g}" for x, y in points)
    heads = "".join(
        _arrow_head(*points[at], *points[at + 1], sign)
        for at in range(len(points) - 1)
        if points[at] != points[at + 1]
    )
    start = f'<circle class="plan-core" cx="{points[0][0]:g}" cy="{points[0][1]:g}" r="{sign * 0.4:g}"/>'
    lines = f'<polyline class="plan-way-edge" points="{line}"/><polyline class="plan-way" points="{line}"/>'
    return f'<g class="plan-mark">{lines}{start}{heads}</g>'


def _arrow_head(x0: float, y0: float, x: float, y: float, sign: float) -> str:
    length = math.hypot(x - x0, y - y0)
    along_x, along_y = (x - x0) / length * sign, (y - y0) / length * sign
    back_x, back_y = x - along_x, y - along_y
    wings = f"{back_x - along_y * 0.55:g},{back_y + along_x * 0.55:g}"
    wings += f" {back_x + along_y * 0.55:g},{back_y - along_x * 0.55:g}"
    return f'<polygon class="plan-core" points="{x:g},{y:g} {wings}"/>'


def _title(mark: Mark, words: dict[str, str]) -> str:
    is_unheard = mark.kind == "beacon" and mark.heard is None
    what = words["beacon_only" if is_unheard else mark.kind]
    name = f"{mark.heard.zone} ({mark.heard.name})" if mark.heard is not None else mark.label
    return f"{name}, {what}" if name else what


def _line(mark: Mark, drawing: Drawing, words: dict[str, str], zone: tzinfo | None) -> str:
    """Return what a mark is: its sign, its name, what it is, how strong and how old."""
    sign = {"workplace": "◎", "beacon": "△", "way": "➔", "assembly": "▣"}[mark.kind]
    what = words[mark.kind]
    if mark.kind == "workplace" and not drawing.is_wearer_confirmed:
        what = words["last_workplace"]
    name = mark.label
    if mark.heard is not None:
        name = f"{mark.heard.zone} ({mark.heard.name})"
        clock = mark.heard.at.astimezone(zone).strftime("%H:%M:%S")
        time = f'<time datetime="{iso(mark.heard.at)}" data-age="yes">{clock}</time>'
        what = f"{escape(what)}, {mark.heard.dbm} dBm, {time}"
    else:
        what = escape(what)
    likely = f"{escape(words['is_place'])}; " if mark.is_place else ""
    kind = ' class="plan-likely"' if mark.is_place else ""
    bold = f"<b>{escape(name)}</b>: " if name else ""
    return f'<li{kind}><span aria-hidden="true">{sign}</span> {bold}{likely}{what}</li>'
