"""The chains of a site and the table that says which of them a case gets.

Decides that the table names chains and sites that are there, and that no chain goes that the table needs. The
table is set as a whole: its order is what it says.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from basestation.cases.chain import Chain, chain_to_json, validate
from basestation.cases.chain_choice import KINDS, MARKS, Rule
from basestation.errors import EntryRefused
from basestation.site.bookkeeping import Bookkeeping, check_known
from basestation.site.chain_history import note_chain, note_removal, note_rules
from basestation.site.duties import hours_of_row, hours_to_row, shown_hours
from basestation.store.committer import Work
from basestation.store.responder_tables import chain_rules, sites
from basestation.store.tables import chains

#: Lines of the table; beyond it nobody can say any more which chain counts.
RULES_MAX = 50

RULES = (
    select(chain_rules, chains.c.name.label("chain"))
    .join(chains, chains.c.id == chain_rules.c.chain_id)
    .order_by(chain_rules.c.position)
)


class ChainTable:
    """Keeps chains beside the default one, and the rules that choose among them."""

    def __init__(self, book: Bookkeeping) -> None:
        self._book = book

    async def chains(self) -> list[dict[str, Any]]:
        """Return the chains by name, in JSON's form."""
        query = select(chains).order_by(chains.c.name)
        async with self._book.database.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [{"is_default": row["is_default"], "chain": json.loads(row["body"])} for row in rows]

    async def put(self, chain: Chain, by: str, version: int | None = None) -> None:
        """Keep a chain for the rules to name; one of this name is replaced. Raises ChainError."""
        validate(chain)

        async def job(work: Work) -> None:
            body = chain_to_json(chain)
            await note_chain(work.connection, chain.name, body, by, self._book.clock.now(), version)
            query = update(chains).where(chains.c.name == chain.name).values(body=body)
            if (await work.connection.execute(query)).rowcount == 0:
                values = {"name": chain.name, "body": body, "is_default": False}
                await work.connection.execute(insert(chains).values(values))
            # Without the addresses: secrets may stand in their URLs.
            levels = {level.name: [one.name for one in level.recipients] for level in chain.levels}
            await self._book.note(work, "chain_put", {"chain": chain.name, "levels": levels}, by)

        await self._book.committer.run(job)

    async def remove(self, name: str, by: str) -> None:
        """Forget a chain that nothing names; open cases keep theirs. Raises EntryRefused."""

        async def job(work: Work) -> None:
            query = select(chains.c.id, chains.c.is_default).where(chains.c.name == name)
            row = (await work.connection.execute(query)).first()
            if row is None:
                raise EntryRefused(f"There is no chain {name!r}.")
            used = select(chain_rules.c.id).where(chain_rules.c.chain_id == row.id)
            if row.is_default or (await work.connection.execute(used)).first() is not None:
                raise EntryRefused(f"Chain {name!r} is in use: change the default or the rules first.")
            await work.connection.execute(delete(chains).where(chains.c.id == row.id))
            await note_removal(work.connection, name, by, self._book.clock.now())
            await self._book.note(work, "chain_removed", {"chain": name}, by)

        await self._book.committer.run(job)

    async def rules(self) -> list[dict[str, Any]]:
        """Return the rules in their order."""
        async with self._book.database.connect() as connection:
            rows = (await connection.execute(RULES)).mappings().all()
        return [_shown(row) for row in rows]

    async def set_rules(
        self, rules: Sequence[Rule], by: str, version: int | None = None
    ) -> list[dict[str, Any]]:
        """Set the whole table, the first line first; raises EntryRefused."""
        if len(rules) > RULES_MAX:
            raise EntryRefused(f"More than {RULES_MAX} rules: join some.")

        async def job(work: Work) -> None:
            rows = [await _row(work, position, rule) for position, rule in enumerate(rules)]
            await work.connection.execute(delete(chain_rules))
            if rows:
                await work.connection.execute(insert(chain_rules), rows)
            said = [_shown({**row, "chain": rule.chain}) for row, rule in zip(rows, rules, strict=True)]
            await note_rules(work.connection, said, by, self._book.clock.now(), version)
            await self._book.note(work, "chain_rules_set", {"rules": rows}, by)

        await self._book.committer.run(job)
        return await self.rules()


def rule_of_row(row: Any) -> Rule:
    """Return a row of `RULES` as a rule."""
    kinds, marks = tuple(json.loads(row["kinds"])), tuple(json.loads(row["marks"]))
    return Rule(row["chain"], row["site_id"], kinds, hours_of_row(row), marks)


async def _row(work: Work, position: int, rule: Rule) -> dict[str, Any]:
    chain_id = (
        await work.connection.execute(select(chains.c.id).where(chains.c.name == rule.chain))
    ).scalar()
    if chain_id is None:
        raise EntryRefused(f"There is no chain {rule.chain!r}: put it there first.")
    await check_known(work.connection, sites, rule.site, "site")
    for given, known, what in ((rule.kinds, KINDS, "kind of alarm"), (rule.marks, MARKS, "mark")):
        for word in given:
            if word not in known:
                raise EntryRefused(f"{word!r} is no {what}: use {', '.join(known)}.")
    return {
        "position": position,
        "chain_id": chain_id,
        "site_id": rule.site,
        "kinds": json.dumps(rule.kinds),
        "marks": json.dumps(rule.marks),
        **hours_to_row(rule.hours),
    }


def _shown(row: Any) -> dict[str, Any]:
    lists = {name: json.loads(row[name]) for name in ("kinds", "marks")}
    return {"chain": row["chain"], "site": row["site_id"], **lists, **shown_hours(row)}
