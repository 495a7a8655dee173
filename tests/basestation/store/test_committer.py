"""The group committer: nobody hears of success before it is on disk."""

import asyncio
from functools import partial

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import event, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from basestation.counters import Counters
from basestation.store import log
from basestation.store.committer import GroupCommitter
from basestation.store.errors import CommitFailed, StoreBusy
from basestation.store.tables import station
from tests.store_faults import refuse


async def _put(work, key):
    await work.connection.execute(insert(station).values(key=key, value=""))
    work.log(log.entry(1, "put", {"key": key}))
    return key


async def _keys(database):
    async with database.connect() as connection:
        rows = await connection.execute(select(station.c.key).where(station.c.key != "log_head"))
        return set(rows.scalars())


async def _faults(database):
    async with database.connect() as connection:
        return await log.verify(connection)


class FailingStatement:
    """Fails the statement or commit with this number, once; counts them all."""

    def __init__(self, database, number):
        self.number = number
        self.seen = 0
        event.listen(database.sync_engine, "before_cursor_execute", self._statement)
        event.listen(database.sync_engine, "commit", self._commit)

    def _statement(self, _connection, _cursor, statement, *_):
        self._count(statement)

    def _commit(self, _connection):
        self._count("COMMIT")

    def _count(self, statement):
        self.seen += 1
        if self.seen == self.number:
            raise OperationalError(statement, {}, Exception("disk I/O error"))


async def test_jobs_that_wait_together_are_committed_together(committer, metrics):
    """Many jobs, few transactions: that is what makes alarms cheap."""
    keys = await asyncio.gather(*[committer.run(partial(_put, key=str(n))) for n in range(100)])
    assert keys == [str(n) for n in range(100)]
    assert metrics.get_sample_value("rufweite_commits_total") < 50


