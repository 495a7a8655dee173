"""Programs come in with a token: what it opens, what it never opens, and how it ends."""

import re

import httpx
import pytest
from sqlalchemy import select, update

from basestation.clock import FakeClock, SystemClock
from basestation.store.site_tables import grants
from basestation.store.tables import users
from basestation.web.programs import new_token
from basestation.web.scopes import ANY, SCOPES, scope_of
from basestation.web.sessions import digest
from basestation.web.settings import WebSettings
from tests.basestation.web.control_room import ControlRoom

#: Routes that need no log-in at a console: what leads to one, workers' own, what a code opens.
OPEN = {"login", "logout", "proofs", "own-phone", "own", "kiosk", "choose-password"}
#: Who is on record, who clears whom, and what is rehearsed, is between persons.
_DESK = {"records", "clearances", "drills", "test-alarms"}
#: Routes for people only; of `me` what they want of the console.
FOR_PEOPLE = OPEN | _DESK | {"tokens", "pictures", "worker-access", "kiosks", "room-duty", "me"}


async def token(room: ControlRoom, *scopes: str, days: int = 9) -> str:
    """Let the administrator make a token."""
    made = new_token()
    ada = (await room.engine.user_by_login("ada")).user
    await room.engine.access_tokens.make("Roster", scopes, days, digest(made), ada)
    return made


def program(room: ControlRoom, with_token: str) -> httpx.AsyncClient:
    """Return a program: no browser, no cookie."""
    client = room.client(origin=None)
    client.headers["Authorization"] = f"Bearer {with_token}"
    return client


async def routes(room: ControlRoom) -> list[tuple[str, str]]:
    """Return method and path of every route of the API."""
    async with room.client() as client:
        paths = (await client.get("/api/v1/openapi.json")).json()["paths"]
    return [
        (method.upper(), path)
        for path, methods in paths.items()
        for method in methods
        if path.startswith("/api/v1/")
    ]


async def test_every_route_declares_what_a_token_needs(room):
    """One that nobody thought about is closed to programs, and found here."""
    found = await routes(room)
    closed = {path.split("/")[3] for method, path in found if scope_of(method, path) is None}
    assert closed <= FOR_PEOPLE, f"say in basestation/web/scopes.py which scope opens {closed - FOR_PEOPLE}"
    assert len(found) > 90


async def test_a_token_opens_what_its_scopes_say_and_nothing_else(room):
    """Every route with its scope alone, and with all others; refused before the form is looked at."""
    alone = {scope: program(room, await token(room, scope)) for scope in SCOPES}
    others = {
        scope: program(room, await token(room, *(one for one in SCOPES if one != scope))) for scope in SCOPES
    }
    room.web.state.web.programs._per_token.amount = 100_000
    everything = program(room, await token(room, *SCOPES))
    for method, path in await routes(room):
        needed, address = scope_of(method, path), re.sub(r"\{.*?\}", "x", path)
        if path.endswith("/events") or path.split("/")[3] in OPEN:
            continue
        if needed is None:
            answer = await everything.request(method, address)
            assert (answer.status_code, answer.json()["detail"][:8]) == (403, "No token"), (method, path)
        elif needed != ANY:
            opened = await alone[needed].request(method, address)
            assert opened.status_code not in {401, 403}, (method, path)
            refused = await others[needed].request(method, address)
            assert (refused.status_code, needed in refused.json()["detail"]) == (403, True), (method, path)


async def test_a_token_never_does_more_than_whoever_made_it(room):
    """The role of now counts, and a deactivated account takes its tokens with it."""
    made = await token(room, "users:read", "cases:read")
    client = program(room, made)
    before = (await client.get("/api/v1/users")).status_code
    await room.engine.committer.run(_demote)
    after = await client.get("/api/v1/users")
    me = (await client.get("/api/v1/me")).json()
    await room.engine.deactivate_user("ada")
    gone = (await client.get("/api/v1/me")).status_code
    await client.aclose()
    assert (before, after.status_code, gone) == (200, 403, 401)
    assert "Your role does not allow this" in after.json()["detail"]
    assert me["display_name"] == "Roster (program of Ada Admin)"


async def _demote(work) -> None:
    ada = select(users.c.id).where(users.c.login == "ada").scalar_subquery()
    await work.connection.execute(update(grants).where(grants.c.user_id == ada).values(role="operator"))


