"""The alphabets of a short message: GSM 7 bit with its extension table, and UCS-2.

Decides which of the two a text needs, and packs septets. A character outside both never gets lost: every
text has a form in UCS-2 (as UTF-16, which telephones show). Tables from 3GPP TS 23.038, 6.2.1.
"""

from typing import Final

_ESCAPE: Final = 0x1B
#: The default alphabet by code; 0x1B is the escape and stands for no character.
_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: What stands after the escape.
_EXTENSION: Final = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|",
    0x65: "€",
}  # fmt: skip
_SEPTETS: Final = {
    **{character: (code,) for code, character in enumerate(_BASIC) if code != _ESCAPE},
    **{character: (_ESCAPE, code) for code, character in _EXTENSION.items()},
}
#: Typographic signs that would double the price of a text, and what says the same.
_PLAIN: Final = {0x2013: "-", 0x2014: "-", 0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x201E: '"',
                 0x2026: "...", 0x00A0: " ", 0x202F: " ", 0x2009: " "}  # fmt: skip


def plain(text: str) -> str:
    """Return the text with typographic signs as the ones of a typewriter."""
    return text.translate(_PLAIN)


def septets_of(character: str) -> tuple[int, ...] | None:
    """Return the one or two septets of a character; None if the alphabet has none."""
    return _SEPTETS.get(character)


def text_of_septets(septets: list[int]) -> str:
    """Return the text; an extension nobody knows is shown as the character of the default table."""
    text = []
    is_escaped = False
    for septet in septets:
        if septet == _ESCAPE:
            is_escaped = True
            continue
        text.append(_EXTENSION.get(septet, _BASIC[septet]) if is_escaped else _BASIC[septet])
        is_escaped = False
    return "".join(text)


def packed(septets: list[int], skipped_bits: int = 0) -> bytes:
    """Return the septets eight to seven octets, after `skipped_bits` zero bits."""
    bits = 0
    for place, septet in enumerate(septets):
        bits |= septet << (skipped_bits + 7 * place)
    length_bits = skipped_bits + 7 * len(septets)
    return bits.to_bytes(-(-length_bits // 8), "little")


def unpacked(octets: bytes, count: int, skipped_bits: int = 0) -> list[int]:
    """Return `count` septets, or as many as there are octets for."""
    bits = int.from_bytes(octets, "little") >> skipped_bits
    available = max(0, (8 * len(octets) - skipped_bits) // 7)
    return [bits >> (7 * place) & 0x7F for place in range(min(count, available))]


def ucs2(text: str) -> bytes:
    """Return the text in UCS-2; what UCS-2 lacks as two units, and half a pair as a question mark."""
    return text.encode("utf-16-be", "replace")


def text_of_ucs2(octets: bytes) -> str:
    """Return the text; what is damaged shows the replacement character."""
    return octets.decode("utf-16-be", "replace")
