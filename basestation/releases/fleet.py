"""Who runs what: each device with its board, its release, the one that was ordered, and how far that is.

Decides which order is taken: of devices in service whose board is known and in the release, by an authorised
person, whose name is logged. A newer order ends one that has not begun.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.clock import Clock, iso_of_ms, to_ms
from basestation.errors import EntryRefused
from basestation.intake.device_states import DeviceStates
from basestation.releases.delivery import Delivery
from basestation.releases.rollout import BEGUN, STOPPED, WAITING
from basestation.releases.shelf import Shelf
from basestation.site.people import User
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.release_tables import device_boards, device_updates
from basestation.store.tables import devices


class FleetReleases:
    """The releases of the devices."""

    def __init__(
        self, database: AsyncEngine, committer: GroupCommitter, clock: Clock, states: DeviceStates,
        shelf: Shelf, delivery: Delivery,
    ) -> None:  # fmt: skip
        self._database = database
        self._committer = committer
        self._clock = clock
        self._states = states
        self.shelf = shelf
        self._delivery = delivery

    async def order(
        self, names: Sequence[str], release: str, canaries: int, user: User
    ) -> list[dict[str, Any]]:
        """Order a release for these devices, all of them where none is named; raises EntryRefused.

        The first `canaries` of them go first; 0: no device waits for another.
        """

        async def job(work: Work) -> None:
            now_ms = to_ms(self._clock.now())
            chosen = await self._chosen(work.connection, names)
            pieces = [await self._pieces(work.connection, name, release) for name in chosen]
            query = select(func.max(device_updates.c.rollout))
            rollout = ((await work.connection.execute(query)).scalar() or 0) + 1
            for position, name in enumerate(chosen):
                counter = await _replaced(work.connection, name, now_ms)
                row = {
                    "device": name, "release": release, "rollout": rollout, "is_canary": position < canaries,
                    "counter": counter, "state": WAITING, "reason": "", "pieces": pieces[position],
                    "ordered_by": user.display_name, "ordered_at_ms": now_ms, "changed_at_ms": now_ms,
                }  # fmt: skip
                await work.connection.execute(insert(device_updates).values(row))
                content = {"release": release, "user": user.display_name, "is_canary": row["is_canary"]}
                work.log(log.entry(now_ms, "update_ordered", content, device=name))
            work.after_commit(self._delivery.wake)

        await self._committer.run(job)
        return [row for row in await self.all() if not names or row["device"] in names]

    async def all(self) -> list[dict[str, Any]]:
        """Return the devices in service by name."""
        last = select(func.max(device_updates.c.id)).group_by(device_updates.c.device)
        wanted = select(device_updates).where(device_updates.c.id.in_(last)).subquery()
        query = (
            select(devices.c.name, devices.c.label, device_boards.c.board, wanted)
            .outerjoin(device_boards, device_boards.c.device == devices.c.name)
            .outerjoin(wanted, wanted.c.device == devices.c.name)
            .where(devices.c.is_active)
            .order_by(devices.c.name)
        )
        async with self._database.connect() as connection:
            return [self._view(row) for row in (await connection.execute(query)).mappings()]

    def _view(self, row: Any) -> dict[str, Any]:
        return {
            "device": row["name"], "label": row["label"], "board": row["board"],
            "running": self._states.of(row["name"]).firmware, "wanted": row["release"], "state": row["state"],
            "reason": row["reason"], "is_canary": row["is_canary"], "piece": row["piece"],
            "pieces": row["pieces"], "since": iso_of_ms(row["changed_at_ms"]),
            "ordered_by": row["ordered_by"],
        }  # fmt: skip

    async def _chosen(self, connection: AsyncConnection, names: Sequence[str]) -> list[str]:
        query = select(devices.c.name).where(devices.c.is_active).order_by(devices.c.name)
        in_service = list((await connection.execute(query)).scalars())
        for name in names:
            if name not in in_service:
                raise EntryRefused(
                    f"There is no device {name!r} in service: `rufweite device list` shows them."
                )
        if not in_service:
            raise EntryRefused("There is no device to update.")
        return list(dict.fromkeys(names)) or in_service

    async def _pieces(self, connection: AsyncConnection, name: str, release: str) -> int:
        query = select(device_boards.c.board).where(device_boards.c.device == name)
        board = (await connection.execute(query)).scalar()
        if board is None:
            raise EntryRefused(
                f"What board {name} is, nobody knows yet: switch it on once with a firmware that says so."
            )
        return (await self.shelf.image(connection, release, board)).pieces


async def _replaced(connection: AsyncConnection, name: str, now_ms: int) -> int:
    """End what was ordered before and has not begun; return the number of the new order."""
    mine = device_updates.c.device == name
    begun = select(device_updates.c.release).where(mine, device_updates.c.state.in_(BEGUN))
    release = (await connection.execute(begun)).scalar()
    if release is not None:
        raise EntryRefused(f"The update of {name} to {release} goes on: wait until it has ended.")
    await connection.execute(
        update(device_updates)
        .where(mine, device_updates.c.state == WAITING)
        .values(state=STOPPED, reason="a newer order", changed_at_ms=now_ms)
    )
    query = select(func.max(device_updates.c.counter)).where(mine)
    return int((await connection.execute(query)).scalar() or 0) + 1
