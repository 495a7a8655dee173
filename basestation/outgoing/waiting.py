"""What waits in the outbox: which notices are to be sent next, how many there are, and when the next is due.

Decides their order: no notice waits for one of a test or drill, and a person's is not kept waiting by
technical ones, nor by any number of notices for an address or a channel that has no room. Aware UTC.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Subquery, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clock import from_ms, to_ms
from basestation.store.tables import cases, outbox

_IS_REAL = (cases.c.mark == "real").label("is_real")
_ORDER = (_IS_REAL.desc(), cases.c.is_person.desc(), outbox.c.next_try_at_ms, outbox.c.id)
_IS_DUE = outbox.c.next_try_at_ms <= bindparam("now_ms")
_IS_FREE = outbox.c.id.not_in(bindparam("sending", expanding=True))


def _ranked() -> Subquery:
    """Return the notices that could be sent, each with its place at its address and in its channel."""
    at_address = func.row_number().over(
        partition_by=(outbox.c.channel, outbox.c.address), order_by=_ORDER
    )  # fmt: skip
    could = (
        select(outbox.c.id, outbox.c.channel, cases.c.is_person, outbox.c.next_try_at_ms, _IS_REAL)
        .add_columns(at_address.label("at_address"))
        .join(cases, cases.c.id == outbox.c.case_id)
        .where(outbox.c.state == "DUE", _IS_DUE, _IS_FREE)
        .where(outbox.c.channel.not_in(bindparam("full_channels", expanding=True)))
        .where(outbox.c.address.not_in(bindparam("full_addresses", expanding=True)))
        .subquery("could")
    )
    order = (could.c.is_real.desc(), could.c.is_person.desc(), could.c.next_try_at_ms, could.c.id)
    in_channel = func.row_number().over(partition_by=could.c.channel, order_by=order)
    return (
        select(could.c.id, in_channel.label("in_channel"))
        .where(could.c.at_address <= bindparam("address_max"))
        .subquery("ranked")
    )


_RANKED = _ranked()
_NEXT = (
    select(outbox, cases.c.is_person, cases.c.body.label("case_body"))
    .join(_RANKED, _RANKED.c.id == outbox.c.id)
    .join(cases, cases.c.id == outbox.c.case_id)
    .where(_RANKED.c.in_channel <= bindparam("channel_max"))
    .order_by(*_ORDER)
)
_STATE = select(
    func.count().label("waiting"),
    func.min(outbox.c.created_at_ms).label("oldest_ms"),
    func.count().filter(_IS_DUE, _IS_FREE).label("left"),
    func.min(outbox.c.next_try_at_ms).filter(outbox.c.next_try_at_ms > bindparam("now_ms")).label("next_ms"),
).where(outbox.c.state == "DUE")


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How far behind the outbox is."""

    waiting: int
    #: When the oldest notice that is not delivered was written.
    oldest_at: datetime | None
    #: Due, and not under way.
    left: int = 0
    #: When the first is due that is not due yet.
    next_at: datetime | None = None


async def to_send(
    connection: AsyncConnection,
    now: datetime,
    sending: Collection[int],
    full: Collection[tuple[str, ...]],
    *,
    channel_max: int,
    address_max: int,
) -> list[Row[Any]]:
    """Return what may be sent now, with its case: at most so many by a channel, and to an address of it.

    `sending` are the numbers of the notices under way, `full` the channels, and the channels and addresses,
    that have no room.
    """
    values = {
        "now_ms": to_ms(now),
        "sending": list(sending),
        "full_channels": [place[0] for place in full if len(place) == 1],
        "full_addresses": [place[1] for place in full if len(place) > 1],
        "channel_max": channel_max,
        "address_max": address_max,
    }
    return list((await connection.execute(_NEXT, values)).all())


async def outbox_state(connection: AsyncConnection, now: datetime, sending: Collection[int]) -> OutboxState:
    """Return how far behind the outbox is at `now`."""
    values = {"now_ms": to_ms(now), "sending": list(sending)}
    row = (await connection.execute(_STATE, values)).one()
    return OutboxState(row.waiting, _at(row.oldest_ms), row.left, _at(row.next_ms))


def _at(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else from_ms(at_ms)
