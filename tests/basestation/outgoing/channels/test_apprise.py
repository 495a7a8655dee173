"""Webhook and e-mail addresses through apprise, against a real HTTP server on loopback."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace

from basestation.outgoing.channels import Notice
from basestation.outgoing.channels.apprise import AppriseChannel


def _notice(address):
    return Notice(
        key="case:7/0/0/mara",
        case_id=7,
        mark="real",
        recipient="Mara Muster",
        address=address,
        subject="Emergency button: Willi Werker (case 7)",
        body="Who: Willi",
    )


@asynccontextmanager
async def _webhook(status):
    """Serve HTTP that answers every request with `status`; yields its address and what was posted."""
    posted = []

    async def answer(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(
            next(
                line.split(":")[1] for line in head.split("\r\n") if line.lower().startswith("content-length")
            )
        )
        posted.append(json.loads(await reader.readexactly(length)))
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook", posted


async def test_a_webhook_gets_the_text_the_case_and_the_key(tmp_path):
    """So the other side can tell a repeat."""
    async with _webhook("200 OK") as (address, posted):
        delivery = await AppriseChannel().send(_notice(address))
    assert delivery.is_sent
    assert posted[0]["message"] == "Who: Willi"
    assert posted[0]["title"] == "Emergency button: Willi Werker (case 7)"
    assert posted[0]["case"] == "7"
    assert posted[0]["key"] == "case:7/0/0/mara"


async def test_a_notice_with_a_page_ends_with_its_link():
    """Below the text, where mail programs and messengers make it one to press."""
    notice = replace(_notice(""), link="https://rufweite.example/r/token")
    async with _webhook("200 OK") as (address, posted):
        assert (await AppriseChannel().send(replace(notice, address=address))).is_sent
    assert posted[0]["message"].splitlines() == ["Who: Willi", "https://rufweite.example/r/token"]


async def test_a_webhook_that_refuses_is_not_delivered():
    """The status counts."""
    async with _webhook("500 No") as (address, posted):
        delivery = await AppriseChannel().send(_notice(address))
    assert not delivery.is_sent
    assert "refused" in delivery.detail
    assert posted


async def test_a_webhook_nobody_serves_is_not_delivered():
    """And costs no exception."""
    async with _webhook("200 OK") as (address, _):
        pass
    assert not (await AppriseChannel().send(_notice(address))).is_sent


async def test_an_address_apprise_does_not_know_is_said_to_be_so():
    """A misspelt address must not look delivered."""
    delivery = await AppriseChannel().send(_notice("nonsense://?"))
    assert not delivery.is_sent
    assert "none that apprise understands" in delivery.detail


async def test_e_mail_without_a_mail_server_says_what_to_do():
    """Instead of trying some default."""
    delivery = await AppriseChannel().send(_notice("mara@example.com"))
    assert not delivery.is_sent
    assert "mail server" in delivery.detail


async def test_e_mail_goes_through_the_mail_server_of_the_site():
    """A real SMTP conversation, to the address of the recipient."""
    said = []

    async def answer(reader, writer):
        writer.write(b"220 mail\r\n")
        is_data = False
        while line := (await reader.readline()).decode(errors="replace").rstrip("\r\n"):
            said.append(line)
            if is_data and line != ".":
                continue
            is_data = line.upper() == "DATA"
            writer.write(b"354 go\r\n" if is_data else b"250 ok\r\n")
            await writer.drain()
            if line.upper().startswith("QUIT"):
                break
            while (
                is_data and (text := (await reader.readline()).decode(errors="replace").rstrip("\r\n")) != "."
            ):
                said.append(text)
            if is_data:
                is_data = False
                writer.write(b"250 ok\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        channel = AppriseChannel(f"mailto://127.0.0.1:{port}?from=station@example.com&mode=insecure")
        delivery = await channel.send(_notice("mara@example.com"))
    assert delivery.is_sent, delivery
    assert any(
        "RCPT TO:<mara@example.com>" in line.upper().replace("MARA@EXAMPLE.COM", "mara@example.com")
        for line in said
    )
    assert any("case 7" in line for line in said)


async def test_a_server_that_never_answers_does_not_block_the_program():
    """The send waits in a thread of its own; a cancelled one leaves the loop free."""

    async def hold(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    async with server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
        sending = asyncio.create_task(AppriseChannel().send(_notice(address)))
        done, _ = await asyncio.wait({sending}, timeout=0.3)
        assert not done
        sending.cancel()
        await asyncio.wait({sending})
        assert sending.cancelled()
