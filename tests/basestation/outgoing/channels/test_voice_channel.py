"""The way of a notice over a telephone system in memory, with everything that goes wrong there."""

import asyncio

import pytest

from basestation.outgoing.channels import Answer, Report, Stage
from basestation.outgoing.channels.voice.calling import Durations
from basestation.outgoing.channels.voice.twin import Fault
from basestation.outgoing.channels.voice.waiting import WAITING_MAX, Urgency, urgency_of
from tests.basestation.outgoing.channels.voice_station import PATIENT, a_notice, served

#: Where something is waited for in vain.
IMPATIENT = Durations(ring_s=0.05, key_s=0.01, setup_s=0.05, speech_s=0.05, judge_s=5)


async def test_a_key_is_the_answer_and_what_it_came_to_is_spoken_back():
    """Picked up is sent; the key comes with its notice and its verb; the caller hears the sentence."""
    async with served(durations=Durations(ring_s=30, key_s=0.05)) as one:
        callee = one.system.callees["200"]
        callee.keys = ("1",)
        delivery = await one.channel.send(a_notice(language="de"))
        assert delivery.stage is Stage.SENT
        await one.station.until(lambda: one.station.answers)
        assert one.station.answers == [Answer("voice", sender="200", key=a_notice().key, verb="accept")]
        assert one.station.reports == [
            Report(a_notice().key, Stage.DELIVERED, "somebody listens and pressed a key")
        ]
        await one.system.until_calls("200", 1)
        async with asyncio.timeout(5):
            while len(callee.heard) < 3:
                one.system._changed.clear()
                await one.system._changed.wait()
        assert "Fall Nummer 1, 2." in callee.heard[0]
        assert callee.heard[1:] == ["You have case 12: accept.", "Auf Wiederhören."]
        assert one.system.telephones[0].languages == ["de"] * 3


async def test_a_voicemail_is_sent_and_then_failed_and_never_an_answer():
    """It picks up and presses nothing."""
    async with served(durations=Durations(ring_s=30, key_s=0.01)) as one:
        assert (await one.channel.send(a_notice())).stage is Stage.SENT
        await one.station.until(lambda: one.station.reports)
        detail = "picked up, no key pressed: may be a voicemail"
        assert one.station.reports == [Report(a_notice().key, Stage.FAILED, detail)]
        assert not one.station.answers
        assert sum("Willi Werker" in text for text in one.system.callees["200"].heard) == 3


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.BUSY, "busy"),
        (Fault.REFUSES, "refused"),
        (Fault.UNKNOWN, "does not know this number"),
        (Fault.NEVER_ANSWERS, "nobody picked up"),
        (Fault.SILENT, "did not ring"),
        (Fault.DIES_RINGING, "it may have rung"),
    ],
)
async def test_what_is_not_picked_up_has_failed_with_a_sentence(fault, words):
    """The next way is tried at once."""
    async with served(durations=IMPATIENT) as one:
        one.system.callees["200"].fault = fault
        delivery = await one.channel.send(a_notice())
        assert delivery.stage is Stage.FAILED
        assert words in delivery.detail
        assert not one.station.reports


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.HANGS_UP, "hung up before a key"),
        (Fault.DIES_TALKING, "lost during the call"),
        (Fault.NEVER_SPOKEN, "the telephone hangs"),
    ],
)
async def test_what_ends_without_a_key_is_reported_failed(fault, words):
    """Picked up had been told already."""
    async with served(durations=IMPATIENT) as one:
        one.system.callees["200"].fault = fault
        assert (await one.channel.send(a_notice())).stage is Stage.SENT
        await one.station.until(lambda: one.station.reports)
        assert one.station.reports[0].stage is Stage.FAILED
        assert words in one.station.reports[0].detail


async def test_what_still_rings_is_sent_and_failed_later():
    """A mobile phone rings longer than an attempt to send may last."""
    ringing = Durations(ring_s=0.2, key_s=1)
    async with served(durations=ringing, send_s_max=0.05) as one:
        one.system.callees["200"].fault = Fault.NEVER_ANSWERS
        delivery = await one.channel.send(a_notice())
        assert delivery.stage is Stage.SENT
        assert "it rings" in delivery.detail
        await one.station.until(lambda: one.station.reports)
        assert "nobody picked up" in one.station.reports[0].detail


async def test_whoever_picks_up_later_is_still_asked():
    """The attempt to send is over, the call is not."""
    async with served(send_s_max=0.05) as one:
        callee = one.system.callees["200"]
        callee.fault, callee.keys = Fault.NEVER_ANSWERS, ("2",)
        assert (await one.channel.send(a_notice())).stage is Stage.SENT
        one.system.telephones[0].pick_up()
        await one.station.until(lambda: one.station.answers)
        assert one.station.answers[0].verb == "decline"


async def test_a_telephone_system_that_says_nothing_does_not_outlast_the_attempt():
    """Whether it rings is not known: it is tried again."""
    async with served(send_s_max=0.05) as one:
        one.system.callees["200"].fault = Fault.SILENT
        delivery = await one.channel.send(a_notice())
        assert delivery.stage is Stage.FAILED
        assert "it may" in delivery.detail


