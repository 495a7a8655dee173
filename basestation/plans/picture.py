"""What file a plan may be: a drawing (SVG) or a picture (PNG, JPEG), its size, and what of it is kept.

Decides by the bytes and never by a name or a declared type. What is kept is written anew from what was
understood, so that nothing else of the file reaches a page: no script, no reference, no place or time of a
photograph. Sizes are in the plan's own units: those of the view box, or pixels.
"""

from dataclasses import dataclass
from typing import Final

from basestation.plans import bitmap, vector
from basestation.plans.errors import NoPlan

#: Largest file, and largest drawing that is kept.
PLAN_BYTES_MAX: Final = 2_000_000
#: A plan is no more than so many times as wide as high, or the other way round.
RATIO_MAX: Final = 20
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Picture:
    """A plan as it is kept."""

    #: "svg", "png" or "jpeg".
    kind: str
    width: float
    height: float
    #: Of a drawing the markup inside its <svg>; else the file.
    content: bytes
    #: What was left out of the file, and how often.
    left_out: dict[str, int]


def picture_of(data: bytes) -> Picture:
    """Return the plan in a file; raises NoPlan with a sentence."""
    if len(data) > PLAN_BYTES_MAX:
        raise NoPlan(f"The file has {len(data)} bytes: a plan may have {PLAN_BYTES_MAX} at most.")
    kind = kind_of(data)
    if kind == "svg":
        drawing = vector.safe_drawing(data)
        found = Picture(kind, drawing.width, drawing.height, drawing.markup.encode(), drawing.left_out)
    else:
        read = bitmap.png if kind == "png" else bitmap.jpeg
        width, height, content, left_out = read(data)
        found = Picture(kind, width, height, content, left_out)
    if max(found.width, found.height) > RATIO_MAX * min(found.width, found.height):
        raise NoPlan(f"The plan is {found.width:g} by {found.height:g}: nobody could read such a strip.")
    return found


def kind_of(data: bytes) -> str:
    """Return "svg", "png" or "jpeg" by the first bytes; raises NoPlan."""
    if data.startswith(_PNG):
        return "png"
    if data.startswith(_JPEG):
        return "jpeg"
    if data[:256].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<"):
        return "svg"
    raise NoPlan("The file is no plan: use a drawing (SVG) or a picture (PNG, JPEG).")
