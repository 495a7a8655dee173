"""Commands: sent when committed, repeated until answered, replaced by newer ones, resumed after silence."""

import pytest
from sqlalchemy import select

from basestation.outgoing.commands import REPEATS, repeat_s
from basestation.store.tables import commands
from tests.basestation.site_bench import DEVICE, OPERATOR, Site, running_site


async def _accepted(site):
    await site.raise_alarm()
    await site.engine.press(1, "accept", OPERATOR)
    return await site.link.told(DEVICE, "case-state", state="ACCEPTED")


async def _results(site):
    async with site.database.connect() as connection:
        query = select(commands.c.kind, commands.c.result).order_by(commands.c.id)
        return [tuple(row) for row in (await connection.execute(query)).all()]


async def test_a_command_is_repeated_under_its_number_until_it_is_answered(tmp_path):
    """Everything down is at most once; the device tells a repeat by its number."""
    async with running_site(tmp_path) as site:
        first = await _accepted(site)
        site.clock.jump(2)
        again = await site.link.told(DEVICE, "case-state")
        assert again == first
        await site.answer(again)
        site.clock.jump(60)
        await site.beat()
        assert "case-state" not in site.link.kinds_sent(DEVICE)
        assert site.metrics.get_sample_value("rufweite_commands_answered_total", {"result": "done"}) == 1


async def test_a_newer_state_of_the_case_replaces_one_that_is_not_answered(tmp_path):
    """The worker hears the latest, never an older state after it."""
    async with running_site(tmp_path) as site:
        await _accepted(site)
        await site.engine.press(1, "on_scene", OPERATOR)
        await site.link.told(DEVICE, "case-state", state="ON_SCENE")
        site.clock.jump(10)
        assert (await site.link.told(DEVICE, "case-state"))["state"] == "ON_SCENE"
        assert await _results(site) == [("case-state", "replaced"), ("case-state", None)]


async def test_a_late_answer_to_a_replaced_command_does_not_answer_the_newer_one(tmp_path):
    """Answers name the number they answer."""
    async with running_site(tmp_path) as site:
        old = await _accepted(site)
        await site.engine.press(1, "on_scene", OPERATOR)
        await site.answer(old)
        assert await _results(site) == [("case-state", "replaced"), ("case-state", None)]


@pytest.mark.parametrize("result", ["unsupported", "refused"])
async def test_a_refusal_is_an_answer_too(tmp_path, result):
    """A device that cannot do it is not asked for ever."""
    async with running_site(tmp_path) as site:
        command = await _accepted(site)
        await site.answer(command, result=result)
        assert await _results(site) == [("case-state", result)]


async def test_an_unanswered_command_rests_after_a_while_and_goes_out_again_at_a_sign_of_life(tmp_path):
    """Bounded in rate and number, and still not lost."""
    async with running_site(tmp_path) as site:
        await _accepted(site)
        await site.engine.press(1, "on_scene", OPERATOR)
        await site.link.told(DEVICE, "case-state", state="ON_SCENE")
        sends = 1
        while (interval_s := repeat_s(sends)) is not None:
            site.clock.jump(interval_s)
            await site.link.told(DEVICE, "case-state", state="ON_SCENE")
            sends += 1
        assert sends == sum(count for count, _ in REPEATS) + 1
        site.clock.jump(3600)
        await site.beat()
        assert "case-state" not in site.link.kinds_sent(DEVICE)
        await site.say("presence", state="online", reason="connected")
        await site.link.told(DEVICE, "case-state", state="ON_SCENE")


async def test_commands_outlive_the_base_station(tmp_path):
    """A restart goes on repeating, and its own numbers never come twice."""
    async with running_site(tmp_path) as site:
        first = await _accepted(site)
        clock = site.clock
    clock.jump(5)
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        assert await site.link.told(DEVICE, "case-state") == first
        await site.raise_alarm(alarm="1-900", seq=900)
        receipt = await site.link.told(DEVICE, "receipt", acked_seq=900)
        assert receipt["boot"] == first["boot"] + 1


async def test_a_time_that_is_left_is_worked_out_anew_at_every_repeat(tmp_path):
    """A shift command that arrives late must not make the shift longer."""
    site = Site(tmp_path)
    await site.open()
    try:
        await site.furnish()
        shift = await site.engine.start_shift(
            worker_id=1,
            device=DEVICE,
            workplace_id=1,
            planned_end=site.clock.now().replace(hour=7),
            user=OPERATOR,
        )
        assert shift["worker"] == "Willi Werker"
        first = await site.link.told(DEVICE, "shift", state="on")
        site.clock.jump(100)
        second = await site.link.told(DEVICE, "shift", state="on")
        assert first["remaining_ms"] - second["remaining_ms"] == 100_000
    finally:
        await site.engine.stop()
