"""The path of an alarm through the base station, as stories."""

import pytest

from basestation.casework.pressing import Said
from basestation.engine import UnknownCase, WrongVerb
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site


async def test_an_alarm_calls_level_after_level_until_somebody_accepts(tmp_path):
    """Desk at once, shift lead after 30 s, nobody more after the acceptance, and the worker is told."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.raise_alarm(kind="position")
        receipt = await site.link.told(DEVICE, "receipt", acked_seq=2)
        assert receipt["time_ms"] > 0

        first = await site.channel.next_notice()
        assert first.recipient == "Mara Muster"
        assert "Willi Werker" in first.subject
        assert "Gate 3" in first.body
        assert "case 1" in first.body
        case = await site.only_case(state="RECEIVED", worker="Willi Werker", is_wearer_confirmed=True)
        assert case["next_step"] == "calls level 2: Shift lead"
        assert case["verbs"][0] == "accept"

        site.clock.jump(30)
        second = await site.channel.next_notice()
        assert second.recipient == "Lea Leiter"

        accepted = await site.engine.press(1, "accept", OPERATOR)
        assert accepted["state"] == "ACCEPTED"
        command = await site.link.told(DEVICE, "case-state", state="ACCEPTED", alarm="1-100")
        assert command["by"] == "Otto Operator"
        await site.answer(command)

        site.clock.jump(120)
        await site.beat()
        calls = [notice for notice in site.channel.notices if notice.text_key == "alarm"]
        assert len(calls) == 2


async def test_a_case_goes_from_accept_to_all_clear_with_a_reason(tmp_path):
    """Each press is a state, the log says who and when, and the closed case leaves the list."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.raise_alarm()
        await site.engine.press(1, "accept", OPERATOR)
        await site.engine.press(1, "on_the_way", OPERATOR)
        await site.engine.press(1, "on_scene", OPERATOR)
        with pytest.raises(WrongVerb):
            await site.engine.press(1, "all_clear", OPERATOR, Said("  "))
        closed = await site.engine.press(1, "all_clear", OPERATOR, Said("slipped, unhurt"))
        assert closed["state"] == "CLOSED"
        assert await site.cases() == []
        await site.link.told(DEVICE, "case-state", state="ALL_CLEAR")

        timeline = await site.engine.timeline(1)
        kinds = [entry["kind"] for entry in timeline]
        assert kinds[:3] == ["alarm_reported", "people_found", "notified"]
        assert [entry["user"] for entry in timeline if entry["kind"] == "all_clear_pressed"] == [
            "Otto Operator"
        ]
        assert await site.engine.verify_log() == []


async def test_a_press_on_no_case_is_refused_with_a_sentence(tmp_path):
    """Nobody gets a silent nothing."""
    async with running_site(tmp_path) as site:
        with pytest.raises(UnknownCase, match="no case 7"):
            await site.engine.press(7, "accept", OPERATOR)


async def test_a_pre_alarm_that_is_neither_cancelled_nor_raised_is_raised_by_the_base(tmp_path):
    """A device crushed during its pre-alarm is an alarm ten seconds after the deadline."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.say("pre-alarm", alarm="1-9", alarm_kind="position", deadline_ms=15000)
        await site.only_case(state="PRE_ALARM")
        assert site.channel.attempts == 0
        site.clock.jump(25)
        await site.channel.next_notice()
        await site.only_case(state="RECEIVED", kind="position")


async def test_a_cancelled_pre_alarm_calls_nobody_in_whatever_order_it_arrives(tmp_path):
    """The alarm's own id links the messages, not their order."""
    async with running_site(tmp_path) as site:
        await site.say("cancelled", alarm="1-9", alarm_kind="rest", by="key")
        await site.say("pre-alarm", alarm="1-9", alarm_kind="rest", deadline_ms=15000)
        site.clock.jump(60)
        await site.beat()
        assert await site.cases() == []
        assert site.channel.attempts == 0
