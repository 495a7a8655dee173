"""Rolling upgrade: a newer program changes the tables while an older one works on them."""

import asyncio

import pytest
from sqlalchemy import text

from basestation.store import log
from basestation.store.database import open_database
from basestation.store.errors import DatabaseTooNew
from basestation.store.migrate import change_tables, migrate
from tests.basestation.replicas.side_by_side import WAIT_S, two
from tests.basestation.site_bench import DEVICE

#: What a migration of the next release may do: add.
EXPAND = (
    "ALTER TABLE cases ADD COLUMN weather TEXT",
    "ALTER TABLE outbox ADD COLUMN urgency BIGINT NOT NULL DEFAULT 0",
    "CREATE TABLE weathers (id BIGINT PRIMARY KEY)",
    "UPDATE alembic_version SET version_num = '9998'",
)
#: And one of the release after it: it serves no program before 9998.
CONTRACT = (
    "UPDATE alembic_version SET version_num = '9999'",
    "UPDATE served_programs SET first_revision = '9998'",
)


async def _migrate(url, statements):
    """Change the tables as `migrate` does, in one transaction of a writer."""
    database = open_database(url)

    def change(connection):
        for statement in statements:
            connection.execute(text(statement))

    await change_tables(database, change)
    await database.dispose()


async def test_alarms_flow_through_an_older_program_while_a_newer_one_adds_to_the_tables(postgres_url):
    """Every one is kept once and receipted, before, during and after; the older one may start again."""
    async with two(postgres_url) as (north, south):
        both = (north, south)
        flowing = [
            asyncio.ensure_future(one.raise_alarm(seq, f"1-{seq}")) for seq in range(1, 25) for one in both
        ]
        await _migrate(postgres_url, EXPAND)
        await asyncio.gather(*flowing)
        await asyncio.gather(*(one.raise_alarm(99, "1-99") for one in (north, south)))
        for seq in (*range(1, 25), 99):
            await south.link.told(DEVICE, "receipt", WAIT_S, acked_seq=seq)
        await migrate(north.database)
        text("SELECT count(*) FROM cases WHERE device = 'pna-01'")
        async with north.database.connect() as connection:
            kept = (
                await connection.execute(text("SELECT count(*) FROM cases WHERE device = 'pna-01'"))
            ).scalar()
            assert (kept, await log.verify(connection)) == (25, [])


async def test_a_program_whose_tables_no_longer_serve_it_ends_itself_and_does_not_start_again(postgres_url):
    """Rather than to write what the newer one cannot read."""
    async with two(postgres_url) as (north, _south):
        ending = asyncio.create_task(north.engine.wait_failed())
        await _migrate(postgres_url, CONTRACT)
        for _ in range(100):
            north.clock.jump(5)
            done, _ = await asyncio.wait({ending}, timeout=0.1)
            if done:
                break
        assert ending.result() == "tables"
        with pytest.raises(DatabaseTooNew, match=r"9999.*newer version"):
            await migrate(north.database)


async def test_two_programs_that_start_at_once_on_an_empty_database_build_it_once(postgres_server):
    """The writer's lock holds for migrations too."""
    url = postgres_server.create("started_at_once", is_migrated=False)
    both = [open_database(url) for _ in range(2)]
    await asyncio.gather(*(migrate(database) for database in both))
    for database in both:
        await database.dispose()
    postgres_server.drop("started_at_once")


async def test_a_change_of_the_tables_that_meets_a_reader_crosswise_is_done_again(postgres_url):
    """The reader holds one table and asks for the other; PostgreSQL ends the change, which is begun anew."""
    database, tries = open_database(postgres_url), []
    async with database.connect() as reader:
        await reader.execute(text("SET LOCAL deadlock_timeout = '20s'"))
        await reader.execute(text("SELECT 1 FROM outbox"))
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()

        def change(connection):
            tries.append(1)
            connection.execute(text("ALTER TABLE cases ADD COLUMN weather TEXT"))
            loop.call_soon(begun.set)
            connection.execute(text("ALTER TABLE outbox ADD COLUMN urgency BIGINT NOT NULL DEFAULT 0"))

        changing = asyncio.ensure_future(change_tables(database, change))
        await begun.wait()
        await reader.execute(text("SELECT 1 FROM cases"))
        await reader.rollback()
    await changing
    assert len(tries) == 2
    await database.dispose()
