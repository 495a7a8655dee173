"""How a database comes to its tables."""

from functools import partial

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select, text

from basestation.store import migrations
from basestation.store.database import open_database
from basestation.store.errors import DatabaseTooNew
from basestation.store.migrate import migrate
from basestation.store.tables import REVISION, device_states, devices, metadata, station
from tests.stores import store_url


@pytest.fixture
async def database(tmp_path):
    """A database that nobody has used."""
    database = open_database(store_url(tmp_path / "site.db", is_migrated=False))
    yield database
    await database.dispose()


def _indexes(connection):
    inspector = inspect(connection)
    return {index["name"] for table in inspector.get_table_names() for index in inspector.get_indexes(table)}


async def test_the_migrations_build_exactly_the_tables_the_program_uses(database):
    """Columns, types, constraints and indexes; partial indexes by name, which no reflection compares."""
    await migrate(database)
    async with database.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_type": True}), metadata
            )
        )
        built = await connection.run_sync(_indexes)
    assert differences == []
    wanted = {index.name for table in metadata.tables.values() for index in table.indexes}
    assert wanted <= built


async def test_a_database_that_is_up_to_date_is_left_as_it_is(database):
    """Starting again loses nothing."""
    await migrate(database)
    async with database.begin() as connection:
        await connection.execute(insert(station).values(key="boot", value="7"))
    await migrate(database)
    async with database.connect() as connection:
        assert (await connection.execute(select(station.c.value))).scalar() == "7"


async def test_a_database_of_an_older_program_is_brought_up_to_date_and_keeps_what_it_holds(database):
    """Devices and commands of the first version have what the second adds."""
    async with database.begin() as connection:
        await connection.run_sync(partial(migrations.upgrade, to="0001"))
        await connection.execute(
            text("INSERT INTO device_states (device, mode) VALUES ('pna-01', 'guarding')")
        )
    await migrate(database)
    async with database.connect() as connection:
        row = (await connection.execute(select(device_states))).mappings().one()
        version = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
    assert (row["mode"], row["protection"], version) == ("guarding", None, REVISION)


async def test_devices_of_an_older_program_are_registered_and_those_out_of_service_retired(database):
    """They are used on as they were."""
    async with database.begin() as connection:
        await connection.run_sync(partial(migrations.upgrade, to="0002"))
        for name, is_active in (("pna-01", True), ("pna-02", False)):
            row = {"name": name, "is_active": is_active}
            await connection.execute(
                text(
                    "INSERT INTO devices (name, secret, client_id, is_active, created_at_ms) "
                    "VALUES (:name, 's', 'c', :is_active, 1)"
                ),
                row,
            )
    await migrate(database)
    async with database.connect() as connection:
        rows = await connection.execute(select(devices.c.name, devices.c.state).order_by(devices.c.name))
        assert [tuple(row) for row in rows] == [("pna-01", "registered"), ("pna-02", "retired")]


async def test_a_database_of_a_newer_program_is_refused_with_a_sentence(database):
    """An older program would not know what it breaks."""
    await migrate(database)
    async with database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    # Built by a newer program that says nothing else: it has only added, and serves this one.
    await migrate(database)
    async with database.begin() as connection:
        await connection.execute(text("UPDATE served_programs SET first_revision = '9999'"))
    with pytest.raises(DatabaseTooNew, match=r"9999.*newer version"):
        await migrate(database)


async def test_everything_there_was_belongs_to_the_first_site_and_nobody_loses_a_role(database):
    """A case has the site of the workplace it names; of a device nobody knows it has none."""
    columns = "device, alarm, kind, mark, state, is_open, is_person, body, opened_at_ms, updated_at_ms"
    rows = (
        ("pna-01", "1-1", '{"workplace_name":"Yard"}'),
        ("pna-01", "1-2", "{}"),
        ("pna-99", "1-3", "no JSON"),
    )
    facts = "'fall', 'real', 'RECEIVED', true, true"
    user = "'otto', 'Otto', 'h', 'safety_officer', 1"
    statements = (
        f"INSERT INTO users (login, display_name, password_hash, role, created_at_ms) VALUES ({user})",
        "INSERT INTO devices (name, secret, client_id, created_at_ms) VALUES ('pna-01', 's', 'c', 1)",
        "INSERT INTO sites (id, name, zone) VALUES (2, 'Depot', 'UTC')",
        "INSERT INTO workplaces (name, site_id) VALUES ('Yard', 2)",
        *(f"INSERT INTO cases ({columns}) VALUES ('{d}', '{a}', {facts}, '{b}', 1, 1)" for d, a, b in rows),
    )
    async with database.begin() as connection:
        await connection.run_sync(partial(migrations.upgrade, to="0022"))
        for statement in statements:
            # As it stands: what follows a colon is no parameter here.
            await connection.exec_driver_sql(statement)
    await migrate(database)
    async with database.connect() as connection:
        sites = (await connection.execute(text("SELECT site_id FROM cases ORDER BY alarm"))).scalars().all()
        granted = (await connection.execute(text("SELECT user_id, site_id, role FROM grants"))).all()
        device = (await connection.execute(text("SELECT site_id FROM devices"))).scalar()
    assert (sites, device) == ([2, 1, None], 1)
    assert [tuple(row) for row in granted] == [(1, None, "safety_officer")]
