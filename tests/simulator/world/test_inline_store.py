"""The world's store answers as the product's does, and ends as a disk without power does."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from basestation.store.database import insert_new, open_database, upsert, writer_of
from basestation.store.tables import cases, outbox, station, timers
from simulator.world.disk import FULL, Disk
from simulator.world.world import _empty_site

_TIMER = {"subject": "case:1", "name": "answer", "due_at_ms": 5}


@pytest.fixture
def path(tmp_path):
    """Give a database file with every table."""
    path = tmp_path / "site.db"
    path.write_bytes(_empty_site())
    return path


async def _asked(database):
    """Return what a database answers to statements of every shape that the product has."""
    said = []
    async with writer_of(database).begin() as connection:
        said.append(connection.dialect.name)
        said += [
            await insert_new(connection, station, {"key": key, "value": "1"}) for key in ("one", "two", "one")
        ]
        await upsert(connection, timers, [_TIMER, _TIMER | {"name": "call"}])
        await upsert(connection, timers, [_TIMER | {"due_at_ms": 7}])
        values = {"device": "pna-01", "alarm": "1-1", "kind": "manual", "mark": "real", "state": "NEW",
                  "is_open": True, "is_person": True, "body": "", "code": "1", "opened_at_ms": 1,
                  "updated_at_ms": 1}  # fmt: skip
        said.append((await connection.execute(insert(cases).returning(cases.c.id), values)).scalar_one())
        savepoint = await connection.begin_nested()
        gone = await connection.execute(delete(timers).where(timers.c.name.in_(["answer", "call"])))
        said.append(gone.rowcount)
        await savepoint.rollback()
        with pytest.raises(IntegrityError):
            await connection.execute(insert(station), {"key": "one", "value": "2"})
        changed = await connection.execute(update(timers).where(timers.c.name == "call").values(due_at_ms=9))
        said.append(changed.rowcount)
    async with database.connect() as connection:
        rows = (await connection.execute(select(timers).order_by(timers.c.name))).mappings().all()
        said += [dict(row) for row in rows]
        case = (await connection.execute(select(cases).where(cases.c.is_open))).mappings().one()
        said.append((case["is_open"], case["alarm"]))
        said.append((await connection.execute(select(func.count(), func.min(timers.c.due_at_ms)))).one())
        said.append((await connection.execute(select(outbox.c.state).where(outbox.c.id == 4))).scalar())
        both = select(cases, outbox).outerjoin(outbox, outbox.c.case_id == cases.c.id)
        said.append(len((await connection.execute(both)).all()))
    with pytest.raises(ZeroDivisionError):
        await _undone(database)
    async with database.connect() as connection:
        said.append((await connection.execute(select(func.count()).select_from(timers))).scalar())
    await database.dispose()
    return said


async def _undone(database):
    async with writer_of(database).begin() as connection:
        await connection.execute(delete(timers))
        raise ZeroDivisionError


def test_it_answers_as_the_products_store_does(path, tmp_path):
    """The same statements give the same rows, counts and errors, whatever shape they have."""
    other = tmp_path / "other.db"
    other.write_bytes(path.read_bytes())
    real = asyncio.run(_asked(open_database(f"sqlite+aiosqlite:///{other}")))
    assert asyncio.run(_asked(Disk(path).database())) == real
    assert len(real) == 14


def test_without_power_nothing_of_a_transaction_is_kept(path):
    """A crash in a transaction leaves what was committed before it, and ends whoever goes on."""
    disk = Disk(path)
    database = disk.database()

    async def crash():
        async with writer_of(database).begin() as connection:
            await connection.execute(insert(timers), _TIMER)
        async with writer_of(database).begin() as connection:
            await connection.execute(delete(timers))
            disk.cut_power()
            await connection.execute(delete(timers))

    with pytest.raises(OperationalError):
        asyncio.run(crash())
    assert [row["name"] for row in disk.read("SELECT name FROM timers")] == ["answer"]
    with pytest.raises(OperationalError):
        asyncio.run(_asked(database))
    disk.close()


@pytest.mark.parametrize(
    ("fault", "kept"), [("refusal", 0), ("commits_to_fail", 0), ("commits_to_betray", 1)]
)
def test_a_disk_that_fails_says_so_whatever_it_kept(path, fault, kept):
    """A full disk and a failed commit keep nothing; a commit that betrays is kept, and looks as failed."""
    disk = Disk(path)
    setattr(disk, fault, FULL if fault == "refusal" else 1)

    async def write():
        async with writer_of(disk.database()).begin() as connection:
            await connection.execute(insert(timers), _TIMER)

    with pytest.raises(OperationalError):
        asyncio.run(write())
    disk.heal()
    assert len(disk.read("SELECT name FROM timers")) == kept
    disk.close()


def test_others_get_their_turn_before_a_statement(path):
    """Where the world says so, something else runs between two statements."""
    disk = Disk(path)
    order = []

    async def write():
        async with writer_of(disk.database()).begin() as connection:
            for name in ("answer", "call"):
                await connection.execute(insert(timers), _TIMER | {"name": name})
                order.append(name)

    async def other():
        order.append("other")

    async def both():
        await asyncio.gather(write(), other())

    asyncio.run(both())
    assert order == ["answer", "call", "other"]
    disk.gives_turn = lambda: True
    disk.read("SELECT 1")
    order.clear()
    with sqlite3.connect(path) as line:
        line.execute("DELETE FROM timers")
    asyncio.run(both())
    assert order == ["other", "answer", "call"]
    disk.close()
