"""A base station at work is copied, lost and built anew, and says what may be missing."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from basestation.config import Settings
from basestation.repair.backup import Origin, back_up
from basestation.repair.errors import RepairRefused
from basestation.repair.marks import GAP, refuse_unfinished
from basestation.repair.restore import restore
from basestation.repair.telling import tell_of_restore
from basestation.store import log
from basestation.store.database import open_database
from basestation.store.tables import cases, station
from tests.basestation.site_bench import NOW, Site, running_site

PASSPHRASE = b"a passphrase of a test"


def _origin(folder, **settings):
    (folder / "links").mkdir(exist_ok=True)
    (folder / "links" / "site.key").write_text("ab" * 32)
    (folder / "broker" / "queues").mkdir(parents=True, exist_ok=True)
    (folder / "broker" / "queues" / "1.blk").write_text("a queue")
    (folder / "local-access.json").write_text("{}")
    url = f"sqlite+aiosqlite:///{folder / 'site.db'}"
    values = {"data_dir": folder, "database_url": url} | settings
    return Origin(Settings(**values), None, {"RUFWEITE_SITE_NAME": "Test works"})


async def _copy(folder, target, now, **settings):
    return await back_up(_origin(folder, **settings), target, None, now)


async def test_a_base_station_at_work_is_copied_lost_and_goes_on_where_it_was(tmp_path):
    """The open case escalates, at once where that is overdue; the device and its secret are known."""
    lost, again, target = tmp_path / "lost", tmp_path / "again", tmp_path / "site.copy"
    lost.mkdir()
    async with running_site(lost) as site:
        await site.start_shift()
        await site.raise_alarm()
        await site.channel.next_notice()
        copied = asyncio.create_task(back_up(_origin(lost), target, PASSPHRASE, site.clock.now()))
        # Work goes on meanwhile, and belongs to the copy wholly or not at all.
        await asyncio.gather(*[site.engine.add_worker(f"Worker {n}") for n in range(20)])
        manifest = await copied
        secrets = [(one.name, one.secret) for one in await site.engine.credentials()]
        boot = site.engine._parts.numbers.boot
    assert target.stat().st_mode & 0o777 == 0o600
    assert b"RUFWEITE_SITE_NAME" not in target.read_bytes()
    assert set(manifest["files"]) == {"links/site.key", "restored/environment"}

    made = await restore(target, PASSPHRASE, again, f"sqlite+aiosqlite:///{again / 'site.db'}", NOW)
    assert made["log_head"] == manifest["log_head"]
    assert (again / "links" / "site.key").read_text() == "ab" * 32
    assert "Test works" in (again / "restored" / "environment").read_text()
    assert {path.stat().st_mode & 0o077 for path in again.rglob("*")} == {0}
    site = Site(again)
    site.clock.jump(45)
    await site.open()
    await tell_of_restore(site.engine.committer, site.engine.conditions, site.clock.now)
    notice = await site.channel.next_notice()
    assert notice.recipient in {"Lea Leiter", "Mara Muster"}
    shown = await site.until(lambda shown: len(shown["cases"]) >= 2)
    assert {case["kind"] for case in shown["cases"]} == {"manual", "technical"}
    assert [(one.name, one.secret) for one in await site.engine.credentials()] == secrets
    assert site.engine._parts.numbers.boot > boot + GAP
    assert await site.engine.verify_log() == []
    # A repeat of what is in the copy is a repeat; what came after it is an alarm again.
    await site.say("raised", seq=2, alarm="1-100", alarm_kind="manual", repeat=3)
    await site.say("raised", seq=9, alarm="1-200", alarm_kind="fall", repeat=3)
    manual = [case for case in await site.cases() if case["kind"] == "manual"]
    assert len(manual) == 1
    await site.engine.stop()


async def test_a_restored_base_station_says_so_once_and_gives_no_number_twice(tmp_path):
    """One technical alarm that names the gap; the next case is beyond every link of before."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        await _copy(tmp_path, tmp_path.parent / f"{tmp_path.name}.copy", site.clock.now())
    again = tmp_path / "again"
    await restore(
        tmp_path.parent / f"{tmp_path.name}.copy", None, again, f"sqlite+aiosqlite:///{again / 'site.db'}",
        NOW + timedelta(hours=1),
    )  # fmt: skip
    async with running_site(again, is_furnished=True) as site:
        for _ in range(2):
            await tell_of_restore(site.engine.committer, site.engine.conditions, site.clock.now)
        told = [
            case for case in await site.cases() if case["device"] == "station" and "restored" in case["cause"]
        ]
        assert len(told) == 1
        assert "2026-03-02T06:00:00.000Z" in told[0]["cause"]
        assert "2026-03-02T07:00:00.000Z" in told[0]["cause"]
        assert told[0]["id"] > GAP
        await site.say("raised", seq=50, alarm="1-900", alarm_kind="rest", repeat=0)
        async with site.database.connect() as connection:
            assert (await connection.execute(select(func.max(cases.c.id)))).scalar() > told[0]["id"]
            assert (
                await connection.execute(select(station.c.key).where(station.c.key == "restored"))
            ).first() is None
            assert await log.verify(connection) == []


