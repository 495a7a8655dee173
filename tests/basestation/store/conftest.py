"""A migrated SQLite file, and a committer over it."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from basestation.counters import Counters
from basestation.store.committer import GroupCommitter
from basestation.store.database import open_database
from basestation.store.migrate import migrate
from tests.stores import store_url


@pytest.fixture
async def migrated(tmp_path):
    """A database with all tables."""
    database = open_database(store_url(tmp_path / "site.db"))
    await migrate(database)
    yield database
    await database.dispose()


@pytest.fixture
def metrics():
    """Where the committer counts."""
    return CollectorRegistry()


@pytest.fixture
async def committer(migrated, metrics):
    """A committer that serves."""
    committer = GroupCommitter(migrated, Counters(metrics))
    serving = asyncio.create_task(committer.serve())
    yield committer
    committer.end()
    await asyncio.wait_for(serving, 5)
