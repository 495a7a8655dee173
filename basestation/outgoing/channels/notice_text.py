"""The texts of a notice for channels that carry any text.

Decides what stands first, whatever the wording says: the mark of a test or drill, then that nobody may notice
a silent alarm. The number of the case is in every text. Only the end of a long text is cut, which is said.
Lengths in characters.
"""

from typing import Final

from basestation.outgoing.channels.channel import Notice

SUBJECT_CHARACTERS_MAX: Final = 500
BODY_CHARACTERS_MAX: Final = 10_000
#: What mark, silence and the words of a cut take at most.
_BEFORE_MAX: Final = 80
_CUT: Final = {"en": " … (cut)", "de": " … (gekürzt)"}
_MARKS: Final = {("test", "de"): "TEST", ("drill", "de"): "ÜBUNG"}
#: Of a silent case, before everything but the mark.
SILENT: Final = {
    "en": "SILENT - nobody near the worker may notice.",
    "de": "STILL - niemand in der Nähe darf es bemerken.",
}


def mark_of(notice: Notice) -> str:
    """Return the word for what is not real; empty for what is."""
    if notice.shown_mark == "real":
        return ""
    return _MARKS.get((notice.shown_mark, notice.language), notice.shown_mark.upper())


def subject_of(notice: Notice, characters_max: int = SUBJECT_CHARACTERS_MAX) -> str:
    """Return the line that names the case, its mark first and its number in it."""
    text = _numbered(notice, notice.subject, characters_max)
    return cut(_marked(notice, text), characters_max, notice.language)


def body_of(notice: Notice, characters_max: int = BODY_CHARACTERS_MAX) -> str:
    """Return the text: mark, silence, then the rest; only its end is cut."""
    text = _numbered(notice, notice.body, characters_max)
    if notice.is_silent:
        text = f"{SILENT.get(notice.language, SILENT['en'])}\n{text}"
    return cut(_marked(notice, text), characters_max, notice.language)


def cut(text: str, characters_max: int, language: str) -> str:
    """Return `text`, its end cut where it is too long, which is said."""
    if len(text) <= characters_max:
        return text
    said = _CUT.get(language, _CUT["en"])
    return text[: characters_max - len(said)] + said


def _marked(notice: Notice, text: str) -> str:
    mark = mark_of(notice)
    return text if not mark or text.startswith((mark, notice.shown_mark.upper())) else f"{mark} - {text}"


def _numbered(notice: Notice, text: str, characters_max: int) -> str:
    """Return the text with the number of the case, in front where it is missing or would be cut off."""
    number = str(notice.case_id)
    name = "Fall" if notice.language == "de" else "case"
    head, found, tail = text.partition(f"{name} {number}")
    is_kept = len(head) + len(found) + _BEFORE_MAX <= characters_max
    is_named = bool(found) and is_kept and not tail[:1].isdigit()
    return text if is_named else f"{name} {number}: {head}{found}{tail}"
