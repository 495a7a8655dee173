"""What the rescue chains and the table that chooses among them were before: every version, to return to.

Decides that a chain is not written over by somebody who has not seen its newest version. The whole chain
stands here, with its addresses, as it does in its own table; never in the chained log.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clock import iso_of_ms
from basestation.site import amendments

CHAINS, RULES = "chains", "chain_rules"
#: There is one table of rules.
THE_RULES = "rules"
#: A chain that was forgotten.
REMOVED = "removed"


async def note_chain(
    connection: AsyncConnection, name: str, body: str, by: str, at: datetime, seen: int | None = None
) -> None:
    """Keep a version of a chain; raises ChangedMeanwhile unless `seen` is the newest one."""
    await amendments.check_version(connection, CHAINS, name, seen)
    after = {"chain": json.loads(body)}
    await amendments.record(connection, CHAINS, name, amendments.CHANGED, None, after, by, at)


async def note_removal(connection: AsyncConnection, name: str, by: str, at: datetime) -> None:
    """Keep that a chain was forgotten; its versions stay."""
    await amendments.record(connection, CHAINS, name, REMOVED, None, None, by, at)


async def note_rules(
    connection: AsyncConnection, rules: list[dict[str, Any]], by: str, at: datetime, seen: int | None
) -> None:
    """Keep a version of the table of rules; raises ChangedMeanwhile unless `seen` is the newest one."""
    await amendments.check_version(connection, RULES, THE_RULES, seen)
    after = {"rules": rules}
    await amendments.record(connection, RULES, THE_RULES, amendments.CHANGED, None, after, by, at)


async def versions(connection: AsyncConnection, register: str, key: str) -> list[dict[str, Any]]:
    """Return every version of a chain or of the rules, the newest first, each with what it was."""
    rows = await amendments.rows_of(connection, register, key)
    return [
        {name: row[name] for name in ("version", "kind", "by")}
        | {"at": iso_of_ms(row["at_ms"])}
        | (json.loads(row["after"]) if row["after"] else {})
        for row in rows
    ]
