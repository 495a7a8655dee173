"""Connections to a receiver at their edges, and the twin's own refusals."""

import asyncio

from basestation.outgoing.channels.dc09 import Dc09Receiver, TwinReceiver
from basestation.outgoing.channels.dc09.frames import FrameReader, Identity, frame, opened
from basestation.outgoing.channels.dc09.wires import open_tcp, open_udp
from tests.basestation.outgoing.channels.dc09_centre import ACCOUNT


async def until(claim):
    """Return when `claim` holds; raises TimeoutError if it does not."""
    async with asyncio.timeout(5):
        while not claim():
            await asyncio.to_thread(lambda: None)


async def test_a_receiver_that_does_not_read_keeps_no_connection():
    """What was not sent is thrown away with the connection."""
    ended = asyncio.Event()

    async def never_read(_reader, writer):
        await ended.wait()
        writer.close()

    server = await asyncio.start_server(never_read, "127.0.0.1", 0)
    async with server:
        wire = await open_tcp(Dc09Receiver(host="127.0.0.1", port=server.sockets[0].getsockname()[1]))
        wire.send(bytes(50_000_000))
        transport = wire._writer.transport
        assert transport.get_write_buffer_size() > 0
        wire.close()
        await until(lambda: transport.get_extra_info("socket").fileno() == -1)
        ended.set()


async def test_of_a_flood_of_datagrams_a_few_are_kept_and_empty_ones_none():
    """An empty one is not the end of a connection."""
    loop = asyncio.get_running_loop()
    server, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
    wire = await open_udp(Dc09Receiver(host="127.0.0.1", port=server.get_extra_info("sockname")[1]))
    us = wire._transport.get_extra_info("sockname")
    server.get_extra_info("socket")._sock.sendto(b"", us)  # asyncio itself sends no empty ones
    for number in range(40):
        server.sendto(b"%d" % number, us)
    await until(wire._came.full)
    server.sendto(b"late", us)
    for _ in range(60):
        await asyncio.to_thread(lambda: None)
    assert [await wire.receive() for _ in range(16)] == [b"%d" % number for number in range(16)]
    wire.close()
    server.close()


async def test_the_twin_refuses_what_a_receiver_refuses():
    """No time, no format it knows, damage."""
    who = Identity(ACCOUNT)
    async with TwinReceiver(ACCOUNT) as centre:
        reader, writer = await asyncio.open_connection("127.0.0.1", centre.port)
        lines = FrameReader()
        for sent, answer in (
            (frame("SIA-DCS", 1, who, "data]"), "NAK"),
            (frame("SIA-XYZ", 1, who, "data]"), "DUH"),
            (frame("SIA-DCS", 1, who, "data]").replace(b"data", b"dato"), "NAK"),
        ):
            writer.write(sent)
            told = []
            while not told:
                told = lines.feed(await reader.read(100))
            assert opened(told[0]).name == answer
        assert centre.damaged == 1
        assert not centre.taken
        writer.close()