async def test_an_answer_that_is_not_stored_is_counted_and_asked_for_again():
    """The caller must not believe that they have the case."""
    async with served() as one:
        one.station.failures = 2
        one.system.callees["200"].keys = ("1", "1")
        await one.channel.send(a_notice())
        await one.station.until(lambda: one.station.answers)
        assert len(one.station.answers) == 1
        assert "could not be stored" in one.system.callees["200"].heard[1]
        assert one.counted("answers_not_stored_total") == 1
        assert one.counted("reports_not_stored_total") == 1


async def test_an_answer_counts_though_its_caller_hung_up_before_it_was_stored():
    """A slow disk takes no acceptance away; the line stays taken until it is known."""
    async with served() as one:
        one.station.takes_answers.clear()
        one.system.callees["200"].keys = ("1",)
        await one.channel.send(a_notice())
        await one.station.until(lambda: one.station.is_judging)
        one.system.telephones[0].lay_down()
        await asyncio.wait({asyncio.create_task(one.channel.check())})
        assert not one.channel.lines[0].is_free
        one.station.takes_answers.set()
        await one.station.until(lambda: one.station.answers)
        assert one.station.answers[0].verb == "accept"
        assert [report.stage for report in one.station.reports] == [Stage.DELIVERED]


async def test_a_report_that_hangs_keeps_no_key_waiting():
    """The report is counted as lost; the answer is stored."""
    async with served(durations=Durations(ring_s=30, key_s=30, judge_s=0.1)) as one:
        one.station.takes_reports.clear()
        one.system.callees["200"].keys = ("1",)
        await one.channel.send(a_notice())
        await one.station.until(lambda: one.station.answers)
        assert one.counted("reports_not_stored_total") == 1


async def test_a_test_call_gives_way_to_a_real_one():
    """The only line is taken by a drill: it is ended, and told as failed."""
    async with served() as one:
        await one.channel.send(a_notice(key="drill", mark="drill"))
        await one.system.until_calls("200", 1)
        await one.channel.send(a_notice(key="real", address="300"))
        assert one.system.callees["300"].calls == 1
        assert [report.key for report in one.station.reports] == ["drill"]
        assert "a real alarm needs the line" in one.station.reports[0].detail
        assert one.counted("gave_way_total") == 1


async def test_a_real_call_gives_way_to_nothing():
    """The second alarm has failed by this way when no line became free."""
    async with served(wait_s_max=0.05) as one:
        await one.channel.send(a_notice(key="first"))
        delivery = await one.channel.send(a_notice(key="second", address="300"))
        assert delivery.stage is Stage.FAILED
        assert "every line was busy" in delivery.detail
        assert not one.station.reports
        assert one.counted("no_line_total") == 1


async def test_two_lines_hold_two_calls():
    """As many as the site has accounts."""
    async with served(lines=2) as one:
        stages = [
            (await one.channel.send(a_notice(key=number, address=number))).stage for number in ("200", "300")
        ]
        assert stages == [Stage.SENT, Stage.SENT]


async def test_the_urgent_come_first_and_among_equals_who_asked_first():
    """A person, then other real news, then tests."""
    assert urgency_of(a_notice()) is Urgency.PERSON
    assert urgency_of(a_notice(is_person=False)) is Urgency.OTHER
    assert urgency_of(a_notice(text_key="taken")) is Urgency.OTHER
    assert urgency_of(a_notice(mark="test")) is Urgency.TEST
    async with served(durations=Durations(ring_s=0.2, key_s=0.01)) as one:
        one.system.callees["200"].fault = Fault.NEVER_ANSWERS
        sends = [one.channel.send(a_notice(key="0"))]
        order = ("400", {"mark": "test"}), ("500", {"is_person": False}), ("600", {}), ("700", {})
        sends += [one.channel.send(a_notice(key=to, address=to, **changes)) for to, changes in order]
        await asyncio.gather(*sends)
        assert [number for number in one.system.callees if number != "200"] == ["600", "700", "500", "400"]


async def test_too_many_that_wait_refuse_the_least_urgent():
    """The queue has a bound, a counter, and never refuses the alarm for a test."""
    async with served(wait_s_max=0.5) as one:
        one.system.callees["200"].fault = Fault.NEVER_ANSWERS
        first = asyncio.create_task(one.channel.send(a_notice(key="first")))
        await one.system.until_calls("200", 1)
        tests = [one.channel.send(a_notice(key=f"t{index}", mark="test")) for index in range(WAITING_MAX)]
        tests = [asyncio.create_task(test) for test in tests]
        await asyncio.wait(tests, timeout=0)
        real = asyncio.create_task(one.channel.send(a_notice(key="real")))
        done, _ = await asyncio.wait(tests, return_when=asyncio.FIRST_COMPLETED)
        assert {task.result().detail for task in done} == {"too many calls wait already"}
        assert tests[-1] in done
        assert not real.done()
        assert one.counted("crowded_total") == 1
        for task in (first, real, *tests):
            task.cancel()
        await asyncio.gather(first, real, *tests, return_exceptions=True)


