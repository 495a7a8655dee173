"""Pictures of plans: whole, of a bearable size, without what a camera wrote beside them."""

import base64
import zlib
from binascii import crc32

import pytest

from basestation.plans.bitmap import PIXELS_MAX, SIDE_PIXELS_MAX, jpeg, png
from basestation.plans.errors import NoPlan
from basestation.plans.picture import PLAN_BYTES_MAX, picture_of

#: 16 by 8 pixels of white, as a browser writes them.
JPEG = base64.b64decode(
    b"/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////"
    b"////////////////////////2wBDAf//////////////////////////////////////////////////////////////////"
    b"////////////////////wAARCAAIABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAUEAEAAAAAAAAAAAAA"
    b"AAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAAAP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AKAA/9k="
)
EXIF = b"\xff\xe1" + (24).to_bytes(2, "big") + b"Exif\0\0 at home, 3 p.m."[:22]
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(name, data):
    """Return one chunk of a PNG."""
    return len(data).to_bytes(4, "big") + name + data + crc32(name + data).to_bytes(4, "big")


def picture(width, height, between=b"", rows=b"\0" * 17):
    """Return a PNG whose header says so many pixels."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    return (
        SIGNATURE
        + chunk(b"IHDR", header)
        + between
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def test_a_png_keeps_what_is_drawn_and_loses_what_is_said_beside_it():
    """Words and places that a program wrote into it; whatever hangs behind its end."""
    plain = picture(16, 1)
    found = picture_of(
        picture(16, 1, chunk(b"tEXt", b"Author\0A. Beispiel") + chunk(b"eXIf", b"place")) + b"PK.."
    )
    assert (found.kind, found.width, found.height) == ("png", 16, 1)
    assert found.content == plain
    assert found.left_out == {"tEXt": 1, "eXIf": 1}


def test_a_jpeg_keeps_what_is_drawn_and_loses_where_it_was_taken():
    """Of what a camera writes nothing is left, before the picture or behind it."""
    found = picture_of(JPEG[:2] + EXIF + JPEG[2:] + EXIF)
    assert (found.kind, found.width, found.height) == ("jpeg", 16, 8)
    assert found.content == JPEG
    assert found.left_out == {"segment e1": 1}


@pytest.mark.parametrize("read", [png, jpeg])
def test_a_picture_that_is_cut_off_or_damaged_anywhere_is_refused(read):
    """At every byte: half a plan is none."""
    whole = picture(16, 1) if read is png else JPEG
    for end in range(len(whole)):
        with pytest.raises(NoPlan):
            read(whole[:end])
    if read is png:
        for at in range(len(SIGNATURE), len(whole)):
            with pytest.raises(NoPlan):
                read(whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :])


@pytest.mark.parametrize(
    ("width", "height", "is_refused"),
    [
        (SIDE_PIXELS_MAX, 1000, False),
        (SIDE_PIXELS_MAX + 1, 1000, True),
        (4000, PIXELS_MAX // 4000, False),
        (4000, PIXELS_MAX // 4000 + 1, True),
        (0, 5, True),
        (21, 420, False),
        (21, 421, True),
        (421, 21, True),
    ],
)
def test_a_picture_that_unfolds_to_more_than_a_phone_holds_is_refused_by_its_header(
    width, height, is_refused
):
    """Longest side, most pixels, no pixels, a strip that nobody can read."""
    if is_refused:
        with pytest.raises(NoPlan):
            picture_of(picture(width, height))
    else:
        assert picture_of(picture(width, height)).width == width


def test_a_jpeg_of_a_rare_kind_is_refused():
    """Lossless frames: a browser would show a broken picture in the worst moment."""
    at = JPEG.index(b"\xff\xc0")
    with pytest.raises(NoPlan, match="browsers"):
        jpeg(JPEG[:at] + b"\xff\xc3" + JPEG[at + 2 :])


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"%PDF-1.7", b"\x89PNG", b"PK\x03\x04", b"   plan"])
def test_any_other_file_is_refused_with_what_to_bring(data):
    """By its bytes and not by its name."""
    with pytest.raises(NoPlan, match="SVG"):
        picture_of(data)


def test_a_file_of_more_than_two_megabytes_is_refused():
    """To the byte."""
    assert PLAN_BYTES_MAX == 2_000_000
    filled = picture(16, 1)
    most = chunk(b"tEXt", b"x" * (PLAN_BYTES_MAX - len(filled) - 12))
    assert picture_of(picture(16, 1, most)).width == 16
    with pytest.raises(NoPlan, match="at most"):
        picture_of(picture(16, 1, most) + b"x")
