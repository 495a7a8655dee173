"""What a site sets for the case of an alarm, over a real SQLite file, without an engine and its loops."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

from prometheus_client import CollectorRegistry

from basestation.clock import FakeClock
from basestation.counters import Counters
from basestation.site.registry import Registry
from basestation.site.rescue import Rescue
from basestation.store.committer import GroupCommitter
from basestation.store.database import open_database
from basestation.store.migrate import migrate
from tests.basestation.site_bench import NOW
from tests.stores import store_url

BY = "Otto Officer"


class Conditions:
    """Keeps what was begun (its cause) and ended (None), in order."""

    def __init__(self):
        self.said = []

    async def began(self, *given):
        _work, device, condition, cause, _now = given
        assert (device, condition) == ("station", "readiness")
        self.said.append(cause)

    async def ended(self, *given):
        _work, device, condition, _now = given
        assert (device, condition) == ("station", "readiness")
        self.said.append(None)


@asynccontextmanager
async def rescue_site(path, limits=None):
    """Yield `rescue`, `registry`, `clock`, `database` and `conditions` of one site."""
    database, clock, conditions = (
        open_database(store_url(path / "site.db")),
        FakeClock(NOW),
        Conditions(),
    )
    await migrate(database)
    committer = GroupCommitter(database, Counters(CollectorRegistry()))
    serving = asyncio.create_task(committer.serve())
    registry = Registry(database, committer, clock)
    rescue = Rescue(database, committer, clock, conditions, registry, limits)
    try:
        yield SimpleNamespace(
            rescue=rescue, registry=registry, clock=clock, database=database, conditions=conditions
        )
    finally:
        committer.end()
        await asyncio.wait_for(serving, 5)
        await database.dispose()
