"""The people who come: who they are, and by which addresses they are reached, in order.

Decides that an address which stays as it was keeps its proof, and that a changed one begins without.
Addresses stand in no log: secrets may be in them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.directory import WITHOUT_ADDRESS
from basestation.cases.proof import ProofLimits, proof_age, proof_state
from basestation.clock import iso_of_ms
from basestation.errors import EntryRefused
from basestation.site import amendments
from basestation.site.bookkeeping import Bookkeeping, check_known, named
from basestation.site.directory_rows import address_of_row
from basestation.store.committer import Work
from basestation.store.responder_tables import FIRST_SITE, responder_addresses, responders, sites
from basestation.store.tables import users, workers

LANGUAGES = ("en", "de")
#: Addresses of one person.
ADDRESSES_MAX = 12

_TIMES = ("asked_at", "confirmed_at", "proven_at")


class Responders:
    """Keeps people and addresses."""

    def __init__(self, book: Bookkeeping) -> None:
        self._book = book

    async def all(self) -> list[dict[str, Any]]:
        """Return the people in service by name, with their addresses in order."""
        people = await self._book.rows(responders, "name")
        rows = await self._book.rows(responder_addresses, "responder_id", "position")
        days = {site["id"]: site["proof_days"] for site in await self._book.rows(sites, "id")}
        now = self._book.clock.now()
        theirs: dict[int, list[dict[str, Any]]] = {person["id"]: [] for person in people}
        limits = {person["id"]: ProofLimits(days.get(person["site_id"], 30)) for person in people}
        for row in rows:
            number = row["responder_id"]
            if number in theirs:
                theirs[number].append(_shown(row) | _proof(row, now, limits[number]))
        return [{**person, "addresses": theirs[person["id"]]} for person in people]

    async def add(
        self,
        name: str,
        language: str,
        user_id: int | None,
        worker_id: int | None,
        by: str,
        site_id: int = FIRST_SITE,
    ) -> dict[str, Any]:
        """Add somebody who may be called; raises EntryRefused."""
        values = await self._values(name, language, user_id, worker_id, site_id)
        return {**await self._book.add(responders, values, "responder", by), "addresses": []}

    async def change(
        self,
        number: int,
        name: str,
        language: str,
        user_id: int | None,
        worker_id: int | None,
        by: str,
        site_id: int = FIRST_SITE,
    ) -> dict[str, Any]:
        """Change somebody, also one who was retired and comes back; raises EntryRefused."""
        values = await self._values(name, language, user_id, worker_id, site_id)
        return await self._book.change(responders, number, {**values, "is_active": True}, "responder", by)

    async def retire(self, number: int, by: str) -> None:
        """Call somebody no more; raises EntryRefused."""
        await self._book.retire(responders, number, "responder", by)

    async def set_addresses(
        self, number: int, wanted: Iterable[tuple[str, str]], by: str, version: int | None = None
    ) -> list[dict[str, Any]]:
        """Set the addresses of a person, (channel, address) each, in the order in which they are tried.

        With `version` it must be the newest one of the person.
        """
        order = [_address(channel, address) for channel, address in wanted]
        if len(order) > ADDRESSES_MAX:
            raise EntryRefused(f"More than {ADDRESSES_MAX} addresses: nobody is reached the faster.")
        if len(set(order)) < len(order):
            raise EntryRefused("The same address is there twice: remove one.")

        async def job(work: Work) -> list[dict[str, Any]]:
            await check_known(work.connection, responders, number, "responder")
            await amendments.check_version(work.connection, responders.name, number, version)
            before = [row["channel"] for row in await _in_use(work.connection, number)]
            await _put(work.connection, number, order)
            channels = [channel for channel, _ in order]
            old, new = ({"addresses": ", ".join(names)} for names in (before, channels))
            kind, now = amendments.ADDRESSES_SET, self._book.clock.now()
            await amendments.record(work.connection, responders.name, number, kind, old, new, by, now)
            await self._book.note(work, "addresses_set", {"responder": number, "channels": channels}, by)
            return [_shown(row) for row in await _in_use(work.connection, number)]

        shown: list[dict[str, Any]] = await self._book.committer.run(job)
        return shown

    async def _values(
        self, name: str, language: str, user_id: int | None, worker_id: int | None, site_id: int
    ) -> dict[str, Any]:
        if language not in LANGUAGES:
            raise EntryRefused(f"{language!r} is no language of ours: choose one of {', '.join(LANGUAGES)}.")
        async with self._book.database.connect() as connection:
            await check_known(connection, users, user_id, "user")
            await check_known(connection, workers, worker_id, "worker")
            await check_known(connection, sites, site_id, "site")
        numbers = {"user_id": user_id, "worker_id": worker_id, "site_id": site_id}
        return {"name": named(name), "language": language, **numbers}


async def _put(connection: AsyncConnection, number: int, order: list[tuple[str, str]]) -> None:
    table: Table = responder_addresses
    kept = {(row["channel"], row["address"]): row["id"] for row in await _in_use(connection, number)}
    for pair, address_id in kept.items():
        if pair not in order:
            await connection.execute(
                update(table).where(table.c.id == address_id).values(is_active=False, code_digest=None)
            )
    for position, (channel, address) in enumerate(order):
        known = kept.get((channel, address))
        if known is not None:
            await connection.execute(update(table).where(table.c.id == known).values(position=position))
        else:
            row = {"responder_id": number, "position": position, "channel": channel, "address": address}
            await connection.execute(insert(table).values(row))


async def _in_use(connection: AsyncConnection, number: int) -> list[dict[str, Any]]:
    query = (
        select(responder_addresses)
        .where(responder_addresses.c.responder_id == number, responder_addresses.c.is_active)
        .order_by(responder_addresses.c.position)
    )
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "channel", "address", "test_result")
    return {name: row[name] for name in names} | {name: iso_of_ms(row[f"{name}_ms"]) for name in _TIMES}


def _proof(row: Mapping[str, Any], now: datetime, limits: ProofLimits) -> dict[str, Any]:
    address = address_of_row(row)
    age = proof_age(address, now)
    days = None if age is None else age.days
    return {"proof": proof_state(address, now, limits), "proof_age_days": days}


def _address(channel: str, address: str) -> tuple[str, str]:
    if not channel.strip():
        raise EntryRefused("An address needs its channel, such as sms or email.")
    if not address.strip() and channel not in WITHOUT_ADDRESS:
        raise EntryRefused(f"There is no address for {channel}: fill it in.")
    return channel.strip(), address.strip()
