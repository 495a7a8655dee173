"""Virtual time: it jumps, it runs no threads, and it can end somebody at any turn."""

import asyncio

import pytest

from simulator.world.virtual_time import BEGIN, Deadlock, VirtualClock, VirtualLoop


@pytest.fixture
def loop():
    """Give a loop of virtual time."""
    made = VirtualLoop()
    yield made
    made.close()


async def _wait(wait_s):
    await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=wait_s)


def test_hours_pass_in_no_time(loop):
    """Whoever waits for a day is back at once, and the clock says that it was a day."""
    clock = VirtualClock(loop)
    loop.run_until_complete(_wait(86_400))
    assert loop.now_ms() == 86_400_000
    assert (clock.now() - BEGIN).total_seconds() == 86_400


def test_deadlines_come_in_their_order(loop):
    """Whatever is due first happens first, at its own time."""
    came = []
    for at_ms in (3000, 1000, 2000):
        loop.at(at_ms, lambda: came.append(loop.now_ms()))
    loop.run_until_complete(_wait(4))
    assert came == [1000, 2000, 3000]


def test_a_thread_is_not_needed(loop):
    """What is meant for a thread runs where it is called; what it raises comes back."""
    assert loop.run_until_complete(asyncio.to_thread(lambda: 7)) == 7
    with pytest.raises(ZeroDivisionError):
        loop.run_until_complete(asyncio.to_thread(lambda: 1 // 0))


def test_a_world_that_stands_still_says_so(loop):
    """Where nothing can run and nothing is due nobody waits for ever."""
    with pytest.raises(Deadlock):
        loop.run_until_complete(loop.create_future())


def test_the_strike_comes_at_its_turn(loop):
    """A crash can be set to any turn of the loop, and comes once."""
    struck = []
    loop.strike = lambda: struck.append(loop.turns)
    loop.strike_at_turn = 5

    async def turn():
        for _ in range(20):
            await asyncio.to_thread(int)
            await _wait(0.001)

    loop.run_until_complete(turn())
    assert len(struck) == 1
    assert 5 <= struck[0] <= 6
