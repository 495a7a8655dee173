"""The one WebSocket of a console: who gets it, what comes, and how it ends."""

import asyncio
import json
import socket

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from basestation.casework.pressing import Said
from basestation.web.live import FAILED, IDLE_S_MAX, LOGGED_OUT, TOO_MANY, told_by
from basestation.web.settings import COOKIE, WebSettings
from tests.basestation.web.control_room import WAIT_S_MAX, ControlRoom, serving

QUICK = WebSettings(beat_s=0.1, snapshot_s_max=0.2, send_s_max=0.3, consoles_max=2)


@pytest.fixture
async def quick_room(tmp_path):
    """A control room with a quick heartbeat."""
    room = ControlRoom(tmp_path, settings=QUICK)
    await room.start()
    yield room
    await room.engine.stop()


async def token_of(room, login: str = "olga") -> str:
    """Log in and return the token of the session."""
    client = await room.logged_in(login)
    token = client.cookies[COOKIE]
    await client.aclose()
    return token


def console(port: int, token: str, origin: str | None = None, query: str = "", **more):
    """Return the connection of a page."""
    headers = {"Cookie": f"{COOKIE}={token}"}
    return connect(
        f"ws://127.0.0.1:{port}/api/v1/ws{query}",
        additional_headers=headers,
        origin=origin or f"http://127.0.0.1:{port}",
        **more,
    )


async def next_with(page, key: str) -> dict:
    """Return the next message that carries `key`."""
    async with asyncio.timeout(WAIT_S_MAX):
        while key not in (message := json.loads(await page.recv())):
            pass
    return message


async def end_of(page) -> int:
    """Return the code the socket is closed with."""
    async with asyncio.timeout(WAIT_S_MAX):
        try:
            while True:
                await page.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code


async def test_a_console_gets_the_whole_snapshot_first_and_again_on_a_change(room):
    """Nothing has to be replayed, and an alarm needs no reload."""
    await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    async with serving(room.web) as port, console(port, await token_of(room)) as page:
        first = json.loads(await page.recv())
        room.radio.raise_alarm("png-01")
        while not (snapshot := (await next_with(page, "snapshot"))["snapshot"])["cases"]:
            pass
    assert first["snapshot"]["cases"] == []
    assert first["snapshot"]["people"][0]["worker"] == "Anna Beispiel"
    assert snapshot["cases"][0]["worker"] == "Anna Beispiel"


def changed(before: dict, change: dict) -> dict:
    """Return the snapshot that a page makes of the one before and a change."""
    facts = {name: value for name, value in change.items() if name not in {"order", "cases"}}
    known = {case["id"]: case for case in (*before["cases"], *change.get("cases", ()))}
    order = change.get("order", [case["id"] for case in before["cases"]])
    return {**before, **facts, "cases": [known[number] for number in order]}


async def test_a_console_that_takes_changes_has_what_others_get_whole(room):
    """Whatever comes, is taken, or ends; each change says how many came before it, and carries little."""
    await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    user = (await room.engine.user_by_login("olga")).user
    async with serving(room.web) as port, console(port, await token_of(room), query="?changes=1") as page:
        shown = json.loads(await page.recv())["snapshot"]
        count, sizes = 1, []

        async def until(is_so) -> None:
            nonlocal shown, count
            while not is_so(shown):
                message = await next_with(page, "changes")
                assert message["after"] == count
                count += 1
                sizes.append(len(message["changes"].get("cases", ())))
                shown = changed(shown, message["changes"])

        for number, kind in enumerate(("rest", "fall", "technical"), 1):
            room.radio.raise_alarm(f"png-0{number}", kind)
            await until(lambda one, number=number: len(one["cases"]) >= number)
        await room.engine.press(1, "accept", user)
        sizes.clear()
        await until(lambda one: any(case["accepted_by"] for case in one["cases"]))
        assert max(sizes) < len(shown["cases"])
        await room.engine.press(1, "on_scene", user)
        await room.engine.press(1, "all_clear", user, Said("found well"))
        await until(lambda one: all(case["id"] != 1 for case in one["cases"]))
        async with console(port, await token_of(room)) as whole:
            now = (await next_with(whole, "snapshot"))["snapshot"]
        await until(lambda one: one["cases"] == now["cases"])
        assert shown.keys() == now.keys()


async def test_the_heartbeat_counts_and_tells_the_stations_time(quick_room):
    """By it a page knows a frozen server from a quiet night."""
    async with serving(quick_room.web) as port, console(port, await token_of(quick_room)) as page:
        beats = [await next_with(page, "beat") for _ in range(3)]
    assert [beat["beat"] for beat in beats] == [1, 2, 3]
    assert beats[0]["now"] < beats[2]["now"]
    assert beats[0]["now"].endswith("Z")


async def test_many_changes_at_once_come_as_few_snapshots(room):
    """A storm of alarms does not drown a console: the newest snapshot replaces the one before."""
    await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    async with serving(room.web) as port, console(port, await token_of(room)) as page:
        for number in range(40):
            room.radio.raise_alarm(f"png-{number:02}", "rest")
        count = 0
        while len((await next_with(page, "snapshot"))["snapshot"]["cases"]) < 40:
            count += 1
    assert count < 40


