"""Puts what has to be told into the outbox, in the transaction that saves the case.

Decides which rows become needless: a newer call of the same person by the same way takes the place of one
that was not sent yet, and once nobody is called any more no call is sent. News and questions are sent all
the same. What the consoles show anyway counts as sent as soon as it is on disk.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update

from basestation.cases.case import Case
from basestation.cases.chain import CONSOLE
from basestation.cases.effects import CALLS, Notify
from basestation.casework.wording import text_of
from basestation.clock import to_ms
from basestation.exercises.withholding import TEST, is_withheld_from
from basestation.store import log
from basestation.store.committer import Work
from basestation.store.database import insert_new
from basestation.store.tables import outbox

_CALL_NOBODY_MORE = (
    update(outbox)
    .where(outbox.c.case_id == bindparam("of_case"), outbox.c.state == "DUE", outbox.c.is_call)
    .values(state="REPLACED", next_try_at_ms=None)
)
_REPLACE = _CALL_NOBODY_MORE.where(
    outbox.c.who == bindparam("of_whom"), outbox.c.channel == bindparam("by_channel")
)


async def post(work: Work, case: Case, notice: Notify, now: datetime) -> bool:
    """Write one notice into the outbox, unless it is there already, and tell whether it is to be sent now."""
    is_withheld = case.mark == TEST and await is_withheld_from(work.connection, case, notice, now)
    # Only what is written: the case, the notice and every way out of the house keep the mark.
    text = text_of(replace(case, mark="real", cause=None) if is_withheld else case, notice)
    is_shown = notice.channel == CONSOLE
    is_call = notice.text_key in CALLS
    if is_call and not is_shown:
        older = {"of_case": case.id, "of_whom": notice.who, "by_channel": notice.channel}
        await work.connection.execute(_REPLACE, older)
    row = {
        "key": notice.key,
        "case_id": case.id,
        "channel": notice.channel,
        "recipient": notice.recipient,
        "address": notice.address,
        "subject": text.subject,
        "body": text.body,
        "state": "SENT" if is_shown else "DUE",
        "next_try_at_ms": None if is_shown else to_ms(now),
        "created_at_ms": to_ms(now),
        "sent_at_ms": to_ms(now) if is_shown else None,
        "who": notice.who,
        "text_key": notice.text_key,
        "language": notice.language,
        "is_call": is_call,
        "is_mark_withheld": is_withheld,
    }
    is_new = await insert_new(work.connection, outbox, row)
    if is_new:
        content: dict[str, Any] = {"recipient": notice.recipient, "channel": notice.channel}
        content |= {"level": notice.level, "round": notice.round, "text": notice.text_key, "key": notice.key}
        work.log(log.entry(to_ms(now), "notified", content, case_id=case.id, device=case.device))
    return is_new and not is_shown


async def call_nobody_more(work: Work, case: Case) -> None:
    """Let no call of the case leave any more."""
    await work.connection.execute(_CALL_NOBODY_MORE, {"of_case": case.id})
