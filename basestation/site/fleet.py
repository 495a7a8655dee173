"""The life of a device at the site: got ready, worn, replaced, retired.

Decides that one log-in of a device is in force at a time, that a retired one is refused from the commit on
and its name never given again, and that a replaced device is retired only when the new one was heard.
Open cases are never touched. A device is `registered` (its log-in was handed out), `not_ready` (its set-up
has begun), `ready` (its self-test passed) or `retired`.
"""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.broker.credential import Credential, new_credential
from basestation.clock import Clock, to_ms
from basestation.errors import EntryRefused
from basestation.site.device_certificates import DeviceCertificates
from basestation.site.registry import Registry, check_device_name
from basestation.site.shifts import Shifts
from basestation.site.withdrawn import WithdrawnLogIns
from basestation.site.worn import move_shift, open_shift_of
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.tables import device_messages, device_states, devices

REGISTERED, NOT_READY, READY, RETIRED = "registered", "not_ready", "ready", "retired"


async def _nobody_to_tell() -> None:
    """There is no broker."""


class Fleet:
    """Sets devices up, replaces and retires them."""

    def __init__(
        self,
        database: AsyncEngine,
        committer: GroupCommitter,
        registry: Registry,
        shifts: Shifts,
        clock: Clock,
    ) -> None:
        self._database = database
        self._committer = committer
        self._registry = registry
        self._shifts = shifts
        self._clock = clock
        #: New device -> the one it replaces as soon as it is heard.
        self._pending: dict[str, str] = {}
        self._heard: set[str] = set()
        self._is_broker_behind = False
        #: Lets exactly the devices in force in at the broker; raises when that could not be proven.
        self.let_in: Callable[[], Awaitable[None]] = _nobody_to_tell
        #: Called when there is something for `complete`.
        self.wake: Callable[[], None] = lambda: None
        #: Called after the commit of what consoles show.
        self.changed: Callable[[], None] = lambda: None
        #: What brokers of others have yet to remove.
        self.withdrawn = WithdrawnLogIns(database, committer, clock)
        self.certificates = DeviceCertificates(committer, clock)

    async def load(self) -> None:
        """Read which replacements are still to come; call once at start."""
        old = devices.alias()
        query = (
            select(devices.c.name, devices.c.replaces)
            .join(old, old.c.name == devices.c.replaces)
            .where(old.c.is_active, devices.c.is_active)
        )
        async with self._database.connect() as connection:
            self._pending = {row.name: row.replaces for row in await connection.execute(query)}

    async def begin_setup(
        self, name: str, label: str, held: Credential | None, *, is_again: bool
    ) -> Credential:
        """Return the log-in that goes onto the board, `held` if it is the one in force; raises EntryRefused.

        From now on the device is not ready, and no other log-in of it is in force.
        """
        check_device_name(name)

        async def begin(work: Work) -> Credential:
            row = await _row(work.connection, name)
            credential = await self._given(work.connection, row, name, held, is_again=is_again)
            is_kept = held is not None and credential == held
            values: dict[str, Any] = {
                "state": NOT_READY,
                "secret": credential.secret,
                "client_id": credential.client_id,
            }
            if label or row is None:
                values["label"] = label
            if row is not None and not is_kept:
                await self.withdrawn.add(work, _log_in_of(row), is_retired=False)
            if row is None:
                values |= {"name": name, "created_at_ms": to_ms(self._clock.now())}
                await work.connection.execute(insert(devices).values(values))
            else:
                await work.connection.execute(update(devices).where(devices.c.name == name).values(values))
            self._note(work, "device_setup_began", name, {"label": label, "is_log_in_kept": is_kept})
            work.after_commit(lambda: self._registry.note_device(name))
            return credential

        credential: Credential = await self._committer.run(begin)
        await self._let_in()
        return credential

    async def highest_boot(self, name: str) -> int:
        """Return the highest number of a start that is known of a device, 0 if none."""
        heard = select(func.max(device_messages.c.boot)).where(device_messages.c.device == name)
        noted = select(func.max(device_states.c.boot)).where(device_states.c.device == name)
        async with self._database.connect() as connection:
            found = [(await connection.execute(query)).scalar_one() for query in (heard, noted)]
        return max(boot or 0 for boot in found)

    async def note_check(self, name: str, report: Mapping[str, Any], *, is_passed: bool) -> str:
        """Keep what the device's own test said; return its state. Only a passed one makes it ready."""

        async def note(work: Work) -> str:
            row = await self._in_force(work.connection, name)
            state = READY if is_passed else NOT_READY
            values = {"state": state, "setup_report": json.dumps(dict(report))}
            await work.connection.execute(update(devices).where(devices.c.name == row["name"]).values(values))
            self._note(work, "device_checked", name, {"is_passed": is_passed, "report": dict(report)})
            return state

        state: str = await self._committer.run(note)
        return state

    async def retire(self, name: str) -> None:
        """Take a device out of service; when this returns, its log-in is refused. Raises EntryRefused."""

        async def retire(work: Work) -> None:
            row = await self._in_force(work.connection, name)
            await self._retire(work, row, self._clock.now())

        await self._committer.run(retire)
        await self._let_in()
        await self.withdrawn.look(name)
        self.wake()

    async def replace(self, old: str, new: str) -> None:
        """Let `new` take the place of `old` as soon as it is heard.

        Raises:
            EntryRefused: with a sentence.
        """

        async def order(work: Work) -> None:
            await self._in_force(work.connection, old)
            row = await self._in_force(work.connection, new)
            await self._check_replacement(work.connection, old, row)
            await work.connection.execute(update(devices).where(devices.c.name == new).values(replaces=old))
            self._note(work, "device_replacement_ordered", new, {"replaces": old})
            work.after_commit(lambda: self._pending.update({new: old}))

        await self._committer.run(order)

    def heard(self, device: str) -> None:
        """Take any message of a device as the proof that it works."""
        if device in self._pending:
            self._heard.add(device)
            self.wake()

    async def complete(self, now: datetime) -> datetime | None:
        """Carry out the replacements whose new device was heard; return when to look at old log-ins again."""
        for new in tuple(self._heard):
            old = self._pending.get(new)
            if old is not None:
                await self._committer.run(partial(self._take_over, old=old, new=new))
                self._is_broker_behind = True
            self._heard.discard(new)
        if self._is_broker_behind:
            await self.let_in()
            self._is_broker_behind = False
        return await self.withdrawn.check(now)

    async def _take_over(self, work: Work, old: str, new: str) -> None:
        now = self._clock.now()
        row = await self._in_force(work.connection, old)
        if row["label"]:
            await work.connection.execute(
                update(devices).where(devices.c.name == new).values(label=row["label"])
            )
        is_worn = await move_shift(self._shifts, work, old, new, now)
        await self._retire(work, row, now)
        self._note(work, "device_replaced", new, {"replaces": old, "is_worn": is_worn})

    async def _retire(self, work: Work, row: RowMapping, now: datetime) -> None:
        name: str = row["name"]
        await self.withdrawn.add(work, _log_in_of(row), is_retired=True)
        values = {"is_active": False, "state": RETIRED, "retired_at_ms": to_ms(now)}
        await work.connection.execute(update(devices).where(devices.c.name == name).values(values))
        self._note(work, "device_retired", name, {})
        work.after_commit(lambda: self._forget(name))

    def _forget(self, name: str) -> None:
        self._registry.forget_device(name)
        self._pending = {new: old for new, old in self._pending.items() if name not in {new, old}}
        self.changed()

    async def _let_in(self) -> None:
        """Bring the broker up to date; what it does not take now is tried again by the loop."""
        self._is_broker_behind = True
        try:
            await self.let_in()
        except Exception:
            self.wake()
            raise
        self._is_broker_behind = False

    async def _given(
        self,
        connection: AsyncConnection,
        row: RowMapping | None,
        name: str,
        held: Credential | None,
        *,
        is_again: bool,
    ) -> Credential:
        """Return the log-in for a board that holds `held`."""
        if row is None:
            return new_credential(name)
        if not row["is_active"]:
            raise EntryRefused(f"{name} was retired, and its name is not given again: choose another one.")
        worn = await open_shift_of(connection, name)
        if worn is not None:
            raise EntryRefused(
                f"{name} is worn by {worn['worker']} (shift {worn['id']}): end that shift first."
            )
        stored = _log_in_of(row)
        if held is not None and _is_same(stored, held):
            return stored
        if row["state"] != NOT_READY and not is_again:
            raise EntryRefused(
                f"There is a {name!r} already. To get another board ready under this name say --again: the "
                "board that has it now is refused from then on."
            )
        return new_credential(name)

    async def _in_force(self, connection: AsyncConnection, name: str) -> RowMapping:
        row = await _row(connection, name)
        if row is None:
            raise EntryRefused(f"There is no device {name!r}: `rufweite device list` shows them.")
        if not row["is_active"]:
            raise EntryRefused(f"{name} was retired already.")
        return row

    async def _check_replacement(self, connection: AsyncConnection, old: str, new: RowMapping) -> None:
        name = new["name"]
        if name == old:
            raise EntryRefused(f"{old} cannot replace itself: name the new device second.")
        if new["state"] == NOT_READY:
            raise EntryRefused(f"{name} is not ready: finish `rufweite device add {name} --port …` first.")
        if await open_shift_of(connection, name) is not None:
            raise EntryRefused(f"{name} is worn by somebody itself: end that shift first.")
        pending = (name, old)
        taken = [pair for pair in self._pending.items() if set(pair) & set(pending) and pair != pending]
        if taken:
            raise EntryRefused(f"{taken[0][0]} is to replace {taken[0][1]} already.")

    def _note(self, work: Work, kind: str, device: str, content: dict[str, Any]) -> None:
        work.log(log.entry(to_ms(self._clock.now()), kind, content, device=device))


async def _row(connection: AsyncConnection, name: str) -> RowMapping | None:
    query = select(devices).where(devices.c.name == name).with_for_update()
    return (await connection.execute(query)).mappings().first()


def _log_in_of(row: RowMapping) -> Credential:
    return Credential(row["name"], row["secret"], row["client_id"])


def _is_same(stored: Credential, held: Credential) -> bool:
    pairs = ((stored.secret, held.secret), (stored.client_id, held.client_id))
    return all(hmac.compare_digest(one.encode(), other.encode()) for one, other in pairs)