async def test_without_a_session_the_socket_tells_nothing(room):
    """It closes with the code by which the page shows the log-in."""
    async with serving(room.web) as port, console(port, "no-such-token") as page:
        assert await end_of(page) == LOGGED_OUT


async def test_a_page_of_another_site_gets_no_socket(room):
    """The cookie would come along; the origin does not match."""
    token = await token_of(room)
    async with serving(room.web) as port:
        with pytest.raises(InvalidStatus) as refused:
            await console(port, token, origin="https://evil.test").__aenter__()
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("how", ["log out", "deactivate"])
async def test_an_ended_session_closes_the_socket_within_a_beat(quick_room, how):
    """Logged out elsewhere, or the user deactivated: nobody goes on watching."""
    client = await quick_room.logged_in()
    async with serving(quick_room.web) as port, console(port, client.cookies[COOKIE]) as page:
        await next_with(page, "beat")
        if how == "log out":
            await client.post("/api/v1/logout")
        else:
            await quick_room.engine.deactivate_user("olga")
        assert await end_of(page) == LOGGED_OUT
    await client.aclose()
    assert quick_room.web.state.web.counts.consoles_logged_out == 1


async def test_more_consoles_than_the_bound_are_refused_with_a_reason(quick_room):
    """The bound has a counter, and the places are given back."""
    token = await token_of(quick_room)
    counts = quick_room.web.state.web.counts
    async with serving(quick_room.web) as port:
        async with console(port, token) as one, console(port, token) as two, console(port, token) as three:
            await next_with(one, "beat")
            await next_with(two, "beat")
            assert await end_of(three) == TOO_MANY
            assert (counts.consoles_open, counts.consoles_refused) == (2, 1)
        async with console(port, token) as again:
            await next_with(again, "beat")
    assert counts.consoles_open == 0


async def test_a_console_that_takes_nothing_is_dropped_and_delays_no_other(quick_room):
    """Its page notices by itself; the memory it may cost has a bound."""
    for n in range(150):
        quick_room.radio.raise_alarm("png-unknown", "silent", cause=f"{n} " + "x" * 60)
    await quick_room.cases(151)
    token = await token_of(quick_room)
    counts = quick_room.web.state.web.counts
    async with serving(quick_room.web) as port, console(port, token) as healthy:
        stuck = socket.create_connection(("127.0.0.1", port))
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.sendall(
            f"GET /api/v1/ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            f"Cookie: {COOKIE}={token}\r\n\r\n".encode()
        )
        while counts.consoles_dropped == 0:
            quick_room.radio.raise_alarm("png-unknown", "silent", cause="one more")
            await next_with(healthy, "beat")
        await next_with(healthy, "beat")
        stuck.close()
    assert counts.consoles_dropped == 1


async def test_when_the_snapshot_cannot_be_read_the_consoles_are_closed(quick_room):
    """Better no picture than an old one: the pages show it, and come back."""
    await quick_room.start_shift("Anna Beispiel", "png-01", "Hall 3")
    async with serving(quick_room.web) as port, console(port, await token_of(quick_room)) as page:
        await next_with(page, "beat")
        await quick_room.engine.stop()
        quick_room.engine.station.canary_proven_at = lambda: 1 // 0
        assert await end_of(page) == FAILED


async def test_a_console_that_tells_of_its_sound_and_its_operator_attends_the_room(tmp_path):
    """What it shows then counts as seen; when it goes, nobody is there. What makes no sense is counted."""
    room = ControlRoom(tmp_path, is_attended=False)
    await room.start()
    async with serving(room.web) as port, console(port, await token_of(room)) as page:
        assert not (await next_with(page, "snapshot"))["snapshot"]["attendance"]["is_attended"]
        for wrong in ("", "{", "[1]", "{}", '{"is_sounding":1}', '{"is_sounding":true,"idle_s":-1}'):
            await page.send(wrong)
        await page.send(b"\x00")
        await page.send('{"is_sounding":true,"idle_s":3}')
        while not (await next_with(page, "snapshot"))["snapshot"]["attendance"]["is_attended"]:
            pass
        room.radio.raise_alarm("png-01")
        while not any(c["shown_at"] for c in (await next_with(page, "snapshot"))["snapshot"]["cases"]):
            pass
        assert room.web.state.web.counts.signs_refused == 7
        assert room.engine.attendance.is_attended(room.clock.now())
    assert not room.engine.attendance.is_attended(room.clock.now())
    await room.engine.stop()


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ('{"is_sounding":true,"idle_s":0}', (True, 0)),
        ('{"is_sounding":false,"idle_s":null}', (False, None)),
        (f'{{"is_sounding":true,"idle_s":{IDLE_S_MAX}}}', (True, IDLE_S_MAX)),
        (f'{{"is_sounding":true,"idle_s":{IDLE_S_MAX + 1}}}', None),
        ('{"is_sounding":true,"idle_s":true}', None),
        ('{"is_sounding":true,"idle_s":1.5}', None),
        ("[" * 60_000, None),
        (None, None),
    ],
)
def test_what_a_console_tells_of_itself_is_judged(told, meant):
    """Nothing else makes a console count as attended."""
    assert told_by(told) == meant
