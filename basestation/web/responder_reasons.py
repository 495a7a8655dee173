"""The reasons of an end on a responder's page: one to choose, or words of one's own, or both.

Decides how a reason reads: the words of its code in the language of the page, then the person's own, as the
console writes it. Which codes there are is `casefile.outcomes`'.
"""

from html import escape

from basestation.casefile.outcomes import CODES
from basestation.web.words_of_helpers import words_in


def fields(verb: str, language: str) -> str:
    """Return the choices of a verb that ends, and the field for words."""
    words = words_in(language)
    choices = "".join(
        f'<label class="reason"><input type="radio" name="code" value="{one.name}">'
        f"<span>{escape(one.german if language == 'de' else one.english)}</span></label>"
        for one in CODES
        if one.outcome == verb
    )
    field = '<textarea name="reason" rows="2" maxlength="380"></textarea>'
    own = f"<label>{escape(words['own_words'])}{field}</label>"
    return f"<fieldset><legend>{escape(words[f'{verb}_why'])}</legend>{choices}</fieldset>{own}"


def in_words(code: str, own: str, language: str) -> str:
    """Return the reason as it is kept: the words of the code, if it is one, and the person's own."""
    chosen = [one.german if language == "de" else one.english for one in CODES if one.name == code]
    return ": ".join([*chosen, *([own.strip()] if own.strip() else [])])
