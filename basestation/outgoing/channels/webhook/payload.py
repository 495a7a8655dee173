"""What a webhook carries: a notice as JSON, version 1, as docs/channels/webhook.md describes it.

Decides the form only. What identifies stands in fields of their own: number, mark, kind, who, where.
Fields are only ever added; a change of meaning is a new version.
"""

import json
from typing import Any, Final

from basestation.clock import iso
from basestation.outgoing.channels.channel import Notice
from basestation.outgoing.channels.notice_text import body_of, subject_of

VERSION: Final = 1


def payload_of(notice: Notice) -> dict[str, Any]:
    """Return what is sent for a notice."""
    return {
        "version": VERSION,
        "type": "notice",
        "key": notice.key,
        "case": notice.case_id,
        "mark": notice.mark,
        "is_person": notice.is_person,
        "is_silent": notice.is_silent,
        "kind": notice.kind,
        "cause": notice.cause,
        "reason": notice.text_key,
        "recipient": notice.recipient,
        "worker": notice.worker,
        "device": notice.device,
        "place": notice.place,
        "raised_at": None if notice.raised_at is None else iso(notice.raised_at),
        "subject": subject_of(notice),
        "body": body_of(notice),
        "language": notice.language,
        "verbs": list(notice.verbs),
        "code": notice.code,
        "link": notice.link,
    }


def body_bytes(notice: Notice) -> bytes:
    """Return the same as it crosses the network."""
    return json.dumps(payload_of(notice), ensure_ascii=True, separators=(",", ":")).encode("ascii")
