"""The sentences of refusals in the language of whoever is refused.

Errors carry their English sentence, with its values in it; here it is recognised again by its catalogue
(`german_*.py`) and told in German with the same values. A sentence that no catalogue has stays English: none
is left out. Decides no words and no status.
"""

import re
from functools import cache
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope

from basestation.web.sentences.german_access import GERMAN_ACCESS
from basestation.web.sentences.german_casefile import GERMAN_CASEFILE
from basestation.web.sentences.german_cases import GERMAN_CASES
from basestation.web.sentences.german_drills import GERMAN_DRILLS
from basestation.web.sentences.german_people import GERMAN_PEOPLE
from basestation.web.sentences.german_records import GERMAN_RECORDS
from basestation.web.sentences.german_registers import GERMAN_REGISTERS
from basestation.web.sentences.german_requests import GERMAN_REQUESTS
from basestation.web.sentences.german_site import GERMAN_SITE
from basestation.web.sentences.german_tests import GERMAN_TESTS
from basestation.web.sentences.german_things import GERMAN_THINGS

ENGLISH: Final = "en"
#: By language: English sentence, with {0}, {1} … for its values, to the sentence of that language.
CATALOGUES: Final = {
    "de": {
        **GERMAN_CASES, **GERMAN_CASEFILE, **GERMAN_SITE, **GERMAN_REGISTERS, **GERMAN_PEOPLE,
        **GERMAN_THINGS, **GERMAN_REQUESTS, **GERMAN_ACCESS, **GERMAN_DRILLS, **GERMAN_TESTS,
        **GERMAN_RECORDS,
    }
}  # fmt: skip
#: A sentence longer than this is not looked for, in characters.
_CHARACTERS_MAX: Final = 1_000
_VALUE: Final = re.compile(r"\{(\d+)\}")


def in_language(sentence: str | Exception, language: str) -> str:
    """Return the sentence of a refusal in a language; one that has no words there stays as it is."""
    text = str(sentence)
    catalogue = CATALOGUES.get(language)
    if catalogue is None or len(text) > _CHARACTERS_MAX:
        return text
    return _told(text, language) or text


def language_of(scope: Scope) -> str:
    """Return the language that a request asks for (Accept-Language; the page sends its own), else English."""
    asked = Headers(scope=scope).get("accept-language", "") if scope["type"] == "http" else ""
    for part in asked.split(","):
        language = part.split(";", 1)[0].strip()[:2].lower()
        if language == ENGLISH or language in CATALOGUES:
            return language
    return ENGLISH


def _told(text: str, language: str) -> str | None:
    catalogue = CATALOGUES[language]
    if text in catalogue:
        return catalogue[text]
    for pattern, other in _patterns(language):
        found = pattern.fullmatch(text)
        if found:
            # What stands in a sentence may be words of ours itself.
            values = [in_language(value, language) for value in found.groups()]
            return _VALUE.sub(lambda place, values=values: values[int(place.group(1))], other)  # type: ignore[misc]
    return None


@cache
def _patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Return the sentences with values, those with the most words of their own first."""
    found = [(english, other) for english, other in CATALOGUES[language].items() if _VALUE.search(english)]
    found.sort(key=lambda pair: -len(_VALUE.sub("", pair[0])))
    return [(_pattern(english), other) for english, other in found]


def _pattern(english: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in re.split(r"\{\d+\}", english)]
    return re.compile("(.*?)".join(parts), re.DOTALL)
