"""One connection to PostgreSQL beside the pool: hears what others have written, and holds our claims.

Claims are advisory locks of this session. They end with it: at once when the process is killed, after
IDLE_MS when it stands still, after the server's keep-alives when its machine is gone. Decides nothing about
what a claim or a piece of news means.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, Final

import asyncpg
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.store.announcing import CHANNEL
from basestation.store.postgresql import CONNECT_S_MAX, SESSION

#: A session that says nothing for so long is ended by the server, and its claims with it, in ms.
IDLE_MS: Final = 5_000
#: Between two signs of life, in seconds; and how long the answer may take.
PING_S: Final = 1.0
ANSWER_S_MAX: Final = 4.0
#: From a lost session to the next attempt, in seconds.
AGAIN_S: Final = 0.5
_KIND_BITS: Final = 48
_TAKE: Final = "SELECT key FROM unnest($1::bigint[]) AS key WHERE pg_try_advisory_lock(key)"
_RELEASE: Final = "SELECT pg_advisory_unlock(key) FROM unnest($1::bigint[]) AS key"

_log = structlog.get_logger("rufweite.replicas")


class ReplicaSession:
    """The connection; `serve` keeps it, and makes it anew."""

    def __init__(
        self, engine: AsyncEngine, on_news: Callable[[str], None], on_joined: Callable[[], Awaitable[None]]
    ) -> None:
        """`on_news` gets each text that was sent; `on_joined` is called when what came before may be lost."""
        self._engine = engine
        self._on_news = on_news
        self._on_joined = on_joined
        self._connection: Any = None
        self._held: set[int] = set()
        self._released: set[int] = set()
        #: The connection does one thing at a time.
        self._asking = asyncio.Lock()

    @property
    def is_joined(self) -> bool:
        """Whether news and claims are to be had now."""
        return self._connection is not None

    async def serve(self) -> None:
        """Hold the session until cancelled."""
        while True:
            try:
                await self._hold()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                _log.warning("session_lost", reason=type(error).__name__)
            finally:
                self._forget()
            await asyncio.sleep(AGAIN_S)

    async def take(self, kind: int, numbers: Iterable[int]) -> set[int]:
        """Return those of `numbers` that nobody else holds; none while there is no session."""
        keys = {(kind << _KIND_BITS) | number: number for number in numbers}
        if not keys:
            return set()
        async with self._asking:
            await self._give_back()
            wanted = [key for key in keys if key not in self._held]
            if wanted:
                self._held |= {row["key"] for row in await self._ask(_TAKE, wanted)}
            return {number for key, number in keys.items() if key in self._held}

    def release(self, kind: int, number: int) -> None:
        """Give a claim back, with the next word to the server."""
        key = (kind << _KIND_BITS) | number
        if key in self._held:
            self._held.discard(key)
            self._released.add(key)

    async def say(self, words: str) -> None:
        """Send news of ours that stands in no table; lost while there is no session."""
        async with self._asking:
            await self._ask("SELECT pg_notify($1, $2)", CHANNEL, words)

    async def _hold(self) -> None:
        connection = await asyncpg.connect(**_arguments(self._engine))
        ended = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: ended.set())
            await connection.add_listener(CHANNEL, self._heard)
            self._connection = connection
            await self._on_joined()
            while not ended.is_set():
                async with self._asking:
                    await self._give_back()
                    await connection.execute("SELECT 1", timeout=ANSWER_S_MAX)
                with suppress(TimeoutError):
                    await asyncio.wait_for(ended.wait(), PING_S)
        finally:
            self._forget()
            connection.terminate()

    def _heard(self, _connection: object, _process: int, _channel: str, text: object) -> None:
        self._on_news(str(text))

    async def _give_back(self) -> None:
        if self._released:
            keys, self._released = list(self._released), set()
            await self._ask(_RELEASE, keys)

    async def _ask(self, query: str, *values: object) -> list[Any]:
        if self._connection is None:
            return []
        try:
            rows: list[Any] = await self._connection.fetch(query, *values, timeout=ANSWER_S_MAX)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            # `serve` finds out by itself; until then nothing is ours.
            self._forget()
            return []
        return rows

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
        self._connection = None
        self._held.clear()
        self._released.clear()


def _arguments(engine: AsyncEngine) -> dict[str, Any]:
    """Return what the pool's connections are made with, for one beside them."""
    _, arguments = engine.dialect.create_connect_args(engine.url)
    own = {name: value for name, value in arguments.items() if not name.startswith("prepared_statement_")}
    settings = SESSION | {"idle_session_timeout": str(IDLE_MS), "application_name": "rufweite-session"}
    return own | {"timeout": CONNECT_S_MAX, "server_settings": settings}
