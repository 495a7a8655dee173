"""What a pager shows of a notice, and the records of its call.

Decides order and length: mark, silence, number of the case, what happened to whom, where. What has no room
is cut at the end only, and the text says so. Decides which priority and beep a notice gets; a test or a
drill never gets those of an alarm. Characters that the line cannot carry are replaced, none is lost unseen.
"""

import re
import unicodedata

from basestation.cases.case import is_person_kind
from basestation.outgoing.channels.channel import Notice
from basestation.outgoing.channels.espa.frames import (
    ADDRESS_MAX,
    BEEP_CODE,
    CALL_ADDRESS,
    CALL_TO_PAGER,
    CALL_TYPE,
    DISPLAY_TEXT,
    PRIORITY,
    STATUS_REQUEST,
    TRANSMISSIONS,
    written,
)
from basestation.outgoing.channels.espa.settings import EspaSettings
from basestation.outgoing.channels.espa.waiting import Call

#: Priority (record 6) and call type (record 4).
_ALARM, _HIGH, _NORMAL = "1", "2", "3"
_STANDARD_CALL = "3"
#: Texts that end a call instead of making one; every other key calls.
_NEWS = frozenset({"taken", "closed"})

#: The words for a silent alarm, for a case, and for a text that was cut.
_WORDS = {
    "en": ("SILENT: DO NOT CALL", "Case", "[cut]"),
    "de": ("STILL: NICHT ANRUFEN", "Fall", "[gek.]"),
}
_ADDRESS = re.compile(rf"(?:([0-9A-Za-z])/)?([0-9A-Za-z*#]{{1,{ADDRESS_MAX}}})")
#: What the subject says in its own way and the text has said already.
_SAID = re.compile(r"^(?:TEST|DRILL) - | \((?:case|Fall) \d+\)$")

_TWO_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
#: ISO 646-DE puts its letters where ASCII has brackets, so those become round ones.
_GERMAN = str.maketrans("§ÄÖÜäöüß", "@[\\]{|}~")
_NO_BRACKETS = str.maketrans("@[\\]{|}~", "a(/)(/)-")


def pager_of(address: str) -> tuple[str, str] | None:
    """Return station (empty: the pager system) and call address of an address; None for a wrong one."""
    found = _ADDRESS.fullmatch(address.strip())
    return None if found is None else (found[1] or "", found[2])


def text_of(notice: Notice, text_max: int, character_set: str = "ascii") -> bytes:
    """Return what the pager shows, at most `text_max` characters of one byte each."""
    silence, case, cut = _WORDS.get(notice.language, _WORDS["en"])
    mark = "" if notice.mark == "real" else f"{notice.mark.upper()} - "
    silent = f"{silence}. " if notice.is_silent else ""
    title = _SAID.sub("", notice.subject)
    where = notice.place or notice.body
    text = encoded(f"{mark}{silent}{case} {notice.case_id}: {title}. {where}", character_set)
    if len(text) <= text_max:
        return text
    end = b" " + encoded(cut, character_set)
    return text[: text_max - len(end)] + end


def encoded(text: str, character_set: str) -> bytes:
    """Return the text in a character set of the line: no control characters, blanks in a row as one."""
    plain = " ".join(
        "".join(
            " " if ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 else letter for letter in text
        ).split()
    )
    if character_set == "german":
        return (
            _plain(plain.translate(_NO_BRACKETS), keep="§ÄÖÜäöüß")
            .translate(_GERMAN)
            .encode("ascii", "replace")
        )
    if character_set == "latin1":
        return _plain(plain, keep="".join(map(chr, range(0xA0, 0x100)))).encode("latin-1", "replace")
    return _plain(plain).encode("ascii", "replace")


def call_of(notice: Notice, settings: EspaSettings) -> Call | None:
    """Return the call of a notice; None if its address is none."""
    found = pager_of(notice.address)
    if found is None:
        return None
    station, pager = found
    text = text_of(notice, settings.text_max, settings.character_set)
    data = {
        CALL_ADDRESS: pager.encode("ascii"),
        DISPLAY_TEXT: text,
        BEEP_CODE: _beep(notice, settings).encode("ascii"),
        CALL_TYPE: _STANDARD_CALL.encode("ascii"),
        TRANSMISSIONS: str(settings.transmissions).encode("ascii"),
        PRIORITY: _priority(notice).encode("ascii"),
    }
    records = tuple((code, data[code]) for code in settings.records)
    return Call(
        key=notice.key,
        station=station or settings.pager_system,
        block=written(CALL_TO_PAGER, records),
        kind=notice.kind,
        mark=notice.mark,
        pager=pager,
        text=text.decode("latin-1"),
    )


def request_of(call: Call) -> Call:
    """Return the question what became of a call; it names the call by its address and text."""
    records = ((CALL_ADDRESS, call.pager.encode("ascii")), (DISPLAY_TEXT, call.text.encode("latin-1")))
    block = written(STATUS_REQUEST, records)
    return Call(call.key, call.station, block, call.kind, call.mark, call.pager, call.text, is_request=True)


def _plain(text: str, keep: str = "") -> str:
    """Return the text with letters outside ASCII and `keep` written by what stands nearest."""
    letters = []
    for letter in text:
        if letter in keep or letter.isascii():
            letters.append(letter)
        elif letter in _TWO_LETTERS:
            letters.append(_TWO_LETTERS[letter])
        else:
            nearest = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode("ascii")
            letters.append(nearest.strip() or "?")
    return "".join(letters)


def _priority(notice: Notice) -> str:
    if notice.mark != "real":
        return _NORMAL
    if is_person_kind(notice.kind) and notice.text_key not in _NEWS:
        return _ALARM
    return _HIGH


def _beep(notice: Notice, settings: EspaSettings) -> str:
    if _priority(notice) != _ALARM:
        return settings.other_beep
    return settings.silent_beep if notice.is_silent else settings.alarm_beep
