"""What somebody means who answers by text: exactly one verb with the code of its case, or a hint.

Decides when words count as a deliberate act, for every channel that carries words. It never guesses: two
verbs, a negation or a condition, a code that stands for nothing, a word that is not understood, or an
automatic reply give a sentence for the sender and no verb. The words themselves are data (`reply_words`).
A hint names a code only if the sender sent it. Codes are letters and digits, as one word; times are minutes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from basestation.cases.reply_words import (
    ABOUT,
    ANY_CODE,
    AUTOMATIC,
    CHOICES,
    DIGITS,
    DOUBTS,
    FILLERS,
    HINTS,
    MINUTES,
    NUMBERS,
    PHRASES,
    QUOTED_ENDS,
    QUOTED_FROM,
    REASON_ALLOWED,
    REASON_NEEDED,
)

#: Longer texts are read by nobody: to cut one could cut off its "not".
TEXT_CHARACTERS_MAX: Final = 1600
#: Shorter codes could be taken for a digit or for minutes.
CODE_CHARACTERS_MIN: Final = 3
#: Digits at which a number that is no known code looks like one.
_CODE_LIKE_DIGITS_MIN: Final = 4
#: Later than this nobody is on the way, in minutes.
MINUTES_MAX: Final = 240

_DASHES: Final = "-\u2013\u2014"
_SEPARATORS: Final = frozenset(_DASHES + """!"#$%&()*+,./:;<=>@[\\]^_{|}~¡¿…„“”«»•°""")
#: What stands around a reason and is none of it.
_AROUND: Final = " \t\r\n.,;:!()" + _DASHES
_APOSTROPHES: Final = "'\u2019\u2018\u00b4`"
_LEVELLED: Final = (
    ("a\u0308", "a"), ("o\u0308", "o"), ("u\u0308", "u"), ("ä", "a"), ("ö", "o"), ("ü", "u"),
    ("ae", "a"), ("oe", "o"), ("ue", "u"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """One verb for one case."""

    code: str
    verb: str
    #: Only with "on_the_way", 1 to MINUTES_MAX; None: not said.
    minutes: int | None = None
    #: The words after the verb, as they were written.
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """Nothing that counts."""

    #: A key of `HINTS`.
    why: str
    #: For the sender.
    sentence: str
    #: The code that was sent, if it is exactly one that stands for a case.
    code: str = ""

    @property
    def is_automatic(self) -> bool:
        """Tell whether it looks like the words of a machine."""
        return self.why == "automatic"


@dataclass(frozen=True, slots=True)
class _Word:
    written: str
    #: Levelled: case, umlauts.
    word: str
    #: Where it ends in the text.
    end: int


@dataclass(frozen=True, slots=True)
class _Said:
    """A verb and which words say it."""

    verb: str
    first: int
    #: One past the last.
    end: int


def levelled(text: str) -> str:
    """Return the text without differences of case, of umlauts and of how they are written."""
    text = text.casefold()
    for written, level in _LEVELLED:
        text = text.replace(written, level)
    return text


def read_reply(text: str, codes: Collection[str], language: str = "en") -> Reply | Hint:
    """Return what `text` means where `codes` are those of the open cases."""
    assert all(len(code) >= CODE_CHARACTERS_MIN and code.isalnum() for code in codes)
    if len(text) > TEXT_CHARACTERS_MAX:
        return _hint("too_long", language)
    if _is_automatic(_words(text)):
        return _hint("automatic", language)
    own = _without_quotation(text)
    words = _words(own)
    known = {code.casefold(): code for code in codes}
    places = [place for place, word in enumerate(words) if word.written.casefold() in known]
    found = {known[words[place].written.casefold()] for place in places}
    if not found:
        return _hint("unknown_code" if any(map(_is_code_like, words)) else "no_code", language)
    if len(places) > 1:
        return _hint("two_codes", language, *(found if len(found) == 1 else ()))
    return _read(own, words, places[0], known[words[places[0]].written.casefold()], language)


def choices(verbs: Iterable[str], language: str = "en") -> str:
    """Return digits and words of the verbs, as a message names them; verbs without a digit are left out."""
    words = CHOICES.get(language, CHOICES["en"])
    asked = set(verbs)
    return " ".join(f"{digit} {words[verb]}" for digit, verb in DIGITS.items() if verb in asked)


def _read(text: str, words: list[_Word], place: int, code: str, language: str) -> Reply | Hint:
    if any(word.word in _DOUBTS for word in words):
        return _hint("doubt", language, code)
    said = _verbs(words, place)
    if len({each.verb for each in said}) != 1:
        return _hint("two_verbs" if said else "no_verb", language, code)
    verb = said[0].verb
    taken = {place} | {index for each in said for index in range(each.first, each.end)}
    if verb in REASON_ALLOWED:
        return _with_reason(text, words, place, said[0], code, language)
    rest = [word for index, word in enumerate(words) if index not in taken and word.word not in _FILLERS]
    if verb == "on_the_way":
        return _with_minutes(rest, code, language)
    return _hint("unknown_words", language, code) if rest else Reply(code, verb)


def _with_reason(
    text: str, words: list[_Word], place: int, said: _Said, code: str, language: str
) -> Reply | Hint:
    if any(index != place and words[index].word not in _FILLERS for index in range(said.first)):
        return _hint("unknown_words", language, code)
    begins = words[said.end - 1].end
    # Where the code stands after the verb, it is no part of the reason.
    code_begins = max(begins, words[place].end - len(words[place].written))
    reason = (text[begins:code_begins] + text[max(begins, words[place].end) :]).strip(_AROUND)
    if not reason and said.verb in REASON_NEEDED:
        return _hint("no_reason", language, code, said.verb)
    return Reply(code, said.verb, reason=reason)


def _with_minutes(rest: list[_Word], code: str, language: str) -> Reply | Hint:
    numbers = []
    for word in rest:
        number = _minutes(word.word)
        if number is not None:
            numbers.append(number)
        elif word.word not in MINUTES | _ABOUT:
            return _hint("unknown_words", language, code)
    if not numbers:
        return _hint("minutes", language, code) if rest else Reply(code, "on_the_way")
    if len(numbers) > 1 or not 1 <= numbers[0] <= MINUTES_MAX:
        return _hint("minutes", language, code)
    return Reply(code, "on_the_way", minutes=numbers[0])


def _minutes(word: str) -> int | None:
    """Return the number of "10", "10min" or "ten"; None for anything else."""
    figures = word.rstrip("abcdefghijklmnopqrstuvwxyz")
    if figures and figures.isascii() and figures.isdigit() and word[len(figures) :] in MINUTES | {""}:
        # A number that long is no number of minutes; its figures do not matter.
        return int(figures[:9])
    return _NUMBERS.get(word)


def _verbs(words: list[_Word], place: int) -> list[_Said]:
    """Return every verb that is said: the digit after the code, and phrases, the longest first."""
    said = []
    index = 0
    while index < len(words):
        digit = DIGITS.get(words[index].written) if index == place + 1 else None
        found = _Said(digit, index, index + 1) if digit else _phrase(words, index)
        if found:
            said.append(found)
        index = found.end if found else index + 1
    return said


def _phrase(words: list[_Word], first: int) -> _Said | None:
    for length in range(_PHRASE_WORDS_MAX, 0, -1):
        verb = _PHRASES.get(tuple(word.word for word in words[first : first + length]))
        if verb:
            return _Said(verb, first, min(first + length, len(words)))
    return None


def _is_code_like(word: _Word) -> bool:
    figures = sum(character.isdigit() for character in word.written)
    return figures >= _CODE_LIKE_DIGITS_MIN


def _is_automatic(words: list[_Word]) -> bool:
    joined = f" {' '.join(word.word for word in words)} "
    return any(phrase in joined for phrase in _AUTOMATIC)


def _without_quotation(text: str) -> str:
    """Return the lines before a signature, or before what a mail program quotes."""
    own = []
    for line in text.splitlines():
        start = line.strip().casefold()
        if start.startswith(QUOTED_FROM) or start.endswith(QUOTED_ENDS):
            break
        if not start.startswith(">"):
            own.append(line)
    return "\n".join(own)


def _words(text: str) -> list[_Word]:
    """Return the words; a character that is neither of a word nor between words is one by itself."""
    words = []
    written = ""
    for end, character in enumerate(f"{text} "):
        if character.isalnum() or character == "\u0308":
            written += character
        elif character not in _APOSTROPHES:
            if written:
                words.append(_Word(written, levelled(written), end))
                written = ""
            if not character.isspace() and character not in _SEPARATORS:
                words.append(_Word(character, character, end + 1))
    return words


def _hint(why: str, language: str, code: str = "", verb: str = "all_clear") -> Hint:
    language = language if language in HINTS else "en"
    sentence = HINTS[language][why].format(
        code=code or ANY_CODE[language],
        choices=choices(DIGITS.values(), language),
        digit=next(digit for digit, of in DIGITS.items() if of == verb),
        minutes_max=MINUTES_MAX,
    )
    return Hint(why, sentence, code)


def _level_words(phrase: str) -> tuple[str, ...]:
    return tuple(word.word for word in _words(phrase))


_PHRASES: Final = {_level_words(phrase): verb for verb, phrases in PHRASES.items() for phrase in phrases}
_PHRASE_WORDS_MAX: Final = max(map(len, _PHRASES))
_AUTOMATIC: Final = tuple(f" {' '.join(_level_words(phrase))} " for phrase in AUTOMATIC)
_DOUBTS: Final = frozenset(map(levelled, DOUBTS))
_FILLERS: Final = frozenset(map(levelled, FILLERS))
_ABOUT: Final = frozenset(map(levelled, ABOUT))
_NUMBERS: Final = {levelled(word): number for word, number in NUMBERS.items()}
