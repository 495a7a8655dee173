"""Who gets in, who does not, and for how long."""

import asyncio
from datetime import UTC, datetime

import pytest

from basestation.clock import FakeClock
from basestation.web.passwords import PasswordChecks, PasswordRefused, TooManyChecks, hash_password
from basestation.web.sessions import digest
from basestation.web.settings import COOKIE, WebSettings
from tests.basestation.web.control_room import PASSWORD, PASSWORD_HASH, ControlRoom


async def test_the_right_password_opens_a_session_in_a_cookie_no_script_can_read(room):
    """HttpOnly, SameSite=Strict, 256 random bits, and the database keeps only the digest."""
    async with room.client() as client:
        answer = await client.post("/api/v1/login", json={"login": "olga", "password": PASSWORD})
        cookie = answer.headers["set-cookie"]
        token = client.cookies[COOKIE]
        me = await client.get("/api/v1/me")
    who = {"id": 1, "login": "olga", "display_name": "Olga Operator", "role": "operator"}
    grants = [{"role": "operator", "site_id": None}]
    assert answer.json() == {**who, "grants": grants, "language": None, "theme": None}
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Max-Age=43200" in cookie
    assert len(token) == 43
    assert (await room.engine.session(digest(token))).login == "olga"
    assert await room.engine.session(token) is None
    assert me.json()["display_name"] == "Olga Operator"


async def test_over_tls_the_cookie_is_secure(tmp_path):
    """It then never travels in plain text."""
    room = ControlRoom(tmp_path, settings=WebSettings(is_cookie_secure=True))
    await room.start()
    async with room.client() as client:
        answer = await client.post("/api/v1/login", json={"login": "olga", "password": PASSWORD})
    await room.engine.stop()
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("login", ["olga", "nobody"])
async def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(room, login):
    """Nobody learns which logins exist."""
    async with room.client() as client:
        answer = await client.post("/api/v1/login", json={"login": login, "password": "wrong horse battery"})
    assert answer.status_code == 401
    assert answer.json()["detail"] == "Login or password is wrong."
    assert "set-cookie" not in answer.headers


async def test_a_deactivated_user_cannot_log_in(room):
    """The right password does not help."""
    await room.engine.deactivate_user("olga")
    async with room.client() as client:
        answer = await client.post("/api/v1/login", json={"login": "olga", "password": PASSWORD})
    assert answer.status_code == 401


async def test_an_unknown_login_costs_the_same_work(room):
    """A hash is checked for nobody, too, so that the time tells nothing."""
    checks, kept = room.web.state.web.passwords, hash_password(PASSWORD)
    assert not await checks.is_right("nobody has this password", None)
    assert await checks.is_right(PASSWORD, kept)
    cost = checks._nobodys_hash.split("$")[:4]
    assert cost == kept.split("$")[:4] == ["", "argon2id", "v=19", "m=65536,t=3,p=4"]


async def test_too_many_checks_at_once_are_refused():
    """Each takes 64 MiB: the queue has a bound."""
    checks = PasswordChecks(waiting_max=1)
    first = asyncio.create_task(checks.is_right(PASSWORD, PASSWORD_HASH))
    await asyncio.wait((first,), timeout=0)
    with pytest.raises(TooManyChecks):
        await checks.is_right(PASSWORD, PASSWORD_HASH)
    assert await first


async def test_attempts_on_one_login_are_limited_and_the_session_that_is_open_stays(room):
    """The sentence says how long to wait; the operator at work is not locked out."""
    working = await room.logged_in()
    async with room.client() as client:
        form = {"login": "olga", "password": "wrong horse battery"}
        answers = [await client.post("/api/v1/login", json=form) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert answers[-1].json()["detail"] == "Too many log-in attempts. Wait 5 minutes, then try again."
    assert (await working.get("/api/v1/me")).status_code == 200
    assert room.web.state.web.counts.attempts_refused == 1
    await working.aclose()


async def test_attempts_from_one_address_are_limited_over_all_logins(tmp_path):
    """Trying one password on many logins is guessing, too."""
    room = ControlRoom(tmp_path, settings=WebSettings(attempts_per_address=3))
    await room.start()
    async with room.client() as client:
        codes = []
        for n in range(4):
            form = {"login": f"guess{n}", "password": "wrong horse battery"}
            codes.append((await client.post("/api/v1/login", json=form)).status_code)
    await room.engine.stop()
    assert codes == [401, 401, 401, 429]


async def test_log_out_ends_the_session_at_the_base_station(room):
    """The old token is worth nothing, wherever it was copied to."""
    client = await room.logged_in()
    token = client.cookies[COOKIE]
    assert (await client.post("/api/v1/logout")).status_code == 204
    client.cookies.set(COOKIE, token)
    answer = await client.get("/api/v1/me")
    await client.aclose()
    assert answer.status_code == 401
    assert "Log in again" in answer.json()["detail"]


async def test_a_session_ends_after_twelve_hours(tmp_path):
    """By the station's clock, not by the browser's."""
    clock = FakeClock(datetime(2026, 3, 1, 22, tzinfo=UTC))
    room = ControlRoom(tmp_path, clock)
    await room.start()
    client = await room.logged_in()
    clock.jump(12 * 3600 - 1)
    before = await client.get("/api/v1/me")
    clock.jump(1)
    after = await client.get("/api/v1/me")
    await client.aclose()
    await room.engine.stop()
    assert (before.status_code, after.status_code) == (200, 401)


@pytest.mark.parametrize("password", ["short pwd", "x" * 201])
def test_a_password_that_is_too_short_or_too_long_is_refused_with_a_sentence(password):
    """Length is the only rule."""
    with pytest.raises(
        PasswordRefused, match=r"The password (needs at least 10|may have at most 200) characters\."
    ):
        hash_password(password)
