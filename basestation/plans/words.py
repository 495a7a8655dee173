"""Every word on and under a plan, in German and English; a language that nobody has is English."""

from typing import Final

_ENGLISH: Final = {
    "plan": "Plan",
    "here": "HERE",
    "assembly_sign": "A",
    "workplace": "place of work of this shift",
    "last_workplace": "place of work of the last shift; nobody knows whether the worker is there",
    "beacon": "beacon heard most strongly",
    "beacon_only": "beacon",
    "is_place": "most likely here",
    "ago": "ago",
    "way": "way in",
    "assembly": "assembly point",
    "large": "The plan is large. Open it",
    "back": "Back to the alarm",
    "alt": "Floor plan {name}: {marks}",
}
_GERMAN: Final = {
    "plan": "Plan",
    "here": "HIER",
    "assembly_sign": "S",
    "workplace": "Arbeitsplatz dieser Schicht",
    "last_workplace": "Arbeitsplatz der letzten Schicht; ob die Person dort ist, weiß niemand",
    "beacon": "am stärksten gehörter Funkpunkt",
    "beacon_only": "Funkpunkt",
    "is_place": "am ehesten hier",
    "ago": "her",
    "way": "Weg hinein",
    "assembly": "Sammelpunkt",
    "large": "Der Plan ist groß. Öffnen",
    "back": "Zurück zum Alarm",
    "alt": "Plan {name}: {marks}",
}
LANGUAGES: Final = {"en": _ENGLISH, "de": _GERMAN}


def words_in(language: str) -> dict[str, str]:
    """Return the words in a language."""
    return LANGUAGES.get(language[:2], _ENGLISH)
