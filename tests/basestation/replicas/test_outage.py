"""A database that goes away and comes back, under a base station that goes on hearing its devices."""

import asyncio

from sqlalchemy import func, select, text

from basestation.store import log
from basestation.store.database import open_database, writer_of
from basestation.store.tables import cases
from tests.basestation.replicas.side_by_side import WAIT_S, two
from tests.basestation.site_bench import DEVICE
from tests.postgres import CRASH


async def _kept(station):
    async with station.database.connect() as connection:
        query = select(func.count()).select_from(cases).where(cases.c.device == DEVICE)
        return (await connection.execute(query)).scalar(), await log.verify(connection)


async def test_alarms_raised_while_the_database_is_away_are_kept_once_when_it_is_back(
    postgres_server, postgres_url
):
    """Nothing is acknowledged meanwhile, and nothing has to be raised again."""
    async with two(postgres_url) as (north, south):
        await north.raise_alarm(1, "1-1")
        postgres_server.end(CRASH)
        raised = [asyncio.ensure_future(one.raise_alarm(2, "1-2")) for one in (north, south)]
        done, _ = await asyncio.wait(raised, timeout=0.5)
        assert not done
        postgres_server.start()
        await asyncio.wait_for(asyncio.gather(*raised), WAIT_S)
        for one in (north, south):
            await one.link.told(DEVICE, "receipt", WAIT_S, acked_seq=2)
        assert await _kept(north) == (2, [])
        await south.until(lambda: south.sharing._session.is_joined)


async def test_a_writer_that_hangs_loses_its_transaction_and_the_others_go_on(postgres_url):
    """A base station that is stopped in the middle holds up the others for seconds, not for ever."""
    async with two(postgres_url) as (north, _south):
        stopped = open_database(postgres_url)
        async with writer_of(stopped).connect() as connection:
            await connection.execute(text("SELECT 1"))
            await asyncio.wait_for(north.raise_alarm(1, "1-1"), WAIT_S)
            await connection.invalidate()
        await stopped.dispose()
        assert await _kept(north) == (1, [])


async def test_every_session_waits_for_the_disk_and_for_nothing_else_without_end(postgres_url):
    """What the docs promise is what the server says."""
    database = open_database(postgres_url)
    names = ("synchronous_commit", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    async with database.connect() as connection:
        found = [(await connection.execute(text(f"SHOW {name}"))).scalar() for name in names]
    await database.dispose()
    assert found == ["on", "10s", "8s", "5s"]
