"""What is spoken in one call, and which key is which verb there, from a notice.

Decides the order: the mark when it is not real, silence, who is calling, why, what, who, where, the number of
the case, then the keys. What identifies comes first; long texts are cut at their end, which is said. Only
verbs that the recipient may answer with have keys. Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from basestation.outgoing.channels.channel import Notice
from basestation.outgoing.channels.voice import words
from basestation.outgoing.channels.voice.telephone import Segment
from protocol.messages import PERSON_KINDS, SILENT_KINDS

Speech = tuple[Segment, ...]

#: Longer names, places, subjects and sentences are cut, in characters.
NAME_CHARACTERS_MAX, SENTENCE_CHARACTERS_MAX = 80, 300
_URL: Final = re.compile(r"\b\w+://\S+")
_UNSPEAKABLE: Final = re.compile(r"[\x00-\x1f\x7f<>{}\[\]|\\^~*_#\"`]+")


@dataclass(frozen=True, slots=True)
class Script:
    """The words and keys of one call."""

    language: str
    text: Speech
    #: The keys offered at once, and all there are.
    keys: Mapping[str, str]
    all_keys: Mapping[str, str]
    menu: Speech
    all_menu: Speech
    #: What must be typed before any key counts; empty: nothing.
    code: str
    code_menu: Speech
    repeats: int

    @property
    def is_asked(self) -> bool:
        """Tell whether the recipient is asked for an answer at all."""
        return bool(self.all_keys)

    @property
    def unknown_key(self) -> Speech:
        """The key pressed is none."""
        return self._said(words.UNKNOWN_KEY)

    @property
    def wrong_code(self) -> Speech:
        """The code typed is wrong."""
        return self._said(words.WRONG_CODE)

    @property
    def not_stored(self) -> Speech:
        """The answer was not stored."""
        return self._said(words.NOT_STORED)

    @property
    def nobody(self) -> Speech:
        """No key was pressed to the end."""
        return self._said(words.NOBODY)

    @property
    def goodbye(self) -> Speech:
        """The end."""
        return self._said(words.GOODBYE)

    def reply(self, sentence: str) -> Speech:
        """Return the sentence for whoever answered, as speech."""
        spoken = speakable(sentence, SENTENCE_CHARACTERS_MAX, self.language)
        return (Segment(spoken),) if spoken else self.goodbye

    def _said(self, sentences: Mapping[str, str]) -> Speech:
        return (Segment(sentences[self.language]),)


def script_of(notice: Notice, repeats: int, *, is_code_asked: bool) -> Script:
    """Return the words of a call for a notice."""
    language = notice.language if notice.language in words.LANGUAGES else "en"
    all_keys = _keys(notice.verbs, "".join(words.KEYS))
    keys = _keys(notice.verbs, words.OFFERED.get(notice.text_key, words.OFFERED_ELSE)) or all_keys
    is_code = is_code_asked and bool(all_keys) and notice.code.isascii() and notice.code.isdigit()
    return Script(
        language=language,
        text=_text(notice, language),
        keys=keys,
        all_keys=all_keys,
        menu=_menu(keys, language, is_short=len(keys) < len(all_keys)),
        all_menu=_menu(all_keys, language, is_short=False),
        code=notice.code if is_code else "",
        code_menu=_code_menu(notice.code, language) if is_code else (),
        repeats=repeats if all_keys else 1,
    )


def is_silent(notice: Notice) -> bool:
    """Tell whether nobody near the worker may notice."""
    return notice.is_silent or notice.kind in SILENT_KINDS


def speakable(text: str, characters_max: int, language: str) -> str:
    """Return `text` without what cannot be spoken, cut at its end where it is too long."""
    plain = " ".join(_UNSPEAKABLE.sub(" ", _URL.sub(" ", text)).split())
    if len(plain) <= characters_max:
        return plain
    cut = f" {words.CUT[language]}"
    return plain[: characters_max - len(cut)].rstrip() + cut


def _text(notice: Notice, language: str) -> Speech:
    said = []
    if notice.shown_mark != "real":
        said.append(Segment(words.MARKS[language].get(notice.shown_mark, words.OTHER_MARK[language])))
    if is_silent(notice):
        said.append(Segment(words.SILENT[language]))
    lead = words.LEADS[language].get(
        notice.text_key, speakable(notice.subject, NAME_CHARACTERS_MAX, language)
    )
    said += [Segment(one) for one in (words.HELLO[language], lead, _kind(notice, language)) if one]
    said += _named(words.WHO[language], notice.worker, language)
    said += _named(words.WHERE[language], notice.place, language)
    if not notice.worker:
        said += _named(words.DEVICE[language], notice.device, language)
    said.append(Segment(f"{words.CASE[language]} {_digits(str(notice.case_id))}.", is_slow=True))
    return tuple(said)


def _kind(notice: Notice, language: str) -> str:
    if notice.kind in PERSON_KINDS:
        return words.KINDS[language][notice.kind]
    if notice.is_person:
        return words.UNKNOWN_KIND[language]
    return f"{words.TECHNICAL[language]} {speakable(notice.subject, SENTENCE_CHARACTERS_MAX, language)}."


def _named(lead: str, name: str, language: str) -> list[Segment]:
    spoken = speakable(name, NAME_CHARACTERS_MAX, language)
    return [Segment(f"{lead} {spoken}.", is_slow=True)] if spoken else []


def _keys(verbs: tuple[str, ...], keys: str) -> dict[str, str]:
    found = {}
    for key in keys:
        verb = next((one for one in words.KEYS[key] if one in verbs), "")
        if verb:
            found[key] = verb
    return found


def _menu(keys: Mapping[str, str], language: str, *, is_short: bool) -> Speech:
    said = [words.VERBS[language][verb].format(key) for key, verb in keys.items()]
    said.append(words.AGAIN[language])
    if is_short:
        said.append(words.ALL_KEYS[language])
    return tuple(Segment(one) for one in said)


def _code_menu(code: str, language: str) -> Speech:
    before, behind = words.CODE[language]
    return (Segment(before), Segment(f"{_digits(code)}.", is_slow=True), Segment(behind))


def _digits(number: str) -> str:
    return ", ".join(number)
