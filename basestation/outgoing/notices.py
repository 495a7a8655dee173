"""What a channel is given: a row of the outbox, with what its case says now.

Decides which verbs a recipient may answer with: whoever is called has all that helpers have, whoever is told
news has none, and nobody is asked for an acceptance that a machine or the worker in danger cannot give.
"""

from typing import Final

from sqlalchemy import RowMapping

from basestation.cases.case import Case
from basestation.cases.effects import NEWS
from basestation.cases.people import WORKER_KEY
from basestation.outgoing.channels import Notice

#: What helpers may answer, in every channel that carries an answer.
HELPER_VERBS: Final = (
    "accept",
    "decline",
    "on_the_way",
    "on_scene",
    "still_here",
    "need_more",
    "escalate",
    "all_clear",
    "false_alarm",
    "confirm",
)
TECHNICAL_VERBS: Final = ("acknowledge", "decline", "escalate")


def notice_of(row: RowMapping, case: Case, link: str) -> Notice:
    """Return the notice of an outbox row."""
    return Notice(
        key=row["key"],
        case_id=case.id,
        mark=case.mark,
        is_mark_withheld=row["is_mark_withheld"],
        recipient=row["recipient"],
        address=row["address"],
        subject=row["subject"],
        body=row["body"],
        language=row["language"],
        text_key=row["text_key"],
        kind=case.kind,
        is_person=case.is_person,
        is_silent=case.is_silent,
        worker=case.worker_name or "",
        device=case.device,
        place=case.workplace_name or "",
        raised_at=case.raised_at,
        code=case.code,
        link=link,
        verbs=verbs_for(case, row["who"], row["text_key"]),
    )


def verbs_for(case: Case, who: str, text_key: str) -> tuple[str, ...]:
    """Return what the recipient of a notice may answer with."""
    if text_key in NEWS or who == WORKER_KEY or not case.is_open:
        return ()
    return HELPER_VERBS if case.is_person else TECHNICAL_VERBS
