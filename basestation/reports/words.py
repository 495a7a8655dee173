"""Which catalogue of words a report takes; a language that nobody has is English."""

from typing import Any, Final

from basestation.reports.words_de import GERMAN
from basestation.reports.words_en import ENGLISH

LANGUAGES: Final = ("en", "de")
_CATALOGUES: Final[dict[str, dict[str, Any]]] = {"en": ENGLISH, "de": GERMAN}


def words_in(language: str) -> dict[str, Any]:
    """Return every word of a report in this language."""
    return _CATALOGUES.get(language, ENGLISH)
