"""Statements compiled once: what they bring is what SQLAlchemy would have brought."""

import pytest
from sqlalchemy import bindparam, delete, event, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from basestation.store.database import insert_new, writer_of
from basestation.store.plans import plan_of
from basestation.store.tables import device_messages, quarantine, station, users

_PUT = insert(station)
_VALUE = select(station.c.value).where(station.c.key == bindparam("of_key"))
_CHANGE = update(station).where(station.c.key == bindparam("of_key")).values(value="changed")
_AMONG = select(station.c.key).where(station.c.key.in_(bindparam("keys", expanding=True)))
_ACTIVE = select(users.c.is_active)
_TAKE = delete(station).where(station.c.key == bindparam("of_key")).returning(station.c.value)
_COUNT = select(func.count()).select_from(station)


async def _results(connection):
    """Do the same things in some ways and return what came of each."""
    await connection.execute(_PUT, [{"key": "one", "value": "1"}, {"key": "two", "value": "2"}])
    await connection.execute(_PUT, {"key": "three", "value": "3"})
    row = {
        "device": "d",
        "boot": 1,
        "seq": 1,
        "kind": "k",
        "mark": "real",
        "received_at_ms": 1,
        "payload": b"\x00",
    }
    found = [
        (await connection.execute(_VALUE, {"of_key": "two"})).scalar(),
        (await connection.execute(_VALUE, {"of_key": "four"})).scalar(),
        (await connection.execute(_VALUE, {"of_key": "one"})).scalar_one(),
        (await connection.execute(_VALUE, {"of_key": "one"})).mappings().all(),
        (await connection.execute(_VALUE, {"of_key": "one"})).one().value,
        (await connection.execute(_CHANGE, {"of_key": "one"})).rowcount,
        (await connection.execute(_CHANGE, {"of_key": "none"})).rowcount,
        (await connection.execute(_TAKE, {"of_key": "one"})).first(),
        (await connection.execute(_TAKE, {"of_key": "one"})).first(),
        (await connection.execute(_COUNT)).scalar_one(),
        sorted((await connection.execute(_AMONG, {"keys": ["two", "three", "x"]})).scalars()),
        await insert_new(connection, device_messages, row),
        await insert_new(connection, device_messages, row),
        (await connection.execute(select(device_messages.c.payload))).scalar(),
    ]
    await connection.execute(delete(station))
    await connection.execute(delete(device_messages))
    return found


async def test_a_statement_with_a_plan_brings_what_it_brings_without_one(migrated):
    """The first time there is none; while somebody watches statements there is none either."""
    async with writer_of(migrated).begin() as connection:
        first, second = await _results(connection), await _results(connection)
        assert plan_of(_VALUE, {"of_key": "one"}, connection.dialect) is not None
        event.listen(migrated.sync_engine, "before_cursor_execute", _see)
        watched = await _results(connection)
        event.remove(migrated.sync_engine, "before_cursor_execute", _see)
    assert first == second == watched
    assert first[:4] == ["2", None, "1", [{"value": "1"}]]
    assert first[5:9] == [1, 0, ("changed",), None]
    assert first[9:] == [2, ["three", "two"], True, False, b"\x00"]


def _see(*_):
    """Watch a statement."""


async def test_what_stands_between_a_value_and_the_database_keeps_a_statement_from_a_plan(migrated):
    """Lists that expand, and numbers that become true and false."""
    async with writer_of(migrated).begin() as connection:
        for statement, values in ((_AMONG, {"keys": ["one"]}), (_ACTIVE, None)):
            for _ in range(3):
                assert plan_of(statement, values, connection.dialect) is None


async def test_a_statement_with_a_plan_fails_as_any_other(migrated):
    """Whoever sorts what the store says sorts by these names; and the transaction goes on."""
    async with writer_of(migrated).begin() as connection:
        for number in range(3):
            await connection.execute(_PUT, {"key": str(number), "value": ""})
        with pytest.raises(IntegrityError):
            await connection.execute(_PUT, {"key": "1", "value": ""})
        assert (await connection.execute(_COUNT)).scalar_one() == 3


async def test_after_its_commit_a_connection_goes_the_usual_way(migrated):
    """A plan is for whoever holds the write lock."""
    count = select(func.count()).select_from(quarantine)
    async with writer_of(migrated).connect() as connection:
        for _ in range(3):
            assert (await connection.execute(count)).scalar_one() == 0
            await connection.commit()
            await connection.begin()
            await connection.execute(count)
            await connection.rollback()
