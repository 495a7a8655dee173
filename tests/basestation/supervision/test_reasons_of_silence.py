"""Why a device is silent: told in advance, named in the case, on shift and off; its clock and its starts."""

import pytest

from basestation.clock import to_ms
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site


async def _shown(site):
    return (await site.engine.snapshot())["people"][0]


async def test_switching_off_in_the_shift_is_an_alarm_at_once_and_never_harmless(tmp_path):
    """Also when it is on again: somebody must know."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.say("presence", state="offline", reason="switched_off")
        case = await site.only_case(kind="technical", device=DEVICE, state="RECEIVED")
        assert case["cause"] == "the device was switched off during the shift"
        await site.channel.next_notice()
        await site.say("presence", boot=2, seq=2, state="online", reason="connected")
        await site.only_case(id=case["id"], state="GONE")


async def test_ending_the_shift_afterwards_makes_it_no_harmless_matter(tmp_path):
    """The case stays until somebody has acknowledged it."""
    async with running_site(tmp_path) as site:
        shift = await site.start_shift()
        await site.say("presence", state="offline", reason="switched_off")
        await site.only_case(state="RECEIVED")
        await site.engine.end_shift(shift["id"], OPERATOR)
        await site.only_case(state="GONE")


@pytest.mark.parametrize("reason", ["switched_off", "charging", "restart", "battery_empty", "out_of_area"])
async def test_off_shift_no_reason_opens_a_case(tmp_path, reason):
    """Whoever ends the shift first may switch off."""
    async with running_site(tmp_path) as site:
        shift = await site.start_shift()
        await site.engine.end_shift(shift["id"], OPERATOR)
        await site.say("presence", state="offline", reason=reason)
        site.clock.jump(600)
        await site.beat("off_shift")
        assert await site.cases() == []


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("charging", "the device was put on its charger during the shift"),
        ("restart", "the device has not come back from a restart"),
    ],
)
async def test_the_last_words_are_the_cause_of_the_case(tmp_path, reason, cause):
    """On shift, 20 s later."""
    async with running_site(tmp_path) as site:
        site.clock.jump(60)
        await site.start_shift()
        await site.say("presence", state="offline", reason=reason)
        site.clock.jump(20)
        assert (await site.only_case(state="RECEIVED"))["cause"] == cause


async def test_a_warning_opens_no_case_and_names_the_cause_of_the_silence_that_follows(tmp_path):
    """Also when the base station was restarted in between."""
    async with running_site(tmp_path) as site:
        site.clock.jump(60)
        await site.start_shift()
        await site.say("presence", state="offline", reason="out_of_area")
        await site.beat()
        assert (await _shown(site))["foretold"] == "out_of_area"
        assert (await _shown(site))["presence"] != "offline"
        site.clock.jump(60)
        assert await site.cases() == []
        clock = site.clock
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        await site.say("presence", seq=500, state="offline", reason="lost")
        clock.jump(60)
        assert (await site.only_case())["cause"] == "the device left the area with radio coverage"


async def test_a_greeting_takes_the_warning_back(tmp_path):
    """The wearer came back; what silence follows has another reason."""
    async with running_site(tmp_path) as site:
        site.clock.jump(60)
        await site.start_shift()
        await site.say("presence", state="offline", reason="battery_empty")
        await site.say("presence", state="online", reason="connected")
        assert (await _shown(site))["foretold"] is None
        await site.say("presence", state="offline", reason="lost")
        site.clock.jump(20)
        assert (await site.only_case())["cause"] == "contact with the device is lost"


async def test_a_base_station_that_was_restarted_still_knows_that_a_device_was_switched_off(tmp_path):
    """The case is raised once, whichever of the two was there first."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.say("presence", state="offline", reason="switched_off")
        case = await site.only_case(state="RECEIVED")
        clock = site.clock
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        clock.jump(200)
        await site.say("presence", boot=2, seq=1, state="online", reason="connected")
        await site.only_case(id=case["id"], state="GONE")


async def test_a_start_that_nobody_asked_for_is_shown_with_its_cause(tmp_path):
    """With the sentence of the exception; an ordinary start is none, nor is one before the shift."""
    async with running_site(tmp_path) as site:
        own = {"firmware": "1.0", "settings_version": 0}
        await site.say("started", boot=2, seq=1, cause="watchdog", **own)
        site.clock.jump(60)
        await site.start_shift()
        assert (await _shown(site))["restart"] is None
        await site.say("started", boot=3, seq=1, cause="power_on", **own)
        assert (await _shown(site))["restart"] is None
        error = "link.py:12 ValueError: no"
        await site.say("started", boot=4, seq=1, cause="exception", error=error, **own)
        shown = (await _shown(site))["restart"]
        assert (shown["cause"], shown["error"]) == ("exception", error)
        await site.say("started", boot=2, seq=9, cause="brown_out", **own)
        assert (await _shown(site))["restart"]["cause"] == "exception"


@pytest.mark.parametrize(
    ("offset_s", "error_ms", "is_shown"),
    [(5, 0, False), (6, 0, True), (-6, 1000, False), (-7, 1000, True), (0, 90_000, False)],
)
async def test_a_clock_that_is_wrong_is_shown(tmp_path, offset_s, error_ms, is_shown):
    """By more than 5 s and its own error, to either side; an error of its own is no fault."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.beat()
        assert (await _shown(site))["clock"] == {"offset_s": None, "error_ms": None}
        wall_s = to_ms(site.clock.now()) // 1000 + offset_s
        await site.beat(wall_s=wall_s, wall_error_ms=error_ms)
        expected = {"offset_s": offset_s, "error_ms": error_ms} if is_shown else None
        assert (await _shown(site))["clock"] == expected
