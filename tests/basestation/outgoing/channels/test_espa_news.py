"""What comes back over the line, from a pager system in memory: statuses, and answers to checks."""

import asyncio

import pytest
from espa_bench import Site, notice, site

from basestation.outgoing.channels import Delivery, Report, Stage
from basestation.outgoing.channels.espa.frames import Block
from basestation.outgoing.channels.espa.presence import Presence
from basestation.outgoing.channels.espa.settings import EspaSettings
from basestation.outgoing.channels.espa.station import NO_ANSWER

ROLES = ["control_station", "slave"]
TEXT = "Case 7: Emergency button: Willi Werker. Hall 3"


@pytest.mark.parametrize("role", ROLES)
async def test_statuses_come_back_as_reports(role):
    """Sent out, then acknowledged by the pager."""
    async with site(role) as found:
        await found.line.send(notice())
        for status in "36":
            found.pagers.tell(found.pagers.calls[0], status)
        assert (await found.heard.next_report()).stage is Stage.SENT
        delivered = await found.heard.next_report()
    assert delivered == Report("case:7/0/0/mara", Stage.DELIVERED, "the pager has acknowledged it")


@pytest.mark.parametrize("role", ROLES)
async def test_an_absent_pager_is_a_failure(role):
    """In its charger, or out of reach: another channel is tried."""
    async with site(role) as found:
        await found.line.send(notice())
        found.pagers.tell(found.pagers.calls[0], "4", has_text=True)
        report = await found.heard.next_report()
    assert (report.stage, "absent" in report.detail) == (Stage.FAILED, True)


async def test_a_silent_pager_system_is_a_failure_and_fails_the_check():
    """Nothing of the call went out."""
    async with site(tries_max=1) as found:
        assert (await found.line.check()).is_working
        found.pagers.faults.is_silent = True
        assert await found.line.send(notice()) == Delivery(Stage.FAILED, NO_ANSWER)
        health = await found.line.check()
        assert not health.is_working
        assert "station 2" in health.detail
        found.pagers.faults.is_silent = False
        assert (await found.line.check()).is_working


async def test_a_repeated_status_is_reported_once():
    """Our ACK was lost; the pager system says it again."""
    async with site() as found:
        await found.line.send(notice())
        found.pagers.faults.repeated_statuses = 1
        found.pagers.tell(found.pagers.calls[0], "3")
        await found.until(lambda: found.counted("blocks", use="repeat"))
        assert found.heard.reports.qsize() == 1


async def test_what_is_about_no_call_is_counted():
    """A status of another's call, a block that we do not serve, a record without a code."""
    async with site() as found:
        found.pagers.tell(Block("1", (("1", "999"),)), "6")
        found.pagers.tell_block(
            b"\x015\x021\x1f9\x03" + bytes([ord("5") ^ 2 ^ ord("1") ^ 0x1F ^ ord("9") ^ 3])
        )
        body = b"2\x02rubbish\x03"
        check = 0
        for byte in body:
            check ^= byte
        found.pagers.tell_block(b"\x01" + body + bytes([check]))
        await found.until(lambda: found.counted("blocks", use="about_no_call") == 2)
        assert found.counted("blocks", use="refused") == 1
        assert found.counted("unread_records") == 1


async def test_a_broken_transmitter_fails_the_calls_and_the_check_until_one_goes_out():
    """The pager system says so itself."""
    async with site() as found:
        await found.line.send(notice())
        found.pagers.tell_system("1")
        report = await found.heard.next_report()
        assert (report.stage, "transmitter" in report.detail) == (Stage.FAILED, True)
        assert "transmitter" in (await found.line.check()).detail
        await found.line.send(notice())
        found.pagers.tell(found.pagers.calls[1], "3")
        await found.heard.next_report()
        assert (await found.line.check()).is_working


async def test_a_system_status_that_all_is_well_ends_the_fault():
    """Without a call going out."""
    async with site() as found:
        found.pagers.tell_system("1")
        await found.until(lambda: found.counted("blocks", use="about_no_call"))
        assert not (await found.line.check()).is_working
        found.pagers.tell_system("0")
        await found.until(lambda: found.counted("blocks", use="about_no_call") == 2)
        assert (await found.line.check()).is_working


async def test_a_check_of_a_port_that_is_lost_meanwhile_ends_at_once():
    """With the port's own sentence."""
    async with site() as found:
        found.pagers.faults.is_silent = True
        checking = asyncio.create_task(found.line.check())
        await found.until(lambda: found.line._presence.is_asked)
        found.wire.unplug()
        assert (await checking).detail == "The port was pulled."


