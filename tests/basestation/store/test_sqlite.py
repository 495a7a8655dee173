"""Where SQLite's calls run: whoever may have to wait waits in a thread."""

import asyncio
import threading

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import OperationalError

from basestation.store.database import open_database, writer_of
from basestation.store.sqlite import connect
from basestation.store.tables import station


async def test_statements_under_the_write_lock_run_at_once_and_all_others_in_the_thread(tmp_path):
    """BEGIN and COMMIT may wait for a disk, a reader for a big answer; neither may stop the event loop."""
    here, threads = threading.get_ident(), []
    connection = await connect(str(tmp_path / "site.db"))
    try:
        await connection.create_function("note", 0, lambda: threads.append(threading.get_ident()))
        await connection.set_trace_callback(
            lambda sql: sql == "COMMIT" and threads.append(threading.get_ident())
        )
        await connection.execute("SELECT note()")
        await connection.execute("BEGIN")
        await connection.execute("SELECT note()")
        await connection.commit()
        await connection.execute("BEGIN IMMEDIATE")
        await connection.execute("SELECT note()")
        await connection.commit()
        await connection.execute("SELECT note()")
    finally:
        await connection.close()
    assert [thread == here for thread in threads] == [False, False, False, True, False, False]


async def test_a_writer_that_finds_the_lock_taken_waits_without_stopping_the_event_loop(migrated):
    """Another process may be at it; the page and the heartbeats go on."""
    async with writer_of(migrated).begin() as first:
        await first.execute(insert(station).values(key="first", value=""))

        async def second():
            async with writer_of(migrated).begin() as connection:
                return (
                    await connection.execute(select(station.c.key).where(station.c.key == "first"))
                ).scalar()

        waiting = asyncio.create_task(second())
        done, _ = await asyncio.wait({waiting}, timeout=0.2)
        assert not done
    assert await asyncio.wait_for(waiting, 5) == "first"


async def test_readers_see_the_last_commit_while_a_writer_is_at_work(migrated):
    """A long batch does not blank the console."""
    async with writer_of(migrated).begin() as writer:
        await writer.execute(insert(station).values(key="new", value=""))
        async with migrated.connect() as reader:
            assert (await reader.execute(select(station.c.key).where(station.c.key == "new"))).first() is None
    async with migrated.connect() as reader:
        assert (await reader.execute(select(station.c.key).where(station.c.key == "new"))).first()


async def test_a_database_in_a_folder_that_is_not_there_says_so(tmp_path):
    """Instead of hanging."""
    database = open_database(f"sqlite+aiosqlite:///{tmp_path / 'nowhere' / 'site.db'}")
    with pytest.raises(OperationalError):
        await asyncio.wait_for(database.connect().start(), 5)
    await database.dispose()


async def test_a_savepoint_is_really_inside_the_transaction(migrated):
    """With the driver's own transactions it could be committed by itself."""
    said = []
    event.listen(migrated.sync_engine, "before_cursor_execute", lambda *a: said.append(a[2].split(" ")[0]))
    async with writer_of(migrated).connect() as connection:
        transaction = await connection.begin()
        savepoint = await connection.begin_nested()
        await connection.execute(text("INSERT INTO station (key, value) VALUES ('inside', '')"))
        await savepoint.commit()
        await transaction.rollback()
    assert said == ["BEGIN", "SAVEPOINT", "INSERT", "RELEASE"]
    async with migrated.connect() as reader:
        assert (await reader.execute(select(station.c.key))).first() is None


async def test_every_connection_writes_through_and_checks_foreign_keys(migrated):
    """A commit is on disk when it returns; readers are not held up by the writer."""
    async with migrated.connect() as connection:
        pragmas = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
