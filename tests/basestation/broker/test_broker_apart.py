"""The broker and the life of processes: who dies with whom, and who must not."""

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from basestation.broker import ApartBroker, Credential, ExternalBroker, new_credential, probe
from basestation.broker.address import free_port
from tests.basestation.mqtt.station_bench import WAIT_S_MAX, running_station

BASE = new_credential("main")
ANNA, BERT = new_credential("device-anna"), new_credential("device-bert")
ROOT = Path(__file__).parents[3]

#: A base station reduced to its broker; prints the pids, then waits to be killed.
OWNER = """
import asyncio, sys
from pathlib import Path
from basestation.broker import Broker, new_credential
async def main():
    broker = Broker(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2]), new_credential("main"))
    await broker.start()
    print("pid", broker.pid, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


async def until_ended(descriptor: int) -> None:
    """Wait until the process of a pidfd, no child of ours, has gone."""
    gone = asyncio.Event()
    asyncio.get_running_loop().add_reader(descriptor, gone.set)
    try:
        await asyncio.wait_for(gone.wait(), WAIT_S_MAX)
    finally:
        asyncio.get_running_loop().remove_reader(descriptor)
        os.close(descriptor)


@asynccontextmanager
async def process(*arguments: str):
    """Run Python with `arguments`, killed at the end of the block."""
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def line_with(running: asyncio.subprocess.Process, text: str) -> str:
    """Return the next line of a process that has `text` in it."""
    async with asyncio.timeout(WAIT_S_MAX):
        while line := (await running.stdout.readline()).decode():
            if text in line:
                return line
    raise AssertionError(f"the process ended without saying {text!r}")


async def answer_to(broker, device: Credential) -> str:
    """Try a log-in at the broker."""
    return await probe.log_in(broker.address.host, broker.address.port, device.name, device.secret)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
async def test_the_broker_dies_with_a_base_station_that_is_killed_and_the_next_one_starts(tmp_path):
    """No orphan keeps the port or the queues: the next start finds both free."""
    port = str(free_port())
    async with process("-c", OWNER, str(tmp_path), port) as first:
        pid = int((await line_with(first, "pid ")).split()[1])
        descriptor = os.pidfd_open(pid)
        first.kill()
        async with process("-c", OWNER, str(tmp_path), port) as second:
            await until_ended(descriptor)
            assert int((await line_with(second, "pid ")).split()[1]) != pid


async def test_a_broker_apart_outlives_base_stations_and_takes_their_devices(tmp_path):
    """It waits for the first configuration, follows new ones, restarts on request, ends on SIGTERM."""
    broker = ApartBroker(tmp_path, "127.0.0.1", free_port(), BASE)
    command = ("-m", "basestation.broker", "--data-dir", str(tmp_path), "--port", str(broker.address.port))
    async with process(*command) as apart:
        await broker.start([ANNA])
        assert "BrokerUp" in await line_with(apart, "BrokerUp")
        async with running_station(broker.address, BASE):
            assert await answer_to(broker, ANNA) == probe.ACCEPTED
            await broker.set_devices([BERT])
            assert await answer_to(broker, BERT) == probe.ACCEPTED
            assert await answer_to(broker, ANNA) == probe.REFUSED
        await broker.stop()
        assert await answer_to(broker, BERT) == probe.ACCEPTED
        assert await broker.restart("two canaries did not return")
        assert "two canaries" in await line_with(apart, "BrokerDied")
        await line_with(apart, "BrokerUp")
        assert await answer_to(broker, BERT) == probe.ACCEPTED
        apart.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(apart.wait(), WAIT_S_MAX) == 0
    assert await answer_to(broker, BERT) == probe.UNREACHABLE


async def test_an_external_broker_is_used_but_neither_configured_nor_restarted(tmp_path):
    """The base station connects to it like to its own."""
    ours = ApartBroker(tmp_path, "127.0.0.1", free_port(), BASE)
    await ours.start([ANNA])
    command = ("-m", "basestation.broker", "--data-dir", str(tmp_path), "--port", str(ours.address.port))
    async with process(*command) as theirs:
        await line_with(theirs, "BrokerUp")
        external = ExternalBroker("127.0.0.1", ours.address.port)
        await external.start([ANNA, BERT])
        async with running_station(external.address, BASE, user="station/main") as station:
            assert station.link.is_up
        assert await answer_to(external, BERT) == probe.REFUSED
        assert not await external.restart("not well")
        await external.stop()
        assert await answer_to(external, ANNA) == probe.ACCEPTED
