"""Nobody in the control room: the next level together with the desk, and a technical alarm."""

import asyncio
from dataclasses import replace

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.cases.vigilance import UNATTENDED_S_MAX
from basestation.supervision.attendance import NOBODY_THERE
from tests.basestation.site_bench import CHAIN, OPERATOR, running_site

#: No wait for a look of the base station is longer than this, in seconds.
WAIT_S_MAX = 20.0
ROOM = Chain(
    "Room",
    (
        Level("Control room", (Recipient("control_room", "Control room"),), 60),
        Level("Shift lead", (Recipient("person", "Lea Leiter", (Way("memory", 1, 300, "lea"),)),), 60),
    ),
)


def leave(site):
    """Let the last console go."""
    site.engine.attendance.consoles = lambda: ()
    site.engine.attendance.wake()


async def unattended(site, state):
    """Return the technical alarm about the control room once it stands so."""
    snapshot = await site.until(
        lambda snapshot: any(
            (case["device"], case["state"]) == ("station", state) for case in snapshot["cases"]
        )
    )
    return next(case for case in snapshot["cases"] if case["device"] == "station")


async def test_without_an_attended_console_the_next_level_is_called_with_the_first_and_it_is_a_fault(
    tmp_path,
):
    """Nobody waits a minute for an empty chair; a second alarm raises no second fault."""
    async with running_site(tmp_path) as site:
        await site.engine.set_chain(ROOM)
        await site.raise_alarm()
        assert (await site.channel.next_notice()).recipient == "Lea Leiter"
        case = await unattended(site, "RECEIVED")
        assert case["kind"] == "technical"
        assert "nobody sat at a console" in case["cause"]
        assert (await site.engine.case(1))["level"] == 1
        await site.raise_alarm("1-101", "rest")
        assert len([case for case in await site.cases() if case["device"] == "station"]) == 1


async def test_with_an_attended_console_the_first_level_has_its_time(tmp_path):
    """And nothing is wrong."""
    async with running_site(tmp_path) as site:
        site.sit_down()
        await site.engine.set_chain(ROOM)
        await site.raise_alarm()
        case = await site.only_case(state="RECEIVED")
        assert case["level"] == 0
        assert case["next_step"] == "calls level 2: Shift lead"
        site.clock.jump(60)
        assert (await site.channel.next_notice()).recipient == "Lea Leiter"


async def test_an_empty_control_room_while_people_work_is_a_fault_after_a_minute_until_somebody_sits_there(
    tmp_path,
):
    """It is acknowledged, not over, while the chair is empty; and it sounds again the next time."""
    async with running_site(tmp_path) as site:
        site.sit_down()
        await site.engine.set_chain(ROOM)
        await site.start_shift()
        left_at = site.clock.now()
        leave(site)
        while not await site.cases():
            await _tens_of_seconds(site, 1)
        assert (site.clock.now() - left_at).total_seconds() >= UNATTENDED_S_MAX
        case = await unattended(site, "RECEIVED")
        assert case["cause"] == NOBODY_THERE
        await site.engine.press(case["id"], "acknowledge", OPERATOR)
        await unattended(site, "ACKNOWLEDGED")
        site.sit_down()
        await site.until(lambda snapshot: not snapshot["cases"])
        assert (await site.engine.snapshot())["attendance"] == {"is_attended": True, "act_s": 600}


async def test_an_empty_control_room_is_no_fault_while_nobody_works_or_no_chain_names_it(tmp_path):
    """A site without a control room has none that could be empty."""
    async with running_site(tmp_path) as site:
        await site.engine.set_chain(ROOM)
        await _tens_of_seconds(site, 12)
        assert await site.cases() == []
        await site.engine.set_chain(replace(CHAIN, name="Room"))
        await site.start_shift()
        await _tens_of_seconds(site, 12)
        assert await site.cases() == []


async def _tens_of_seconds(site, count):
    """Let time pass no faster than the base station looks: hours would be over before it has looked once."""
    pulse = site.engine.pulses["attendance"]
    for _ in range(count):
        site.clock.jump(10)
        await site.beat()
        async with asyncio.timeout(WAIT_S_MAX):
            while pulse.is_busy or pulse.is_overslept(site.clock.now()):
                # A turn for the others, and no work for the base station.
                await asyncio.to_thread(site.clock.now)
