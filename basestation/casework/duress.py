"""Joins a duress alarm with the pre-alarm that its wearer cancelled in the same moment.

Decides which cancel belongs to which duress alarm: both leave the device together, arrive in either order
and are repeated for a minute. Changes nothing but what the two cases know of each other, so that nobody
takes the cancel for a good sign.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from basestation.cases.case import Case
from basestation.cases.events import CancelReported, Event, FactsNoted
from basestation.clock import to_ms
from basestation.store import case_rows, log
from basestation.store.committer import Work

if TYPE_CHECKING:
    from basestation.casework.casebook import Casebook

DURESS = "duress"
#: A device repeats what is not received every 5 s, 12 times at most.
APART_S_MAX = 60


async def join(casebook: "Casebook", work: Work, case: Case, event: Event, now: datetime) -> Case:
    """Return the case after `event`, joined with its other half if that has been heard of."""
    is_duress = case.kind == DURESS and case.hidden_in is None
    is_cancel = isinstance(event, CancelReported) and event.by == "key" and case.cancelled_under is None
    if not (is_duress or is_cancel):
        return case
    since = now - timedelta(seconds=APART_S_MAX)
    others = await case_rows.changed_since(work.connection, case.device, since)
    for other in others:
        if other.id == case.id or other.mark != case.mark:
            continue
        if is_duress and _is_cancelled_since(other, since):
            return (await _joined(casebook, work, case, other, now))[0]
        if is_cancel and other.kind == DURESS and other.hidden_in is None and other.opened_at >= since:
            return (await _joined(casebook, work, other, case, now))[1]
    return case


def _is_cancelled_since(case: Case, since: datetime) -> bool:
    cancelled_at = case.cancelled_by_wearer_at
    return cancelled_at is not None and cancelled_at >= since and case.cancelled_under is None


async def _joined(
    casebook: "Casebook", work: Work, duress: Case, cancelled: Case, now: datetime
) -> tuple[Case, Case]:
    after = (
        await casebook.apply(work, duress, FactsNoted(hidden_in=cancelled.id), now),
        await casebook.apply(work, cancelled, FactsNoted(cancelled_under=duress.id), now),
    )
    for case, other in zip(after, reversed(after), strict=True):
        content = {"with": other.id, "is_duress": case.kind == DURESS}
        work.log(log.entry(to_ms(now), "duress_joined", content, case_id=case.id, device=case.device))
    return after
