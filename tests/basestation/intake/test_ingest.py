"""What devices say: kept before it is acknowledged, acted upon once, set aside when nobody understands it."""

import asyncio
import contextlib
import json

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from basestation.casework.pressing import Said
from basestation.store.tables import device_messages, quarantine
from protocol import codec
from tests.basestation.site_bench import CHAIN, DEVICE, OPERATOR, running_site
from tests.store_faults import refuse


async def _rows(site, table):
    async with site.database.connect() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


def _raised(seq=5, alarm="1-5", kind="manual", mark="real", **fields):
    return codec.encode(
        "raised", DEVICE, 1, seq, mark, {"alarm": alarm, "alarm_kind": kind, "repeat": 0, **fields}
    )


async def _put(site, payload, device=DEVICE, channel="event"):
    await asyncio.wait_for(site.link.put(device, channel, payload).wait(), 5)


async def test_a_repeated_alarm_opens_no_second_case_and_is_receipted_again(tmp_path):
    """The device repeats until the receipt; receipts get lost."""
    async with running_site(tmp_path) as site:
        for repeat in range(3):
            payload = json.loads(_raised())
            payload["repeat"] = repeat
            await _put(site, json.dumps(payload).encode())
            await site.link.told(DEVICE, "receipt", acked_boot=1, acked_seq=5)
        assert len(await site.cases()) == 1
        assert await _rows(site, device_messages) == 1
        await site.channel.next_notice()
        assert len(site.channel.notices) == 1
        assert site.metrics.get_sample_value("rufweite_message_repeats_total") == 2


async def test_the_same_batch_delivered_again_changes_nothing(tmp_path):
    """The broker delivers again what was not acknowledged in time, in any order."""
    async with running_site(tmp_path) as site:
        payloads = [
            codec.encode(
                "pre-alarm", DEVICE, 1, 4, "real", {"alarm": "1-4", "alarm_kind": "rest", "deadline_ms": 9000}
            ),
            codec.encode("raised", DEVICE, 1, 5, "real", {"alarm": "1-4", "alarm_kind": "rest", "repeat": 0}),
        ]
        events = [
            site.link.put(DEVICE, "event", payload) for payload in [*reversed(payloads), *payloads, *payloads]
        ]
        await asyncio.gather(*[asyncio.wait_for(one.wait(), 5) for one in events])
        case = await site.only_case(state="RECEIVED", kind="rest")
        assert [entry["kind"] for entry in await site.engine.timeline(case["id"])].count(
            "alarm_reported"
        ) == 1


async def test_an_alarm_kind_nobody_knows_is_a_persons_alarm(tmp_path):
    """A newer device must not be taken for a technical fault."""
    async with running_site(tmp_path) as site:
        await _put(site, _raised(kind="avalanche"))
        case = await site.only_case(kind="avalanche", is_person=True)
        assert case["gravity"] == 1


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"no json at all", "not_json"),
        (b"\xff\xfe\x00", "not_json"),
        (b'{"v":1}', "missing_field"),
        (b" " * 5000, "too_long"),
        (b'{"v":1,"kind":"raised","device":"pna-01","boot":"1","seq":1,"mark":"real"}', "wrong_type"),
        (b'{"v":1,"kind":"sneeze","device":"pna-01","boot":1,"seq":1,"mark":"real"}', "unknown_kind"),
        (codec.encode("confirmed", "pna-99", 1, 1, "real", {"ask": "x"}), "foreign_device"),
    ],
)
async def test_what_nobody_understands_is_kept_acknowledged_counted_and_a_technical_alarm(
    tmp_path, payload, reason
):
    """On the topic where alarms travel it may have been one."""
    async with running_site(tmp_path) as site:
        await _put(site, payload)
        case = await site.only_case(kind="technical", is_person=False, device=DEVICE)
        assert reason in case["cause"]
        row = (await site.engine.quarantined())[0]
        assert (row["device"], row["reason"]) == (DEVICE, reason)
        assert row["payload"] == payload.decode(errors="replace")
        assert site.metrics.get_sample_value("rufweite_quarantined_total", {"reason": reason}) == 1
        assert (await site.engine.snapshot())["station"]["quarantined"] == 1


async def test_many_of_the_same_fault_are_one_case_that_counts_them(tmp_path):
    """A device that babbles must not bury the real alarms."""
    async with running_site(tmp_path) as site:
        for _ in range(3):
            await _put(site, b"babble")
        case = await site.only_case(cause="3 messages of this device not understood (not_json)")
        await _put(site, b"{}")
        assert len(await site.cases()) == 2

        closed = await site.engine.press(case["id"], "acknowledge", OPERATOR)
        assert closed["state"] == "CLOSED"
        await _put(site, b"babble")
        assert len(await site.cases()) == 2