async def test_a_token_is_told_once_and_ends_at_once(room):
    """The list has no token and no digest; after the revocation the next request is refused, and logged."""
    admin = await room.logged_in("ada")
    form = {"name": "Roster", "scopes": ["register:write"], "days": 9}
    made = (await admin.post("/api/v1/tokens", json=form)).json()["token"]
    client = program(room, made)
    added = await client.post("/api/v1/workers", json={"name": "Anna Beispiel"})
    listed = await admin.get("/api/v1/tokens")
    (row,) = listed.json()
    revoked = await admin.post(f"/api/v1/tokens/{row['id']}/revoke")
    twice = await admin.post(f"/api/v1/tokens/{row['id']}/revoke")
    refused = await client.get("/api/v1/me")
    (over,) = (await admin.get("/api/v1/tokens")).json()
    assert (added.status_code, revoked.status_code, refused.status_code) == (201, 200, 401)
    assert refused.headers["www-authenticate"] == "Bearer"
    assert (twice.status_code, twice.json()["code"]) == (409, "entry_refused")
    assert made not in listed.text
    assert "digest" not in row
    assert (row["made_by"], row["is_in_force"], row["scopes"]) == ("Ada Admin", True, ["register:write"])
    assert row["used_at"] is not None
    assert (over["is_in_force"], over["revoked_by"]) == (False, "Ada Admin")
    assert await room.engine.verify_log() == []


async def test_a_token_ends_by_itself(tmp_path):
    """A day before its end it opens, at its end it does not."""
    clock = FakeClock(SystemClock().now())
    room = ControlRoom(tmp_path, clock)
    await room.start()
    client = program(room, await token(room, "cases:read", days=1))
    clock.jump(86_399)
    before = (await client.get("/api/v1/me")).status_code
    clock.jump(1)
    after = (await client.get("/api/v1/me")).status_code
    await room.engine.stop()
    assert (before, after) == (200, 401)


async def test_wrong_tokens_are_counted_and_limited_and_right_ones_are_not(tmp_path):
    """Guessing ends after the attempts of an address; whoever has a token goes on."""
    room = ControlRoom(tmp_path, settings=WebSettings(attempts_per_address=3, token_requests_max=4))
    await room.start()
    right, guess = program(room, await token(room, "cases:read")), program(room, "rwt_guess")
    wrong = [(await guess.get("/api/v1/me")).status_code for _ in range(5)]
    session = await room.logged_in()
    both = await session.get("/api/v1/me", headers={"Authorization": "Bearer rwt_guess"})
    answers = [await right.get("/api/v1/me") for _ in range(5)]
    await room.engine.stop()
    assert wrong == [401, 401, 401, 429, 429]
    assert both.status_code == 429, "a wrong token is not mended by a session"
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert answers[-1].headers["retry-after"] == "60"
    counts = room.web.state.web.counts
    assert (counts.tokens_refused, counts.tokens_limited) == (6, 4)


@pytest.mark.parametrize("login", ["olga", "otto"])
async def test_only_an_administrator_makes_tokens(room, login):
    """Nobody else, and no program, even with every scope."""
    client = await room.logged_in(login)
    refused = await client.post("/api/v1/tokens", json={"name": "x", "scopes": ["cases:read"]})
    async with program(room, await token(room, *SCOPES)) as client:
        by_program = await client.post("/api/v1/tokens", json={"name": "x", "scopes": ["cases:read"]})
    assert (refused.status_code, by_program.status_code) == (403, 403)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"scopes": []}, 422),
        ({"scopes": ["cases:everything"]}, 409),
        ({"days": 0}, 422),
        ({"days": 367}, 422),
        ({"name": " "}, 422),
    ],
)
async def test_a_token_that_cannot_be_is_refused_with_a_sentence(room, form, status):
    """No scope, one nobody knows, no end, no name."""
    admin = await room.logged_in("ada")
    answer = await admin.post(
        "/api/v1/tokens", json={"name": "Roster", "scopes": ["cases:read"], "days": 1} | form
    )
    listed = (await admin.get("/api/v1/tokens")).json()
    assert (answer.status_code, listed) == (status, [])
    assert answer.json()["detail"].endswith(".")
