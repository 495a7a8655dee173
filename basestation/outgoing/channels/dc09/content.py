"""What stands between the brackets of a message: event, zone, and the text where the format has room for one.

Decides words and their order: mark, silence, case, then what the notice says, so that what identifies comes
first and only the end is ever cut, which is said. DC-09 texts are ASCII here: umlauts are written out, and
characters that mean something to a receiver become harmless ones. SIA-DCS carries the text with the event
(`^text^`), ADM-CID beside it as alarm text (`[I…]`). Without a text the case's number is not told.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from basestation.outgoing.channels.channel import Notice
from basestation.outgoing.channels.dc09.events import EventCode, is_silent

Form = Literal["SIA-DCS", "ADM-CID"]
#: The end of a text that was cut.
CUT: Final = " ...(cut)"

_MARKS: Final = {("en", "test"): "TEST", ("de", "test"): "TEST", ("de", "drill"): "DRILL (UEBUNG)"}
_SILENT: Final = {
    "en": "SILENT - nobody near the worker may notice, do not call the worker",
    "de": "STILL - niemand bei der Person darf es merken, Person nicht anrufen",
}
_CASES: Final = {"en": "Case", "de": "Fall"}
_PLACES: Final = {"en": "Where", "de": "Ort"}
_WRITTEN_OUT: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
    | {"[": "(", "]": ")", "|": "-", "/": "-", "^": " ", "*": " ", '"': "'"}
    | {"\u2013": "-", "\u2014": "-", "\u2026": "...", "\u2019": "'", "\u201e": "'", "\u201c": "'"}
)


@dataclass(frozen=True, slots=True)
class Zone:
    """Which group (00 to 99) and zone (000 to 999) an event is of; 0 says nothing."""

    group: int = 0
    zone: int = 0


def content_of(form: Form, account: str, event: EventCode, where: Zone, text: str) -> str:
    """Return what stands behind the first bracket, up to the time stamp; `text` may be empty."""
    if form == "ADM-CID":
        data = f"#{account}|{event.qualifier}{event.contact_id} {where.group:02d} {where.zone:03d}]"
        return f"{data}[I{text}]" if text else data
    told = f"^{text}^" if text else ""
    return f"#{account}|Nri{where.group:02d}/{event.sia}{where.zone:03d}{told}]"


def text_of(notice: Notice, characters_max: int) -> str:
    """Return the text of a notice in ASCII, cut at its end where it is too long."""
    language = notice.language if notice.language in _CASES else "en"
    parts = [f"{_CASES[language]} {notice.case_id}", _without_mark(notice)]
    if notice.place and notice.place not in notice.subject:
        parts.append(f"{_PLACES[language]}: {notice.place}")
    if is_silent(notice):
        parts.insert(0, _SILENT[language])
    if notice.mark != "real":
        parts.insert(0, _MARKS.get((language, notice.mark), notice.mark.upper()))
    parts += notice.body.splitlines()
    text = harmless(". ".join(part.strip().rstrip(".") for part in parts if part.strip()))
    return text if len(text) <= characters_max else text[: characters_max - len(CUT)] + CUT


def harmless(text: str) -> str:
    """Return `text` in printable ASCII without what means something to a receiver."""
    plain = unicodedata.normalize("NFC", text).translate(_WRITTEN_OUT)
    plain = unicodedata.normalize("NFKD", plain).translate(_WRITTEN_OUT)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    printable = "".join(_printable(letter) for letter in plain)
    return re.sub(r" +", " ", printable).strip()


def _without_mark(notice: Notice) -> str:
    """The subject may begin with the mark already, which stands in front of everything."""
    return re.sub(rf"\A{re.escape(notice.mark)} - ", "", notice.subject, flags=re.IGNORECASE)


def _printable(letter: str) -> str:
    if " " <= letter <= "~":
        return letter
    return " " if letter.isspace() else "?"
