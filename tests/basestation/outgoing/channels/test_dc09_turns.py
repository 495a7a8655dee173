"""One transaction at a time, the most urgent first; numbers that outlive a restart."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basestation.outgoing.channels.dc09.sequence import (
    BLOCK,
    SEQUENCE_MAX,
    FileSequenceStore,
    MemorySequenceStore,
    Sequence,
)
from basestation.outgoing.channels.dc09.turns import WAITING_MAX, Crowded, GaveWay, Turns, Urgency
from tests.basestation.outgoing.channels.dc09_centre import TRIES

PERSON, TECHNICAL, TEST, SUPERVISION = Urgency


class Line:
    """Work at one receiver, in the order it was begun; each piece runs until it is let go."""

    def __init__(self):
        self.turns = Turns()
        self.begun = []
        self.at_once = 0
        self.at_once_max = 0
        self.let_go = asyncio.Event()

    def start(self, urgency, name):
        async def work():
            self.begun.append(name)
            self.at_once += 1
            self.at_once_max = max(self.at_once, self.at_once_max)
            try:
                await self.let_go.wait()
            finally:
                self.at_once -= 1
            return name

        return asyncio.create_task(self.turns.run(urgency, work))


async def settled():
    """Let everything go on that can."""
    for _ in range(10):
        await asyncio.wait([asyncio.ensure_future(_nothing())])


async def _nothing():
    return None


@TRIES
@given(st.lists(st.sampled_from(Urgency), max_size=12))
def test_the_most_urgent_goes_first_and_never_two_at_once(urgencies):
    """Among equals the one that waited longest."""

    async def story():
        line = Line()
        first = line.start(PERSON, "first")
        await settled()
        tasks = [line.start(urgency, (urgency, number)) for number, urgency in enumerate(urgencies)]
        await settled()
        line.let_go.set()
        await asyncio.gather(first, *tasks)
        assert line.begun == ["first", *sorted((urgency, number) for number, urgency in enumerate(urgencies))]
        assert line.at_once_max == 1

    asyncio.run(story())


@pytest.mark.parametrize("urgency", [TECHNICAL, TEST, SUPERVISION])
async def test_whatever_is_less_gives_way_to_a_persons_alarm(urgency):
    """It does not wait for the end of a test."""
    line = Line()
    test = line.start(urgency, "test")
    await settled()
    alarm = line.start(PERSON, "alarm")
    with pytest.raises(GaveWay):
        await test
    await settled()
    assert line.begun == ["test", "alarm"]
    line.let_go.set()
    assert await alarm == "alarm"


async def test_a_persons_alarm_gives_way_to_nobody():
    """Nor does a test to a technical alarm."""
    for running, coming in ((PERSON, PERSON), (TEST, TECHNICAL)):
        line = Line()
        first = line.start(running, "first")
        await settled()
        second = line.start(coming, "second")
        await settled()
        line.let_go.set()
        assert [await first, await second] == ["first", "second"]


async def test_who_has_the_turn_but_has_not_begun_gives_way_too():
    """To an alarm that comes between the two."""
    line = Line()
    alarms = []
    loop = asyncio.get_running_loop()

    async def first():
        loop.call_soon(lambda: alarms.append(line.start(PERSON, "alarm")))

    running = asyncio.create_task(line.turns.run(TEST, first))
    second = line.start(TEST, "second")
    await running
    with pytest.raises(GaveWay):
        await second
    line.let_go.set()
    assert await alarms[0] == "alarm"
    assert line.begun == ["alarm"]


@pytest.mark.parametrize("moment", ["waiting", "before the turn is handed over", "after it"])
async def test_who_gives_up_waiting_leaves_the_line_and_the_next_goes_on(moment):
    """While it waits, or around the very moment of its turn."""
    line = Line()
    others = []

    async def first():
        await line.let_go.wait()
        if moment == "before the turn is handed over":
            asyncio.get_running_loop().call_soon(others[0].cancel)
        elif moment == "after it":
            asyncio.current_task().add_done_callback(lambda _: others[0].cancel())

    running = asyncio.create_task(line.turns.run(TEST, first))
    others += [line.start(TEST, number) for number in (2, 3)]
    await settled()
    if moment == "waiting":
        others[0].cancel()
        await settled()
    line.let_go.set()
    await running
    assert await others[1] == 3
    assert others[0].cancelled()
    assert line.begun == [3]
    assert await line.start(TEST, 4) == 4, "the line is free again"


async def test_work_that_is_cancelled_from_outside_is_no_giving_way():
    """A time-out is the sender's own."""
    line = Line()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await line.turns.run(TEST, line.let_go.wait)
    line.let_go.set()
    assert await line.start(TEST, "next") == "next"


