"""Movement around an alarm: kept with its case, and of a cancelled pre-alarm only in trial operation."""

import hashlib
from base64 import b64encode
from datetime import timedelta

import pytest
from sqlalchemy import select

from basestation.engine import Refused
from basestation.store.tables import device_messages, log, trace_pieces
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site

#: (1000, 0, 0) mg and (0, 0, 1000) mg, packed.
LYING, UPRIGHT = (250).to_bytes(4, "little"), (250 << 20).to_bytes(4, "little")


async def _send(site, piece, pieces=3, samples=UPRIGHT * 2, **fields):
    """Let the device send a piece of 40 ms."""
    own = {"alarm": "1-100", "first_ms": -60 + 40 * piece, "interval_ms": 20}
    await site.say(
        "trace", piece=piece, pieces=pieces, samples=b64encode(samples).decode(), **{**own, **fields}
    )


async def _kinds_logged(site):
    async with site.database.connect() as connection:
        return list((await connection.execute(select(log.c.kind).order_by(log.c.seq))).scalars())


async def _rows(site, table):
    async with site.database.connect() as connection:
        return (await connection.execute(select(table))).mappings().all()


async def test_a_trace_is_kept_with_its_case_receipted_and_read_as_a_recording(tmp_path):
    """In any order, with repeats; complete with its digest, in the log of the case."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        await _send(site, 0, upright_mg={"x": 1, "y": 2, "z": 998}, seq=50)
        await site.link.told(DEVICE, "receipt", acked_seq=50)
        await _send(site, 2, samples=LYING, interval_ms=40)
        assert (await site.engine.case(1))["trace"]["is_complete"] is False
        await _send(site, 0, seq=50)
        await site.link.told(DEVICE, "receipt", acked_seq=50)
        await _send(site, 1)
        trace = (await site.engine.case(1))["trace"]
        assert (trace["is_complete"], trace["pieces"], trace["samples"]) == (True, 3, 5)
        assert trace["upright_mg"] == {"x": 1, "y": 2, "z": 998}
        text = await site.engine.traces.read_case(1, OPERATOR)
        assert text.splitlines() == [
            "t_ms,x_mg,y_mg,z_mg",
            "-60,0,0,1000",
            "-40,0,0,1000",
            "-20,0,0,1000",
            "0,0,0,1000",
            "20,1000,0,0",
        ]
        assert hashlib.sha256(text.encode()).hexdigest() == trace["sha256"]
        entries = {entry["kind"]: entry for entry in await site.engine.timeline(1)}
        assert entries["trace_kept"]["sha256"] == trace["sha256"]
        assert entries["trace_read"]["user"] == OPERATOR.display_name


async def test_an_alarm_in_the_minute_of_another_shows_the_movement_kept_with_that_one(tmp_path):
    """One fall is often several alarms; a later alarm of the same device has nothing of it."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        await _send(site, 0, pieces=1)
        site.clock.jump(40)
        await site.raise_alarm(alarm="1-200")
        site.clock.jump(40)
        await site.raise_alarm(alarm="1-300")
        traces = [(await site.engine.case(number))["trace"] for number in (1, 2, 3)]
        assert traces[0] == traces[1]
        assert (traces[0]["alarm"], traces[2]) == ("1-100", None)
        texts = [await site.engine.traces.read_case(number, OPERATOR) for number in (1, 2)]
        assert texts[0] == texts[1]


async def test_a_trace_that_breaks_off_is_kept_as_far_as_it_came(tmp_path):
    """Partial, with the digest of what there is; a sensor that fell silent ends it with fewer pieces."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        assert (await site.engine.case(1))["trace"] is None
        await _send(site, 0)
        trace = (await site.engine.case(1))["trace"]
        assert (trace["is_complete"], trace["pieces"], trace["pieces_expected"]) == (False, 1, 3)
        text = await site.engine.traces.read_case(1, OPERATOR)
        assert hashlib.sha256(text.encode()).hexdigest() == trace["sha256"]
        await _send(site, 1, pieces=2)
        trace = (await site.engine.case(1))["trace"]
        assert (trace["is_complete"], trace["pieces_expected"]) == (True, 2)


async def test_samples_that_are_no_base64_hold_nothing_up(tmp_path):
    """The piece counts, and is empty."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        own = {"alarm": "1-100", "first_ms": 0, "interval_ms": 20}
        await site.say("trace", piece=0, pieces=1, samples="=====", **own)
        trace = (await site.engine.case(1))["trace"]
        assert (trace["is_complete"], trace["samples"]) == (True, 0)


