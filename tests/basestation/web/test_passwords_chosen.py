"""The own password, a code for a new one, and the end of sessions, over HTTP."""

from basestation.web.settings import WebSettings
from tests.basestation.web.control_room import PASSWORD, ControlRoom

NEW = "another long password"


async def test_whoever_has_a_code_chooses_a_password_and_nobody_logs_in_without_one(room):
    """Not by the old password, and not by what stands in for nobody's; the code counts once."""
    admin = await room.logged_in("ada")
    (olga,) = [one for one in (await admin.get("/api/v1/users")).json() if one["login"] == "olga"]
    reset = (await admin.post(f"/api/v1/users/{olga['id']}/reset", json={"version": olga["version"]})).json()
    listed = await admin.get("/api/v1/users")
    await admin.aclose()
    assert reset["code"] not in listed.text
    async with room.client() as client:

        async def log_in(password):
            return (
                await client.post("/api/v1/login", json={"login": "olga", "password": password})
            ).status_code

        async def choose(code, password):
            form = {"login": "olga", "code": code, "password": password}
            return await client.post("/api/v1/choose-password", json=form)

        assert [await log_in(word) for word in (PASSWORD, "nobody has this password")] == [401, 401]
        short = await choose(reset["code"], "short")
        wrong = await choose("000000", NEW)
        chosen = await choose(reset["code"], NEW)
        again = await choose(reset["code"], PASSWORD)
        assert (short.status_code, wrong.status_code, chosen.status_code, again.status_code) == (
            422,
            409,
            204,
            409,
        )
        assert await log_in(NEW) == 200
    assert room.web.state.web.counts.logins_failed == 4


async def test_the_own_password_is_changed_with_the_old_one_and_ends_the_other_sessions(room):
    """A wrong old one changes nothing; the session that asked goes on."""
    here, there = await room.logged_in(), await room.logged_in()
    wrong = await here.post("/api/v1/me/password", json={"old": "wrong password", "new": NEW})
    changed = await here.post("/api/v1/me/password", json={"old": PASSWORD, "new": NEW})
    after = [(await client.get("/api/v1/me")).status_code for client in (here, there)]
    for client in (here, there):
        await client.aclose()
    assert (wrong.status_code, changed.status_code) == (409, 204)
    assert after == [200, 401]


async def test_codes_are_tried_no_faster_than_passwords(tmp_path):
    """One bound for both, and a counter."""
    room = ControlRoom(tmp_path, settings=WebSettings(attempts_per_login=2))
    await room.start()
    async with room.client() as client:
        form = {"login": "olga", "code": "000000", "password": NEW}
        answers = [(await client.post("/api/v1/choose-password", json=form)).status_code for _ in range(3)]
    counts = room.web.state.web.counts
    await room.engine.stop()
    assert answers == [409, 409, 429]
    assert counts.attempts_refused == 1
