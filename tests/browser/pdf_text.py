"""The words and the pages of a PDF as Typst writes it, so that a test reads what a person would read.

Reads unencrypted files with Flate streams and fonts of two bytes a glyph; the glyphs' letters come from each
font's own table (ToUnicode). ISO 32000-1, 7.3.4 (strings), 9.10.3 (tables of letters).
"""

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_STRING = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]+>", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_PLAIN = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\n": b"",
    b"\r": b"",
    b"\r\n": b"",
}


def pages_of(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", b"".join([pdf, *_streams(pdf)])))


def text_of(pdf: bytes) -> str:
    """Return the letters of a PDF in the order in which they are drawn, without spaces."""
    streams = _streams(pdf)
    tables = [table for table in map(_table, streams) if table]
    drawn = [stream for stream in streams if b"Tj" in stream or b"TJ" in stream]
    return "\n".join(_letters(stream, table) for table in tables for stream in drawn)


def _streams(pdf: bytes) -> list[bytes]:
    found = []
    for packed in _STREAM.findall(pdf):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            found.append(packed)
    return found


def _table(stream: bytes) -> dict[int, str]:
    """Return the letters of a font's glyphs, if the stream is such a table."""
    table = {}
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", stream, re.DOTALL):
        for glyph, letters in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", part):
            table[int(glyph, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    for part in re.findall(rb"beginbfrange(.*?)endbfrange", stream, re.DOTALL):
        triples = re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", part)
        for first, last, letters in ([int(one, 16) for one in three] for three in triples):
            table.update({glyph: chr(letters + glyph - first) for glyph in range(first, last + 1)})
    return table


def _letters(stream: bytes, table: dict[int, str]) -> str:
    glyphs = b"".join(_bytes_of(string) for string in _STRING.findall(stream))
    return "".join(table.get(int.from_bytes(glyphs[at : at + 2]), "") for at in range(0, len(glyphs), 2))


def _bytes_of(string: bytes) -> bytes:
    if string.startswith(b"<"):
        return bytes.fromhex(string[1:-1].decode())
    return _ESCAPE.sub(_escaped, string[1:-1])


def _escaped(match: "re.Match[bytes]") -> bytes:
    what = match[1]
    return bytes([int(what, 8)]) if what[:1].isdigit() else _PLAIN.get(what, what)