async def test_work_that_fails_hands_the_turn_on():
    """An error of ours does not close the way."""

    async def failing():
        raise ValueError("ours")

    line = Line()
    with pytest.raises(ValueError, match="ours"):
        await line.turns.run(PERSON, failing)
    line.let_go.set()
    assert await line.start(TEST, "next") == "next"


async def test_beyond_the_bound_the_least_urgent_is_refused_and_no_person():
    """The newest of the least urgent."""
    line = Line()
    first = line.start(PERSON, "first")
    await settled()
    waiting = [line.start(SUPERVISION if number == 5 else TEST, number) for number in range(WAITING_MAX)]
    await settled()
    assert not any(task.done() for task in waiting)
    alarm = line.start(PERSON, "alarm")
    with pytest.raises(Crowded):
        await waiting[5]
    late = line.start(TEST, "late")
    with pytest.raises(Crowded):
        await late
    line.let_go.set()
    await asyncio.gather(first, alarm, *(task for number, task in enumerate(waiting) if number != 5))
    assert line.begun[:2] == ["first", "alarm"]


async def test_numbers_go_round_without_zero_and_are_kept_in_blocks():
    """From 9999 to 1."""
    store = MemorySequenceStore(SEQUENCE_MAX - 2)
    numbers = Sequence(store)
    assert [await numbers.next() for _ in range(4)] == [9998, 9999, 1, 2]
    assert store.number == BLOCK - 2
    assert store.writes == 1
    for _ in range(BLOCK - 4):
        await numbers.next()
    assert store.writes == 1
    assert await numbers.next() == BLOCK - 1
    assert store.writes == 2


async def test_no_number_comes_twice_over_a_restart(tmp_path):
    """From the file, wherever the program was killed."""
    path = tmp_path / "sequence"
    seen = []
    for used in (1, BLOCK - 1, BLOCK, BLOCK + 1):
        numbers = Sequence(FileSequenceStore(path))
        seen += [await numbers.next() for _ in range(used)]
        assert numbers.failures == 0
    assert seen[0] == 1
    assert len(set(seen)) == len(seen)
    assert not path.with_name("sequence.new").exists()


@pytest.mark.parametrize("content", ["", "12345", "-1", "x", "\x00\x00"])
async def test_a_file_that_is_no_number_stops_no_alarm(tmp_path, content):
    """It is counted, and replaced."""
    path = tmp_path / "sequence"
    path.write_text(content)
    numbers = Sequence(FileSequenceStore(path))
    first, second = await numbers.next(), await numbers.next()
    assert 1 <= first <= SEQUENCE_MAX
    assert second == first % SEQUENCE_MAX + 1
    assert numbers.failures == 1
    assert int(path.read_text()) == (first + BLOCK - 2) % SEQUENCE_MAX + 1


async def test_a_disk_that_refuses_or_hangs_stops_no_alarm():
    """And a disk that hangs is asked once, not again and again."""
    store = MemorySequenceStore()
    store.is_failing = True
    numbers = Sequence(store)
    assert 1 <= await numbers.next() <= SEQUENCE_MAX
    assert numbers.failures == 2
    asked = []

    class Hanging(MemorySequenceStore):
        async def keep(self, number):
            asked.append(number)
            await released.wait()
            raise OSError

    released = asyncio.Event()
    numbers = Sequence(Hanging(), disk_s_max=0.01)
    assert [await numbers.next() for _ in range(BLOCK + 1)] == list(range(1, BLOCK + 2))
    assert asked == [BLOCK]
    assert numbers.failures == 2
    released.set()
    await settled()
    for _ in range(BLOCK):
        await numbers.next()
    assert len(asked) == 2
    released.clear()
    for _ in range(BLOCK):
        await numbers.next()
    numbers._at_disk.cancel()
    await settled()
    assert await numbers.next() == 3 * BLOCK + 2
