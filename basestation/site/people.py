"""Users and their sessions: who may log in, as what.

Decides which roles there are and that a login is given once. Never sees a password, only the hash
the web part made of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.cases.authority import ROLES, Grant, highest
from basestation.clock import Clock, iso_of_ms, to_ms
from basestation.errors import EntryRefused
from basestation.site.preferences import Preferences
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.site_tables import grants
from basestation.store.tables import sessions, users


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in."""

    id: int
    login: str
    #: What others see, and what stands in the log.
    display_name: str
    #: The highest of ROLES that they have anywhere.
    role: str
    #: What they may do where.
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class LogIn:
    """What a password is checked against."""

    user: User
    password_hash: str = field(repr=False)


_USER = (users.c.id, users.c.login, users.c.display_name, users.c.role)


class People:
    """Keeps users and sessions."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, clock: Clock) -> None:
        self._database = database
        self._committer = committer
        self._clock = clock
        self.preferences = Preferences(database, committer, clock)

    async def add_user(self, login: str, display_name: str, password_hash: str, role: str) -> User:
        """Add somebody who may log in; raises EntryRefused if the login is taken or the role unknown."""
        if role not in ROLES:
            raise EntryRefused(f"There is no role {role!r}: choose one of {', '.join(ROLES)}.")
        if not login.strip() or not display_name.strip():
            raise EntryRefused("A user needs a login and a name.")

        async def add(work: Work) -> User:
            now_ms = to_ms(self._clock.now())
            row = {
                "login": login,
                "display_name": display_name,
                "password_hash": password_hash,
                "role": role,
                "created_at_ms": now_ms,
            }
            result = await work.connection.execute(insert(users).values(row).returning(users.c.id))
            user = User(int(result.scalar_one()), login, display_name, role, (Grant(role),))
            await work.connection.execute(insert(grants).values(user_id=user.id, role=role))
            work.log(log.entry(now_ms, "user_added", {"user": display_name, "login": login, "role": role}))
            return user

        try:
            return await self._committer.run(add)
        except IntegrityError:
            raise EntryRefused(f"There is a user {login!r} already: choose another login.") from None

    async def users(self) -> list[dict[str, Any]]:
        """Return all users by login, without their passwords."""
        query = select(*_USER, users.c.is_active, users.c.created_at_ms).order_by(users.c.login)
        async with self._database.connect() as connection:
            rows = [dict(row) for row in (await connection.execute(query)).mappings()]
        return [{**row, "created_at": iso_of_ms(row.pop("created_at_ms"))} for row in rows]

    async def user_by_login(self, login: str) -> LogIn | None:
        """Return the active user of this login with the hash of the password."""
        query = select(*_USER, users.c.password_hash).where(users.c.login == login, users.c.is_active)
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).first()
            found = () if row is None else await grants_of(connection, row.id)
        return None if row is None else LogIn(_user(row[:4], found), row[4])

    async def create_session(self, user_id: int, token_digest: str, expires_at: datetime) -> None:
        """Open a session that lasts until `expires_at`; sessions that are over are removed."""

        async def create(work: Work) -> None:
            now_ms = to_ms(self._clock.now())
            await work.connection.execute(delete(sessions).where(sessions.c.expires_at_ms <= now_ms))
            row = {
                "token_digest": token_digest,
                "user_id": user_id,
                "created_at_ms": now_ms,
                "seen_at_ms": now_ms,
                "expires_at_ms": to_ms(expires_at),
            }
            await work.connection.execute(insert(sessions).values(row))

        await self._committer.run(create)

    async def session(self, token_digest: str) -> User | None:
        """Return whose session this is, if it is open and the user active."""
        query = (
            select(*_USER, grants.c.role.label("granted"), grants.c.site_id)
            .join(sessions, sessions.c.user_id == users.c.id)
            .outerjoin(grants, grants.c.user_id == users.c.id)
            .where(
                sessions.c.token_digest == token_digest,
                sessions.c.expires_at_ms > to_ms(self._clock.now()),
                users.c.is_active,
            )
        )
        async with self._database.connect() as connection:
            rows = (await connection.execute(query)).all()
        found = tuple(Grant(row.granted, row.site_id) for row in rows if row.granted is not None)
        return _user(rows[0][:4], found) if rows else None

    async def delete_session(self, token_digest: str) -> None:
        """End a session; harmless when there is none."""

        async def end(work: Work) -> None:
            await work.connection.execute(delete(sessions).where(sessions.c.token_digest == token_digest))

        await self._committer.run(end)

    async def deactivate_user(self, login: str) -> None:
        """Let nobody log in as this user any more, and end the sessions that are open."""

        async def deactivate(work: Work) -> None:
            query = update(users).where(users.c.login == login).values(is_active=False).returning(users.c.id)
            user_id = (await work.connection.execute(query)).scalar()
            if user_id is None:
                raise EntryRefused(f"There is no user {login!r}.")
            await work.connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
            work.log(log.entry(to_ms(self._clock.now()), "user_deactivated", {"login": login}))

        await self._committer.run(deactivate)


async def grants_of(connection: AsyncConnection, user_id: int) -> tuple[Grant, ...]:
    """Return what somebody may do where, as it is stored."""
    query = select(grants.c.role, grants.c.site_id).where(grants.c.user_id == user_id).order_by(grants.c.id)
    return tuple(Grant(row.role, row.site_id) for row in await connection.execute(query))


def _user(row: Sequence[Any], found: tuple[Grant, ...]) -> User:
    # Whoever was added by an older program has one role, at all sites.
    return User(row[0], row[1], row[2], highest(found) if found else row[3], found or (Grant(row[3]),))
