"""The modem as a channel, over a pty: notices out, delivery reports and answers back."""

import asyncio

import pytest

from basestation.outgoing.channels.channel import Answer, Report, Stage
from basestation.outgoing.channels.modem import twin_network
from basestation.outgoing.channels.modem.waiting import TEXTS_MAX
from tests.basestation.outgoing.channels.modem.conftest import MARA, notice


async def test_a_notice_of_several_parts_is_sent_and_then_delivered(site):
    """Sent when the network took every part, delivered when each was reported."""
    async with site() as at:
        delivery = await at.channel.send(notice(body="Who: Willi Werker. " * 24))
        assert (delivery.stage, delivery.detail) == (Stage.SENT, "taken by the network, 4 parts")
        assert delivery.reference == "sms:251,252,253,254"
        text = "".join(part.text for part in at.modem.sent)
        assert text.startswith(
            "Fall alarm: Willi Werker. Case 7.\nAnswer 4711 and a digit: 1 accept 2 decline."
        )
        assert {part.number for part in at.modem.sent} == {MARA}
        await at.heard.until(reports=1)
        assert at.heard.reports == [Report("case:7/0/0/mara", Stage.DELIVERED, "at the telephone")]
        # References come round after 256.
        assert (await at.channel.send(notice("b"))).reference == "sms:255"
        assert (await at.channel.send(notice("c", mark="drill"))).reference == "sms:0"
        assert at.modem.sent[-1].text.startswith("DRILL - Fall alarm")
        assert at.counted("reports", outcome="delivered") >= 4


async def test_a_report_that_says_no_fails_the_notice_in_words(site):
    """The telephone was off until the text was too old."""
    async with site() as at:
        at.modem.faults.report_status = 0x46
        assert (await at.channel.send(notice())).is_sent
        await at.heard.until(reports=1)
        assert at.heard.reports[0].stage is Stage.FAILED
        assert "the telephone was off" in at.heard.reports[0].detail


@pytest.mark.parametrize("store", ["SM", "SR"])
async def test_a_modem_that_stores_reports_is_read_and_emptied(site, store):
    """It announces them by place; nothing is deleted before it was passed on."""

    def prepare(modem):
        modem.report_store = store
        modem.faults.unknown = ("AT+CNMI=2,1,0,1", 'AT+CPMS="SM","SM"')

    async with site(prepare=prepare, look_s=0.3) as at:
        at.heard.failures = 1
        assert (await at.channel.send(notice())).is_sent
        await at.heard.until(reports=1)
        assert at.heard.attempts == 2
        await at.modem.until(lambda: not at.modem.sim.messages and not at.modem.stored_reports)
        at.modem.receive(MARA, "4711 1")
        await at.heard.until(answers=1)


async def test_a_modem_without_reports_sends_and_says_so(site):
    """Nothing is claimed to be delivered."""

    def prepare(modem):
        modem.faults.unknown = tuple(f"AT+CNMI={mode},{bfr}" for mode in "12" for bfr in ("1,0,1", "1,0,2"))

    async with site(prepare=prepare) as at:
        assert (await at.channel.check()).detail.endswith("no delivery reports")
        assert (await at.channel.send(notice())).is_sent
        assert not at.modem.sent[0].is_reported


async def test_an_answer_is_passed_on_then_deleted_and_its_sender_is_answered(site):
    """Also one of several parts; the words are passed on as they came."""
    async with site() as at:
        at.heard.sentence = "Mara Muster has it."
        at.modem.receive(MARA, "4711 1")
        await at.heard.until(answers=1)
        assert at.heard.answers == [Answer("sms", MARA, "4711 1")]
        [answer] = await at.modem.until_sent(1)
        assert (answer.number, answer.text, answer.is_reported) == (MARA, "Mara Muster has it.", False)
        at.modem.receive(MARA, "4711 7 " + "sitzt wieder, ü€ " * 30)
        await at.heard.until(answers=2)
        assert at.heard.answers[1].text == "4711 7 " + "sitzt wieder, ü€ " * 30
        await at.modem.until_sent(2)
        assert not at.modem.sim.messages


async def test_an_answer_that_cannot_be_stored_stays_in_the_modem(site):
    """And is passed on when it can."""
    async with site(look_s=0.3) as at:
        at.heard.failures = 1
        at.modem.receive(MARA, "4711 1")
        await at.heard.until(attempts=1)
        assert at.modem.sim.messages
        # Its sender has no second chance: it is tried again without being asked.
        await at.heard.until(answers=1)
        await at.modem.until(lambda: not at.modem.sim.messages)
        assert at.counted("unpassed") == 1


