"""A battery that will not last the shift: shown beside the worker, and a case if its device says nothing."""

from datetime import timedelta

from basestation.clock import iso
from tests.basestation.site_bench import NOW, OPERATOR, running_site

CAUSE = "the battery will not last until the planned end of the shift"


async def _pass(site, minutes, **battery):
    """Let so many minutes pass with a heartbeat each."""
    for _ in range(minutes):
        site.clock.jump(60)
        await site.beat(**battery)


async def test_until_when_the_battery_lasts_is_shown_beside_the_worker(tmp_path):
    """As the device predicts it; no case while it is long enough, and nothing on the charger."""
    async with running_site(tmp_path) as site:
        await site.start_shift(hours=8)
        await site.beat(battery_percent=90, battery_left_min=520)
        person = (await site.engine.snapshot())["people"][0]
        assert person["battery_until"] == iso(NOW + timedelta(minutes=520))
        await _pass(site, 4, battery_percent=90, battery_left_min=520)
        assert await site.cases() == []
        await site.beat(battery_percent=90, is_charging=True)
        assert (await site.engine.snapshot())["people"][0]["battery_until"] is None


async def test_a_device_that_does_not_say_it_is_spoken_for_after_two_minutes(tmp_path):
    """It restarted, and knows no planned end; the charger ends it, and it waits for its acknowledgement."""
    async with running_site(tmp_path) as site:
        await site.start_shift(hours=8)
        await _pass(site, 1, battery_percent=60, battery_left_min=300)
        assert await site.cases() == []
        await _pass(site, 3, battery_percent=60, battery_left_min=300)
        case = await site.only_case(kind="technical", state="RECEIVED", worker="Willi Werker", cause=CAUSE)
        await _pass(site, 2, battery_percent=60, is_charging=True)
        assert (await site.only_case(state="GONE"))["id"] == case["id"]


async def test_an_alarm_of_the_device_itself_stands_for_both(tmp_path):
    """No second case beside it; once it is gone the base looks for itself."""
    async with running_site(tmp_path) as site:
        await site.start_shift(hours=8)
        await site.raise_alarm(alarm="1-100", kind="technical", cause="battery_short")
        await _pass(site, 6, battery_percent=60, battery_left_min=300)
        assert (await site.only_case(kind="technical"))["cause"] == "battery_short"


async def test_an_old_device_is_judged_by_what_its_charge_lost(tmp_path):
    """It predicts nothing: ten percent in an hour do not carry eight."""
    async with running_site(tmp_path) as site:
        await site.start_shift(hours=8)
        for minute in range(65):
            assert minute > 60 or await site.cases() == []
            await _pass(site, 1, battery_percent=60 - minute // 6)
        await site.only_case(kind="technical", cause=CAUSE)


async def test_the_end_of_the_shift_ends_it_and_a_restart_of_the_station_does_not(tmp_path):
    """Nobody relies on the device any more; until then the case stands, though nothing was said since."""
    async with running_site(tmp_path) as site:
        shift = await site.start_shift(hours=8)
        await _pass(site, 4, battery_percent=60, battery_left_min=300)
        await site.only_case(state="RECEIVED", cause=CAUSE)
        clock = site.clock
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        clock.jump(30)
        assert (await site.only_case(cause=CAUSE))["state"] == "RECEIVED"
        await site.engine.end_shift(shift["id"], OPERATOR)
        clock.jump(60)
        await site.only_case(state="GONE", cause=CAUSE)
