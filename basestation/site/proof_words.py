"""The words of a test message, and the code in it.

Decides the words only. The mark stands first: nobody may take it for an alarm.
"""

import hashlib
import re
import secrets

#: Without letters that are mistaken for one another; 10 of them are 49 random bits.
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_CHARACTERS = 10
_CODE = re.compile(rf"(?<![A-Z0-9])[{_ALPHABET}]{{{CODE_CHARACTERS}}}(?![A-Z0-9])")

_SUBJECTS = {
    "en": "TEST - Rufweite: please confirm this address",
    "de": "TEST - Rufweite: bitte bestätigen Sie diese Adresse",
}
_BODIES = {
    "en": "TEST - this is no alarm. {name}, in an emergency you would be called here. Please confirm that"
    " this has reached you: {how}",
    "de": "TEST - dies ist kein Alarm. {name}, im Notfall würden Sie hier gerufen. Bitte bestätigen Sie, dass"
    " dies bei Ihnen angekommen ist: {how}",
}
_BY_CODE = {
    "en": "answer with {code}, or tell the safety officer this code.",
    "de": "antworten Sie mit {code}, oder nennen Sie diesen Code der Sicherheitsfachkraft.",
}
_BY_LINK = {
    "en": "open {link} and press the button there, or answer with {code}.",
    "de": "öffnen Sie {link} und drücken Sie dort den Knopf, oder antworten Sie mit {code}.",
}


def new_code() -> str:
    """Return a code that nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_CHARACTERS))


def codes_in(text: str) -> list[str]:
    """Return what may be a code in what somebody wrote, however they wrote it."""
    return _CODE.findall(text.upper())


def digest_of(code: str) -> str:
    """Return what the database keeps of a code: its SHA-256 in hexadecimal."""
    return hashlib.sha256(code.encode()).hexdigest()


def words_of_test(name: str, language: str, code: str, link: str) -> tuple[str, str]:
    """Return subject and body of a test message; without a link it asks for the code alone."""
    spoken = language if language in _SUBJECTS else "en"
    how = (_BY_LINK if link else _BY_CODE)[spoken].format(code=code, link=link)
    return _SUBJECTS[spoken], _BODIES[spoken].format(name=name, how=how)