async def test_babble_outside_the_event_topic_is_kept_and_counted_only(tmp_path):
    """No alarm travels there."""
    async with running_site(tmp_path) as site:
        await _put(site, b"babble", channel="trace")
        site.link.put(DEVICE, "heartbeat", b"babble")
        await site.beat()
        assert await site.cases() == []
        assert await _rows(site, quarantine) == 2


async def test_quarantine_keeps_a_bounded_number_of_messages_per_device(tmp_path, monkeypatch):
    """The disk is not a babbling device's to fill; what was not kept is counted."""
    monkeypatch.setattr("basestation.intake.quarantine.ROWS_MAX", 5)
    async with running_site(tmp_path) as site:
        for _ in range(7):
            await _put(site, b"babble")
        assert await _rows(site, quarantine) == 5
        assert site.metrics.get_sample_value("rufweite_quarantine_full_total") == 2


async def test_a_device_nobody_registered_is_a_technical_alarm_and_its_alarm_a_persons(tmp_path):
    """Taken out of service or not: whoever presses the button needs help."""
    async with running_site(tmp_path) as site:
        await site.say("confirmed", device="pna-77", ask="x")
        case = await site.only_case(device="pna-77", is_person=False)
        assert "not registered" in case["cause"]
        await site.raise_alarm(device="pna-77", alarm="1-3")
        await site.link.told("pna-77", "receipt")
        assert {case["is_person"] for case in await site.cases()} == {True, False}


async def test_a_number_used_again_for_another_alarm_is_an_alarm_of_its_own(tmp_path):
    """A device that has lost its journal numbers from the start; its alarm must not pass for a repeat."""
    async with running_site(tmp_path) as site:
        await _put(site, _raised(kind="manual"))
        for press, reason in (("accept", ""), ("on_scene", ""), ("all_clear", "was a mistake")):
            await site.engine.press(1, press, OPERATOR, Said(reason))
        await _put(site, _raised(kind="fall"))
        cases = await site.until(lambda snapshot: len(snapshot["cases"]) == 2)
        assert [case["kind"] for case in cases["cases"]] == ["fall", "technical"]


async def test_a_device_that_counts_from_the_start_again_is_a_technical_alarm_and_its_alarms_are_new(
    tmp_path,
):
    """It has lost its journal: alarm 1-5 of today must not pass for a repeat of alarm 1-5 of last year."""
    async with running_site(tmp_path) as site:
        await site.beat(boot=1)
        await _put(site, _raised())
        for press, reason in (("accept", ""), ("on_scene", ""), ("all_clear", "was a mistake")):
            await site.engine.press(1, press, OPERATOR, Said(reason))
        await site.beat(boot=7)
        await site.beat(boot=1)
        await site.beat(boot=1)
        case = await site.only_case(kind="technical")
        assert "from 7 back to 1" in case["cause"]
        await _put(site, _raised())
        snapshot = await site.until(lambda one: len(one["cases"]) == 2)
        assert (snapshot["cases"][0]["kind"], snapshot["cases"][0]["alarm"]) == ("manual", "1-5")
        assert (await site.engine.case(1))["state"] == "CLOSED"


async def test_an_alarm_of_an_earlier_start_is_a_repeat_though_the_device_forgot_its_cause(tmp_path):
    """After a restart the journal gives back the number and the kind, and the heartbeat the new boot."""
    async with running_site(tmp_path) as site:
        await _put(site, _raised(cause="pressed", raised_ago_ms=100))
        await site.beat(boot=2)
        await _put(site, _raised())
        assert len(await site.cases()) == 1
        assert await site.engine.quarantined() == []


async def test_a_repeated_pre_alarm_with_less_time_left_is_the_same_one(tmp_path):
    """What is left is worked out anew at every repeat."""
    async with running_site(tmp_path) as site:
        for deadline_ms in (15000, 10000, 5000):
            fields = {"alarm": "1-4", "alarm_kind": "rest", "deadline_ms": deadline_ms}
            await _put(site, codec.encode("pre-alarm", DEVICE, 1, 4, "real", fields))
        assert len(await site.cases()) == 1


async def test_a_technical_alarm_that_comes_back_after_its_case_was_closed_is_a_new_case(tmp_path):
    """What somebody has closed does not open by itself; what is wrong again is told again."""
    async with running_site(tmp_path) as site:
        for round_number in range(3):
            await site.say("raised", alarm="1-50", alarm_kind="technical", repeat=0)
            case = await site.only_case(state="RECEIVED")
            assert case["id"] == round_number + 1
            await site.engine.press(case["id"], "acknowledge", OPERATOR)
            await site.say("gone", alarm="1-50", alarm_kind="technical")
            assert await site.cases() == []


