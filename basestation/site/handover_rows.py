"""A handover as rows and as JSON: the list of what is to be confirmed, and what was.

Decides nothing: what an item is, and when it counts as confirmed, is decided in `cases.handover`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.handover import Handover, Item, case_item, outstanding, worker_item
from basestation.clock import iso_of_ms
from basestation.site.handover_words import facts_of_case, facts_of_worker
from basestation.store.people_tables import handover_confirmations


def items_of(snapshot: Mapping[str, Any]) -> list[tuple[Item, dict[str, Any]]]:
    """Return what is to be confirmed by what consoles show, each with its facts in words' terms."""
    cases = [
        (case_item(one["id"], one["kind"], len(one["further"]), is_waiting=one["state"] == "RECEIVED"), one)
        for one in snapshot["cases"]
    ]
    people = [
        (worker_item(one["shift_id"], one["protection_reason"], one["protection_since"]), one)
        for one in snapshot["people"]
        if one["protection"] == "not_protected"
    ]
    return [
        *((item, facts_of_case(one)) for item, one in cases),
        *((item, facts_of_worker(one)) for item, one in people),
    ]


async def confirmations_of(
    connection: AsyncConnection, numbers: Sequence[int]
) -> dict[int, list[RowMapping]]:
    """Return the confirmations of each of these handovers, in the order of time."""
    table = handover_confirmations
    query = select(table).where(table.c.handover_id.in_(numbers)).order_by(table.c.confirmed_at_ms)
    found: dict[int, list[RowMapping]] = {}
    for row in (await connection.execute(query)).mappings():
        found.setdefault(row["handover_id"], []).append(row)
    return found


def state_of(row: RowMapping, known: Sequence[RowMapping]) -> Handover:
    """Return the open handover as the decision takes it."""
    confirmed = {one["item"]: one["mark"] for one in known}
    return Handover(row["outgoing_id"], row["incoming_id"], confirmed)


def open_view(row: RowMapping, known: Sequence[RowMapping], snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return the open handover with its list, each item with what stands there now."""
    at = {one["item"]: iso_of_ms(one["confirmed_at_ms"]) for one in known}
    items = items_of(snapshot)
    left = {item.key for item in outstanding((item for item, _ in items), state_of(row, known).confirmed)}
    listed = [
        {
            "key": item.key,
            "mark": item.mark,
            "confirmed_at": None if item.key in left else at[item.key],
            **facts,
        }
        for item, facts in items
    ]
    return {**handover_view(row), "items": listed, "left": len(left)}


def handover_view(row: RowMapping) -> dict[str, Any]:
    """Return a handover as it stands in JSON."""
    names = (
        "id",
        "version",
        "state",
        "outgoing_id",
        "outgoing",
        "incoming_id",
        "incoming",
        "ended_by",
        "reason",
    )
    times = {
        "started_at": iso_of_ms(row["started_at_ms"]), "ended_at": iso_of_ms(row["ended_at_ms"]),
    }  # fmt: skip
    return {**{name: row[name] for name in names}, **times}


def confirmation_view(row: RowMapping) -> dict[str, Any]:
    """Return one confirmation with what stood there then."""
    return {
        "key": row["item"], "confirmed_at": iso_of_ms(row["confirmed_at_ms"]), **json.loads(row["facts"]),
    }  # fmt: skip
