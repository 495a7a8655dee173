"""Two base stations on one PostgreSQL: each takes everything in, and nothing is done twice."""

import asyncio

from sqlalchemy import func, select

from basestation.cases.vigilance import ConsoleSigns
from basestation.store import log
from basestation.store.tables import cases, outbox
from tests.basestation.replicas.side_by_side import WAIT_S, BaseStation, start_shift, two
from tests.basestation.site_bench import DEVICE, OPERATOR


async def _count(station, table, *where):
    async with station.database.connect() as connection:
        return (await connection.execute(select(func.count()).select_from(table).where(*where))).scalar()


def _is(fact):
    async def look():
        return fact()

    return look


async def _on_duty(*both):
    return await both[0].until(lambda: next((one for one in both if one.sharing._duty.is_ours), None))


async def test_what_both_hear_at_once_is_one_case_with_one_call_and_both_send_the_receipt(postgres_url):
    """The unique key decides; whoever loses the race acknowledges and receipts all the same."""
    async with two(postgres_url) as (north, south):
        await asyncio.gather(
            *(one.raise_alarm(seq, f"1-{seq}") for seq in range(1, 9) for one in (north, south))
        )
        for one in (north, south):
            for seq in range(1, 9):
                await one.link.told(DEVICE, "receipt", WAIT_S, acked_seq=seq)
        assert await _count(north, cases, cases.c.device == DEVICE) == 8
        await north.channel.next_notice(WAIT_S)
        for one in (north, south):
            await one.engine.dispatch.idle()
        assert len({notice.key for notice in north.channel.notices}) == north.channel.attempts
        async with north.database.connect() as connection:
            assert await log.verify(connection) == []


async def test_a_console_at_one_sees_and_ends_what_the_other_has_taken_in(postgres_url):
    """Whoever presses where: both show what is stored."""
    async with two(postgres_url) as (north, south):
        await north.raise_alarm()
        shown = await south.until_shown(lambda snapshot: snapshot["cases"])
        case_id = shown["cases"][0]["id"]
        await south.engine.press(case_id, "accept", OPERATOR)
        await north.until_shown(lambda snapshot: snapshot["cases"][0]["state"] == "ACCEPTED")


async def test_a_timer_that_both_see_fall_due_fires_once(postgres_url):
    """It is claimed in the transaction that fires it."""
    async with two(postgres_url) as (north, south):
        await north.raise_alarm()
        await north.channel.next_notice(WAIT_S)
        north.clock.jump(30)
        assert (await north.channel.next_notice(WAIT_S)).recipient == "Lea Leiter"
        timeline = await south.engine.timeline(1)
        assert len([one for one in timeline if one["kind"] == "timer_fired" and one["name"] == "answer"]) == 1


async def test_what_one_was_sending_when_it_was_killed_is_sent_by_the_other(postgres_url):
    """Its claim ends with its session; the key is the same, so a repeat is harmless."""
    async with two(postgres_url) as (north, south):
        north.channel.hang()
        await north.raise_alarm()
        await north.channel.attempted(1, WAIT_S)
        sender, other = (north, south) if north.engine.dispatch._sending else (south, north)
        await sender.crash()
        north.channel.work()
        await other.until_later(_is(lambda: north.channel.notices))
        assert [notice.recipient for notice in north.channel.notices][:1] == ["Mara Muster"]
        await other.engine.dispatch.idle()
        assert await _count(other, outbox, outbox.c.state == "SENT") >= 1


async def test_a_device_and_a_shift_of_one_are_known_to_the_other_within_a_word(postgres_url):
    """Without a restart, and without waiting for a poll."""
    async with two(postgres_url) as (north, south):
        await north.engine.add_device("pna-02")
        await south.until(lambda: south.parts.registry.is_device("pna-02"))
        shift = await start_shift(south)
        await north.until(lambda: north.parts.supervision.is_on_shift(DEVICE))
        await north.engine.end_shift(shift["id"], OPERATOR)
        await south.until(lambda: not south.parts.supervision.is_on_shift(DEVICE))


async def test_news_lost_with_the_session_is_made_good_when_it_is_back(postgres_url):
    """The database may end any session at any time."""
    async with two(postgres_url) as (north, south):
        connection = south.sharing._session._connection
        connection.terminate()
        await north.engine.add_device("pna-02")
        await south.until(lambda: south.parts.registry.is_device("pna-02"))
        assert south.sharing._session._connection is not connection


async def test_silence_is_one_case_and_goes_on_being_watched_when_the_one_on_duty_dies(postgres_url):
    """The other takes the duty over with what is stored."""
    async with two(postgres_url) as (north, south):
        await start_shift(north)
        for number, one in enumerate((north, south), 1):
            await one.beat(number)
            await one.until(lambda one=one: one.parts.supervision.is_on_shift(DEVICE))
        on_duty = await north.until(
            lambda: next((s for s in (north, south) if s.sharing._duty.is_ours), None)
        )
        other = south if on_duty is north else north
        on_duty.clock.jump(90)
        await other.until_shown(lambda snapshot: len(snapshot["cases"]) == 1)
        await other.until(lambda: other.parts.supervision.is_silent(DEVICE))
        await on_duty.crash()
        await other.until_later(_is(lambda: other.sharing._duty.is_ours))
        await other.beat(3)
        await other.until_shown(lambda snapshot: [one["state"] for one in snapshot["cases"]] == ["GONE"])


async def test_whoever_hears_nothing_leaves_the_duty_to_whoever_does(postgres_url):
    """A deaf base station would call nobody silent, or everybody."""
    async with two(postgres_url, is_hearing=False) as (north, south):
        deaf = await _on_duty(north, south)
        other = south if deaf is north else north
        other.hear()
        await other.sharing._roll.enter(other.clock.now())
        await deaf.until_later(_is(lambda: other.sharing._duty.is_ours), 0.5)
        assert (deaf.sharing._duty.is_ours, other.sharing._duty.is_ours) == (False, True)


async def test_somebody_at_a_console_of_one_attends_the_control_room_of_both(postgres_url):
    """And no longer, a few seconds after their console has gone."""
    async with two(postgres_url) as (north, south):
        assert not north.parts.attendance.is_attended(north.clock.now())
        now = south.clock.now()
        south.parts.attendance.consoles = lambda: (ConsoleSigns(now, now),)
        await north.until(lambda: north.parts.attendance.is_attended(north.clock.now()))
        south.parts.attendance.consoles = lambda: ()
        await north.until(lambda: not north.parts.attendance.is_attended(north.clock.now()))


async def test_a_base_station_that_is_missing_is_a_technical_alarm_until_it_is_back(postgres_url):
    """One that was ended in order is not."""
    async with two(postgres_url) as (north, south):
        await south.crash()
        await north.until_later(north.cases, 5)
        case = (await north.cases())[0]
        assert "base station south has not been heard of" in case["cause"]
        again = BaseStation("south", postgres_url, north.clock, north.channel)
        await again.open()

        async def is_gone():
            return [one["state"] for one in await north.cases()] == ["GONE"]

        await north.until_later(is_gone, 5)
        await again.engine.stop()
