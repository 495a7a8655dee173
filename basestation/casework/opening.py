"""How a case opens: whose it is, where, along which chain, and with which code.

Decides nothing about what happens then (`cases.step` does). The worker and place are those of the device's
open shift, or of its last wearer as unconfirmed. Chain, levels and times are frozen into the case here.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.casefile.checklist import freeze
from basestation.cases.case import Case, CaseState
from basestation.clock import to_ms
from basestation.site.finding import chain_of
from basestation.store import case_events, case_rows
from basestation.store.case_sites import site_of_alarm
from basestation.store.committer import Work
from basestation.store.tables import cases, shifts

#: Codes have this many digits, so that they can be read out and typed; the first is no nought.
CODE_DIGITS = 4
#: States of a case that a further alarm of the same worker joins.
_AT_WORK = (CaseState.RECEIVED, CaseState.ACCEPTED, CaseState.DISPATCHED, CaseState.ON_SCENE)
#: Codes drawn and looked up at once; with as many digits as before, while any of these is free.
_CODES_DRAWN = 20
_TAKEN = select(cases.c.code).where(cases.c.is_open, cases.c.code.in_(bindparam("codes", expanding=True)))
_OF_PEOPLE = (
    select(cases.c.body)
    .where(cases.c.is_open, cases.c.is_person)
    .where(cases.c.mark == bindparam("of_mark"), cases.c.id != bindparam("but"))
    .where(cases.c.state.in_([state.value for state in _AT_WORK]))
    .order_by(cases.c.id)
)
_OF_DEVICE = _OF_PEOPLE.where(cases.c.device == bindparam("of_device"))
#: A case has its worker from an open shift with its device: to read every open case would hold up a burst.
_OF_WORKER = _OF_PEOPLE.where(
    cases.c.device.in_(select(shifts.c.device).where(shifts.c.worker_id == bindparam("of_worker")))
)


@dataclass(frozen=True, slots=True)
class Where:
    """Where an alarm is that no device of somebody on shift raises, as a drill's."""

    workplace: str
    directions: str
    site_id: int


async def open_case(
    work: Work,
    device: str,
    alarm: str,
    kind: str,
    mark: str,
    now: datetime,
    silence_class: str | None = None,
    where: Where | None = None,
) -> Case:
    """Open a case before its first event, and keep it as it opened."""
    wearer = await case_rows.wearer_of(work.connection, device)
    linked = await case_rows.open_ids_of_device(work.connection, device)
    is_at_work = wearer is not None and wearer.is_confirmed
    workplace = wearer.workplace_name if wearer is not None and is_at_work else None
    site = where.site_id if where else await site_of_alarm(work.connection, device, workplace)
    chain = await chain_of(
        work.connection, kind=kind, mark=mark, now=now, silence_class=silence_class, site=site
    )  # fmt: skip
    case = Case(
        id=0, device=device, alarm=alarm, kind=kind, mark=mark, opened_at=now, chain=chain, linked=linked,
        silence_class=silence_class, code=await _free_code(work.connection),
    )  # fmt: skip
    if wearer is not None:
        case = replace(case, worker_id=wearer.worker_id, worker_name=wearer.worker_name)
    if wearer is not None and wearer.is_confirmed:
        case = replace(
            case,
            is_wearer_confirmed=True,
            workplace_name=wearer.workplace_name,
            workplace_directions=wearer.workplace_directions,
            shift_id=wearer.shift_id,
        )
    if where is not None:
        case = replace(case, workplace_name=where.workplace, workplace_directions=where.directions)
    case = replace(case, id=await case_rows.reserve(work.connection, {**_row_of(case), "site_id": site}))
    await freeze(work.connection, case.id, kind, case.workplace_name, is_person=case.is_person)
    work.happened([case_events.opened_row(case, now)])
    return case


async def companion_of(connection: AsyncConnection, case: Case) -> int | None:
    """Return the open case that an alarm of the same worker joins; two workers never share one.

    What must stay unnoticed and what need not are never joined: they are told in different ways.
    """
    if case.is_silent:
        return None
    is_known = case.worker_id is not None and case.is_wearer_confirmed
    values: dict[str, Any] = {"of_mark": case.mark, "but": case.id}
    if is_known:
        query, values = _OF_WORKER, values | {"of_worker": case.worker_id}
    else:
        query, values = _OF_DEVICE, values | {"of_device": case.device}
    for body in (await connection.execute(query, values)).scalars():
        other = case_rows.case_of(body)
        is_same = other.worker_id == case.worker_id and other.device == case.device
        if case.worker_id is not None and case.is_wearer_confirmed and other.is_wearer_confirmed:
            is_same = other.worker_id == case.worker_id
        if is_same and not other.is_silent:
            return other.id
    return None


async def _free_code(connection: AsyncConnection) -> str:
    digits = CODE_DIGITS
    while True:
        # More open cases than codes must not stop one from opening.
        low, high = 10 ** (digits - 1), 10**digits
        drawn = [str(low + secrets.randbelow(high - low)) for _ in range(_CODES_DRAWN)]
        taken = set((await connection.execute(_TAKEN, {"codes": drawn})).scalars())
        free = [code for code in drawn if code not in taken]
        if free:
            return free[0]
        digits += 1


def _row_of(case: Case) -> dict[str, Any]:
    return {
        "device": case.device,
        "alarm": case.alarm,
        "kind": case.kind,
        "mark": case.mark,
        "state": case.state.value,
        "is_open": case.is_open,
        "is_person": case.is_person,
        "code": case.code,
        "opened_at_ms": to_ms(case.opened_at),
        "updated_at_ms": to_ms(case.opened_at),
    }
