"""The health of a real engine over HTTP: what is proven, what is not, and the alarms that follow."""

from datetime import timedelta
from pathlib import Path

import httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from basestation.health.metrics import HealthMetrics
from basestation.health.station_health import StationHealth
from basestation.watchdogs.loop_guard import LoopGuard
from basestation.web.health import health_router
from tests.basestation.site_bench import running_site
from tests.basestation.web.control_room import ControlRoom

WANTED = 500_000_000


def _health(site, folder=None):
    health = StationHealth(site.engine, site.clock, [folder or site.path], WANTED, 5.0, "station-1")
    health.canary_ages_s = lambda: (1.0,)
    return health


async def _asked(health, path="/health/ready"):
    app = FastAPI()
    app.include_router(health_router(health))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        return await client.get(path)


async def _proven_look(health, site):
    await health.look(site.clock.now())
    await health._proving
    await health.look(site.clock.now())


async def test_a_station_that_works_is_live_and_ready_and_names_nobody(tmp_path):
    """Every part with its state and age; not a name, an address or a secret."""
    async with running_site(tmp_path) as site:
        health = _health(site)
        answer = await _asked(health)
        assert (answer.status_code, answer.json()["reasons"]) == (503, ["health: nothing was looked at yet"])
        await site.start_shift()
        await site.raise_alarm()
        await _proven_look(health, site)
        answer = await _asked(health)
        assert answer.status_code == 200, answer.text
        parts = answer.json()["parts"]
        assert parts["database"] == {
            "is_ok": True, "is_needed": True, "age_s": 0.0, "detail": "the last proven commit is 0 s old",
        }  # fmt: skip
        assert not any(word in answer.text for word in ("Willi", "Mara", "mara", "pna-01", str(tmp_path)))
        assert (await _asked(health, "/health/live")).json() == {"is_live": True}


async def test_a_store_that_takes_nothing_and_a_look_that_is_old_are_not_ready(tmp_path):
    """What was proven once ages."""
    async with running_site(tmp_path) as site:
        health = _health(site)
        await _proven_look(health, site)
        site.clock.jump(31)
        assert "health: looked at 31 s ago" in (await _asked(health)).json()["reasons"]
        site.engine.committer._is_ending = True
        site.clock.jump(31)
        await health.look(site.clock.now())
        await health._proving
        assert health.unproven().startswith("database: the last proven commit is 62 s old")
        site.engine.committer._is_ending = False


async def test_a_timer_that_is_late_and_a_schema_of_another_version_are_reasons(tmp_path):
    """Whoever asks learns which."""
    async with running_site(tmp_path) as site:
        health = _health(site)
        async with site.database.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
            await connection.execute(
                text("INSERT INTO timers VALUES ('shift:9', 'x', :due)"),
                {"due": round((site.clock.now() - timedelta(seconds=40)).timestamp() * 1000)},
            )
            await site.engine.running.end("timers")
        await _proven_look(health, site)
        reasons = health.view()["reasons"]
        assert "timers: the oldest is 40 s late" in reasons
        assert any("schema: version 0001" in reason for reason in reasons)


async def test_a_disk_that_is_nearly_full_is_a_technical_alarm_until_there_is_clearly_more(tmp_path):
    """Before it is full; a few megabytes more do not end it."""
    async with running_site(tmp_path) as site:
        health = _health(site)
        await health.look(site.clock.now())
        for free, states in ((WANTED - 1, ["RECEIVED"]), (WANTED + 1, ["RECEIVED"]), (WANTED * 2, ["GONE"])):
            health.disk_free_bytes = free
            await health._tell("disk", health._space_short(), site.clock.now())
            assert [case["state"] for case in await site.cases()] == states, free
        assert "less than 500 MB free" in (await site.cases())[0]["cause"]
        assert _health(site, Path("/nonexistent")).view()["is_ready"] is False


async def test_the_metrics_say_what_health_says(tmp_path):
    """For whoever draws it, or rings because of it."""
    async with running_site(tmp_path) as site:
        health = _health(site)
        await _proven_look(health, site)
        site.metrics.register(HealthMetrics(health, LoopGuard(lambda _words: None)))
        assert site.metrics.get_sample_value("rufweite_ready") == 1
        assert site.metrics.get_sample_value("rufweite_health_ok", {"part": "database"}) == 1
        assert site.metrics.get_sample_value("rufweite_disk_free_bytes") > 0


async def test_a_verb_on_a_full_disk_is_refused_as_not_done(tmp_path):
    """503 with a sentence for the person, never a traceback's 500; the case stays as it was."""
    room = ControlRoom(tmp_path)
    await room.start()

    async def full(*_args, **_named):
        raise OperationalError("UPDATE", {}, Exception("database or disk is full"))

    client = await room.logged_in()
    room.engine.desk.press = full
    answer = await client.post("/api/v1/cases/1/accept", json={})
    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("NOT DONE: the base station cannot store anything now")
    await room.engine.stop()