async def test_what_machines_send_is_shown_and_never_answered(site):
    """A service with a name, and binary data; two machines cannot talk for ever either."""
    async with site(answers_per_hour_max=2) as at:
        at.heard.sentence = "Nothing was counted."
        at.modem.receive("Mailbox", "You have 1 new message")
        await at.heard.until(answers=1)
        assert at.heard.answers[0].is_automatic
        for number in range(3):
            at.modem.receive(MARA, f"I am out of office {number}")
        await at.heard.until(answers=4)
        await at.modem.until_sent(2)
        await at.modem.until(lambda: not at.modem.sim.messages)
        assert len(at.modem.sent) == 2
        assert at.counted("answers", result="to_a_machine") == at.counted("answers", result="too_many") == 1


async def test_what_cannot_be_deleted_is_passed_on_once(site):
    """Looked at again and again."""
    async with site(look_s=0.2) as at:
        at.modem.faults.is_delete_refused = True
        at.modem.receive(MARA, "4711 1")
        await at.modem.until_asked("AT+CMGD", times=3)
        assert len(at.heard.answers) == 1


async def test_a_message_without_its_end_is_passed_on_when_its_time_is_over_or_the_sim_is_full(site):
    """With a question mark where a part is missing."""
    async with site(look_s=0.2, part_wait_s=0.2) as at:
        first, _ = twin_network.delivered(MARA, "4711 1 " + "x" * 160)
        at.modem.receive_pdu(first)
        await at.heard.until(answers=1)
        assert "[part 2 of 2 is missing?]" in at.heard.answers[0].text
        assert at.counted("received", kind="incomplete") == 1
    async with site(look_s=0.2) as at:
        at.modem.sim.room = 1
        at.modem.receive_pdu(first)
        await at.heard.until(answers=1)
        await at.modem.until(lambda: not at.modem.sim.messages)


async def test_what_cannot_be_read_is_shown_as_such(site):
    """Stored or passed on directly; the channel goes on, and forgets nothing that can be read."""
    async with site(look_s=0.3) as at:
        at.modem.receive_pdu("0004FF91")
        await at.heard.until(answers=1)
        assert at.heard.answers[0].text.startswith("[a message that cannot be read")
        assert at.heard.answers[0].is_automatic
        [pdu] = twin_network.delivered(MARA, "4711 3")
        at.modem.say(f"+CMT: ,23\r\n{pdu}")
        at.modem.say("+CMT: ,23\r\n00")
        at.heard.failures = 1
        await at.heard.until(answers=3)
        assert {answer.text for answer in at.heard.answers[1:]} == {
            "4711 3",
            "[a message that cannot be read: its length is wrong]",
        }
        assert at.counted("received", kind="damaged") == 2
        at.modem.say("RING")
        assert (await at.channel.send(notice())).is_sent
        assert at.counted("received", kind="call") == 1


async def test_a_person_comes_before_a_drill_that_waits(site):
    """The drill was first, and has several parts."""
    async with site() as at:
        at.modem.faults.delay_s = 0.05
        drill = asyncio.create_task(at.channel.send(notice("drill", mark="drill", body="x" * 300)))
        await at.modem.until_sent(1)
        real = asyncio.create_task(at.channel.send(notice("real")))
        assert (await real).is_sent
        assert not drill.done()
        assert (await drill).is_sent
        assert [part.text[:4] for part in at.modem.sent][:2] == ["DRIL", "Fall"]


async def test_without_room_the_least_grave_is_told_so(site):
    """A drill gives way to a person."""
    async with site() as at:
        at.modem.faults.delay_s = 0.1
        drills = [
            asyncio.create_task(at.channel.send(notice(f"drill {number}", mark="drill")))
            for number in range(TEXTS_MAX)
        ]
        await at.modem.until_asked("AT+CMGS")
        real = asyncio.create_task(at.channel.send(notice("real")))
        done, _ = await asyncio.wait([*drills, real], return_when=asyncio.FIRST_COMPLETED, timeout=5)
        assert [task.result().detail for task in done] == ["64 texts wait for the modem already"]
        assert not real.done()
        at.modem.faults.delay_s = 0
        assert (await real).is_sent
        for task in drills:
            task.cancel()


@pytest.mark.parametrize("address", ["0170 1234567", "mara@example.org", ""])
async def test_a_number_without_its_country_fails_at_once(site, address):
    """With the form it needs."""
    async with site(is_ready=False) as at:
        delivery = await at.channel.send(notice(address=address))
        assert delivery.stage is Stage.FAILED
        assert "+491701234567" in delivery.detail
        assert (await at.channel.send(notice())).detail == "the modem is not connected yet"
