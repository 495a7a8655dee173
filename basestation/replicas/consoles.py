"""What the consoles of other base stations tell: whether somebody sits in the control room, wherever it is.

In memory only: a word counts for `AGE`, and one that is lost is followed by the next. Times are of the clock
of the base station whose consoles they are.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from basestation.cases.vigilance import ConsoleSigns
from basestation.clock import from_ms, to_ms

#: Between two words about our consoles, in seconds; and how long such a word counts.
WORD_S: Final = 2.0
AGE: Final = timedelta(seconds=8)
#: The longest text that NOTIFY takes is 8,000 bytes; more consoles than this say no more than these.
CONSOLES_MAX: Final = 100


class ConsolesElsewhere:
    """The newest word of each other base station."""

    def __init__(self) -> None:
        self._words: dict[str, tuple[datetime, tuple[ConsoleSigns, ...]]] = {}

    def hear(self, replica: str, text: str, now: datetime) -> None:
        """Take a word; raises ValueError for what is none."""
        signs = tuple(_signs(*one) for one in json.loads(text))
        self._words[replica] = now, signs

    def signs(self, now: datetime) -> Iterable[ConsoleSigns]:
        """Return what consoles elsewhere have told lately."""
        return [sign for at, signs in self._words.values() if now - at < AGE for sign in signs]


def word_of(signs: Iterable[ConsoleSigns]) -> str:
    """Return what the others are told of our consoles."""
    # Those who see all sites say no more than an older program understands.
    pairs = [
        (_ms(one.sounding_at), _ms(one.acted_at), *([] if one.sites is None else [sorted(one.sites)]))
        for one in signs
    ]
    return json.dumps(pairs[:CONSOLES_MAX], separators=(",", ":"))


def _signs(sounding: Any, acted: Any, sites: Any = None) -> ConsoleSigns:
    return ConsoleSigns(_time(sounding), _time(acted), None if sites is None else frozenset(map(int, sites)))


def _ms(at: datetime | None) -> int | None:
    return None if at is None else to_ms(at)


def _time(at_ms: Any) -> datetime | None:
    return None if at_ms is None else from_ms(int(at_ms))
