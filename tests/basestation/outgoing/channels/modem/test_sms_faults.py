"""What goes wrong with modem, SIM and network: always a sentence, and the channel comes back by itself."""

import asyncio

import pytest

from basestation.outgoing.channels.channel import Stage
from basestation.outgoing.channels.modem.twin_network import Sim
from tests.basestation.outgoing.channels.modem.conftest import MARA, Site, notice

LONG = "Who: Willi Werker. " * 18


async def test_what_the_network_refuses_fails_in_words_and_goes_on_where_it_stopped(site):
    """The next attempt of the same notice sends the parts that are missing, and no other."""
    async with site() as at:
        at.modem.faults.refusals = ["+CMS ERROR: 42"]
        delivery = await at.channel.send(notice())
        assert (delivery.stage, delivery.detail) == (Stage.FAILED, "the network is congested")
        drill = asyncio.create_task(at.channel.send(notice("long", body=LONG)))
        await at.modem.until_sent(1)
        at.modem.faults.refusals = ["+CMS ERROR: 38"]
        assert (await drill).detail == "part 2 of 3: the network is out of order"
        assert (await at.channel.send(notice("long", body=LONG))).is_sent
        assert [part.place.number for part in at.modem.sent] == [1, 2, 3]
        assert len({part.place.reference for part in at.modem.sent}) == 1
        assert (await at.channel.check()).is_working


@pytest.mark.parametrize(("dies_at", "sent"), [("command", 1), ("prompt", 1), ("taken", 2)])
async def test_what_nobody_acknowledged_may_have_arrived_and_is_sent_again(site, dies_at, sent):
    """Twice rather than never; the modem is set up anew as soon as it speaks again."""
    async with site(answer_s=0.5, send_s=0.5) as at:
        at.modem.faults.dies_at = dies_at
        delivery = await at.channel.send(notice())
        assert delivery.stage is Stage.FAILED
        assert delivery.detail.endswith("it may have arrived")
        assert not (await at.channel.check()).is_working
        assert "does not answer" in (await at.channel.send(notice())).detail
        at.modem.faults.dies_at, at.modem.faults.is_silent = "", False
        at.modem.commands.clear()
        await at.until_ready()
        assert (await at.channel.send(notice())).is_sent
        assert len(at.modem.sent) == sent


async def test_an_attempt_that_was_given_up_is_finished_and_told_to_the_next(site):
    """The dispatcher gives a send up after 20 s; the text goes out once all the same."""
    async with site() as at:
        at.modem.faults.delay_s = 0.1
        attempt = asyncio.create_task(at.channel.send(notice()))
        await at.modem.until_asked("AT+CMGS")
        attempt.cancel()
        await at.modem.until_sent(1)
        at.modem.faults.delay_s = 0
        await at.heard.until(reports=1)
        assert (await at.channel.send(notice())).is_sent
        assert len(at.modem.sent) == 1
        twice = [asyncio.create_task(at.channel.send(notice("twice"))) for _ in range(2)]
        details = {task.result().detail for task in (await asyncio.wait(twice))[0]}
        assert details == {"taken by the network", "the same notice is being sent already"}


async def test_words_in_between_and_noise_change_nothing(site):
    """Between the lines of every answer, at every step."""

    def prepare(modem):
        modem.faults.chatter = (
            "+CREG: 1",
            "RING",
            "^RSSI: 20",
            "garbage \xff\x00",
            "NO CARRIER",
            "+CDS: 5",
            "zz",
        )
        modem.faults.noise = b"\x00\xfe"

    async with site(prepare=prepare) as at:
        assert (await at.channel.check()).is_working
        assert (await at.channel.send(notice())).is_sent
        at.modem.receive(MARA, "4711 1")
        await at.heard.until(answers=1)
        assert at.heard.answers[0].text == "4711 1"
        assert at.counted("lines_unexpected", kind="unknown") > 0
        assert at.counted("lines_unexpected", kind="no_pdu") > 0