async def _made(tmp_path):
    """Return a copy that is not encrypted, and what is in its folder."""
    lost, target = tmp_path / "lost", tmp_path / "site.copy"
    lost.mkdir()
    async with running_site(lost) as site:
        await site.raise_alarm()
        await _copy(lost, target, site.clock.now())
    return target


async def test_nothing_is_put_over_anything(tmp_path):
    """A folder with something in it, a database with tables, a copy that is there: refused and left alone."""
    target = await _made(tmp_path)
    used = tmp_path / "lost"
    with pytest.raises(RepairRefused, match="not empty"):
        await restore(target, None, used, "", NOW)
    with pytest.raises(RepairRefused, match="is a file"):
        await restore(target, None, target, "", NOW)
    with pytest.raises(RepairRefused, match="database is not empty"):
        await restore(target, None, tmp_path / "new", f"sqlite+aiosqlite:///{used / 'site.db'}", NOW)
    assert not (tmp_path / "new").exists()
    before = target.read_bytes()
    with pytest.raises(RepairRefused, match="there already"):
        await _copy(used, target, NOW)
    assert target.read_bytes() == before


async def test_a_damaged_copy_is_found_out_and_leaves_nothing_behind(tmp_path):
    """A bit in the rows, the end cut off: refused, and the folder is as it was before."""
    target = await _made(tmp_path)
    whole = target.read_bytes()
    again = tmp_path / "again"
    for damaged in (whole[:-200], whole[: len(whole) // 2], whole[:3000] + b"\x00" + whole[3001:]):
        target.write_bytes(damaged)
        with pytest.raises(RepairRefused):
            await restore(target, None, again, "", NOW)
        assert not again.exists()


async def test_a_copy_whose_log_was_changed_proves_nothing_and_is_not_made(tmp_path):
    """Proven means restored: what does not verify there is no copy, and no file is left."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
    database = open_database(f"sqlite+aiosqlite:///{tmp_path / 'site.db'}")
    async with database.begin() as connection:
        await connection.execute(text("UPDATE log SET kind = 'nothing_happened' WHERE seq = 2"))
    await database.dispose()
    with pytest.raises(RepairRefused, match="Entry 2 was changed"):
        await _copy(tmp_path, tmp_path / "site.copy", NOW)
    assert not list(tmp_path.glob("*.copy*"))
    assert not list(tmp_path.glob("rufweite-proof-*"))


async def test_a_restore_that_did_not_end_is_no_base_station(tmp_path):
    """Killed in the middle: serving from it would begin with an empty site."""
    (tmp_path / "unfinished").touch()
    with pytest.raises(RepairRefused, match="did not come to its end"):
        refuse_unfinished(tmp_path)
    (tmp_path / "unfinished").unlink()
    refuse_unfinished(tmp_path)


async def test_a_proven_copy_leaves_a_note_of_its_age(tmp_path):
    """`doctor` reads it."""
    async with running_site(tmp_path) as site:
        await _copy(tmp_path, tmp_path / "site.copy", site.clock.now())
    note = json.loads((tmp_path / "backup.json").read_text())
    assert note == {
        "made_at": "2026-03-02T06:00:00.000Z",
        "file": str(tmp_path / "site.copy"),
        "is_proven": True,
    }
