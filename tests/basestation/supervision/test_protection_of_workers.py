"""Who is protected: what the control room sees of it, and the technical alarm when it lasts."""

import json
from datetime import timedelta

from sqlalchemy import select

from basestation.clock import iso
from basestation.mqtt.events import LinkDown, LinkUp
from basestation.store.tables import log, log_contents
from tests.basestation.site_bench import DEVICE, NOW, OPERATOR, running_site


def _at(seconds):
    return iso(NOW + timedelta(seconds=seconds))


async def _person(site, **facts):
    """Return the one worker at work, once these facts are shown."""

    def is_so(snapshot):
        return facts.items() <= snapshot["people"][0].items()

    return (await site.until(is_so))["people"][0]


async def _logged(site, kind):
    query = (
        select(log_contents.c.content).join(log, log.c.seq == log_contents.c.seq).where(log.c.kind == kind)
    )
    async with site.database.connect() as connection:
        return [json.loads(content) for content in (await connection.execute(query)).scalars()]


async def test_what_the_device_says_of_its_protection_is_shown_receipted_and_logged(tmp_path):
    """Unknown until it says something; no case is opened by it."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await _person(site, protection="unknown", protection_reason="unsaid")
        await site.say("protection", state="not_protected", reason="self_test_due")
        await site.link.told(DEVICE, "receipt")
        person = await _person(site, protection="not_protected", protection_reason="self_test_due")
        assert person["protection_since"] == _at(0)
        await site.say("protection", state="protected")
        await _person(site, protection="protected", protection_reason=None)
        await site.say("protection", state="suspended", reason="paused", remaining_ms=600_000)
        person = await _person(site, protection="suspended", protection_reason="paused")
        assert person["protection_until"] == _at(600)
        assert await site.cases() == []
        logged = await _logged(site, "protection_reported")
        assert [entry["state"] for entry in logged] == ["not_protected", "protected", "suspended"]


async def test_a_heartbeat_says_it_too_and_an_older_event_does_not_undo_it(tmp_path):
    """Events are repeated and may come late; a test's word protects nobody."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.beat(seq=50, protection="not_protected", protection_reason="clip_open")
        await _person(site, protection="not_protected", protection_reason="clip_open")
        await site.say("protection", seq=49, state="protected")
        await site.say("protection", seq=51, mark="test", state="protected")
        await site.beat(seq=52)
        await _person(site, protection="not_protected", protection_reason="clip_open")
        await site.beat(seq=53, protection="protected")
        await _person(site, protection="protected")
        logged = await _logged(site, "protection_reported")
        assert logged[0] == {"state": "not_protected", "reason": "clip_open"}


async def test_the_last_self_test_is_kept_with_its_parts_and_touches_no_case(tmp_path):
    """Also one that failed; a real alarm that is open stays as it is."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.raise_alarm(alarm="1-100")
        before = await site.only_case(state="RECEIVED")
        await site.say("self-test", seq=200, mark="test", result="failed", parts={"manual": 1, "position": 0})
        await site.link.told(DEVICE, "receipt", mark="test")
        person = await _person(
            site,
            self_test={
                "result": "failed",
                "at": _at(0),
                "parts": {"manual": 1, "position": 0},
                "mark": "test",
            },
        )
        assert person["protection"] == "unknown"
        # What became of the calls may have come to be known meanwhile.
        (after,) = await site.cases()
        assert after | {"called": None} == before | {"called": None}
        assert (await _logged(site, "self_test_reported"))[0]["result"] == "failed"


async def test_protection_and_self_test_outlive_the_base_station(tmp_path):
    """They are on disk with the receipt, whatever was waiting to be flushed."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.say("protection", state="suspended", reason="paused", remaining_ms=300_000)
        await site.say("self-test", mark="test", result="passed", parts={"manual": 1})
        before = await _person(site, protection="suspended")
        clock = site.clock
        # A kill: the last flush, which the end of the block makes, has nothing to write.
        site.engine._parts.states._unwritten.clear()
    clock.jump(5)
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        after = await _person(site, protection="suspended")
        for name in ("protection_reason", "protection_since", "protection_until", "self_test"):
            assert after[name] == before[name]


async def test_of_a_device_that_is_offline_or_silent_nothing_is_known(tmp_path):
    """Its last word was "protected", and it may be crushed since."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.beat(protection="protected")
        await _person(site, protection="protected")
        await site.say("presence", state="offline", reason="lost")
        await _person(site, protection="unknown", protection_reason="offline")
        site.clock.jump(90)
        await _person(site, protection="unknown", protection_reason="silent")
        await site.beat()
        await _person(site, protection="protected")


async def test_who_is_not_protected_for_five_minutes_is_a_technical_alarm(tmp_path):
    """Counted from its first word, whatever the reason is meanwhile."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.say("protection", state="not_protected", reason="self_test_due")
        for seconds in (60, 60, 60, 60, 59):
            site.clock.jump(seconds)
            await site.beat(protection="not_protected", protection_reason="upright_unknown")
        assert await site.cases() == []
        site.clock.jump(1)
        case = await site.only_case(kind="technical", state="RECEIVED", worker="Willi Werker")
        assert case["cause"] == "the worker is not protected: the device does not know how it is worn"


