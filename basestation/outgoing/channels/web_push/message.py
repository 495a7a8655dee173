"""What a push message carries: a notice as JSON, version 1, as small as a service takes it.

Decides how much is told: number, mark and that there is an alarm; whom it is about and where only if the site
says so, because a phone shows it to whoever holds it. The rest is on the page behind the link.
"""

import hashlib
import json
from dataclasses import replace
from typing import Final

from basestation.outgoing.channels.channel import Notice
from basestation.outgoing.channels.notice_text import body_of, subject_of
from basestation.outgoing.channels.web_push.encryption import TEXT_BYTES_MAX

VERSION: Final = 1
TITLE_CHARACTERS_MAX: Final = 120
#: Longer links are left out.
LINK_CHARACTERS_MAX: Final = 1000
#: Of the body, until it fits; the last fits with anything.
_BODY_CHARACTERS: Final = (1200, 600, 300, 100)
_TITLES: Final = {
    "en": ("Emergency", "Technical alarm", "News"),
    "de": ("Notfall", "Technischer Alarm", "Neues"),
}
_BODIES: Final = {"en": "Open to see who and where.", "de": "Öffnen zeigt wer und wo."}
_NEWS: Final = ("taken", "closed", "place")


def message_of(notice: Notice, *, is_content_sent: bool) -> bytes:
    """Return the text of a message."""
    shown = notice if is_content_sent else _neutral(notice)
    # Signs of several bytes each: the end of the text gives way.
    texts = (_text(shown, characters_max) for characters_max in _BODY_CHARACTERS)
    return next(text for text in texts if len(text) <= TEXT_BYTES_MAX)


def _text(notice: Notice, characters_max: int) -> bytes:
    content = {
        "version": VERSION,
        "case": notice.case_id,
        "mark": notice.shown_mark,
        "title": subject_of(notice, TITLE_CHARACTERS_MAX),
        "body": body_of(notice, characters_max),
        "language": notice.language,
        # A notification of the same notice stands once, however often it comes.
        "tag": hashlib.sha256(notice.key.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        "link": notice.link if len(notice.link) <= LINK_CHARACTERS_MAX else "",
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _neutral(notice: Notice) -> Notice:
    titles = _TITLES.get(notice.language, _TITLES["en"])
    title = titles[2 if notice.text_key in _NEWS else 0 if notice.is_person else 1]
    body = _BODIES.get(notice.language, _BODIES["en"]) if notice.link else ""
    return replace(notice, subject=title, body=body)
