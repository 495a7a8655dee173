"""Copies from and to a real PostgreSQL, and a real PostgreSQL brought back to a moment of its past."""

import shutil

import pytest
from sqlalchemy import func, insert, select

from basestation.config import Settings
from basestation.repair.backup import Origin, back_up
from basestation.repair.errors import RepairRefused
from basestation.repair.marks import GAP
from basestation.repair.restore import restore
from basestation.store import log
from basestation.store.database import open_database
from basestation.store.tables import cases, station, workers
from tests import stores
from tests.basestation.site_bench import NOW, running_site
from tests.postgres import USER, PostgresServer


@pytest.fixture
def on_postgresql(postgres_server):
    """Let the site of a test live on PostgreSQL."""
    stores.use(postgres_server)
    yield postgres_server
    stores.forget()
    stores.use(None)


async def _facts(url):
    database = open_database(url)
    async with database.connect() as connection:
        query = select(station.c.value).where(station.c.key == "log_head")
        heads = (await connection.execute(query)).scalar()
        names = (await connection.execute(select(workers.c.name).order_by(workers.c.id))).scalars().all()
        found = (await connection.execute(select(cases.c.alarm, cases.c.body))).all()
        faults = await log.verify(connection)
    await database.dispose()
    return heads, names, found, faults


async def test_a_copy_goes_from_postgresql_to_sqlite_and_back_with_every_row(tmp_path, on_postgresql):
    """One form for both stores; new rows are numbered beyond the old ones."""
    url = stores.store_url(tmp_path / "site.db")
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.raise_alarm()
    origin = Origin(Settings(data_dir=tmp_path, database_url=url), None, {})
    await back_up(origin, tmp_path / "a.copy", None, NOW)
    before = await _facts(url)
    assert before[1] == ["Willi Werker"]
    again = tmp_path / "sqlite"
    await restore(tmp_path / "a.copy", None, again, "", NOW)
    on_sqlite = f"sqlite+aiosqlite:///{again / 'rufweite.db'}"
    assert await _facts(on_sqlite) == before
    await back_up(Origin(Settings(data_dir=again), None, {}), tmp_path / "b.copy", None, NOW)
    back = stores.new_database(on_postgresql, is_migrated=False)
    await restore(tmp_path / "b.copy", None, tmp_path / "third", back, NOW)
    assert await _facts(back) == before
    database = open_database(back)
    async with database.begin() as connection:
        await connection.execute(insert(workers).values(name="Nina Neu"))
        assert (await connection.execute(select(func.max(workers.c.id)))).scalar() > GAP
    await database.dispose()
    with pytest.raises(RepairRefused, match="database is not empty"):
        await restore(tmp_path / "a.copy", None, tmp_path / "fourth", back, NOW)


def test_a_postgresql_is_brought_back_to_the_moment_before_a_mishap():
    """As docs/repair.md says: archived write-ahead log, a base copy, a target time."""
    with PostgresServer() as server:
        archive = server.folder / "archive"
        archive.mkdir()
        server._own(archive)
        server.sql("ALTER SYSTEM SET archive_mode = on")
        server.sql(f"ALTER SYSTEM SET archive_command = 'test ! -f {archive}/%f && cp %p {archive}/%f'")
        server.restart()
        base = server.folder / "base"
        socket_of = ("-h", "127.0.0.1", "-p", str(server.port), "-U", USER)
        how = ("-D", str(base), "-c", "fast", "-X", "none")
        server._run(*server._command("pg_basebackup", *socket_of, *how))
        server.sql("CREATE TABLE told (word text)")
        server.sql("INSERT INTO told VALUES ('kept')")
        moment = server.sql("SELECT clock_timestamp()").strip()
        server.sql("DELETE FROM told")
        server.sql("SELECT pg_switch_wal()")
        server.end()
        shutil.rmtree(server.data)
        base.rename(server.data)
        (server.data / "recovery.signal").touch()
        settings = (
            f"restore_command = 'cp {archive}/%f %p'\nrecovery_target_time = '{moment}'\n"
            "recovery_target_action = 'promote'\n"
        )
        with (server.data / "postgresql.conf").open("a") as file:
            file.write(settings)
        server._own(server.data)
        server.start()
        assert server.sql("SELECT word FROM told").strip() == "kept"