async def test_a_modem_that_starts_anew_is_set_up_anew(site):
    """Whether it says so or has merely forgotten its set-up; the PIN is entered again."""
    async with site(Sim(pin="1234"), pin="1234", look_s=60, send_s=20) as at:
        at.modem.faults.delay_s = 0.2
        sending = asyncio.create_task(at.channel.send(notice()))
        await at.modem.until_asked("AT+CMGS")
        at.modem.faults.delay_s = 0
        at.modem.restart()
        assert (await sending).detail == "the modem started anew; it may have arrived"
        await at.until_ready(times=2)
        assert (await at.channel.send(notice())).is_sent
        at.modem._start()
        assert (await at.channel.check()).detail == "the modem has forgotten its set-up"
        assert not (await at.channel.send(notice("lost"))).is_sent
        await at.until_ready(times=3)
        assert (await at.channel.check()).is_working
        assert at.modem.commands.count("AT+CPIN=") == 3
        assert "1234" not in repr(at.channel._settings)


@pytest.mark.parametrize("command", range(1, 9))
async def test_wherever_a_modem_starts_anew_nothing_is_lost(site, command):
    """At each command of sending and receiving: the notice goes out and the answer arrives, at least once."""
    async with site(look_s=0.2) as at:
        at.heard.sentence = "Mara Muster has it."
        at.modem.faults.restarts_in = command
        at.modem.receive(MARA, "4711 1")
        async with asyncio.timeout(20):
            while not (await at.channel.send(notice(body=LONG))).is_sent:
                await at.until_ready(times=2)
        await at.heard.until(answers=1)
        await at.modem.until(lambda: not at.modem.sim.messages)
        await at.modem.until(lambda: "Mara Muster has it." in [part.text for part in at.modem.sent])
        assert {part.place.number for part in at.modem.sent if part.place} == {1, 2, 3}


async def test_a_sentence_for_a_sender_is_tried_three_times(site):
    """Then it is given up and counted; nobody would try it again."""
    async with site() as at:
        at.heard.sentence = "Mara Muster has it."
        at.modem.faults.refusals = ["+CMS ERROR: 42"] * 2
        at.modem.receive(MARA, "4711 1")
        await at.modem.until_sent(1)
        at.modem.faults.refusals = ["+CMS ERROR: 42"] * 3
        at.modem.receive(MARA, "4711 3")
        await at.modem.until(lambda: not at.modem.faults.refusals)
        assert (await at.channel.send(notice())).is_sent
        assert [part.text[:4] for part in at.modem.sent] == ["Mara", "Fall"]
        assert at.counted("answers", result="failed") == 1


async def test_a_modem_that_is_pulled_out_and_put_in_again_goes_on(site):
    """What waits fails at once, so that another channel is tried."""
    async with site() as at:
        at.modem.faults.delay_s = 0.3
        waiting = asyncio.create_task(at.channel.send(notice("waiting")))
        second = asyncio.create_task(at.channel.send(notice("second")))
        await at.modem.until_asked("AT+CMGS")
        at.modem.unplug()
        assert "cut" in (await waiting).detail
        assert "cut" in (await second).detail
        assert not (await at.channel.check()).is_working
        at.modem.faults.delay_s = 0
        at.modem.commands.clear()
        at.modem.plug()
        await at.until_ready()
        assert (await at.channel.send(notice("second"))).is_sent
        assert at.counted("set_ups", result="ready") == 2


async def test_a_wrong_pin_is_tried_once_only(site):
    """Three would lock the SIM; the channel says what to do."""
    async with site(Sim(pin="1234"), pin="4321", is_ready=False) as at:
        await at.modem.until_asked("AT+CPIN=")
        await at.modem.until_asked("ATE0", times=4)
        assert at.modem.sim.tries_left == 2
        health = await at.channel.check()
        assert health.detail == "the SIM did not accept the PIN: correct the setting and start again"
        assert "did not accept the PIN" in (await at.channel.send(notice())).detail
        assert at.modem.commands.count("AT+CPIN=") == 1


