"""What a doctor finds of an installation: each thing that is wrong, and what to do."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update
from typer.testing import CliRunner

from basestation.__main__ import app
from basestation.config import Settings
from basestation.repair import findings
from basestation.repair.doctor import examine
from basestation.repair.findings import ADVICE, WELL, WRONG
from basestation.store.database import open_database
from basestation.store.tables import REVISION, cases
from tests.basestation.site_bench import running_site

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


async def _found(folder, **settings):
    values = {"data_dir": folder, "http_port": 0, "mqtt_port": 0} | settings
    return {(one.part, one.grade): one for one in await examine(Settings(**values), NOW)}


async def _site(folder):
    """Leave the data of a base station that was stopped with an open case."""
    folder.chmod(0o700)
    async with running_site(folder) as site:
        await site.raise_alarm()
    (folder / "site.db").rename(folder / "rufweite.db")


async def test_an_installation_that_is_well_says_so_of_every_part(tmp_path):
    """Only that nobody runs it is wrong; what is missing outside is advice."""
    await _site(tmp_path)
    found = await _found(tmp_path)
    assert [part for part, grade in found if grade == WRONG] == ["running"]
    for part in ("folder", "disk", "database", "schema", "cases", "log", "firmware"):
        assert (part, WELL) in found, part
    assert {part for part, grade in found if grade == ADVICE} >= {"copies", "dead man"}
    assert all(one.advice for (_, grade), one in found.items() if grade != WELL)


async def test_everything_that_is_wrong_is_found_at_once_each_with_what_to_do(tmp_path):
    """Rights, space, a changed log, a case that nobody can read, an older version, a copy of last month."""
    await _site(tmp_path)
    tmp_path.chmod(0o755)
    (tmp_path / "rufweite.db").chmod(0o644)
    (tmp_path / "unfinished").touch()
    (tmp_path / "last-words").write_text("committer stood still")
    (tmp_path / "backup.json").write_text(json.dumps({"made_at": "2026-02-01T00:00:00.000Z"}))
    (tmp_path / "authority").mkdir()
    (tmp_path / "authority" / "authority.pem").write_text("no certificate")
    database = open_database(f"sqlite+aiosqlite:///{tmp_path / 'rufweite.db'}")
    async with database.begin() as connection:
        await connection.execute(update(cases).values(body="x"))
        await connection.execute(text("UPDATE log SET kind = 'x' WHERE seq = 1"))
        await connection.execute(text("UPDATE alembic_version SET version_num = '0018'"))
    await database.dispose()
    found = await _found(tmp_path, disk_free_mb_min=1_000_000, mqtt_tls="server")
    assert "rufweite.db" in found["folder", WRONG].sentence or "restore" in found["folder", WRONG].sentence
    assert "committer stood still" in found["folder", ADVICE].sentence
    for part in ("disk", "cases", "log", "certificate authority.pem", "running"):
        assert (part, WRONG) in found, part
    assert (found["schema", ADVICE].sentence, found["copies", ADVICE].sentence) == (
        f"The tables are of version 0018, older than {REVISION}.", "The last proven copy is 29.2 days old.",
    )  # fmt: skip


async def test_where_there_is_nothing_it_says_that_there_is_nothing(tmp_path):
    """A folder that is not there, and one without a database; nothing is made by looking."""
    assert "There is no folder" in (await _found(tmp_path / "none"))["folder", WRONG].sentence
    assert ("database", WRONG) in await _found(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_command_exits_with_1_where_something_is_wrong_and_speaks_json(tmp_path):
    """One object a finding."""
    environment = {"RUFWEITE_DATA_DIR": str(tmp_path)}
    done = CliRunner().invoke(app, ["doctor", "--json"], env=environment)
    assert done.exit_code == 1
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"part", "grade", "sentence", "advice"} == set(said[0])
    done = CliRunner().invoke(app, ["backup", str(tmp_path / "x")], env=environment)
    assert (done.exit_code, "passphrase-file" in done.output) == (1, True)
    done = CliRunner().invoke(app, ["restore", str(tmp_path / "x"), "--data", str(tmp_path / "new")])
    assert (done.exit_code, "There is no file" in done.output) == (1, True)
    short = tmp_path / "short"
    short.write_text("short")
    done = CliRunner().invoke(
        app, ["backup", str(tmp_path / "x"), "--passphrase-file", str(short)], env=environment
    )
    assert (done.exit_code, "fewer than 12" in done.output) == (1, True)


@pytest.mark.parametrize(("days", "grade"), [(29, ADVICE), (30, WELL), (31, WELL), (0, WRONG), (-1, WRONG)])
def test_a_certificate_is_judged_by_the_days_it_has_left(days, grade):
    """Thirty are enough; none is too late."""
    ends = {"broker": NOW + timedelta(days=days)}
    assert findings.of_certificates(ends, NOW)[0].grade == grade
    assert findings.of_certificates({"broker": None}, NOW)[0].grade == WRONG


def test_devices_of_several_versions_and_of_an_old_one_are_told():
    """By how many; where a release is known, by that."""
    assert findings.of_firmware({"1.0": 3}, None).grade == WELL
    assert findings.of_firmware({"1.0": 3, "1.1": 1}, None).grade == ADVICE
    assert (
        "3 devices run another version than 1.1" in findings.of_firmware({"1.0": 3, "1.1": 1}, "1.1").sentence
    )
    assert findings.of_firmware({"1.1": 1}, "1.1").grade == WELL


def test_what_a_running_base_station_says_of_itself_is_judged_too():
    """Reasons are wrong, warnings are advice, and neither is well."""
    view = {"reasons": ["timers: late"], "warnings": ["clock: set"]}
    assert [one.grade for one in findings.of_health(view)] == [WRONG, ADVICE]
    assert [one.grade for one in findings.of_health({"reasons": []})] == [WELL]
    assert findings.of_clock(is_synchronised=False).grade == ADVICE
    assert findings.of_schema("9999", REVISION).grade == WRONG
