"""Drawings of plans: an SVG read by a parser and written anew from a list of elements and attributes.

Decides what of a drawing is kept. Nothing that runs, loads, links or styles gets through, whatever it is
called: only shapes and texts, with numbers and plain colours. Entities are never declared, so nothing
unfolds. What would change the picture by being left out (style sheets, copies by `use`, pictures inside) is
refused with a sentence, since a plan with a hole in it sends helpers the wrong way; the rest is counted.
"""

import re
from collections import Counter
from dataclasses import dataclass
from html import escape
from typing import Any, Final
from xml.parsers import expat

from basestation.plans.errors import NoPlan

SVG_NAMESPACE: Final = "http://www.w3.org/2000/svg"
ELEMENTS_MAX: Final = 20_000
DEPTH_MAX: Final = 60
#: Sides of the view box in its own units.
SIDE_MIN, SIDE_MAX = 1.0, 1_000_000.0

_SHAPES: Final = frozenset(
    ("g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan")
)
#: Their parts are drawn, they themselves do nothing.
_PLAIN_GROUPS: Final = frozenset(("a", "switch"))
#: What would be missing in the picture.
_NEEDED: Final = {
    "use": "copies of its parts (use): save it as plain SVG, with the copies resolved",
    "image": "a picture inside: save the whole as PNG or JPEG, or without the picture",
    "foreignObject": "another document inside (foreignObject): save it as plain SVG, texts as texts",
    "svg": "a drawing inside the drawing: save it as plain SVG",
}
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_LENGTH: Final = re.compile(rf"\s*{_NUMBER}(?:px|pt|pc|mm|cm|in|em|%)?\s*", re.ASCII)
_NUMBERS: Final = re.compile(r"[-+0-9eE.,\s]*", re.ASCII)
_LENGTHS: Final = re.compile(r"none|[-+0-9eE.,%\sa-z]*", re.ASCII)
_COLOUR: Final = re.compile(
    r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,30}|rgba?\([0-9.,%\s/]{1,40}\)|hsla?\([0-9.,%\s/a-z]{1,40}\)", re.ASCII
)
_WORD: Final = re.compile(r"[a-z-]{1,30}|[1-9]00", re.ASCII)
_PATH: Final = re.compile(r"[MmZzLlHhVvCcSsQqTtAa0-9eE.,+\-\s]*", re.ASCII)
_MOVES: Final = re.compile(
    r"(?:\s*,?\s*(?:matrix|translate|scale|rotate|skewX|skewY)\s*\([-+0-9eE.,\s]*\))*\s*", re.ASCII
)
#: Attribute -> what its value may be.
ATTRIBUTES: Final[dict[str, re.Pattern[str]]] = {
    **dict.fromkeys(("x", "y", "x1", "y1", "x2", "y2", "width", "height", "dx", "dy"), _LENGTH),
    **dict.fromkeys(("cx", "cy", "r", "rx", "ry"), _LENGTH),
    **dict.fromkeys(("stroke-width", "font-size", "opacity", "fill-opacity", "stroke-opacity"), _LENGTH),
    **dict.fromkeys(("stroke-dashoffset", "stroke-miterlimit", "letter-spacing"), _LENGTH),
    **dict.fromkeys(("fill", "stroke", "color"), _COLOUR),
    **dict.fromkeys(("fill-rule", "stroke-linecap", "stroke-linejoin", "text-anchor", "display"), _WORD),
    **dict.fromkeys(("visibility", "font-weight", "font-style", "dominant-baseline"), _WORD),
    **dict.fromkeys(("vector-effect", "clip-rule"), _WORD),
    "d": _PATH, "points": _NUMBERS, "transform": _MOVES, "rotate": _NUMBERS, "stroke-dasharray": _LENGTHS,
}  # fmt: skip
#: Longest value, but of lines with many points.
VALUE_CHARACTERS_MAX: Final = 1000
_LONG: Final = ("d", "points")
#: What carries nothing to see, and is dropped without a word.
_UNSEEN: Final = re.compile(r"id|class|data-.*|xml .*|.* .*|font-family|version|xmlns.*|-inkscape.*")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing whose own units begin at 0, 0."""

    width: float
    height: float
    #: What stands inside its <svg>.
    markup: str
    left_out: dict[str, int]


def safe_drawing(data: bytes) -> Drawing:
    """Return what of an SVG is kept; raises NoPlan with a sentence."""
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)  # noqa: FBT003 -- expat's own way
    except expat.ExpatError as error:
        raise NoPlan(f"The drawing is not whole: {error}.") from error
    if not reader.drawn:
        raise NoPlan("There is nothing to see on the drawing.")
    left, top, width, height = reader.box
    markup = "".join(reader.out)
    if left or top:
        markup = f'<g transform="translate({-left:g} {-top:g})">{markup}</g>'
    return Drawing(width, height, markup, dict(reader.left_out))


class _Reader:
    """Writes while it reads."""

    def __init__(self) -> None:
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = _refuse_entity
        self.out: list[str] = []
        self.left_out: Counter[str] = Counter()
        self.box = (0.0, 0.0, 0.0, 0.0)
        self.drawn = 0
        self._elements = 0
        self._is_in_style = False
        # What closes each element that is open; None while inside one that is left out.
        self._open: list[str | None] = []

    def _start(self, full_name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > ELEMENTS_MAX or len(self._open) > DEPTH_MAX:
            raise NoPlan(f"The drawing has more than {ELEMENTS_MAX} parts, or {DEPTH_MAX} one in another.")
        namespace, _, name = full_name.rpartition(" ")
        is_ours = namespace == SVG_NAMESPACE
        if not self._open:
            if not (is_ours and name == "svg"):
                raise NoPlan("The file is no SVG drawing.")
            self.box = view_box(attributes)
            self._begin("g", self._kept(attributes, is_root=True))
        elif is_ours and name == "style":
            self._is_in_style = True
            self._open.append(None)
        elif self._open[-1] is None:
            self._open.append(None)
        elif is_ours and name in _SHAPES:
            self.drawn += name != "g"
            self._begin(name, self._kept(attributes))
        elif is_ours and name in _PLAIN_GROUPS:
            self._begin("g", self._kept(attributes))
        else:
            self._leave_out(name if is_ours else "metadata")

    def _begin(self, name: str, attributes: str) -> None:
        self.out.append(f"<{name}{attributes}>")
        self._open.append(f"</{name}>")

    def _leave_out(self, name: str) -> None:
        if name in _NEEDED:
            raise NoPlan(f"The drawing has {_NEEDED[name]}.")
        self.left_out[name] += 1
        self._open.append(None)

    def _end(self, _name: str) -> None:
        self._is_in_style = False
        closing = self._open.pop()
        if closing is not None:
            self.out.append(closing)

    def _text(self, text: str) -> None:
        if self._is_in_style and text.strip():
            # Without it surfaces would be black.
            raise NoPlan(
                "The drawing has a style sheet: save it with “presentation attributes” in place of CSS."
            )
        if self._open and self._open[-1] in ("</text>", "</tspan>"):
            self.out.append(escape(text))

    def _kept(self, attributes: dict[str, str], *, is_root: bool = False) -> str:
        """Return the attributes that are kept, as they are written; those in `style` stand for themselves."""
        found = {name: value for name, value in attributes.items() if name != "style"}
        found |= _declarations(attributes.get("style", ""))
        out = []
        for name, value in found.items():
            if is_root and name in ("x", "y", "width", "height", "viewBox", "preserveAspectRatio"):
                continue
            is_short = len(value) <= VALUE_CHARACTERS_MAX or name in _LONG
            if name in ATTRIBUTES and is_short and ATTRIBUTES[name].fullmatch(value):
                out.append(f' {name}="{escape(value)}"')
            elif name in ("fill", "stroke"):
                # A pattern or a gradient: its own edge is drawn, and not a black surface.
                self.left_out[f"{name} by reference"] += 1
                out.append(f' {name}="none"')
            elif not _UNSEEN.fullmatch(name):
                self.left_out[name] += 1
        return "".join(out)


def view_box(attributes: dict[str, str]) -> tuple[float, float, float, float]:
    """Return left, top, width and height in the drawing's own units; raises NoPlan."""
    parts = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    if parts == [""]:
        lengths = [attributes.get(name, "").strip().removesuffix("px") for name in ("width", "height")]
        parts = ["0", "0", *lengths]
    if len(parts) != 4 or not all(re.fullmatch(_NUMBER, part, re.ASCII) for part in parts):
        raise NoPlan("The drawing does not say how large it is: it needs a view box (viewBox).")
    left, top, width, height = (float(part) for part in parts)
    is_real = all(abs(one) <= SIDE_MAX for one in (left, top))
    if not (is_real and SIDE_MIN <= width <= SIDE_MAX and SIDE_MIN <= height <= SIDE_MAX):
        raise NoPlan(
            f"The drawing's view box is {width:g} by {height:g}: {SIDE_MIN:g} to {SIDE_MAX:g} a side."
        )
    return left, top, width, height


def _declarations(style: str) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in style.split(";") if ":" in part)
    return {name.strip(): value.split("!")[0].strip() for name, value in pairs}


def _refuse_entity(*_: Any) -> None:
    raise NoPlan("The drawing declares entities: save it as plain SVG.")