@pytest.mark.parametrize(
    ("tries_left", "pin", "unknown", "sentence"),
    [
        (3, "", (), "put it into the settings"),
        (1, "1234", (), "enter it in a telephone"),
        (0, "1234", (), "enter its PUK"),
        (3, "1234", ("AT+CPIN?",), "the modem refused the command"),
        (3, "1234", ("AT+CMGF=0",), "takes no messages as PDUs"),
        (3, "1234", ("AT+CNMI", "AT+CPINR", "AT+CMEE", "AT+CPMS"), "does not announce messages"),
    ],
)
async def test_a_modem_that_cannot_be_used_says_what_to_do(site, tries_left, pin, unknown, sentence):
    """And is tried again, in case somebody did it."""

    def prepare(modem):
        modem.faults.unknown = unknown

    sim = Sim(pin="1234", tries_left=tries_left)
    async with site(sim, prepare=prepare, is_ready=False, pin=pin) as at:
        await at.modem.until_asked("ATE0", times=2)
        assert sentence in (await at.channel.check()).detail
        at.modem.sim.pin, at.modem.sim.tries_left, at.modem.faults.unknown = "", 3, ()
        await at.until_ready()
        assert (await at.channel.check()).is_working


async def test_without_a_network_notices_fail_at_once_and_go_out_when_it_is_back(site):
    """What waits is told too; answers to senders wait."""
    async with site(look_s=0.2) as at:
        at.modem.registration = 3
        health = await at.channel.check()
        assert (health.is_working, health.detail) == (False, "the network refuses the SIM")
        at.heard.sentence = "Nothing was counted."
        at.modem.receive(MARA, "hm")
        await at.heard.until(answers=1)
        assert (await at.channel.send(notice())).detail == "the network refuses the SIM"
        assert at.modem.sent == []
        at.modem.registration = 1
        [answer] = await at.modem.until_sent(1)
        assert answer.text == "Nothing was counted."
        assert (await at.channel.send(notice())).is_sent
        at.modem.faults.delay_s = 0.05
        waiting = [asyncio.create_task(at.channel.send(notice(f"{number}"))) for number in range(9)]
        await at.modem.until_asked("AT+CMGS", times=3)
        at.modem.registration = 2
        await at.channel.check()
        assert (await asyncio.wait_for(waiting[-1], 5)).detail.startswith("the modem looks for a network")


async def test_a_check_asks_network_signal_and_store(site):
    """The modem itself, now."""
    async with site(signal_dbm_min=-105, answer_s=0.5) as at:
        assert (await at.channel.check()).detail == (
            "registered with Testnetz, signal -73 dBm, 0 of 10 messages stored"
        )
        at.modem.strength = 4
        assert (await at.channel.check()).is_working
        at.modem.strength = 3
        assert "look at the aerial" in (await at.channel.check()).detail
        at.modem.strength = 99
        assert "signal unknown" in (await at.channel.check()).detail
        at.modem.faults.unknown = ("AT+CPMS?",)
        assert (await at.channel.check()).detail.endswith("messages stored unknown")
        at.modem.faults.unknown = ()
        at.modem.sim.room = 0
        assert "the SIM is full" in (await at.channel.check()).detail
        at.modem.faults.unknown = ("AT+COPS", "AT+CSQ", "AT+CPMS", "AT+CREG", "AT+CMGL")
        assert "does not say" in (await at.channel.check()).detail
        at.modem.faults.is_silent = True
        assert "does not answer" in (await at.channel.check()).detail
        # Whoever was silent is not believed: a late answer would be that of the next question.
        at.modem.faults.is_silent, at.modem.faults.unknown = False, ()
        at.modem.commands.clear()
        await at.until_ready()


async def test_a_port_that_is_not_there_is_said_to_be(tmp_path):
    """Also to whoever sends."""
    at = Site(tmp_path, None, {})
    at.modem.unplug()
    serving = asyncio.create_task(at.channel.serve(at.heard))
    await asyncio.wait_for(at.back_off.failed.wait(), 5)
    assert "cannot be opened" in (await at.channel.check()).detail
    assert "plugged in" in (await at.channel.send(notice())).detail
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert (await at.channel.send(notice())).detail == "the base station has stopped"
