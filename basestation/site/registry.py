"""What the site has: workers, workplaces, devices with their credentials, the rescue chain.

Decides that a name is given once, and which chain counts while nobody has set one. The names of
the active devices are kept in memory, because every message asks for them. Secrets leave only as
`Credential`, to the one who sets up a device and to the broker's configuration.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.broker.credential import Credential, new_credential
from basestation.cases.chain import Chain, Level, Recipient, chain_from_json, chain_to_json, validate
from basestation.clock import Clock, from_ms, to_ms
from basestation.errors import EntryRefused
from basestation.site.bookkeeping import check_known
from basestation.site.chain_history import note_chain
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.rescue_token import renew
from basestation.store.responder_tables import sites
from basestation.store.tables import chains, devices, workers, workplaces
from protocol import topics

#: Who is called while nobody has set a chain: whoever sits at the console, again and again.
FIRST_CHAIN = Chain(
    "Control room", (Level("Control room", (Recipient("control_room", "Control room"),), 60),)
)
_DEFAULT_CHAIN = select(chains.c.body).where(chains.c.is_default)
#: Names that stand for the base station itself.
RESERVED_DEVICES = ("station",)


async def chain_of(connection: AsyncConnection) -> Chain:
    """Return the chain that counts for a case that opens now."""
    body = (await connection.execute(_DEFAULT_CHAIN)).scalar()
    return FIRST_CHAIN if body is None else chain_from_json(body)


class Registry:
    """Keeps what the site has."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, clock: Clock) -> None:
        self._database = database
        self._committer = committer
        self._clock = clock
        self._device_names: set[str] = set()
        self._retired_at: dict[str, datetime] = {}
        #: Called after the chain was set.
        self.chain_changed: Callable[[], None] = lambda: None

    async def load(self) -> None:
        """Read the names of the devices; call once at start."""
        async with self._database.connect() as connection:
            columns = (devices.c.name, devices.c.is_active, devices.c.retired_at_ms)
            rows = (await connection.execute(select(*columns))).all()
        self._device_names = {row.name for row in rows if row.is_active}
        self._retired_at = {row.name: from_ms(row.retired_at_ms or 0) for row in rows if not row.is_active}

    def is_device(self, name: str) -> bool:
        """Tell whether this is an active device of the site."""
        return name in self._device_names

    def retired_at(self, name: str) -> datetime | None:
        """Return when this device was retired, None for one that was not."""
        return self._retired_at.get(name)

    async def add_worker(self, name: str, phone: str = "", site_id: int = 1) -> dict[str, Any]:
        """Add somebody who may work alone."""
        return await self._add(
            workers, "worker_added", {"name": _named(name), "phone": phone.strip(), "site_id": site_id}
        )

    async def add_workplace(self, name: str, directions: str = "", site_id: int = 1) -> dict[str, Any]:
        """Add a place of work with the way to it; raises EntryRefused if the name is taken."""
        return await self._add(
            workplaces,
            "workplace_added",
            {"name": _named(name), "directions": directions, "site_id": site_id},
        )

    async def add_device(self, name: str, label: str = "", site_id: int = 1) -> Credential:
        """Add a device and return its log-in; raises EntryRefused if the name is taken or not possible."""
        check_device_name(name)
        credential = new_credential(name)

        async def add(work: Work) -> None:
            now_ms = to_ms(self._clock.now())
            row = {
                "name": name,
                "label": label,
                "site_id": site_id,
                "secret": credential.secret,
                "client_id": credential.client_id,
                "created_at_ms": now_ms,
            }
            await check_known(work.connection, sites, site_id, "site")
            await work.connection.execute(insert(devices).values(row))
            work.log(log.entry(now_ms, "device_added", {"label": label}, device=name))
            work.after_commit(lambda: self.note_device(name))

        await self._refuse_twice(add, name)
        return credential

    def note_device(self, name: str) -> None:
        """Take the messages of a device from now on."""
        self._device_names.add(name)

    def forget_device(self, name: str) -> None:
        """Refuse the messages of a device from now on: it was retired."""
        self._device_names.discard(name)
        self._retired_at[name] = self._clock.now()

    async def set_chain(self, chain: Chain, by: str = "", version: int | None = None) -> None:
        """Make `chain` the one that counts for cases to come; raises ChainError if it cannot be used.

        With `version` it must be the newest one of the chain of this name.
        """
        validate(chain)

        async def put(work: Work) -> None:
            await work.connection.execute(update(chains).values(is_default=False))
            values = {"body": chain_to_json(chain), "is_default": True}
            now = self._clock.now()
            await note_chain(work.connection, chain.name, chain_to_json(chain), by, now, version)
            changed = await work.connection.execute(
                update(chains).where(chains.c.name == chain.name).values(values)
            )
            if changed.rowcount == 0:
                await work.connection.execute(insert(chains).values(name=chain.name, **values))
            # Without the addresses: secrets may stand in their URLs.
            levels = {level.name: [way.name for way in level.recipients] for level in chain.levels}
            content = {"chain": chain.name, "levels": levels} | ({"by": by} if by else {})
            work.log(log.entry(to_ms(now), "chain_set", content))
            await renew(work.connection)
            work.after_commit(self.chain_changed)

        await self._committer.run(put)

    async def chain(self) -> Chain:
        """Return the chain that counts now."""
        async with self._database.connect() as connection:
            return await chain_of(connection)

    async def workers(self) -> list[dict[str, Any]]:
        """Return the workers by name."""
        return await self._list(workers, "name")

    async def workplaces(self) -> list[dict[str, Any]]:
        """Return the workplaces by name."""
        return await self._list(workplaces, "name")

    async def credentials(self) -> list[Credential]:
        """Return the log-ins of all active devices, for the broker's configuration."""
        return [
            Credential(row["name"], row["secret"], row["client_id"])
            for row in await self._list(devices, "name")
            if row["is_active"]
        ]

    async def _list(self, table: Table, order: str) -> list[dict[str, Any]]:
        async with self._database.connect() as connection:
            rows = await connection.execute(select(table).order_by(table.c[order]))
            return [dict(row) for row in rows.mappings()]

    async def _add(self, table: Table, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
        async def add(work: Work) -> dict[str, Any]:
            await check_known(work.connection, sites, values["site_id"], "site")
            result = await work.connection.execute(insert(table).values(**values).returning(table))
            row = dict(result.mappings().one())
            work.log(log.entry(to_ms(self._clock.now()), kind, row))
            return row

        row: dict[str, Any] = await self._refuse_twice(add, values["name"])
        return row

    async def _refuse_twice(self, job: Any, name: str) -> Any:
        try:
            return await self._committer.run(job)
        except IntegrityError:
            raise EntryRefused(f"There is a {name!r} already: choose another name.") from None


def check_device_name(name: str) -> None:
    """Raise EntryRefused if a device cannot be called so."""
    if not topics.is_name(name) or name in RESERVED_DEVICES:
        raise EntryRefused(f"{name!r} cannot name a device: use 1 to 32 of a-z, 0-9 and -, not 'station'.")


def _named(name: str) -> str:
    if not name.strip():
        raise EntryRefused("It needs a name.")
    return name.strip()
