"""What is handed out first, a real PostgreSQL, and what every test run says last: what it left out, and why."""

from collections.abc import Iterator

import pytest

from tests import stores
from tests.handing_out import LongestFirst, turn_of
from tests.postgres import PostgresMissing, PostgresServer

_left_out: dict[str, int] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; within a file the order stays."""
    items.sort(key=lambda item: turn_of(item.nodeid))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Return a real PostgreSQL, one for the whole run."""
    try:
        server = PostgresServer()
        with server:
            yield server
    except PostgresMissing as missing:
        pytest.skip(f"PostgreSQL: {missing}")


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Return the URL of a database of a real PostgreSQL, with all tables, for one test."""
    url = stores.new_database(postgres_server)
    yield url
    postgres_server.drop(url.rpartition("/")[2])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LongestFirst:
    """Hand files out in that order, instead of by the number of their tests."""
    config.option.loadscopereorder = False
    return LongestFirst(config, log)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count skipped tests by their reason."""
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        _left_out[reason] = _left_out.get(reason, 0) + 1


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print the last line of the run."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    parts = [f"{count} tests ({reason})" for reason, count in sorted(_left_out.items())]
    print("Left out: " + "; ".join(parts) if parts else "Nothing was left out.")
