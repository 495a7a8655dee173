"""The signal to the outside: sent while the whole way is proven, and by no lie."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from basestation.clock import FakeClock
from basestation.config import ConfigError, load
from basestation.errors import EntryRefused
from basestation.health.dead_man import ALARM_S_MIN, DeadMan, caller, header_in

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


class Outside:
    """The other side: counts the calls and answers as it is told."""

    def __init__(self):
        self.calls, self.fault, self.why = 0, "", ""

    async def call(self):
        self.calls += 1
        return self.fault


def _dead_man(outside, clock):
    return DeadMan(outside.call, lambda: outside.why, clock, 60)


async def test_the_outside_is_called_every_minute_only_while_the_whole_way_is_proven():
    """A station that cannot store, or whose broker delivers nothing, stays silent."""
    outside, clock = Outside(), FakeClock(NOW)
    dead_man = _dead_man(outside, clock)
    assert await dead_man.once() == 60
    assert (outside.calls, dead_man.fault, dead_man.taken_at) == (1, "", NOW)
    outside.why = "database: no commit is proven yet"
    assert await dead_man.once() == 5
    assert (outside.calls, dead_man.fault) == (1, "held back: database: no commit is proven yet")


async def test_a_call_that_fails_is_tried_again_sooner_and_told_after_its_bound():
    """5, 10, 20, 40 s, then every minute; after five minutes it is a technical alarm, until it is taken."""
    outside, clock = Outside(), FakeClock(NOW)
    dead_man = _dead_man(outside, clock)
    outside.fault = "the answer was 500"
    waits = [await dead_man.once() for _ in range(6)]
    assert waits == [5, 10, 20, 40, 60, 60]
    clock.jump(ALARM_S_MIN)
    assert dead_man.alarm(clock.now()) is None
    clock.jump(1)
    assert "not taken for more than 5 min" in dead_man.alarm(clock.now())
    outside.fault = ""
    await dead_man.once()
    assert dead_man.alarm(clock.now()) is None


async def test_a_call_that_raises_or_never_ends_is_a_failure_like_any_other():
    """It holds nothing up and ends nothing."""

    async def breaks():
        raise OSError

    dead_man = DeadMan(breaks, lambda: "", FakeClock(NOW), 60)
    assert await dead_man.once() == 5
    assert dead_man.fault == "it failed: OSError"
    dead_man = DeadMan(asyncio.Event().wait, lambda: "", FakeClock(NOW), 60)
    dead_man.call_s_max = 0.01
    await dead_man.once()
    assert dead_man.fault == "no answer within 0.01 s"


@asynccontextmanager
async def _ear(answers, heard):
    """A server that answers with one status after another and keeps what it heard."""

    async def serve(reader, writer):
        heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(f"HTTP/1.1 {answers.pop(0)} x\r\nContent-Length: 0\r\nLocation: /other\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/ping"


async def test_a_real_call_carries_the_header_and_follows_no_redirection(tmp_path):
    """What another answers than 2xx is a fault; so is nobody."""
    file = tmp_path / "header"
    file.write_text("Authorization: Bearer not-a-real-one\n")
    heard = []
    async with _ear([200, 302], heard) as url:
        call = caller(url, header_in(file))
        assert await call() == ""
        assert "Authorization: Bearer not-a-real-one" in heard[0]
        assert await call() == "the answer was 302"
        assert len(heard) == 2
    assert (await call()).startswith("not reached: ")


@pytest.mark.parametrize("line", ["", "no colon", ": value", "A b: c", "Name:", "Name: a\nOther: b"])
def test_a_header_file_that_holds_no_header_is_refused_with_a_sentence(tmp_path, line):
    """And nothing of it is repeated."""
    file = tmp_path / "header"
    file.write_text(line)
    with pytest.raises(EntryRefused, match="Name: value"):
        header_in(file)
    assert header_in(None) == {}
    with pytest.raises(EntryRefused, match="cannot be read"):
        header_in(tmp_path / "none")


@pytest.mark.parametrize(
    "url", ["http://example.org/ping", "ftp://example.org", "https:///ping", "example.org"]
)
def test_a_signal_that_would_leave_in_plain_text_is_refused(tmp_path, url):
    """Only https, or this machine; the URL may be a secret and is not repeated."""
    file = tmp_path / "site.toml"
    file.write_text(f'dead_man_url = "{url}"\n')
    with pytest.raises(ConfigError, match="only https") as refused:
        load(file)
    assert url not in str(refused.value)
    file.write_text('dead_man_url = "http://127.0.0.1:9/ping"\n')
    assert load(file).dead_man_url
