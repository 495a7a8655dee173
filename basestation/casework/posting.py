"""Puts what has to be told into the outbox, in the transaction that saves the case.

Decides which rows become needless: a newer call of the same person by the same way takes the place of one
that was not sent yet, and once nobody is called any more no call is sent. News and questions are sent all
the same. What the consoles show anyway counts as sent as soon as it is on disk.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from basestation.cases.case import Case
from basestation.cases.chain import CONSOLE
from basestation.cases.effects import CALLS, Notify
from basestation.casework.wording import text_of
from basestation.clock import to_ms
from basestation.store import log
from basestation.store.committer import Work
from basestation.store.database import insert_new
from basestation.store.tables import outbox

_REPLACED: Mapping[str, Any] = {"state": "REPLACED", "next_try_at_ms": None}


async def post(work: Work, case: Case, notice: Notify, now: datetime) -> None:
    """Write one notice into the outbox; one that is there already is left as it is."""
    text = text_of(case, notice)
    is_shown = notice.channel == CONSOLE
    is_call = notice.text_key in CALLS
    if is_call and not is_shown:
        await work.connection.execute(
            update(outbox)
            .where(outbox.c.case_id == case.id, outbox.c.state == "DUE", outbox.c.is_call)
            .where(outbox.c.who == notice.who, outbox.c.channel == notice.channel)
            .values(_REPLACED)
        )
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
    }
    if await insert_new(work.connection, outbox, row):
        content: dict[str, Any] = {"recipient": notice.recipient, "channel": notice.channel}
        content |= {"level": notice.level, "round": notice.round, "text": notice.text_key, "key": notice.key}
        work.log(log.entry(to_ms(now), "notified", content, case_id=case.id, device=case.device))


async def call_nobody_more(work: Work, case: Case) -> None:
    """Let no call of the case leave any more."""
    await work.connection.execute(
        update(outbox)
        .where(outbox.c.case_id == case.id, outbox.c.state == "DUE", outbox.c.is_call)
        .values(_REPLACED)
    )
