"""Who may log in: added, changed, given roles at sites, retired, brought back, and let in again by a code.

Decides that a code counts once and for a day, that an old password is worth nothing from then on, and that
somebody always remains who may do everything everywhere: nobody takes that from the last administrator. Never
sees a password; of a code only the SHA-256 is kept. Times are `*_ms`: milliseconds since 1970, UTC.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.authority import ADMIN, ROLES, Grant, highest
from basestation.clock import iso_of_ms, to_ms
from basestation.errors import EntryRefused
from basestation.site.bookkeeping import Bookkeeping, check_known, named
from basestation.site.history import USER, before_last, check_version, history_of, note_change, note_found
from basestation.store.committer import Work
from basestation.store.responder_tables import sites
from basestation.store.site_tables import grants
from basestation.store.tables import sessions, users

#: The log-in of the command line; not a person, and changed by nobody.
LOCAL_LOGIN = "local-command"
CODE_MS = 24 * 3_600_000
_CODE_BYTES = 12
#: Stands where no password is right.
NO_PASSWORD = ""
_LAST = "NOT DONE: this is the last administrator of all sites. Give somebody else that role first."
_SHOWN = (
    users.c.id, users.c.login, users.c.display_name, users.c.role, users.c.is_active, users.c.created_at_ms,
    users.c.version, users.c.reset_until_ms,
)  # fmt: skip


class LogIns:
    """Keeps who may log in."""

    def __init__(self, book: Bookkeeping) -> None:
        self._book = book

    async def all(self) -> list[dict[str, Any]]:
        """Return all who may log in, and the retired, by login, with their grants and without secrets."""
        async with self._book.database.connect() as connection:
            rows = (await connection.execute(select(*_SHOWN).order_by(users.c.login))).mappings().all()
            found: dict[int, list[dict[str, Any]]] = {}
            for grant in (await connection.execute(select(grants).order_by(grants.c.id))).mappings():
                one = {"role": grant["role"], "site_id": grant["site_id"]}
                found.setdefault(grant["user_id"], []).append(one)
        return [_listed(dict(row), found.get(row["id"], [])) for row in rows]

    async def add(
        self, login: str, name: str, password_hash: str | None, given: Iterable[Grant], by: str
    ) -> dict[str, Any]:
        """Add somebody; without a password they get a code, which is in the answer this once."""
        code = None if password_hash else _new_code()

        async def job(work: Work) -> dict[str, Any]:
            wanted = await _checked(work.connection, given)
            values = {
                "login": login, "display_name": named(name), "password_hash": password_hash or NO_PASSWORD,
                "role": highest(wanted), "created_at_ms": self._now_ms(), **self._reset(code),
            }  # fmt: skip
            query = insert(users).values(values).returning(users.c.id)
            number = int((await work.connection.execute(query)).scalar_one())
            await _grant(work.connection, number, wanted)
            return await self._done(work, number, "added", by)

        added: dict[str, Any] = await self._book.once(job, login)
        return added if code is None else {**added, "code": code}

    async def change(
        self, number: int, name: str, given: Iterable[Grant], version: int, by: str, kind: str = "changed"
    ) -> dict[str, Any]:
        """Change name and roles; raises EntryRefused."""

        async def job(work: Work) -> dict[str, Any]:
            row = await self._newest(work.connection, number, version)
            wanted = await _checked(work.connection, given)
            await work.connection.execute(delete(grants).where(grants.c.user_id == number))
            await _grant(work.connection, number, wanted)
            values = {"display_name": named(name), "role": highest(wanted)}
            await _set(work.connection, row, values)
            await _check_admin_left(work.connection)
            return await self._done(work, number, kind, by)

        changed: dict[str, Any] = await self._book.committer.run(job)
        return changed

    async def retire(self, number: int, version: int, by: str) -> dict[str, Any]:
        """Let somebody in no more, from this moment on; raises EntryRefused."""
        return await self._switch(number, version, by, is_active=False)

    async def bring_back(self, number: int, version: int, by: str) -> dict[str, Any]:
        """Let somebody in again, with the password they had; raises EntryRefused."""
        return await self._switch(number, version, by, is_active=True)

    async def reset(self, number: int, version: int, by: str) -> dict[str, Any]:
        """End all sessions and the old password, and return a code for a new one, this once."""
        code = _new_code()

        async def job(work: Work) -> dict[str, Any]:
            row = await self._newest(work.connection, number, version)
            await _set(work.connection, row, {"password_hash": NO_PASSWORD, **self._reset(code)})
            await _end_sessions(work.connection, number)
            return await self._done(work, number, "reset", by)

        return {**await self._book.committer.run(job), "code": code}

    async def end_sessions(self, number: int, by: str) -> dict[str, Any]:
        """Log somebody out everywhere; raises EntryRefused."""

        async def job(work: Work) -> dict[str, Any]:
            await _row(work.connection, number)
            await _end_sessions(work.connection, number)
            return await self._done(work, number, "sessions_ended", by)

        ended: dict[str, Any] = await self._book.committer.run(job)
        return ended

    async def choose_password(self, login: str, code: str, password_hash: str) -> None:
        """Take a new password from whoever holds the code; raises EntryRefused."""

        async def job(work: Work) -> None:
            query = (
                update(users)
                .where(users.c.login == login, users.c.is_active, users.c.reset_digest == digest_of(code))
                .where(users.c.reset_until_ms > self._now_ms())
                .values(password_hash=password_hash, reset_digest=None, reset_until_ms=None)
                .returning(users.c.id, users.c.display_name)
            )
            row = (await work.connection.execute(query)).first()
            if row is None:
                raise EntryRefused("Login or code is wrong, or the code is used up or older than a day.")
            await self._done(work, row.id, "password_chosen", row.display_name)

        await self._book.committer.run(job)

    async def change_password(self, number: int, password_hash: str, but_session: str) -> None:
        """Set the own password, and end all sessions but `but_session` (its digest)."""

        async def job(work: Work) -> None:
            row = await _row(work.connection, number)
            query = update(users).where(users.c.id == number)
            await work.connection.execute(query.values(password_hash=password_hash))
            await _end_sessions(work.connection, number, but_session)
            await self._done(work, number, "password_changed", row["display_name"])

        await self._book.committer.run(job)

    async def history(self, number: int) -> list[dict[str, Any]]:
        """Return what was done to a log-in, newest first; never a password or code."""
        async with self._book.database.connect() as connection:
            return await history_of(connection, USER, number)

    async def undo(self, number: int, version: int, by: str) -> dict[str, Any]:
        """Give back name and roles as they were before the last change; raises EntryRefused."""
        async with self._book.database.connect() as connection:
            before = await before_last(connection, USER, number)
        given = [Grant(one["role"], one["site_id"]) for one in before["grants"]]
        return await self.change(number, before["display_name"], given, version, by, "undone")

    async def _switch(self, number: int, version: int, by: str, *, is_active: bool) -> dict[str, Any]:
        async def job(work: Work) -> dict[str, Any]:
            row = await self._newest(work.connection, number, version)
            await _set(work.connection, row, {"is_active": is_active})
            if not is_active:
                await _end_sessions(work.connection, number)
                await _check_admin_left(work.connection)
            return await self._done(work, number, "brought_back" if is_active else "retired", by)

        switched: dict[str, Any] = await self._book.committer.run(job)
        return switched

    async def _newest(self, connection: AsyncConnection, number: int, version: int) -> Mapping[str, Any]:
        # Two who change log-ins at once, at two base stations, wait for each other here.
        await connection.execute(select(grants.c.id).where(grants.c.role == ADMIN).with_for_update())
        row = await _row(connection, number)
        await check_version(connection, USER, row, version)
        await note_found(connection, USER, await _view(connection, number), self._now_ms())
        return row

    async def _done(self, work: Work, number: int, kind: str, by: str) -> dict[str, Any]:
        view = await _view(work.connection, number)
        await note_change(work.connection, USER, view, kind, self._now_ms(), by)
        await self._book.note(work, f"user_{kind}", {"user": view["display_name"], **view}, by)
        return view

    def _reset(self, code: str | None) -> dict[str, Any]:
        if code is None:
            return {}
        return {"reset_digest": digest_of(code), "reset_until_ms": self._now_ms() + CODE_MS}

    def _now_ms(self) -> int:
        return to_ms(self._book.clock.now())


def digest_of(code: str) -> str:
    """Return what is kept of a code; however it was typed."""
    return hashlib.sha256(code.strip().replace("-", "").lower().encode()).hexdigest()


def _new_code() -> str:
    text = secrets.token_hex(_CODE_BYTES)
    return "-".join(text[at : at + 6] for at in range(0, len(text), 6))


def _listed(row: Mapping[str, Any], given: list[dict[str, Any]]) -> dict[str, Any]:
    # Whoever was added by an older program has one role, at all sites.
    return {
        "id": row["id"],
        "login": row["login"],
        "display_name": row["display_name"],
        "role": row["role"],
        "grants": given or [{"role": row["role"], "site_id": None}],
        "is_active": row["is_active"],
        "created_at": iso_of_ms(row["created_at_ms"]),
        "version": row["version"],
        "code_until": iso_of_ms(row["reset_until_ms"]),
    }


async def _row(connection: AsyncConnection, number: int) -> Mapping[str, Any]:
    row = (await connection.execute(select(*_SHOWN).where(users.c.id == number))).mappings().first()
    if row is None:
        raise EntryRefused(f"There is no log-in {number}.")
    if row["login"] == LOCAL_LOGIN:
        raise EntryRefused("This is the log-in of the command line of this machine; nobody changes it.")
    return dict(row)


async def _view(connection: AsyncConnection, number: int) -> dict[str, Any]:
    query = select(grants.c.role, grants.c.site_id).where(grants.c.user_id == number).order_by(grants.c.id)
    given = (await connection.execute(query)).mappings()
    return _listed(await _row(connection, number), [dict(one) for one in given])


async def _set(connection: AsyncConnection, row: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    query = update(users).where(users.c.id == row["id"]).values(version=row["version"] + 1, **values)
    await connection.execute(query)


async def _checked(connection: AsyncConnection, given: Iterable[Grant]) -> list[Grant]:
    """Return the grants, each site once; raises EntryRefused for none, an unknown role or site."""
    wanted = list(dict.fromkeys(given))
    if not wanted:
        raise EntryRefused("Give at least one role; whoever is to do nothing any more is retired.")
    for grant in wanted:
        if grant.role not in ROLES:
            raise EntryRefused(f"There is no role {grant.role!r}: choose one of {', '.join(ROLES)}.")
        await check_known(connection, sites, grant.site, "site")
    if len({grant.site for grant in wanted}) != len(wanted):
        raise EntryRefused("Give one role for each site.")
    return wanted


async def _grant(connection: AsyncConnection, number: int, wanted: Iterable[Grant]) -> None:
    rows = [{"user_id": number, "site_id": grant.site, "role": grant.role} for grant in wanted]
    await connection.execute(insert(grants), rows)


async def _end_sessions(connection: AsyncConnection, number: int, but: str = "") -> None:
    await connection.execute(
        delete(sessions).where(sessions.c.user_id == number, sessions.c.token_digest != but)
    )


async def _check_admin_left(connection: AsyncConnection) -> None:
    query = (
        select(users.c.id)
        .join(grants, grants.c.user_id == users.c.id)
        .where(users.c.is_active, users.c.login != LOCAL_LOGIN)
        .where(grants.c.role == ADMIN, grants.c.site_id.is_(None))
        .limit(1)
    )
    if (await connection.execute(query)).first() is None:
        raise EntryRefused(_LAST)