async def _unprotected(site, reason="self_test_due"):
    """Let the worker be without protection until the technical alarm."""
    await site.say("protection", state="not_protected", reason=reason)
    for _ in range(5):
        site.clock.jump(60)
        await site.beat(protection="not_protected", protection_reason=reason)
    return await site.only_case(kind="technical", state="RECEIVED")


async def test_the_technical_alarm_ends_with_protection_a_suspension_or_the_shift(tmp_path):
    """And waits for its acknowledgement; until then it is one case, however often it comes back."""
    async with running_site(tmp_path) as site:
        shift = await site.start_shift()
        case = await _unprotected(site)
        await site.say("protection", state="protected")
        await site.only_case(id=case["id"], state="GONE")
        assert (await _unprotected(site))["id"] == case["id"]
        await site.say("protection", state="suspended", reason="charging")
        await site.only_case(id=case["id"], state="GONE")
        assert (await _unprotected(site))["id"] == case["id"]
        await site.engine.end_shift(shift["id"], OPERATOR)
        await site.only_case(id=case["id"], state="GONE")
        assert (await site.engine.press(case["id"], "acknowledge", OPERATOR))["state"] == "CLOSED"


async def test_another_reason_is_the_same_case_with_a_newer_cause(tmp_path):
    """One worker, one row; a device that falls silent leaves it open beside the silence."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        case = await _unprotected(site)
        await site.say("protection", state="not_protected", reason="clip_open")
        await site.only_case(id=case["id"], cause="the worker is not protected: the clip or strap is open")
        site.clock.jump(90)
        snapshot = await site.until(lambda one: len(one["cases"]) == 2)
        assert {one["state"] for one in snapshot["cases"]} == {"RECEIVED"}


async def test_the_technical_alarm_outlives_the_base_station_and_ends_after_it(tmp_path):
    """The restarted station opens no second one and closes the first."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        case = await _unprotected(site)
        clock = site.clock
    clock.jump(5)
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        await site.only_case(id=case["id"], state="RECEIVED")
        await site.say("protection", seq=901, state="protected")
        await site.only_case(id=case["id"], state="GONE")


async def test_an_alarm_of_the_devices_own_stands_for_the_same_reason(tmp_path):
    """One fault, one row; when that alarm is over and the reason is not, the station raises its own."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.say("raised", alarm="1-90", alarm_kind="technical", repeat=0, cause="sensor_silent")
        case = await _unprotected(site, "sensor_silent")
        assert (case["alarm"], case["cause"]) == ("1-90", "sensor_silent")
        await site.say("gone", alarm="1-90", alarm_kind="technical")
        for _ in range(5):
            site.clock.jump(60)
            await site.beat(protection="not_protected", protection_reason="sensor_silent")
        snapshot = await site.until(lambda one: len(one["cases"]) == 2)
        cause = "the worker is not protected: the movement sensor says nothing"
        assert {one["cause"] for one in snapshot["cases"]} == {"sensor_silent", cause}


async def test_a_device_that_is_not_heard_is_silent_and_not_also_unprotected(tmp_path):
    """What it said last may be mended since; its silence is the alarm, and there is one row."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.say("protection", state="not_protected", reason="clip_open")
        site.clock.jump(90)
        silent = await site.only_case(kind="technical", state="RECEIVED")
        site.clock.jump(300)
        await site.engine.press(silent["id"], "acknowledge", OPERATOR)
        await site.only_case(id=silent["id"], state="ACKNOWLEDGED")
        await site.beat(protection="not_protected", protection_reason="clip_open")
        await site.until(lambda snapshot: not snapshot["cases"])
        site.clock.jump(15)
        await site.only_case(cause="the worker is not protected: the clip or strap is open")


async def test_a_deaf_station_raises_nothing_and_gives_grace_afterwards(tmp_path):
    """What it did not hear is not the worker's; then the device gets the time to speak."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.say("protection", state="not_protected", reason="clip_open")
        for connection in ("alarms", "heartbeats"):
            site.engine.take(LinkDown(site.clock.now(), connection, "cut"))
        await site.only_case(device="station")
        site.clock.jump(400)
        for connection in ("alarms", "heartbeats"):
            site.engine.take(LinkUp(site.clock.now(), connection))
        site.clock.jump(40)
        await site.beat(protection="protected")
        await _person(site, protection="protected")
        assert [case["device"] for case in await site.cases()] == ["station"]
