"""Shifts: one wearer a device, an end that is asked about, and what a case knows through them."""

from datetime import timedelta

import pytest

from basestation.engine import ShiftRefused
from basestation.store import log
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site


async def _start(site, **changes):
    fields = {
        "worker_id": 1,
        "device": DEVICE,
        "workplace_id": 1,
        "planned_end": site.clock.now() + timedelta(hours=8),
    }
    return await site.engine.start_shift(**{**fields, **changes}, user=OPERATOR)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"worker_id": 9}, "no worker 9"),
        ({"device": "pna-99"}, "no device 'pna-99'"),
        ({"workplace_id": 9}, "no workplace 9"),
    ],
)
async def test_a_shift_of_what_is_not_there_is_refused(tmp_path, changes, sentence):
    """With a sentence that says what to add."""
    async with running_site(tmp_path) as site:
        with pytest.raises(ShiftRefused, match=sentence):
            await _start(site, **changes)


@pytest.mark.parametrize(
    ("hours", "sentence"), [(0, "passed already"), (-1, "passed already"), (24.1, "24 h at most")]
)
async def test_a_planned_end_that_makes_no_sense_is_refused(tmp_path, hours, sentence):
    """Not in the past, not beyond a day."""
    async with running_site(tmp_path) as site:
        with pytest.raises(ShiftRefused, match=sentence):
            await _start(site, planned_end=site.clock.now() + timedelta(hours=hours))
        await _start(site, planned_end=site.clock.now() + timedelta(hours=24))


async def test_a_device_has_one_wearer_and_a_worker_one_device(tmp_path):
    """The sentence names who stands in the way."""
    async with running_site(tmp_path) as site:
        await site.engine.add_worker("Wanda Wache")
        await site.engine.add_device("pna-02")
        first = await _start(site)
        with pytest.raises(ShiftRefused, match=f"worn by Willi Werker .shift {first['id']}."):
            await _start(site, worker_id=2)
        with pytest.raises(ShiftRefused, match="Willi Werker is on shift with pna-01"):
            await _start(site, device="pna-02")
        await site.engine.end_shift(first["id"], OPERATOR)
        await _start(site, worker_id=2)


async def test_the_device_is_told_of_the_start_and_the_end_of_its_shift(tmp_path):
    """It guards only whom the base knows."""
    async with running_site(tmp_path) as site:
        shift = await site.start_shift()
        ended = await site.engine.end_shift(shift["id"], OPERATOR)
        assert ended["ended_by"] == "Otto Operator"
        await site.link.told(DEVICE, "shift", state="off", shift=str(shift["id"]))
        assert await site.engine.shifts() == []
        assert len(await site.engine.shifts(open_only=False)) == 1
        with pytest.raises(ShiftRefused, match="ended already"):
            await site.engine.end_shift(shift["id"], OPERATOR)
        with pytest.raises(ShiftRefused, match="no shift 9"):
            await site.engine.end_shift(9, OPERATOR)


async def test_an_overdue_shift_that_nobody_confirms_is_a_persons_alarm(tmp_path):
    """Asked for two minutes, then raised by the base as a time alarm."""
    async with running_site(tmp_path) as site:
        await site.start_shift(hours=1)
        site.clock.jump(3600)
        ask = await site.link.told(DEVICE, "shift", state="ask")
        assert ask["remaining_ms"] == 120_000
        people = (await site.until(lambda snapshot: snapshot["people"][0]["ask_until"]))["people"]
        assert people[0]["ask_until"] == "2026-03-02T07:02:00.000Z"
        site.clock.jump(119)
        await site.beat()
        assert [case["kind"] for case in await site.cases() if case["is_person"]] == []
        site.clock.jump(1)
        snapshot = await site.until(lambda one: [case for case in one["cases"] if case["kind"] == "time"])
        assert snapshot["cases"][0]["worker"] == "Willi Werker"
        await site.channel.next_notice()


async def test_a_worker_who_confirms_gets_more_time_and_no_alarm(tmp_path):
    """The answer names the question, so an old one counts for nothing."""
    async with running_site(tmp_path) as site:
        await site.start_shift(hours=1)
        site.clock.jump(3600)
        ask = await site.link.told(DEVICE, "shift", state="ask")
        await site.say("confirmed", ask="end-1-0")
        assert (await site.engine.snapshot())["people"][0]["ask_until"]
        await site.say("confirmed", ask=ask["ask"])
        more = await site.link.told(DEVICE, "shift", state="on")
        assert more["remaining_ms"] == 900_000
        site.clock.jump(300)
        await site.beat()
        assert [case for case in await site.cases() if case["is_person"]] == []
        site.clock.jump(600)
        await site.link.told(DEVICE, "shift", state="ask")


async def test_an_end_that_passed_while_the_base_was_down_is_asked_about_at_its_start(tmp_path):
    """Nobody is forgotten because of a restart."""
    async with running_site(tmp_path) as site:
        await site.start_shift(hours=1)
        clock = site.clock
    clock.jump(7200)
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        await site.link.told(DEVICE, "shift", state="ask")


async def test_an_alarm_off_shift_names_the_last_wearer_as_unconfirmed(tmp_path):
    """Who it is must be asked, not assumed."""
    async with running_site(tmp_path) as site:
        shift = await site.start_shift()
        await site.engine.end_shift(shift["id"], OPERATOR)
        await site.raise_alarm()
        case = await site.only_case(worker="Willi Werker", is_wearer_confirmed=False)
        assert case["workplace"] is None
        assert "not confirmed" in (await site.channel.next_notice()).subject


async def test_a_case_keeps_its_worker_and_chain_whatever_is_changed_later(tmp_path):
    """What was true when it opened."""
    async with running_site(tmp_path) as site:
        shift = await site.start_shift()
        await site.raise_alarm()
        await site.engine.end_shift(shift["id"], OPERATOR)
        await site.engine.set_chain(
            type(await site.engine.chain())("Other", (await site.engine.chain()).levels[:1])
        )
        case = await site.only_case(worker="Willi Werker", is_wearer_confirmed=True)
        assert case["next_step"] == "calls level 2: Shift lead"


async def test_cases_of_one_device_are_linked_and_stand_in_their_order(tmp_path):
    """A person's and a technical case of one device are two; not accepted first, then the graver."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.raise_alarm(alarm="1-70", kind="technical", cause="sensor stuck")
        await site.raise_alarm(alarm="1-71", kind="rest")
        await site.raise_alarm(alarm="1-72", kind="silent")
        assert [case["kind"] for case in await site.cases()] == ["silent", "rest", "technical"]
        assert {case["id"]: case["linked"] for case in await site.cases()} == {
            1: [2, 3],
            2: [1, 3],
            3: [1, 2],
        }
        await site.engine.press(3, "accept", OPERATOR)
        assert [case["kind"] for case in await site.cases()] == ["rest", "technical", "silent"]


async def test_a_shift_whose_clearance_cannot_be_judged_begins_all_the_same(tmp_path):
    """A device that guards is better than none; nothing of the judging is kept."""
    async with running_site(tmp_path) as site:

        async def fail(work, view):
            work.log(log.entry(1, "never_kept", {}))
            raise ValueError("a mistake in the judging")

        site.engine._parts.shifts.clear = fail
        assert (await site.start_shift())["clearance"] is None
        assert len(await site.engine.shifts()) == 1
        assert await site.engine.verify_log() == []