async def test_a_slave_is_told_by_the_polls_whether_somebody_is_there():
    """Polled a moment ago; not polled since; not polled at all since the port was opened."""
    async with site("slave", silence_ms=500) as found:
        assert (await found.line.check()).is_working
        found.pagers.faults.is_silent = True
        async with asyncio.timeout(5):
            while (health := await found.line.check()).is_working:
                await found.until(lambda: True)
        assert "has not polled us" in health.detail
    deaf = Site("slave", silence_ms=500)
    deaf.serve_line()
    await deaf.until(lambda: deaf.line._problem == "")
    assert "has not polled us" in (await deaf.line.check()).detail
    await deaf.end()


async def test_a_slave_that_was_just_opened_waits_for_its_first_poll():
    """Before that nobody can tell."""
    found = Site("slave")
    found.serve_line()
    await found.until(lambda: found.line._problem == "")
    checking = asyncio.create_task(found.line.check())
    await found.until(lambda: found.line._presence.is_asked)
    found.serve_pagers()
    assert (await checking).is_working
    await found.end()


async def test_a_status_that_cannot_be_stored_is_told_again():
    """The store fails once; the line goes on meanwhile."""
    async with site() as found:
        await found.line.send(notice())
        found.heard.failures = 1
        found.pagers.tell(found.pagers.calls[0], "6")
        assert (await found.heard.next_report()).stage is Stage.DELIVERED


async def test_a_call_without_a_word_is_asked_for():
    """By its address and text, where the site has set it."""
    async with site(ask_after_ms=100) as found:
        await found.line.send(notice())
        await found.until(lambda: len(found.pagers.taken) == 2)
        assert found.pagers.taken[1] == Block("3", (("1", "4711"), ("2", TEXT)))
        await found.until(lambda: found.line._station.is_idle)
        assert found.counted("calls", result="taken") == 1


async def test_a_question_that_fails_is_no_failed_call():
    """Nobody waits for it."""
    async with site(ask_after_ms=100) as found:
        found.pagers.faults.naks.append("3")
        assert (await found.line.send(notice())).stage is Stage.FAILED
        assert (await found.line.send(notice())).stage is Stage.SENT
        found.pagers.faults.naks.append("3")
        await found.until(lambda: not found.pagers.faults.naks)
        await found.line.check()
        assert found.counted("calls", result="failed") == 1
        assert found.heard.reports.empty()


async def test_too_many_reports_lose_the_oldest_and_count_it():
    """The store is away for long; the newest says most."""
    found = Site("control_station")
    for number in range(514):
        found.line._news.put(Report(str(number), Stage.SENT))
    assert found.counted("reports_lost") == 2
    found.serve_line()
    assert (await found.heard.next_report()).key == "2"
    await found.end()


async def test_every_station_has_to_answer_a_check():
    """The one that does not is named."""
    two = Site("control_station", more_stations=("3",))
    two.serve_pagers()
    two.serve_line()
    await two.until(lambda: two.counted("answers", answer="answered"))
    health = await two.line.check()
    assert (health.is_working, "station 3" in health.detail) == (False, True)
    await two.end()


async def test_a_line_that_is_never_free_says_that_nothing_is_known():
    """Others speak all the time, and end nothing."""
    async with site(more_stations=("3",), wait_ms=500) as found:
        found.pagers.faults.is_silent = True
        checking = asyncio.create_task(found.line.check())
        await found.until(lambda: found.line._presence.is_asked and not found.line._station.is_idle)
        found.wire.send(b"3\x05")
        assert "the line was busy" in (await checking).detail


async def test_signals_that_nobody_waited_for_are_counted():
    """Noise that looks like an answer."""
    async with site() as found:
        await found.until(lambda: found.line._station.is_idle)
        found.wire.send(b"\x06")
        await found.until(lambda: found.counted("unexpected_signals", signal="acked"))


async def test_a_question_for_which_there_is_no_room_is_counted():
    """Every call goes before it."""
    async with site("slave", ask_after_ms=500, wait_ms=2000) as found:
        await found.line.send(notice())
        found.pagers.faults.is_silent = True
        trials = [
            asyncio.create_task(found.line.send(notice(str(number), mark="test", address=str(number))))
            for number in range(64)
        ]
        await found.until(lambda: found.counted("calls", result="not_asked"))
        assert len(found.line._waiting) == 64
        for trial in trials:
            trial.cancel()
        await asyncio.gather(*trials, return_exceptions=True)


async def test_two_checks_at_once_are_both_answered():
    """And the silence of a station that has answered meanwhile is not theirs."""
    presence = Presence(EspaSettings(port="/dev/null", more_stations=("3",)))
    checks = [asyncio.create_task(presence.ask(0, under_way="")) for _ in range(2)]
    await asyncio.wait(checks, timeout=0.01)
    presence.answered("2", 1)
    presence.silent("2")
    presence.answered("3", 2)
    presence.silent("3")
    presence.lost("too late")
    assert [health.is_working for health in await asyncio.gather(*checks)] == [True, True]
    assert not presence.is_asked
