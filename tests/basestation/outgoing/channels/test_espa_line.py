"""The line as a channel, against a pager system in memory: calls, refusals and faults."""

import asyncio

import pytest
from espa_bench import Site, notice, site

from basestation.outgoing.channels import Delivery, Report, Stage
from basestation.outgoing.channels.espa import line as espa_line
from basestation.outgoing.channels.espa.station import MAY_HAVE_ARRIVED, NO_ACK

ROLES = ["control_station", "slave"]
TEXT = "Case 7: Emergency button: Willi Werker. Hall 3"


@pytest.mark.parametrize("role", ROLES)
async def test_a_call_reaches_the_pager_system_and_is_sent_never_more(role):
    """The pager system has acknowledged it; nobody knows of the pager."""
    async with site(role) as found:
        assert await found.line.send(notice()) == Delivery(Stage.SENT, espa_line.TAKEN)
        [call] = found.pagers.calls
    assert (call.data("1"), call.data("2"), call.data("6")) == ("4711", TEXT, "1")
    assert found.heard.reports.empty()


@pytest.mark.parametrize(("code", "why"), [("2", "busy"), ("3", "does not understand")])
async def test_a_refused_call_says_why(code, why):
    """The sentence of its error code."""
    async with site() as found:
        found.pagers.faults.naks.append(code)
        delivery = await found.line.send(notice())
    assert delivery.stage is Stage.FAILED
    assert why in delivery.detail
    assert found.pagers.calls == []


@pytest.mark.parametrize("role", ROLES)
async def test_a_call_that_arrives_garbled_is_sent_again(role):
    """Once by its code, once by a NAK alone."""
    async with site(role) as found:
        found.pagers.faults.naks.extend(["1", ""])
        assert (await found.line.send(notice())).stage is Stage.SENT
        assert len(found.pagers.calls) == 1


async def test_a_refused_selection_is_tried_again():
    """The pager system was not ready."""
    async with site() as found:
        found.pagers.faults.refused_selections = 1
        assert (await found.line.send(notice())).stage is Stage.SENT


@pytest.mark.parametrize("role", ROLES)
async def test_a_call_whose_ack_is_lost_arrives_twice_rather_than_never(role):
    """The same bytes again, so that the pager system can tell."""
    async with site(role) as found:
        found.pagers.faults.lost_acks = 1
        assert (await found.line.send(notice())).stage is Stage.SENT
        first, second = found.pagers.calls
    assert first == second


async def test_a_call_that_nobody_confirms_may_have_arrived():
    """It failed, is tried again by the outbox, and the detail says the rest."""
    async with site(tries_max=1) as found:
        found.pagers.faults.lost_acks = 1
        assert await found.line.send(notice()) == Delivery(Stage.FAILED, NO_ACK + MAY_HAVE_ARRIVED)


@pytest.mark.parametrize("role", ROLES)
async def test_line_noise_and_slowness_lose_nothing(role):
    """Bytes that belong to nothing are counted."""
    async with site(role) as found:
        found.pagers.faults.noise, found.pagers.faults.delay_s = b"\xff\x80x", 0.02
        assert (await found.line.send(notice())).stage is Stage.SENT
        found.pagers.faults.garbled_statuses = 1
        found.pagers.tell(found.pagers.calls[0], "6")
        assert (await found.heard.next_report()).stage is Stage.DELIVERED
        assert found.counted("noise_bytes")
        assert found.counted("garbled_blocks") == 1


async def test_a_real_alarm_goes_before_every_waiting_test():
    """Eight tests wait for the line when it comes; one has it."""
    async with site() as found:
        trials = [
            asyncio.create_task(found.line.send(notice(f"trial {number}", mark="test", address=str(number))))
            for number in range(8)
        ]
        alarm = asyncio.create_task(found.line.send(notice("alarm", address="911")))
        await asyncio.gather(alarm, *trials)
        assert [call.data("1") for call in found.pagers.calls].index("911") <= 1
        assert len(found.pagers.calls) == 9


async def test_the_tries_of_a_test_give_way_to_an_alarm():
    """The pager system is silent for the test, and answers again when the alarm is there."""
    async with site(tries_max=9) as found:
        found.pagers.faults.is_silent = True
        trial = asyncio.create_task(found.line.send(notice("trial", mark="test", address="1")))
        await found.until(lambda: len(found.line._waiting) == 0 and not found.line._station.is_idle)
        await found.until(lambda: found.line._station._call is not None)
        alarm = asyncio.create_task(found.line.send(notice("alarm", address="911")))
        await found.until(lambda: found.counted("gave_way"))
        found.pagers.faults.is_silent = False
        assert (await alarm).stage is Stage.SENT
        assert (await trial).stage is Stage.SENT
        assert [call.data("1") for call in found.pagers.calls] == ["911", "1"]


