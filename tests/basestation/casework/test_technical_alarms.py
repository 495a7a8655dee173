"""Technical alarms of devices: told apart by their cause, and no flood when a fault comes and goes."""

import pytest

from tests.basestation.site_bench import OPERATOR, running_site


async def _raise(site, alarm, cause, **fields):
    await site.say("raised", alarm=alarm, alarm_kind="technical", repeat=0, cause=cause, **fields)


async def _gone(site, alarm):
    await site.say("gone", alarm=alarm, alarm_kind="technical")


async def test_two_causes_are_two_cases_and_each_ends_by_itself(tmp_path):
    """A flat battery says nothing about the sensor."""
    async with running_site(tmp_path) as site:
        await _raise(site, "1-10", "battery_low")
        await _raise(site, "1-11", "sensor_silent")
        await _gone(site, "1-11")
        cases = {case["cause"]: case["state"] for case in await site.cases()}
        assert cases == {"battery_low": "RECEIVED", "sensor_silent": "GONE"}


async def test_a_fault_that_comes_and_goes_is_one_case_that_sounds_again(tmp_path):
    """Each time under an id of its own; what was said late about an old id ends nothing."""
    async with running_site(tmp_path) as site:
        for number in range(3):
            await _raise(site, f"1-{10 + number}", "sensor_silent", raised_ago_ms=60_000)
            case = await site.only_case(id=1, state="RECEIVED", alarm=f"1-{10 + number}")
            await _gone(site, case["alarm"])
            await site.only_case(id=1, state="GONE")
        await site.engine.press(1, "acknowledge", OPERATOR)
        await _raise(site, "1-20", "sensor_silent")
        assert (await site.only_case(state="RECEIVED"))["id"] == 2


@pytest.mark.parametrize(
    ("cause", "mark", "kind"),
    [
        ("battery_low", "real", "technical"),
        ("sensor_silent", "test", "technical"),
        ("sensor_silent", "real", "rest"),
    ],
)
async def test_another_cause_mark_or_kind_does_not_take_over_a_case_that_is_over(tmp_path, cause, mark, kind):
    """Only the same fault is the same case; a person's alarm never is."""
    async with running_site(tmp_path) as site:
        await _raise(site, "1-10", "sensor_silent")
        await _gone(site, "1-10")
        await site.say("raised", alarm="1-11", alarm_kind=kind, repeat=0, cause=cause, mark=mark)
        cases = await site.cases()
        assert len(cases) == 2
        assert next(case for case in cases if case["id"] == 1)["state"] == "GONE"


async def test_a_fault_that_is_still_on_or_acknowledged_does_not_swallow_a_second_one(tmp_path):
    """The end of the first may be late: it must not end the second."""
    async with running_site(tmp_path) as site:
        await _raise(site, "1-10", "sensor_silent")
        await _raise(site, "1-11", "sensor_silent")
        await _gone(site, "1-10")
        assert {case["alarm"]: case["id"] for case in await site.cases()} == {"1-10": 1, "1-11": 2}
        assert {case["id"]: case["state"] for case in await site.cases()} == {1: "GONE", 2: "RECEIVED"}