async def test_a_bad_job_is_rolled_back_alone_and_its_caller_told(committer, migrated):
    """The others of its transaction are kept, and its log entries are not written."""

    async def bad(work):
        await _put(work, "bad")
        await _put(work, "bad")

    results = await asyncio.gather(
        committer.run(partial(_put, key="one")),
        committer.run(bad),
        committer.run(partial(_put, key="two")),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [str, IntegrityError, str]
    assert not committer.is_failing, "the mistake was the job's"
    assert await _keys(migrated) == {"one", "two"}
    assert await _faults(migrated) == []


async def test_callbacks_run_only_when_the_job_is_on_disk(committer, migrated):
    """A second connection finds the row when the callback runs; a failed job's callback never does."""
    called = []

    async def good(work):
        work.after_commit(lambda: called.append(asyncio.ensure_future(_keys(migrated))))
        await _put(work, "good")

    async def bad(work):
        work.after_commit(lambda: called.append("bad"))
        raise ValueError

    await asyncio.gather(committer.run(good), committer.run(bad), return_exceptions=True)
    assert len(called) == 1
    assert await called[0] == {"good"}


async def test_a_statement_that_finds_the_disk_full_is_a_store_that_fails(committer):
    """PostgreSQL refuses the statement and commits what is left of the transaction."""

    async def refused(_work):
        raise OperationalError("INSERT", {}, OSError("no space left on device"))

    with pytest.raises(OperationalError):
        await committer.run(refused)
    assert committer.is_failing
    # The first may still be of the same transaction.
    for key in ("first", "second"):
        await committer.run(partial(_put, key=key))
    assert not committer.is_failing


async def test_a_database_that_ends_the_transaction_by_itself_fails_everybody_in_it(committer, migrated):
    """SQLite does so on a full disk, PostgreSQL when it ends; nobody may believe that his part was kept."""
    async with migrated.begin() as connection:
        await refuse(connection, "INSERT", "station", "NEW.key = 'worst'", ends_session=True)
    results = await asyncio.gather(
        committer.run(partial(_put, key="one")),
        committer.run(partial(_put, key="worst")),
        return_exceptions=True,
    )
    assert isinstance(results[0], CommitFailed)
    # Whoever broke it may hear what the database said.
    assert isinstance(results[1], CommitFailed | DBAPIError)
    assert await _keys(migrated) == set()
    assert await committer.run(partial(_put, key="after")) == "after"


async def test_whatever_statement_fails_a_job_is_kept_exactly_if_its_caller_was_told_so(tmp_path, migrated):
    """The fault moves on one statement a round until a round is clean; the log stays whole throughout."""
    number, told = 0, set()
    while True:
        number += 1
        committer = GroupCommitter(migrated, Counters(CollectorRegistry()))
        serving = asyncio.create_task(committer.serve())
        fault = FailingStatement(migrated, number)
        keys = [f"{number}-{n}" for n in range(3)]
        results = await asyncio.gather(
            *[committer.run(partial(_put, key=key)) for key in keys], return_exceptions=True
        )
        event.remove(migrated.sync_engine, "before_cursor_execute", fault._statement)
        event.remove(migrated.sync_engine, "commit", fault._commit)
        committer.end()
        await serving
        told |= {result for result in results if isinstance(result, str)}
        assert await _keys(migrated) == told, f"fault at {number}"
        assert await _faults(migrated) == [], f"fault at {number}"
        if fault.seen < number:
            break
        assert not all(isinstance(result, str) for result in results), f"fault at {number} was not felt"
    assert number > 12


async def test_a_transaction_that_takes_long_leaves_the_rest_to_the_next(migrated, metrics):
    """A timer that falls due in a burst of alarms does not wait for all of them."""
    committer = GroupCommitter(migrated, Counters(metrics), batch_s_max=0.0)
    serving = asyncio.create_task(committer.serve())
    assert await asyncio.gather(*[committer.run(partial(_put, key=str(n))) for n in range(5)])
    assert metrics.get_sample_value("rufweite_commits_total") == 5
    committer.end()
    await serving


async def test_when_a_transaction_fails_those_who_wait_behind_it_are_told_at_once(migrated):
    """A disk that is full takes its time to say so, and would say it to each of them."""
    committer = GroupCommitter(migrated, Counters(CollectorRegistry()), batch_s_max=0.0)
    fault = FailingStatement(migrated, 1)
    jobs = [asyncio.create_task(committer.run(partial(_put, key=str(n)))) for n in range(3)]
    # Begun after them, and so it finds all three.
    serving = asyncio.create_task(committer.serve())
    results = await asyncio.gather(*jobs, return_exceptions=True)
    assert {type(result) for result in results} == {CommitFailed}
    assert committer.is_failing
    event.remove(migrated.sync_engine, "before_cursor_execute", fault._statement)
    event.remove(migrated.sync_engine, "commit", fault._commit)
    assert await committer.run(partial(_put, key="after")) == "after"
    assert not committer.is_failing
    assert await _keys(migrated) == {"after"}
    committer.end()
    await serving


async def test_a_full_queue_refuses_instead_of_growing(migrated):
    """The bound has a name, and what it refused is counted."""
    metrics = CollectorRegistry()
    committer = GroupCommitter(migrated, Counters(metrics), queue_max=3)
    waiting = [asyncio.create_task(committer.run(partial(_put, key=str(n)))) for n in range(3)]
    results = await asyncio.gather(
        *[committer.run(partial(_put, key=str(n))) for n in range(3, 5)], return_exceptions=True
    )
    assert {type(result) for result in results} == {StoreBusy}
    assert metrics.get_sample_value("rufweite_jobs_refused_total") == 2
    assert committer.age_of_oldest_s > 0
    serving = asyncio.create_task(committer.serve())
    assert await asyncio.gather(*waiting) == ["0", "1", "2"]
    assert committer.age_of_oldest_s == 0
    committer.end()
    await serving


async def test_what_was_taken_before_the_end_is_still_committed(migrated):
    """A base station that is asked to stop does not drop what it has taken."""
    committer = GroupCommitter(migrated, Counters(CollectorRegistry()))
    taken = asyncio.create_task(committer.run(partial(_put, key="last")))
    serving = asyncio.create_task(committer.serve())
    await committer.run(partial(_put, key="first"))
    committer.end()
    await serving
    assert await taken == "last"
    with pytest.raises(StoreBusy):
        await committer.run(partial(_put, key="late"))
