"""The writer's statements on SQLite, run where they are asked for.

SQLAlchemy wraps every statement of an asynchronous engine into a greenlet of its own, so that its driver may
wait. A transaction that holds the write lock waits for nobody until its COMMIT (`sqlite.py`), so that its
statements need none of that: half of what a statement costs. BEGIN, COMMIT and ROLLBACK, and whatever
readers do, go the usual way. PostgreSQL knows nothing of all this. Decides nothing.
"""

from collections import deque
from typing import Any, NoReturn

from sqlalchemy import CursorResult, Executable
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.store.plans import plan_of
from basestation.store.sqlite import SqliteConnection


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that is SQLite's own while its connection holds the write lock."""

    __slots__ = ("_direct",)

    def __init__(self, adapt_connection: "AdaptedConnection") -> None:
        connection: Any = adapt_connection._connection  # noqa: SLF001
        self._direct = None
        if not connection.is_writing:
            super().__init__(adapt_connection)
            return
        self._adapt_connection, self._connection = adapt_connection, connection
        self._direct = self._cursor = connection.raw.cursor()
        self._rows, self._soft_closed_memoized = deque(), {}  # type: ignore[assignment]

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        """Run a statement and keep its rows."""
        cursor = self._direct
        if cursor is None:
            return super().execute(operation, parameters)
        try:
            cursor.execute(operation, () if parameters is None else parameters)
            if cursor.description:
                self._rows = deque(cursor.fetchall())
        except Exception as error:  # noqa: BLE001 (SQLAlchemy sorts them)
            self._failed(error)
        return None

    def executemany(self, operation: Any, seq_of_parameters: Any) -> Any:
        """Run a statement once for each of the parameters."""
        cursor = self._direct
        if cursor is None:
            return super().executemany(operation, seq_of_parameters)
        try:
            cursor.executemany(operation, seq_of_parameters)
        except Exception as error:  # noqa: BLE001 (see above)
            self._failed(error)
        return None

    def close(self) -> None:
        """Forget the rows and give the cursor back."""
        if self._direct is None:
            super().close()
            return
        self._rows.clear()
        self._direct.close()

    async def _async_soft_close(self) -> None:
        if self._direct is None:
            await super()._async_soft_close()

    def _failed(self, error: Exception) -> NoReturn:
        self._adapt_connection._handle_exception(error)  # noqa: SLF001


class AdaptedConnection(AsyncAdapt_aiosqlite_connection):
    """What SQLAlchemy takes for a connection of its driver."""

    __slots__ = ()
    _cursor_cls = _Cursor  # type: ignore[assignment] # what it is replaced for


class WriterConnection(AsyncConnection):
    """A connection that spawns no greenlet for a statement that cannot wait."""

    _driver: SqliteConnection | None = None

    async def execute(
        self, statement: Executable, parameters: Any = None, *, execution_options: Any = None
    ) -> Any:
        """Execute a statement and return its rows, or how many it changed."""
        driver = self._locked()
        if driver is None:
            return await super().execute(statement, parameters, execution_options=execution_options)
        connection = self._proxied
        # Whoever watches statements sees every one.
        if not connection.dispatch.before_cursor_execute:
            plan = plan_of(statement, parameters, connection.dialect)
            if plan is not None:
                return plan.run(driver.raw, parameters, connection.dialect)
        return connection.execute(statement, parameters, execution_options=execution_options)

    async def exec_driver_sql(
        self, statement: str, parameters: Any = None, execution_options: Any = None
    ) -> CursorResult[Any]:
        """Execute SQL as the driver takes it."""
        if self._locked() is None:
            return await super().exec_driver_sql(statement, parameters, execution_options)
        return self._proxied.exec_driver_sql(statement, parameters, execution_options)

    def _locked(self) -> SqliteConnection | None:
        """Return the driver's connection while it holds the write lock."""
        driver = self._driver
        if driver is None:
            found = self._proxied.connection.driver_connection
            assert isinstance(found, SqliteConnection), found
            self._driver = driver = found
        return driver if driver.is_writing else None


class WriterEngine(AsyncEngine):
    """An engine whose transactions take SQLite's write lock at once."""

    _connection_cls = WriterConnection
