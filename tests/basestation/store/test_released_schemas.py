"""A database of every version there was, filled by the program of that time: everything is kept, and goes on.

`released/NNNN.sql` are the rows that the base station of that day wrote for one story: two devices, a shift,
an alarm that was accepted, an alarm that nobody answers.
"""

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from basestation.store import migrations
from basestation.store.database import open_database
from basestation.store.migrate import migrate
from tests.basestation.site_bench import NOW, Site

RELEASED = Path(__file__).with_name("released")
VERSIONS = sorted(path.stem for path in RELEASED.glob("*.sql"))
#: Written anew where the meaning changed; what became of them is tested with their migrations.
REWRITTEN = {("cases", "body"), ("chains", "body")}


async def _database_of(version, file):
    """Build the tables of a version and put the rows of that time into them."""
    database = open_database(f"sqlite+aiosqlite:///{file}")
    async with database.begin() as connection:
        await connection.run_sync(partial(migrations.upgrade, to=version))
        for (table,) in (await connection.execute(text(_TABLES))).all():
            await connection.execute(text(f"DELETE FROM {table}"))
    await database.dispose()
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((RELEASED / f"{version}.sql").read_text())


_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
    "AND name != 'alembic_version'"
)


def _rows(file):
    """Return {table: {column: values in the order of the rows}}."""
    with closing(sqlite3.connect(file)) as connection:
        found = {}
        for (table,) in connection.execute(_TABLES).fetchall():
            rows = connection.execute(f"SELECT * FROM {table} ORDER BY rowid")
            names = [column[0] for column in rows.description]
            found[table] = dict(zip(names, zip(*rows.fetchall(), strict=True), strict=False))
    return found


#: Versions that came together with the one after them: no program ever served them.
NEVER_SERVED = {"0011", *(f"{number:04}" for number in (*range(19, 22), *range(23, 30), 31, 32))}


def test_there_is_a_database_of_every_version_that_a_program_ever_served():
    """Whoever adds a version adds its rows, with the version after it at the latest."""
    known = {path.name[:4] for path in Path(migrations.__file__).parent.glob("versions/[0-9]*.py")}
    assert known - set(VERSIONS) <= NEVER_SERVED | {max(known)}


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_row_of_every_version_is_kept_and_its_cases_go_on(tmp_path, version):
    """No value of any column is lost; the case that nobody answered escalates, the other is as it was."""
    file = tmp_path / "site.db"
    await _database_of(version, file)
    before = _rows(file)
    database = open_database(f"sqlite+aiosqlite:///{file}")
    await migrate(database)
    async with database.connect() as connection:
        assert len(await connection.run_sync(lambda sync: inspect(sync).get_table_names())) >= len(before)
    await database.dispose()
    after = _rows(file)
    for table, columns in before.items():
        for column, values in columns.items():
            if (table, column) not in REWRITTEN:
                assert after[table][column][: len(values)] == values, (table, column)
    site = Site(tmp_path)
    site.clock.jump(NOW.second + 45)
    await site.open()
    shown = await site.until(lambda shown: len([one for one in shown["cases"] if one["is_person"]]) == 2)
    states = {case["kind"]: case["state"] for case in shown["cases"] if case["is_person"]}
    assert states == {"manual": "ACCEPTED", "rest": "RECEIVED"}
    while (await site.channel.next_notice()).recipient != "Lea Leiter":
        continue
    await site.raise_alarm(alarm="1-777", kind="fall")
    assert await site.engine.verify_log() == []
    assert await site.engine.setting_aside.listed() == []
    await site.engine.stop()
