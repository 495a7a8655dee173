"""Language and theme of a user: kept at the base station, in the log, and told at every log-in."""

import json

import pytest
from sqlalchemy import select

from basestation.store.tables import log, log_contents
from tests.basestation.web.control_room import PASSWORD


async def test_a_choice_follows_its_user_to_every_browser(room):
    """Told by the log-in and by `me`; nobody else has it; None is the browser's own again."""
    olga = await room.logged_in()
    assert (await olga.get("/api/v1/me")).json()["language"] is None
    kept = await olga.put("/api/v1/me/preferences", json={"language": "de", "theme": "light"})
    assert (kept.status_code, kept.json()) == (200, {"language": "de", "theme": "light"})
    again = await room.client().post("/api/v1/login", json={"login": "olga", "password": PASSWORD})
    assert (again.json()["language"], again.json()["theme"]) == ("de", "light")
    otto = (await (await room.logged_in("otto")).get("/api/v1/me")).json()
    assert (otto["language"], otto["theme"]) == (None, None)
    await olga.put("/api/v1/me/preferences", json={"theme": "dark"})
    who = (await olga.get("/api/v1/me")).json()
    assert (who["language"], who["theme"], who["login"]) == (None, "dark", "olga")
    query = select(log_contents.c.content).join(log, log.c.seq == log_contents.c.seq)
    async with room.engine.database.connect() as connection:
        said = (await connection.execute(query.where(log.c.kind == "preferences_chosen"))).scalars().all()
    assert [(json.loads(one)["user"], json.loads(one)["theme"]) for one in said] == [
        ("Olga Operator", "light"),
        ("Olga Operator", "dark"),
    ]


@pytest.mark.parametrize("form", [{"language": "fr"}, {"theme": "blue"}, {"language": 1}])
async def test_a_language_or_theme_that_nobody_has_is_refused(room, form):
    """And nothing is kept."""
    olga = await room.logged_in()
    assert (await olga.put("/api/v1/me/preferences", json=form)).status_code == 422
    assert (await olga.get("/api/v1/me")).json()["language"] is None