async def test_a_test_alarm_never_absorbs_a_real_one(tmp_path):
    """Even under the same alarm id: the real one is a case of its own, is called, and ends the test."""
    async with running_site(tmp_path) as site:
        await _put(site, _raised(seq=5, mark="test"))
        await _put(site, _raised(seq=6, mark="real"))
        shown = await site.until(lambda one: [case["mark"] for case in one["cases"]] == ["real"])
        test = await site.engine.case(1)
        assert (shown["cases"][0]["id"], test["mark"], test["outcome"]) == (2, "test", "exercise_ended")
        while (await site.channel.next_notice()).subject.startswith("TEST - "):
            pass


async def test_a_silent_alarm_gets_its_receipt_and_nothing_else(tmp_path):
    """The receipt stops the repeats unheard; a message about the case could betray the worker."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm(kind="silent")
        await site.link.told(DEVICE, "receipt")
        await site.engine.press(1, "accept", OPERATOR)
        await site.engine.press(1, "on_scene", OPERATOR)
        await site.engine.press(1, "all_clear", OPERATOR, Said("police was there"))
        await site.beat()
        assert site.link.kinds_sent(DEVICE) == []


async def test_nothing_is_acknowledged_while_the_store_fails_and_all_of_it_afterwards(tmp_path):
    """Store, then acknowledge: also when the disk is full for a while."""
    async with running_site(tmp_path) as site:
        failures = 3

        def fail(_connection):
            nonlocal failures
            if failures:
                failures -= 1
                raise OperationalError("COMMIT", {}, Exception("disk is full"))

        event.listen(site.database.sync_engine, "commit", fail)
        acknowledged = site.link.put(DEVICE, "event", _raised())
        while failures:
            assert not acknowledged.is_set()
            assert site.link.kinds_sent(DEVICE) == []
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(acknowledged.wait(), 0.01)
        await asyncio.wait_for(acknowledged.wait(), 5)
        await site.link.told(DEVICE, "receipt")
        assert len(await site.cases()) == 1
        assert site.metrics.get_sample_value("rufweite_commits_failed_total") == 3


async def test_a_message_our_own_program_fails_over_is_set_aside_and_raises_a_technical_alarm(tmp_path):
    """A mistake of ours must neither swallow a message nor hold up the next one."""
    async with running_site(tmp_path) as site:
        async with site.database.begin() as connection:
            await refuse(connection, "INSERT", "device_messages", "NEW.seq = 13")
        await _put(site, _raised(seq=13, alarm="1-13"))
        case = await site.only_case(kind="technical", device=DEVICE)
        assert "failed" in case["cause"]
        assert "the last one an alarm" in case["cause"]
        await _put(site, _raised(seq=14, alarm="1-14"))
        assert len(await site.cases()) == 2


async def test_a_message_that_alone_troubles_the_store_does_not_hold_up_those_behind_it(tmp_path):
    """After five tries, with a store that takes everything else, it goes to quarantine."""
    async with running_site(tmp_path) as site:

        def fail(_connection, _cursor, statement, parameters, *_):
            if statement.startswith("INSERT INTO device_messages") and 13 in parameters:
                raise OperationalError(statement, {}, Exception("too strange"))

        event.listen(site.database.sync_engine, "before_cursor_execute", fail)
        first = site.link.put(DEVICE, "event", _raised(seq=13, alarm="1-13"))
        await _put(site, _raised(seq=14, alarm="1-14"))
        await asyncio.wait_for(first.wait(), 10)
        assert [row["reason"] for row in await site.engine.quarantined()] == ["failed"]
        assert {case["kind"] for case in await site.cases()} == {"manual", "technical"}


async def test_a_store_that_comes_back_with_the_last_try_gets_the_message(tmp_path):
    """It was the store after all: nothing is set aside."""
    async with running_site(tmp_path) as site:
        refusals = iter(range(5))

        def fail(_connection, _cursor, statement, *_):
            if statement.startswith("INSERT INTO device_messages") and next(refusals, None) is not None:
                raise OperationalError(statement, {}, Exception("no space"))

        event.listen(site.database.sync_engine, "before_cursor_execute", fail)
        await asyncio.wait_for(site.link.put(DEVICE, "event", _raised()).wait(), 10)
        assert next(refusals, None) is None
        assert await site.engine.quarantined() == []
        assert (await site.only_case())["kind"] == "manual"


async def test_the_committers_age_and_the_waiting_notices_are_shown_to_whoever_watches(tmp_path):
    """A base station whose committer hangs must be noticed from outside."""
    async with running_site(tmp_path) as site:
        site.channel.fail(1000)
        await site.engine.set_chain(type(CHAIN)("One", CHAIN.levels[:1]))
        await site.raise_alarm()
        await site.channel.attempted(1)
        await site.engine.dispatch.idle()
        site.clock.jump(120)
        await site.engine.dispatch.send_due(site.clock.now())
        assert site.metrics.get_sample_value("rufweite_committer_age_seconds") < 5
        assert site.metrics.get_sample_value("rufweite_notices_waiting") == 1
        assert site.metrics.get_sample_value("rufweite_notices_oldest_seconds") == 120
