"""What a short message says of a notice.

Decides the order: mark, silence, what happened to whom, number of the case, where, the code and what can
be answered, the person's page, and then everything else. What has no room is cut at the end only.
"""

import re
from typing import Final

from basestation.cases.replies import choices
from basestation.outgoing.channels.channel import Notice
from basestation.outgoing.channels.modem.alphabet import plain

#: The words for a silent alarm, case, place, how to answer, and for a text that was cut.
_WORDS: Final = {
    "en": (
        "SILENT: do not call or radio the worker, nobody near may notice.",
        "Case",
        "Where",
        "Answer {code} and a digit: {choices}.",
        " [cut]",
    ),
    "de": (
        "STILL: nicht anrufen oder anfunken, niemand dort darf es merken.",
        "Fall",
        "Wo",
        "Antwort {code} und eine Ziffer: {choices}.",
        " [gekürzt]",
    ),
}
#: What the subject says in its own way and the text says itself.
_SAID: Final = re.compile(r"^(?:TEST|DRILL) - | \((?:case|Fall) \d+\)$")


def text_of(notice: Notice) -> str:
    """Return the whole text; the mark comes first, and the number of the case is near the beginning."""
    silence, case, where, answer, _ = _words(notice)
    mark = "" if notice.shown_mark == "real" else f"{notice.shown_mark.upper()} - "
    silent = f"{silence} " if notice.is_silent else ""
    title = _SAID.sub("", notice.subject)
    worker = f" {notice.worker}." if notice.worker and notice.worker not in title else ""
    lines = [f"{mark}{silent}{title}.{worker} {case} {notice.case_id}."]
    if notice.place:
        lines.append(f"{where}: {notice.place}.")
    offered = choices(notice.verbs, notice.language)
    if notice.code and offered:
        lines.append(answer.format(code=notice.code, choices=offered))
    if notice.link:
        lines.append(notice.link)
    return plain("\n".join([*lines, notice.body])).rstrip()


def cut_of(notice: Notice) -> str:
    """Return what stands at the end of a text that was cut."""
    return _words(notice)[-1]


def _words(notice: Notice) -> tuple[str, str, str, str, str]:
    return _WORDS.get(notice.language, _WORDS["en"])