async def test_a_call_that_the_line_never_gets_to_has_failed():
    """As slave: the pager system does not ask for it; it is told which."""
    async with site("slave", wait_ms=500) as found:
        found.pagers.faults.is_silent = True
        delivery = await found.line.send(notice())
        assert delivery.stage is Stage.FAILED
        assert delivery.detail.startswith("the pager system has not asked for calls")
        found.pagers.faults.is_silent = False
        # It waits no more: what is told as failed is not sent behind anybody's back.
        assert (await found.line.check()).is_working
        assert found.pagers.calls == []


async def test_a_call_without_room_has_failed_and_the_others_wait():
    """The least grave has to go, at once."""
    async with site("slave", wait_ms=500) as found:
        found.pagers.faults.is_silent = True
        trials = [
            asyncio.create_task(found.line.send(notice(str(number), mark="test", address=str(number))))
            for number in range(64)
        ]
        await found.until(lambda: len(found.line._waiting) == 64)
        alarm = asyncio.create_task(found.line.send(notice("alarm", address="911")))
        assert await trials[-1] == Delivery(Stage.FAILED, espa_line.NO_ROOM)
        found.pagers.faults.is_silent = False
        assert (await alarm).stage is Stage.SENT
        assert found.pagers.calls[0].data("1") == "911"
        await asyncio.gather(*trials)


async def test_a_cancelled_call_that_waits_is_not_sent():
    """The dispatcher has given it up, and tries again by itself."""
    async with site("slave") as found:
        found.pagers.faults.is_silent = True
        sending = asyncio.create_task(found.line.send(notice()))
        await found.until(lambda: len(found.line._waiting) == 1)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        assert len(found.line._waiting) == 0


async def test_a_cancelled_call_that_has_the_line_is_reported_if_it_is_taken():
    """It cannot be called back, so what became of it is told."""
    async with site() as found:
        found.pagers.faults.lost_acks = 1
        sending = asyncio.create_task(found.line.send(notice()))
        await found.pagers.until_calls(1)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        assert await found.heard.next_report() == Report("case:7/0/0/mara", Stage.SENT, espa_line.TAKEN)


@pytest.mark.parametrize(("address", "why"), [("no pager", "must be a pager's number"), ("9/1", "station 9")])
async def test_a_wrong_address_is_told_to_whoever_set_it(address, why):
    """Nothing goes over the line."""
    async with site() as found:
        delivery = await found.line.send(notice(address=address))
    assert delivery.stage is Stage.FAILED
    assert why in delivery.detail


async def test_a_line_that_is_not_served_takes_no_call():
    """And its check says so."""
    found = Site("control_station")
    assert await found.line.send(notice()) == Delivery(Stage.FAILED, espa_line.NOT_SERVED)
    assert not (await found.line.check()).is_working


async def test_a_line_that_stops_being_served_fails_what_waits():
    """Nothing is left hanging at the end."""
    found = Site("slave")
    found.serve_line()
    await found.until(lambda: found.line._problem == "")
    sending = asyncio.create_task(found.line.send(notice()))
    await found.until(lambda: len(found.line._waiting) == 1)
    await found.end()
    assert await sending == Delivery(Stage.FAILED, espa_line.NOT_SERVED)


async def test_a_pager_system_that_dies_half_way_fails_the_call_and_comes_back():
    """At once, with its doubt; what waits behind it fails too, and none of it is sent later."""
    async with site() as found:
        found.pagers.faults.dies_after_bytes = 9
        delivery = await found.line.send(notice())
        assert delivery.stage is Stage.FAILED
        assert delivery.detail.endswith(MAY_HAVE_ARRIVED)
        assert not (await found.line.check()).is_working
        found.pagers.faults.dies_after_bytes = None
        found.wire.plug_in()
        found.serve_pagers()
        await found.until(lambda: found.line._problem == "")
        assert (await found.line.check()).is_working
        assert (await found.line.send(notice())).stage is Stage.SENT
        assert found.counted("lost_ports")


async def test_a_mistake_of_ours_opens_the_line_anew():
    """It is logged, the calls fail at once, and the next one goes out."""
    found = Site("control_station")
    opened = found.line._open_port
    mistakes = [ZeroDivisionError()]

    async def open_wrongly(*arguments):
        if mistakes:
            raise mistakes.pop()
        return await opened(*arguments)

    found.line._open_port = open_wrongly
    found.serve_pagers()
    found.serve_line()
    await found.until(lambda: found.line._problem == espa_line.FAILED)
    await found.until(lambda: found.line._problem == "")
    assert (await found.line.send(notice())).stage is Stage.SENT
    await found.end()


async def test_a_call_that_has_the_line_when_its_time_is_over_is_let_finish():
    """It is known within its tries what becomes of it."""
    async with site(tries_max=9, wait_ms=500) as found:
        found.pagers.faults.is_silent = True
        until_s = asyncio.get_running_loop().time() + 0.55
        sending = asyncio.create_task(found.line.send(notice()))
        await found.until(lambda: asyncio.get_running_loop().time() > until_s)
        found.pagers.faults.is_silent = False
        assert (await sending).stage is Stage.SENT
