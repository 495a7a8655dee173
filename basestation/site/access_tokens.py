"""Tokens that let programs in: made by an administrator, told once, ended at once.

Decides that a token has an end, that it dies with the account of whoever made it, and how many there are.
What a scope allows is the web part's. Only the digest of a token is kept; neither it nor the token stands in
the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases.authority import Grant, highest
from basestation.clock import Clock, iso_of_ms, to_ms
from basestation.errors import EntryRefused
from basestation.site.people import User, grants_of
from basestation.store import log
from basestation.store.access_tables import access_tokens as tokens
from basestation.store.committer import GroupCommitter, Work
from basestation.store.tables import users

#: Tokens in force at one moment, and how long one may last, in days.
TOKENS_MAX: Final = 100
DAYS_MAX: Final = 366
#: How exactly the last use is known, in milliseconds: not every request is worth a transaction.
USE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Access:
    """A program that was let in: its token's number, for whom it acts, and its scopes."""

    token_id: int
    #: Whoever made the token, with the role of now, under a name that says that a program acted.
    user: User
    scopes: frozenset[str]


class AccessTokens:
    """Keeps tokens by their digests."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, clock: Clock) -> None:
        self._database = database
        self._committer = committer
        self._clock = clock
        #: Token -> when its last use was written down, in milliseconds.
        self._noted_at_ms: dict[int, int] = {}

    async def make(
        self, name: str, scopes: Sequence[str], days: int, digest: str, by: User
    ) -> dict[str, Any]:
        """Keep a token and return it as it is listed; raises EntryRefused."""
        if not 1 <= days <= DAYS_MAX:
            raise EntryRefused(f"A token lasts 1 to {DAYS_MAX} days: {days} is not possible.")
        if not scopes:
            raise EntryRefused("A token without a scope opens nothing: choose what the program may do.")

        async def job(work: Work) -> int:
            now = self._clock.now()
            in_force = select(func.count()).where(
                tokens.c.revoked_at_ms.is_(None), tokens.c.expires_at_ms > to_ms(now)
            )
            if (await work.connection.execute(in_force)).scalar_one() >= TOKENS_MAX:
                raise EntryRefused(f"There are {TOKENS_MAX} tokens in force: revoke one that is not needed.")
            row = {
                "name": name,
                "digest": digest,
                "scopes": " ".join(sorted(set(scopes))),
                "user_id": by.id,
                "created_at_ms": to_ms(now),
                "expires_at_ms": to_ms(now + timedelta(days=days)),
            }
            result = await work.connection.execute(insert(tokens).values(row).returning(tokens.c.id))
            number = int(result.scalar_one())
            content = {"token": number, "name": name, "scopes": row["scopes"], "days": days}
            work.log(log.entry(to_ms(now), "token_made", {**content, "by": by.display_name}))
            return number

        number = await self._committer.run(job)
        return next(row for row in await self.all() if row["id"] == number)

    async def all(self) -> list[dict[str, Any]]:
        """Return the tokens, newest first, without their digests."""
        columns = [column for column in tokens.c if column.name != "digest"]
        query = (
            select(*columns, users.c.display_name.label("made_by"), users.c.is_active.label("is_user_active"))
            .join(users, users.c.id == tokens.c.user_id)
            .order_by(tokens.c.id.desc())
        )
        async with self._database.connect() as connection:
            rows = [dict(row) for row in (await connection.execute(query)).mappings()]
        now_ms = to_ms(self._clock.now())
        return [_shown(row, now_ms) for row in rows]

    async def revoke(self, number: int, by: User) -> None:
        """End a token: the next request with it is refused. Raises EntryRefused."""

        async def job(work: Work) -> None:
            now_ms = to_ms(self._clock.now())
            query = (
                update(tokens)
                .where(tokens.c.id == number, tokens.c.revoked_at_ms.is_(None))
                .values(revoked_at_ms=now_ms, revoked_by=by.display_name)
            )
            if (await work.connection.execute(query)).rowcount == 0:
                raise EntryRefused(f"There is no token {number} in force.")
            work.log(log.entry(now_ms, "token_revoked", {"token": number, "by": by.display_name}))

        await self._committer.run(job)

    async def access(self, digest: str) -> Access | None:
        """Return the program whose token this is; None for one that is unknown, over, revoked or orphaned."""
        query = (
            select(tokens.c.id, tokens.c.name, tokens.c.scopes, users.c.id.label("user_id"))
            .add_columns(users.c.login, users.c.display_name, users.c.role)
            .join(users, users.c.id == tokens.c.user_id)
            .where(
                tokens.c.digest == digest,
                tokens.c.revoked_at_ms.is_(None),
                tokens.c.expires_at_ms > to_ms(self._clock.now()),
                users.c.is_active,
            )
        )
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).first()
            if row is None:
                return None
            # Whoever was added by an older program has one role, at all sites.
            grants = await grants_of(connection, row.user_id) or (Grant(row.role),)
        name = f"{row.name} (program of {row.display_name})"
        user = User(row.user_id, row.login, name, highest(grants), grants)
        return Access(row.id, user, frozenset(row.scopes.split()))

    async def note_use(self, number: int) -> None:
        """Write down that a token was used, once a minute at most."""
        now_ms = to_ms(self._clock.now())
        if now_ms - self._noted_at_ms.get(number, 0) < USE_MS:
            return
        self._noted_at_ms[number] = now_ms

        async def job(work: Work) -> None:
            await work.connection.execute(
                update(tokens).where(tokens.c.id == number).values(used_at_ms=now_ms)
            )

        await self._committer.run(job)


def _shown(row: dict[str, Any], now_ms: int) -> dict[str, Any]:
    is_over = row["revoked_at_ms"] is not None or row["expires_at_ms"] <= now_ms or not row["is_user_active"]
    times = {
        name: iso_of_ms(row[f"{name}_ms"]) for name in ("created_at", "expires_at", "used_at", "revoked_at")
    }
    return {
        "id": row["id"],
        "name": row["name"],
        "scopes": row["scopes"].split(),
        "made_by": row["made_by"],
        "is_in_force": not is_over,
        "revoked_by": row["revoked_by"],
        **times,
    }
