"""Pictures of plans, PNG and JPEG: whole, of a bearable size, and without what cameras write beside them.

Decides from the structure alone; no pixel is decoded here. A picture that unfolds to more than a phone can
hold is refused by its own header. Of PNG the chunks that are drawn are kept, of JPEG the segments.
"""

from binascii import crc32
from collections import Counter
from itertools import pairwise
from typing import Final

from basestation.plans.errors import NoPlan

#: Longest side, and most pixels: 64 MB when it is unfolded.
SIDE_PIXELS_MAX: Final = 8192
PIXELS_MAX: Final = 16_000_000
Found = tuple[int, int, bytes, dict[str, int]]

_SIGNATURE_BYTES = 8
_DRAWN = (b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"IDAT", b"IEND")
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
#: Segments that say how to draw: JFIF and Adobe's colours; tables, restart interval; frames but for 4, 8, 12.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_KEPT = _FRAMES | {0xE0, 0xEE, 0xC4, 0xDB, 0xDD, _SCAN}
#: Frames that browsers draw: baseline, extended, progressive.
_SHOWN = (0xC0, 0xC1, 0xC2)


def png(data: bytes) -> Found:
    """Return width, height, the picture and what was left out; raises NoPlan."""
    kept, left_out = bytearray(data[:_SIGNATURE_BYTES]), Counter[str]()
    names: list[bytes] = []
    at = _SIGNATURE_BYTES
    while at < len(data) and names[-1:] != [b"IEND"]:
        size = int.from_bytes(data[at : at + 4], "big")
        name, end = data[at + 4 : at + 8], at + 12 + size
        if end > len(data) or crc32(data[at + 4 : end - 4]).to_bytes(4, "big") != data[end - 4 : end]:
            raise NoPlan("The PNG is damaged or cut off: save it again.")
        names.append(name)
        if name in _DRAWN:
            kept += data[at:end]
        else:
            left_out[name.decode("latin-1")] += 1
        at = end
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or b"IDAT" not in names:
        raise NoPlan("The PNG is damaged or cut off: save it again.")
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    return *_bearable(width, height), bytes(kept), dict(left_out)


def jpeg(data: bytes) -> Found:
    """Return width, height, the picture and what was left out; raises NoPlan."""
    kept, left_out = bytearray(data[:2]), Counter[str]()
    size, at = (0, 0), 2
    while True:
        marker, end = _segment(data, at)
        if marker == _END:
            break
        if marker in _FRAMES:
            if marker not in _SHOWN:
                raise NoPlan("The JPEG is of a kind that browsers do not show: save it as an ordinary one.")
            size = int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        if marker == _SCAN:
            end = _scan_end(data, end)
        if marker in _KEPT:
            kept += data[at:end]
        else:
            left_out[f"segment {marker:02x}"] += 1
        at = end
    if size == (0, 0) or len(kept) <= 2:
        raise NoPlan("The JPEG is damaged or cut off: save it again.")
    return *_bearable(*size), bytes(kept) + bytes((0xFF, _END)), dict(left_out)


def _segment(data: bytes, at: int) -> tuple[int, int]:
    """Return the marker at a place and where its segment ends."""
    if at + 2 > len(data) or data[at] != 0xFF:
        raise NoPlan("The JPEG is damaged or cut off: save it again.")
    if data[at + 1] == _END:
        return _END, at + 2
    end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    if end < at + 4 or end > len(data):
        raise NoPlan("The JPEG is damaged or cut off: save it again.")
    return data[at + 1], end


def _scan_end(data: bytes, at: int) -> int:
    """Return where the next marker stands behind the coded pixels; FF 00 and restarts belong to them."""
    for place, (one, two) in enumerate(pairwise(data[at:]), at):
        if one == 0xFF and two not in (0x00, 0xFF) and not 0xD0 <= two <= 0xD7:
            return place
    raise NoPlan("The JPEG is damaged or cut off: save it again.")


def _bearable(width: int, height: int) -> tuple[int, int]:
    if not (0 < width <= SIDE_PIXELS_MAX and 0 < height <= SIDE_PIXELS_MAX and width * height <= PIXELS_MAX):
        raise NoPlan(
            f"The picture has {width} by {height} pixels: {SIDE_PIXELS_MAX} a side and {PIXELS_MAX} in all "
            "are the most that every phone shows. Make it smaller."
        )
    return width, height
