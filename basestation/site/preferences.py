"""What users want of the console: its language and its theme.

Keeps what was chosen and nothing else; None is the browser's own. What a language or theme is called is
decided by the form that asks for it.
"""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.clock import Clock, to_ms
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.preference_tables import user_preferences

_CHOICES = (user_preferences.c.language, user_preferences.c.theme)


class Preferences:
    """Keeps one row a user."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, clock: Clock) -> None:
        self._database = database
        self._committer = committer
        self._clock = clock

    async def of(self, user_id: int) -> dict[str, str | None]:
        """Return `language` and `theme` of a user, None where nothing was chosen."""
        query = select(*_CHOICES).where(user_preferences.c.user_id == user_id)
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return {"language": None, "theme": None} if row is None else dict(row)

    async def choose(self, user_id: int, language: str | None, theme: str | None, by: str) -> None:
        """Keep what a user chose, in place of what was chosen before."""

        async def keep(work: Work) -> None:
            row = {"user_id": user_id, "language": language, "theme": theme}
            await work.connection.execute(
                delete(user_preferences).where(user_preferences.c.user_id == user_id)
            )
            await work.connection.execute(insert(user_preferences).values(row))
            work.log(log.entry(to_ms(self._clock.now()), "preferences_chosen", {**row, "user": by}))

        await self._committer.run(keep)