async def test_movement_stands_in_one_table_only(tmp_path):
    """Not with the messages, so that it can be forgotten."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        await _send(site, 0, samples=LYING * 40)
        kept = [row["payload"] for row in await _rows(site, device_messages) if row["kind"] == "trace"]
        assert len(kept) == 1
        assert b"samples" not in kept[0]
        assert b64encode(LYING * 3) not in kept[0]


async def test_a_case_without_a_trace_and_no_case_at_all_are_refused_with_a_sentence(tmp_path):
    """And nothing is logged as read."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm()
        for case_id in (1, 99):
            with pytest.raises(Refused, match=f"No movement was kept with case {case_id}"):
                await site.engine.traces.read_case(case_id, OPERATOR)
        assert "trace_read" not in await _kinds_logged(site)


async def test_without_trial_operation_nothing_of_a_cancelled_pre_alarm_is_kept(tmp_path):
    """Whatever a device sends; it gets its receipt, so that it stops."""
    async with running_site(tmp_path) as site:
        await _send(site, 0, is_trial=True, seq=70)
        await _send(site, 1, is_trial=True)
        await site.link.told(DEVICE, "receipt", acked_seq=70)
        assert await _rows(site, trace_pieces) == []
        assert await site.engine.traces.of_trial() == []
        assert (await _kinds_logged(site)).count("trial_trace_refused") == 1


async def test_trial_operation_is_told_to_every_device_and_ends_by_itself(tmp_path):
    """With the time that is left, again after each start; its traces stay apart from the cases."""
    async with running_site(tmp_path) as site:
        assert await site.engine.trial.show() == {"is_on": False, "ends_at": None}
        shown = await site.engine.trial.switch_on(7, OPERATOR)
        assert shown["is_on"]
        command = await site.link.told(DEVICE, "trial", is_on=True)
        assert command["remaining_ms"] == 7 * 24 * 3600 * 1000
        await site.answer(command)
        site.clock.jump(3600)
        await site.say("started", boot=2, seq=1, firmware="1.0", cause="reset", settings_version=0)
        command = await site.link.told(DEVICE, "trial", is_on=True)
        assert command["remaining_ms"] == (7 * 24 - 1) * 3600 * 1000
        await site.answer(command)
        await site.say("cancelled", alarm="1-100", alarm_kind="rest", by="key")
        await _send(site, 0, pieces=1, is_trial=True)
        kept = await site.engine.traces.of_trial()
        assert [trace["alarm"] for trace in kept] == ["1-100"]
        assert (await site.engine.case(1))["trace"] is None
        assert (await site.engine.traces.read_trial(kept[0]["id"], OPERATOR)).count("\n") == 3
        site.clock.jump(timedelta(days=7).total_seconds() - 3601)
        assert (await site.engine.trial.show())["is_on"]
        site.clock.jump(1)
        assert not (await site.engine.trial.show())["is_on"]
        await _send(site, 0, pieces=1, is_trial=True, alarm="1-200")
        assert len(await site.engine.traces.of_trial()) == 1
        await site.say("started", boot=3, seq=1, firmware="1.0", cause="reset", settings_version=0)
        assert "trial" not in site.link.kinds_sent(DEVICE)


async def test_trial_operation_is_switched_off_on_every_device(tmp_path):
    """And its limits are kept, one step below, at and above each."""
    async with running_site(tmp_path) as site:
        for days, is_taken in ((0, False), (1, True), (2, True), (20, True), (21, True), (22, False)):
            if is_taken:
                await site.engine.trial.switch_on(days, OPERATOR)
                continue
            with pytest.raises(Refused, match="1 to 21 days"):
                await site.engine.trial.switch_on(days, OPERATOR)
        site.link.sent.clear()
        assert not (await site.engine.trial.switch_off(OPERATOR))["is_on"]
        command = await site.link.told(DEVICE, "trial", is_on=False)
        assert command["remaining_ms"] == 0
        kinds = await _kinds_logged(site)
        assert (kinds.count("trial_switched_on"), kinds.count("trial_switched_off")) == (4, 1)
        with pytest.raises(Refused, match="no trace 5"):
            await site.engine.traces.read_trial(5, OPERATOR)
