"""Blocking work apart from the loop: what hangs is left behind and counted."""

import asyncio
import threading

import pytest

from basestation.outgoing.channels.https.errands import ERRANDS_MAX, Errands


async def test_an_errand_returns_or_raises_what_its_work_does():
    """In a thread of its own."""
    errands = Errands()
    assert await errands.run(threading.get_ident, 5) != threading.get_ident()
    with pytest.raises(ZeroDivisionError):
        await errands.run(lambda: 1 // 0, 5)


async def test_an_errand_that_hangs_is_left_behind_and_counted_until_it_ends():
    """And too many of them are refused at once."""
    counted, released = [], threading.Event()
    errands = Errands(counted.append)
    hanging = [errands.run(released.wait, 0.01) for _ in range(ERRANDS_MAX)]
    assert all(
        isinstance(one, TimeoutError) for one in await asyncio.gather(*hanging, return_exceptions=True)
    )
    assert max(counted) == ERRANDS_MAX
    with pytest.raises(TimeoutError, match="too many"):
        await errands.run(int, 5)
    released.set()
    async with asyncio.timeout(5):
        while counted[-1]:
            await asyncio.get_running_loop().run_in_executor(None, int)
    assert await errands.run(int, 5) == 0
