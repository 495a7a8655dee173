"""Whether the mail server answers, against a server on loopback that speaks as much SMTP as is asked."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from basestation.outgoing.channels.mail import MailChannel


@asynccontextmanager
async def _server(answers):
    """Serve SMTP that answers each command by its first word; yields its port and what was said."""
    said = []

    async def talk(reader, writer):
        writer.write(answers["hello"])
        while line := await reader.readline():
            said.append(line.decode().strip())
            word = said[-1].split()[0].lower()
            writer.write(answers.get(word, b"221 bye\r\n" if word == "quit" else b"250 fine\r\n"))
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], said


async def test_a_mail_server_that_answers_and_lets_us_in_works():
    """Nothing is sent: no message, no recipient."""
    answers = {
        "hello": b"220 mail\r\n",
        "ehlo": b"250-mail\r\n250 AUTH PLAIN\r\n",
        "auth": b"235 welcome\r\n",
    }
    async with _server(answers) as (port, said):
        health = await MailChannel(f"mailto://user:pass@localhost:{port}?from=station@site.example").check()
        assert health.is_working, health
        assert [line.split()[0].lower() for line in said] == ["ehlo", "auth", "noop", "quit"]


@pytest.mark.parametrize(
    "answers",
    [
        {"hello": b"554 no service\r\n"},
        {"hello": b"220 mail\r\n", "ehlo": b"250-mail\r\n250 AUTH PLAIN\r\n", "auth": b"535 wrong pass\r\n"},
    ],
)
async def test_a_mail_server_that_refuses_us_does_not_work(answers):
    """Found out by day, not in the emergency; without the words that hold the log-in."""
    async with _server(answers) as (port, _):
        health = await MailChannel(f"mailto://user:pass@localhost:{port}?from=station@site.example").check()
    assert not health.is_working
    assert "pass" not in health.detail
    assert health.detail.startswith("the mail server does not let us in")


async def test_no_mail_server_or_a_dead_one_does_not_work():
    """Nobody set it, nobody listens, or it is no URL."""
    async with _server({}) as (port, _):
        pass
    for url, words in (
        ("", "no mail server is set"),
        (f"mailto://user:pass@localhost:{port}?from=station@site.example", "does not let us in"),
        ("nonsense", "none that apprise understands"),
    ):
        health = await MailChannel(url).check()
        assert not health.is_working
        assert words in health.detail
