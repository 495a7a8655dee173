"""Records between their rows, the judging of clearance and the page. Decides nothing about them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clearance.question import Record
from basestation.clock import from_ms, iso_of_ms
from basestation.store.record_tables import records


async def of_subjects(
    connection: AsyncConnection, subjects: Iterable[tuple[str, str]]
) -> list[dict[str, Any]]:
    """Return the rows in force about these subjects, (what, key)."""
    found: list[dict[str, Any]] = []
    for subject, key in subjects:
        query = select(records).where(
            records.c.is_active, records.c.subject == subject, records.c.subject_key == key
        )
        found += [dict(row) for row in (await connection.execute(query)).mappings()]
    return found


def record_of(row: Mapping[str, Any]) -> Record:
    """Return the record that clearance judges."""
    figures = json.loads(row["figures"]) if row["figures"] else None
    return Record(
        number=row["id"], kind=row["kind"], subject=row["subject"], key=row["subject_key"],
        result=row["result"], issued_at=from_ms(row["issued_at_ms"]),
        valid_until=None if row["valid_until_ms"] is None else from_ms(row["valid_until_ms"]),
        conditions=frozenset(json.loads(row["conditions"])),
        figures=None if figures is None else (figures["hazard"], figures["probability"], figures["help_s"]),
        has_several_factors=bool(figures and figures["has_several_factors"]),
        about=row["about"],
    )  # fmt: skip


def works_in(rows: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the kinds of work that the assessments among the rows name."""
    return frozenset(
        work for row in rows if row["figures"] for work in json.loads(row["figures"]).get("works", ())
    )


def view(row: Mapping[str, Any], version: int) -> dict[str, Any]:
    """Return a record as the safety officer sees it."""
    names = ("id", "site_id", "kind", "subject", "subject_key", "about", "result", "issuer", "note")
    times = {name: iso_of_ms(row[f"{name}_ms"]) for name in ("issued_at", "valid_until", "copy_given_at")}
    return {
        **{name: row[name] for name in names},
        **times,
        "conditions": json.loads(row["conditions"]),
        "figures": json.loads(row["figures"]) if row["figures"] else None,
        "measures": json.loads(row["measures"]),
        "hold_because": row["hold_because"],
        "is_active": row["is_active"],
        "version": version,
    }
