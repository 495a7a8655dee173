"""A silent or duress alarm betrays nobody, and a cancel under duress is not taken for a good sign."""

import pytest

from basestation.casework.pressing import Said
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site


def _told(site):
    """Return what went to the device besides receipts and replies to heartbeats, and forget it."""
    kinds = [kind for kind in site.link.kinds_sent(DEVICE) if kind not in ("receipt", "heartbeat-reply")]
    site.link.sent.clear()
    return kinds


async def _close(site, case_id):
    await site.engine.press(case_id, "accept", OPERATOR)
    await site.engine.press(case_id, "on_scene", OPERATOR)
    await site.engine.press(case_id, "all_clear", OPERATOR, Said("police was there"))


async def test_while_a_silent_alarm_is_open_nothing_at_all_goes_to_its_device(tmp_path):
    """Neither the question at the end of the shift, nor another case, nor a repeat; all of it afterwards."""
    async with running_site(tmp_path) as site:
        await site.start_shift(hours=1)
        await site.raise_alarm(alarm="1-100", kind="position")
        await site.engine.press(1, "accept", OPERATOR)
        await site.link.told(DEVICE, "case-state", state="ACCEPTED")
        await site.raise_alarm(alarm="1-200", kind="silent")
        await site.link.told(DEVICE, "receipt")
        await site.engine.press(1, "on_scene", OPERATOR)
        site.clock.jump(3600)
        await site.until(lambda snapshot: snapshot["people"][0]["ask_until"])
        await site.engine.press(2, "accept", OPERATOR)
        await site.say("presence", state="online", reason="connected")
        await site.beat()
        assert _told(site) == []
        await site.engine.press(2, "on_scene", OPERATOR)
        await site.engine.press(2, "all_clear", OPERATOR, Said("police was there"))
        await site.link.told(DEVICE, "case-state", alarm="1-100", state="ON_SCENE")
        await site.link.told(DEVICE, "shift", state="ask")
        assert "1-200" not in [message.get("alarm") for message in site.link.sent]


async def test_a_shift_begins_on_the_device_although_a_silent_alarm_is_open(tmp_path):
    """Without that command it would guard nobody; a device that lost its memory is told again."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm(kind="duress")
        shift = await site.start_shift()
        await site.beat(mode="off_shift")
        await site.answer(await site.link.told(DEVICE, "shift", state="on"))
        await site.engine.end_shift(shift["id"], OPERATOR)
        site.clock.jump(60)
        await site.beat()
        assert _told(site) == []
        await _close(site, 1)
        await site.link.told(DEVICE, "shift", state="off")


async def test_a_test_of_a_silent_alarm_holds_up_nothing(tmp_path):
    """A test never gets in the way of the real thing."""
    async with running_site(tmp_path) as site:
        await site.say("raised", alarm="1-50", alarm_kind="silent", repeat=0, mark="test")
        await site.raise_alarm(alarm="1-100")
        real = next(case for case in await site.cases() if case["mark"] == "real")
        await site.engine.press(real["id"], "accept", OPERATOR)
        await site.link.told(DEVICE, "case-state", state="ACCEPTED")


@pytest.mark.parametrize(
    "order", ["pre-cancel-duress", "pre-duress-cancel", "duress-cancel", "cancel-duress"]
)
async def test_a_cancel_under_duress_and_its_alarm_name_each_other(tmp_path, order):
    """In whatever order they arrive, and though the cancelled case is closed."""
    said = {
        "pre": ("pre-alarm", {"alarm": "1-10", "alarm_kind": "fall", "deadline_ms": 15000}),
        "cancel": ("cancelled", {"alarm": "1-10", "alarm_kind": "fall", "by": "key"}),
        "duress": ("raised", {"alarm": "1-12", "alarm_kind": "duress", "repeat": 0}),
    }
    async with running_site(tmp_path) as site:
        for name in order.split("-"):
            kind, fields = said[name]
            await site.say(kind, **fields)
            site.clock.jump(2)
        duress = await site.only_case(kind="duress", state="RECEIVED")
        cancelled = await site.engine.case(duress["hidden_in"])
        assert (cancelled["state"], cancelled["kind"]) == ("CANCELLED", "fall")
        assert cancelled["cancelled_under"] == duress["id"]
        for case in (duress, cancelled):
            kinds = [entry["kind"] for entry in await site.engine.timeline(case["id"])]
            assert kinds.count("duress_joined") == 1
        await _close(site, duress["id"])
        assert (await site.engine.case(cancelled["id"]))["cancelled_under"] == duress["id"]


@pytest.mark.parametrize(
    ("by", "mark", "wait_s", "is_joined"),
    [
        ("key", "real", 60, True),
        ("key", "real", 61, False),
        ("condition", "real", 1, False),
        ("key", "test", 1, False),
    ],
)
async def test_only_a_cancel_by_key_within_a_minute_belongs_to_a_duress_alarm(
    tmp_path, by, mark, wait_s, is_joined
):
    """A body that moved again was under nobody's threat, and a test joins nothing real."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm(alarm="1-12", kind="duress")
        site.clock.jump(wait_s)
        await site.say("cancelled", alarm="1-10", alarm_kind="rest", by=by, mark=mark)
        duress = await site.only_case(kind="duress")
        assert (duress["hidden_in"] is not None) == is_joined


async def test_a_duress_alarm_belongs_to_one_cancel_only(tmp_path):
    """The newest before it; a later one is another story."""
    async with running_site(tmp_path) as site:
        for alarm in ("1-10", "1-11"):
            await site.say("cancelled", alarm=alarm, alarm_kind="rest", by="key")
        await site.raise_alarm(alarm="1-12", kind="duress")
        await site.say("cancelled", alarm="1-13", alarm_kind="rest", by="key")
        duress = await site.only_case(kind="duress")
        assert (await site.engine.case(duress["hidden_in"]))["alarm"] == "1-11"


async def test_a_cancel_of_long_ago_belongs_to_no_duress_alarm_whatever_became_of_its_case(tmp_path):
    """The case was raised after all, only now; its cancel is an hour old."""
    async with running_site(tmp_path) as site:
        await site.say("cancelled", alarm="1-10", alarm_kind="rest", by="key")
        site.clock.jump(3600)
        await site.raise_alarm(alarm="1-10", kind="rest")
        await site.raise_alarm(alarm="1-12", kind="duress")
        assert {case["hidden_in"] for case in await site.cases()} == {None}


async def test_i_am_all_right_is_in_the_timeline_and_closes_nothing(tmp_path):
    """A case that nobody has taken goes on calling."""
    async with running_site(tmp_path) as site:
        await site.raise_alarm(alarm="1-100")
        await site.channel.next_notice()
        await site.engine.dispatch.idle()
        before = await site.only_case(state="RECEIVED")
        await site.say("all-right", alarm="1-100", alarm_kind="manual")
        await site.link.told(DEVICE, "receipt")
        after = await site.only_case(state="RECEIVED")
        assert after == before | {"all_right_at": before["raised_at"]}
        timeline = await site.engine.timeline(before["id"])
        assert [entry["kind"] for entry in timeline].count("all_right_reported") == 1
