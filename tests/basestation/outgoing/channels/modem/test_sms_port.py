"""A serial port that is slow, hangs, or goes away while it is written to."""

import asyncio
import os
import threading
import tty

import pytest
from prometheus_client import CollectorRegistry

from basestation.outgoing.channels.modem.counters import ModemCounters
from basestation.outgoing.channels.modem.errors import LineLost
from basestation.outgoing.channels.modem.port import HANGING_MAX, Threads, open_port
from basestation.outgoing.channels.modem.settings import ModemSettings


def threads():
    """Return threads and what counts those that hang."""
    registry = CollectorRegistry()
    return Threads(ModemCounters(registry)), lambda: registry.get_sample_value(
        "rufweite_sms_hanging_threads_total"
    )


async def test_more_than_the_line_takes_at_once_is_sent_whole_and_a_cut_is_told():
    """The loop runs on meanwhile."""
    master, slave = os.openpty()
    tty.setraw(slave)
    port = await open_port(ModemSettings(port=os.ttyname(slave)), threads()[0])
    data = bytes(range(256)) * 1000
    writing = asyncio.create_task(port.write(data))
    came = b""
    while len(came) < len(data):
        readable = asyncio.Event()
        asyncio.get_running_loop().add_reader(master, readable.set)
        await asyncio.wait_for(readable.wait(), 5)
        came += os.read(master, 65536)
    asyncio.get_running_loop().remove_reader(master)
    await writing
    assert came == data
    gone = asyncio.get_running_loop().create_future()
    port.listen(gone.set_result)
    os.close(master)
    os.close(slave)
    assert await asyncio.wait_for(gone, 5) == b""
    with pytest.raises(LineLost):
        await port.write(b"AT")
    port.close()
    port.close()


async def test_a_call_that_hangs_is_left_behind_counted_and_its_late_result_given_back():
    """No more than a few may hang; then nothing is started any more."""
    held, hanging = threads()
    go_on = threading.Event()
    given_back = threading.Event()

    def hang():
        go_on.wait(10)
        return 7

    for _ in range(HANGING_MAX):
        with pytest.raises(TimeoutError):
            await held.run(hang, 0.01, lambda _: given_back.set())
    assert hanging() == HANGING_MAX
    with pytest.raises(TimeoutError):
        await held.run(lambda: 8, 5, lambda _: None)
    assert hanging() == HANGING_MAX
    go_on.set()
    assert await asyncio.to_thread(given_back.wait, 5)
    assert await held.run(lambda: 8, 5, lambda _: None) == 8
    with pytest.raises(OSError, match="no such port"):
        await held.run(_no_port, 5, lambda _: None)


def _no_port():
    raise OSError("no such port")
