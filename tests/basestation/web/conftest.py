"""One running control room a test."""

import pytest

from tests.basestation.web.control_room import ControlRoom


@pytest.fixture
async def room(tmp_path):
    """The engine on a fresh database, the web part over it, three users."""
    room = ControlRoom(tmp_path)
    await room.start()
    yield room
    await room.engine.stop()
