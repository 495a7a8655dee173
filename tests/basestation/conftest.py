"""Which store the tests of the base station run on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import stores


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of some files once on either store."""
    file = metafunc.definition.path.relative_to(Path(__file__).parent).as_posix()
    names = stores.stores_of(file)
    if names != (stores.SQLITE,):
        metafunc.parametrize("store", names, indirect=True)


@pytest.fixture(autouse=True)
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let the databases of this test be on one store or the other."""
    name = getattr(request, "param", stores.SQLITE)
    if name == stores.POSTGRESQL:
        stores.use(request.getfixturevalue("postgres_server"))
    yield name
    stores.forget()
    stores.use(None)