async def test_a_send_that_is_given_up_rings_nobody_any_longer():
    """The case may have closed: the call that rings is ended, and the line is free."""
    async with served() as one:
        one.system.callees["200"].fault = Fault.NEVER_ANSWERS
        send = asyncio.create_task(one.channel.send(a_notice()))
        await one.system.until_calls("200", 1)
        send.cancel()
        await asyncio.gather(send, return_exceptions=True)
        assert (await one.channel.send(a_notice(key="next", address="300"))).stage is Stage.SENT


@pytest.mark.parametrize("kind", ["silent", "duress", "manual"])
async def test_in_a_silent_case_the_workers_telephone_never_rings(kind):
    """Whoever threatens them may stand beside it."""
    async with served() as one:
        notice = a_notice(kind=kind, recipient="Willi Werker", is_silent=kind == "manual")
        delivery = await one.channel.send(notice)
        assert "never rung" in delivery.detail
        assert one.system.callees["200"].calls == 0
        assert (await one.channel.send(a_notice(kind=kind, is_silent=True))).is_sent


async def test_what_is_no_number_is_called_by_nobody():
    """An address of another kind fails with a sentence."""
    async with served() as one:
        assert "no telephone number" in (await one.channel.send(a_notice(address="erika@example"))).detail


async def test_the_prefix_for_an_outside_line_is_dialled_first():
    """As the telephone system wants it."""
    async with served(prefix="0") as one:
        await one.channel.send(a_notice(address="+49 30 1234"))
        assert one.system.callees["0+49301234"].calls == 1


async def test_the_code_is_asked_where_the_site_wants_it():
    """The first key alone accepts nothing."""
    async with served(is_code_asked=True) as one:
        one.system.callees["200"].keys = ("1111", "47112")
        await one.channel.send(a_notice())
        await one.station.until(lambda: one.station.answers)
        assert [answer.verb for answer in one.station.answers] == ["decline"]
        assert one.system.callees["200"].heard[1].startswith("That was not the code.")
        assert one.counted("keys_total") == 9


async def test_a_line_that_was_thrown_out_leaves_the_call_to_another():
    """It waited for the next notice when it was told; the notice waits for no registration."""
    async with served(lines=2) as one:
        one.system.telephones[0].refusal = "is not registered"
        assert "by the other lines only" in (await one.channel.check()).detail
        assert (await one.channel.send(a_notice())).stage is Stage.SENT
        assert one.channel.lines[1].calling is not None


async def test_check_asks_the_telephone_system_now():
    """Registered, one of two, refused and not started are four sentences; what is known fails at once."""
    async with served(lines=2) as one:
        assert (await one.channel.check()).detail == "2 of 2 lines are registered"
        one.system.telephones[1].refusal = "is not registered: no licence"
        detail = "line 2 is not registered: no licence; calls go out by the other lines only"
        assert (await one.channel.check()).detail == detail
        one.system.telephones[1].refusal = ""
        one.system.refusal = "is not registered: wrong password"
        health = await one.channel.check()
        assert not health.is_working
        assert "line 1 is not registered: wrong password; line 2" in health.detail
        delivery = await one.channel.send(a_notice())
        assert delivery.detail.startswith("nobody can be called: line 1 is not registered: wrong password")
        assert one.counted("registered", line="1") == 0
    assert (await one.channel.check()).detail == "the lines are not started"
    assert (await one.channel.send(a_notice())).detail == "the lines are not started"
    assert delivery.stage is Stage.FAILED


async def test_a_telephone_that_fails_or_dies_comes_back_by_itself():
    """The line starts another one, and calls again."""
    async with served(failures=1) as one:
        async with asyncio.timeout(15):
            while "told to fail" not in (await one.channel.check()).detail:
                await asyncio.wait({asyncio.create_task(one.system.until_calls("x", 0))})
            await one.channel.lines[0]._registered.wait()
            one.system.telephones[-1].die()
            while one.counted("restarts_total", line="1") < 2:
                await one.channel.check()
            await one.channel.lines[0]._registered.wait()
        assert (await one.channel.send(a_notice())).stage is Stage.SENT
        assert len(one.system.telephones) == 3


async def test_a_mistake_of_ours_ends_no_line():
    """It is logged, the notice has failed, and the next one is called."""
    async with served() as one:
        one.system.callees["200"].keys = None
        assert (await one.channel.send(a_notice())).stage is Stage.SENT
        async with asyncio.timeout(15):
            while len(one.system.telephones) < 2:
                one.system._changed.clear()
                await one.system._changed.wait()
            await one.channel.lines[0]._registered.wait()
        assert "mistake of ours" in one.station.reports[0].detail
        assert (await one.channel.send(a_notice(key="next", address="300"))).stage is Stage.SENT


def test_every_state_has_its_time():
    """None of them lasts for ever but the end."""
    from basestation.outgoing.channels.voice.conversation import State

    assert [state for state in State if PATIENT.of(state) is None] == [State.ENDED]
