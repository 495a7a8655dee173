"""Finds anything by a few letters: folds what is compared, ranks what was found. Reads nothing itself.

The start of a name comes before the start of a word in it, and that before the middle of a word. Letters are
compared without their marks: "muller" and "mueller" find Müller, "strasse" finds Straße.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})
_PLAIN: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
_WORD: Final = re.compile(r"\w+")
#: Where the letters stand, best first.
AT_START, AT_WORD, INSIDE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found: its kind, what names it in addresses, and what people read."""

    kind: str
    id: str
    title: str
    more: str = ""


def folded(text: str) -> str:
    """Return the letters as they are compared: small, without marks."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return "".join(one for one in parts if not unicodedata.combining(one))


def spelled_out(text: str) -> str:
    """Return the same with umlauts written as two letters."""
    return folded(unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS))


def rank(letters: str, text: str) -> int | None:
    """Return how well a text fits folded letters, 0 best, None not at all; no letters fit nothing."""
    ranks = [found for one in (folded(text), spelled_out(text)) if (found := _rank(letters, one)) is not None]
    return min(ranks, default=None)


def _rank(letters: str, text: str) -> int | None:
    if not letters or letters not in text:
        return None
    if text.startswith(letters):
        return AT_START
    starts = {word.start() for word in _WORD.finditer(text)}
    return AT_WORD if any(text.startswith(letters, at) for at in starts) else INSIDE


def best(letters: str, things: Iterable[Found], count_max: int) -> list[Found]:
    """Return what fits, the best first: by title before by what else is known of it, then by title."""
    wanted = folded(letters.strip())
    ranked: list[tuple[int, str, Found]] = []
    for thing in things:
        at_title, at_more = rank(wanted, thing.title), rank(wanted, thing.more)
        if at_title is not None:
            ranked.append((at_title, folded(thing.title), thing))
        elif at_more is not None:
            ranked.append((at_more + INSIDE + 1, folded(thing.title), thing))
    ranked.sort(key=lambda one: one[:2])
    return [thing for _, _, thing in ranked[:count_max]]
