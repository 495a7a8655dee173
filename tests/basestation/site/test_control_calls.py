"""Control calls at work: asked at the device and on the page, asked again, and an alarm without an answer."""

from datetime import timedelta

import pytest

from basestation.clock import iso
from basestation.errors import EntryRefused
from tests.basestation.site_bench import DEVICE, NOW, OPERATOR, running_site


def _at(seconds):
    return iso(NOW + timedelta(seconds=seconds))


async def _person(site):
    return (await site.engine.snapshot())["people"][0]


async def _asked(site):
    """Ask Willi, and return the question as the device gets it."""
    shift = await site.start_shift()
    call = await site.engine.crew.calls.start(shift["id"], OPERATOR)
    command = await site.link.told(DEVICE, "shift", state="ask")
    assert (command["ask"], command["remaining_ms"]) == (f"call-{call['id']}", 120_000)
    await site.answer(command)
    return command["ask"]


async def test_a_missed_control_call_asks_once_more_and_becomes_a_time_alarm(tmp_path):
    """Each time two minutes; a late answer ends no alarm."""
    async with running_site(tmp_path) as site:
        ask = await _asked(site)
        shown = (await _person(site))["control_call"]
        assert (shown["state"], shown["asked_by"], shown["due_at"]) == ("ASKED", "Otto Operator", _at(120))
        site.clock.jump(120)
        await site.link.told(DEVICE, "shift", state="ask", ask=ask)
        snapshot = await site.until(lambda one: one["people"][0]["control_call"]["state"] == "ASKED_AGAIN")
        assert [case for case in snapshot["cases"] if case["is_person"]] == []
        site.clock.jump(120)
        snapshot = await site.until(lambda one: [case for case in one["cases"] if case["kind"] == "time"])
        assert snapshot["people"][0]["control_call"] is None
        case = next(case for case in snapshot["cases"] if case["kind"] == "time")
        assert (case["worker"], case["cause"]) == ("Willi Werker", "control call not answered")
        await site.say("confirmed", ask=ask)
        assert not await site.engine.crew.calls.confirm_own(1, "page")
        assert [one["state"] for one in await site.cases() if one["kind"] == "time"] == ["RECEIVED"]


@pytest.mark.parametrize("way", ["device", "page"])
async def test_a_worker_who_answers_is_left_alone(tmp_path, way):
    """By the key or on the page; the device stops asking; an answer to something else counts for nothing."""
    async with running_site(tmp_path) as site:
        ask = await _asked(site)
        await site.say("confirmed", ask="call-99")
        await site.say("confirmed", ask="time")
        assert (await _person(site))["control_call"] is not None
        if way == "device":
            await site.say("confirmed", ask=ask)
        else:
            assert await site.engine.crew.calls.confirm_own(1, way)
        await site.link.told(DEVICE, "shift", state="on")
        assert (await _person(site))["control_call"] is None
        site.clock.jump(600)
        await site.beat()
        assert [case for case in await site.cases() if case["kind"] == "time"] == []


async def test_nobody_is_asked_twice_nor_off_shift_nor_while_a_silent_alarm_is_open(tmp_path):
    """Each with its sentence; nothing goes to the device."""
    async with running_site(tmp_path) as site:
        await _asked(site)
        calls = site.engine.crew.calls
        with pytest.raises(EntryRefused, match="being asked already"):
            await calls.start(1, OPERATOR)
        with pytest.raises(EntryRefused, match="not open"):
            await calls.start(9, OPERATOR)
        assert await calls.confirm_own(1, "page")
        await site.raise_alarm(kind="silent")
        site.link.sent.clear()
        with pytest.raises(EntryRefused, match="silent alarm"):
            await calls.start(1, OPERATOR)
        assert [one for one in site.link.sent if one["kind"] == "shift"] == []


async def test_a_call_whose_shift_has_ended_raises_nothing(tmp_path):
    """It is withdrawn; the next shift can be asked."""
    async with running_site(tmp_path) as site:
        await _asked(site)
        await site.engine.end_shift(1, OPERATOR)
        site.clock.jump(300)
        await site.start_shift()
        await site.engine.crew.calls.start(2, OPERATOR)
        assert [case for case in await site.cases() if case["kind"] == "time"] == []


async def test_settings_worn_and_check_ins_are_shown_as_far_as_they_are_known(tmp_path):
    """Unknown at first; then by the settings that the device says it has."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        person = await _person(site)
        assert (person["settings_version"], person["worn"], person["check_in"]["is_on"]) == (None, None, None)
        settings = {"is_time_on": 1, "time_interval_ms": 780_000, "version": 4}
        await site.engine.tuning.note_built(DEVICE, settings, "Otto Officer")
        await site.beat(seq=50, settings_version=4, protection="protected")
        person = (await site.until(lambda one: one["people"][0]["worn"]))["people"][0]
        assert (person["settings_version"], person["check_in"]["next_at"]) == (4, _at(780))
        site.clock.jump(60)
        await site.say("confirmed", seq=51, ask="time")
        check_in = (await _person(site))["check_in"]
        assert check_in == {
            "is_on": True, "interval_s": 780, "confirmed_at": _at(60), "next_at": _at(840),
        }  # fmt: skip
        await site.beat(seq=52, settings_version=4, protection="not_protected", protection_reason="clip_open")
        assert (await _person(site))["worn"] is False
        await site.beat(seq=53, settings_version=4, protection="not_protected", protection_reason="link_lost")
        assert (await _person(site))["worn"] is None
        site.clock.jump(900)
        assert (await _person(site))["check_in"]["next_at"] is None
