"""The group committer: the one writer, many jobs in one transaction.

A job is an async function of a `Work`. Each runs in a SAVEPOINT of its own, so that a bad one is
rolled back and told alone; nobody hears of success before the COMMIT, and when that fails
everybody in the transaction is told so. Nothing is retried here: a caller knows better.
Bounds: JOBS_PER_COMMIT_MAX, BATCH_S_MAX, so that whoever comes late does not wait for all the others,
JOB_S_MAX, and the queue, which refuses with StoreBusy.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.elements import ReleaseSavepointClause, RollbackToSavepointClause, SavepointClause

from basestation.counters import Counters
from basestation.store import case_events, log
from basestation.store.database import writer_of
from basestation.store.errors import CommitFailed, StoreBusy

JOBS_PER_COMMIT_MAX = 256
#: A transaction takes no further job after this many seconds: what is left is the next one's.
BATCH_S_MAX = 0.2
QUEUE_MAX = 20_000
#: A job that takes longer is given up alone, in seconds: it may never hold up the others for good.
JOB_S_MAX = 10.0
#: Said as they stand: savepoints that are objects cost ten times as much as what they guard.
_SAVEPOINT: Any = SavepointClause("job")  # type: ignore[no-untyped-call]
_RELEASE: Any = ReleaseSavepointClause("job")  # type: ignore[no-untyped-call]
_ROLL_BACK: Any = RollbackToSavepointClause("job")  # type: ignore[no-untyped-call]

#: Errors of a job, not of the database.
_ITS_OWN = (IntegrityError, DataError, ProgrammingError)

_log = structlog.get_logger(__name__)
T = TypeVar("T")
Job = Callable[["Work"], Awaitable[T]]


@dataclass(slots=True)
class Work:
    """What a job works with: a connection inside its savepoint, and what follows the commit."""

    connection: AsyncConnection
    _entries: list[log.Entry] = field(default_factory=list)
    _events: list[dict[str, Any]] = field(default_factory=list)
    _afterwards: list[Callable[[], None]] = field(default_factory=list)

    def log(self, entry: log.Entry) -> None:
        """Append `entry` to the log when this job is committed."""
        self._entries.append(entry)

    def happened(self, rows: Iterable[dict[str, Any]]) -> None:
        """Keep rows of `case_events` when this job is committed, behind those it gave before."""
        self._events += rows

    async def beside(self, follow: "Callable[[Work], Awaitable[None]]") -> Exception | None:
        """Run what must not be in the job's way: where it fails nothing of it is kept; return its error."""
        lists: tuple[list[Any], ...] = (self._entries, self._events, self._afterwards)
        lengths = [len(one) for one in lists]
        await self.connection.execute(_SAVEPOINT)
        try:
            await follow(self)
        except Exception as error:  # noqa: BLE001 (whatever it was, the job goes on)
            await self.connection.execute(_ROLL_BACK)
            await self.connection.execute(_RELEASE)
            for one, length in zip(lists, lengths, strict=True):
                del one[length:]
            return error
        await self.connection.execute(_RELEASE)
        return None

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` once this job is on disk; never if it is not."""
        self._afterwards.append(callback)


@dataclass(slots=True)
class _Order:
    job: Job[Any]
    taken_at_s: float
    result: asyncio.Future[Any]
    work: Work | None = None
    value: Any = None


class GroupCommitter:
    """Runs jobs in the order they came, as many per transaction as are waiting."""

    def __init__(
        self,
        engine: AsyncEngine,
        counters: Counters,
        queue_max: int = QUEUE_MAX,
        batch_s_max: float = BATCH_S_MAX,
    ) -> None:
        self._engine = writer_of(engine)
        self._counters = counters
        self._queue: asyncio.Queue[_Order | None] = asyncio.Queue()
        self._queue_max = queue_max
        self._batch_s_max = batch_s_max
        self._batch: list[_Order] = []
        self._is_ending = False
        self.job_s_max = JOB_S_MAX
        #: Jobs begun and transactions ended: what a watchdog sees of it.
        self.steps = 0
        #: The last transaction, or a job of it, was not kept because of the database.
        self.is_failing = False
        self._is_job_refused = False

    @property
    def age_of_oldest_s(self) -> float:
        """Return how long the oldest job has been waiting, in seconds; 0.0 when there is none."""
        if self._batch:
            return monotonic() - self._batch[0].taken_at_s
        # The queue's own deque: asyncio offers no look at its head.
        waiting = self._queue._queue  # type: ignore[attr-defined] # noqa: SLF001
        return monotonic() - waiting[0].taken_at_s if waiting and waiting[0] is not None else 0.0

    async def run(self, job: Job[T]) -> T:
        """Return the job's result once it is on disk.

        Raises:
            CommitFailed: nothing of the transaction was kept.
            StoreBusy: too many jobs are waiting; this one was not taken.
            Exception: whatever the job raised; it alone was rolled back.
        """
        order = _Order(job, monotonic(), asyncio.get_running_loop().create_future())
        if self._is_ending or self._queue.qsize() >= self._queue_max:
            self._counters.jobs_refused.inc()
            raise StoreBusy("The store cannot keep up, or is closing; try again.")
        self._queue.put_nowait(order)
        result: T = await order.result
        return result

    async def serve(self) -> None:
        """Commit what comes until `end`, or until cancelled."""
        while (first := await self._queue.get()) is not None:
            self._batch = [first]
            try:
                await self._commit(self._batch)
            finally:
                self.steps += 1
                self._refuse(self._batch, None)
                self._batch = []

    def end(self) -> None:
        """Take no more jobs and let `serve` return when those taken are on disk."""
        self._is_ending = True
        self._queue.put_nowait(None)

    def _next(self) -> _Order | None:
        """Take one more job into the batch; None: there is none, or the end has been ordered."""
        if self._queue.empty():
            return None
        order = self._queue.get_nowait()
        if order is None:
            self._queue.put_nowait(None)
            return None
        self._batch.append(order)
        return order

    async def _run_all(self, connection: AsyncConnection, first: _Order) -> None:
        """Run the first job and those that wait behind it, as far as the bounds go."""
        # The loop's own clock: in a world in virtual time what a batch holds may not depend on the machine.
        clock_s = asyncio.get_running_loop().time
        began_s = clock_s()
        order: _Order | None = first
        while order is not None:
            await self._run_in_savepoint(connection, order)
            # A job may never wait for anything: let the others have the loop.
            await asyncio.sleep(0)
            is_full = len(self._batch) >= JOBS_PER_COMMIT_MAX or clock_s() - began_s >= self._batch_s_max
            order = None if is_full else self._next()

    async def _commit(self, batch: list[_Order]) -> None:
        self._is_job_refused = False
        try:
            async with self._engine.begin() as connection:
                await self._run_all(connection, batch[0])
                kept = [order for order in batch if order.work is not None]
                works = [order.work for order in kept if order.work is not None]
                await case_events.append(connection, [row for work in works for row in work._events])  # noqa: SLF001
                await log.append(connection, [entry for work in works for entry in work._entries])  # noqa: SLF001
        except Exception as error:  # noqa: BLE001 (whatever the database did, the callers must hear of it)
            # Those who wait behind would only learn the same, each as late as the first.
            while len(batch) < JOBS_PER_COMMIT_MAX and self._next() is not None:
                continue
            self.is_failing = True
            self._counters.commits_failed.inc()
            _log.error("commit_failed", jobs=len(batch), error=type(error).__name__)
            self._refuse(batch, error)
            return
        self.is_failing = self._is_job_refused
        self._counters.commits.inc()
        self._counters.jobs_committed.inc(len(kept))
        for order in kept:
            _tell(order)

    async def _run_in_savepoint(self, connection: AsyncConnection, order: _Order) -> None:
        if order.result.cancelled():
            return
        self.steps += 1
        await connection.execute(_SAVEPOINT)
        work = Work(connection)
        try:
            async with asyncio.timeout(self.job_s_max):
                order.value = await order.job(work)
        except Exception as error:  # noqa: BLE001 (one bad job must not stop the rest)
            # Raises when the database has ended the whole transaction by itself.
            await connection.execute(_ROLL_BACK)
            await connection.execute(_RELEASE)
            self._counters.jobs_failed.inc()
            # PostgreSQL says at the statement that its disk is full, and commits what is left: nothing.
            if isinstance(error, DBAPIError) and not isinstance(error, _ITS_OWN):
                self._is_job_refused = self.is_failing = True
            if not order.result.done():
                order.result.set_exception(error)
            return
        await connection.execute(_RELEASE)
        order.work = work

    def _refuse(self, batch: list[_Order], cause: Exception | None) -> None:
        for order in batch:
            if not order.result.done():
                failure = CommitFailed("The store did not take it; nothing of it was kept.")
                failure.__cause__ = cause
                order.result.set_exception(failure)


def _tell(order: _Order) -> None:
    assert order.work is not None
    for callback in order.work._afterwards:  # noqa: SLF001
        try:
            callback()
        except Exception:  # noqa: BLE001 (the job is on disk; its caller must hear that)
            _log.exception("after_commit_failed")
    if not order.result.done():
        order.result.set_result(order.value)
