"""Settings over the air at the base station: who is told what, and when a change counts as applied."""

import hashlib
import hmac
import json

import pytest
from sqlalchemy import select

from basestation.devices_settings import values_of
from basestation.engine import EntryRefused
from basestation.local import NotReached
from basestation.store.tables import log_contents
from basestation.tuning.rules import judged, sums, whole
from firmware.settings import DEFAULTS
from protocol.sealing import settings_text
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site

BY = OPERATOR.display_name


async def logged(site, word):
    """Return the contents of the log's entries that hold this word."""
    async with site.database.connect() as connection:
        contents = (await connection.execute(select(log_contents.c.content))).scalars().all()
    return [json.loads(content) for content in contents if word in content]


async def ordered(site, *, is_whole=True, **values):
    """Order a change and return its command as the device gets it."""
    shown = await site.engine.tuning.order(DEVICE, values, BY, is_whole=is_whole)
    return await site.link.told(DEVICE, "settings", version=shown["history"][0]["version"])


async def states(site):
    """Return (version, state, reason) of the history, newest first."""
    shown = await site.engine.tuning.show(DEVICE)
    return [(row["version"], row["state"], row["reason"]) for row in shown["history"]]


async def restarted(site, boot, version, cause):
    """Let the device start again."""
    fields = {"firmware": "1.0", "settings_version": version, "cause": cause}
    await site.link.say(DEVICE, "started", boot, 1, **fields)
    await site.link.told(DEVICE, "receipt", acked_boot=boot, acked_seq=1)


async def credential(site):
    """Return the log-in of the device."""
    return next(one for one in await site.engine.credentials() if one.name == DEVICE)


async def test_a_change_is_sealed_with_the_key_that_the_device_was_given(tmp_path):
    """Which follows from its secret and from a seed of the site, and is in no list."""
    async with running_site(tmp_path) as site:
        held = await credential(site)
        key = (await site.engine.tuning.handed_over(held))["settings_key"]
        assert key == (await site.engine.tuning.handed_over(held))["settings_key"]
        assert held.secret not in key
        command = await ordered(site, manual_hold_ms=1500)
        values = {"manual_hold_ms": 1500, "version": 1}
        assert command["values"] == values
        text = settings_text(DEVICE, 1, command["counter"], values)
        assert command["signature"] == hmac.new(key.encode(), text, hashlib.sha256).hexdigest()
        assert key not in json.dumps([await site.engine.devices(), await site.engine.tuning.show(DEVICE)])


async def test_a_change_is_applied_when_the_device_says_so_and_not_before(tmp_path):
    """Sent, tried, applied; the next is told by its changes; the log has before, after and by whom."""
    async with running_site(tmp_path) as site:
        command = await ordered(site, manual_hold_ms=1500)
        assert (await states(site))[0] == (1, "sent", None)
        await restarted(site, 2, 1, "settings")
        assert (await states(site))[0] == (1, "trying", None)
        await site.answer(command)
        assert (await states(site))[0] == (1, "applied", None)
        assert (await site.engine.devices())[0]["settings_change"]["state"] == "applied"
        later = await ordered(site, is_whole=False, tilt_limit_deg=45)
        assert later["values"] == {"manual_hold_ms": 1500, "tilt_limit_deg": 45, "version": 2}
        assert later["counter"] > command["counter"]
        (entry,) = [one for one in await logged(site, "changes") if one["version"] == 2]
        assert entry == {"version": 2, "changes": {"tilt_limit_deg": [60, 45]}, "user": BY}


async def test_a_change_that_was_refused_or_overtaken_says_so(tmp_path):
    """With the device's reason; one that is overtaken is not sent again."""
    async with running_site(tmp_path) as site:
        await ordered(site, manual_hold_ms=1500)
        second = await ordered(site, manual_hold_ms=1600)
        await site.say(
            "answer",
            answers_boot=second["boot"],
            answers_seq=second["seq"],
            result="refused",
            reason="no key",
        )
        assert await states(site) == [(2, "refused", "no key"), (1, "replaced", None)]


async def test_a_change_that_is_not_answered_waits_once_its_device_was_heard(tmp_path):
    """One step around half a minute after the order."""
    async with running_site(tmp_path) as site:
        await ordered(site, manual_hold_ms=1500)
        for seconds, state in ((30, "sent"), (1, "waiting")):
            site.clock.jump(seconds)
            await site.beat()
            assert (await states(site))[0][1] == state, seconds


async def test_settings_that_were_taken_back_are_a_technical_alarm(tmp_path):
    """Also when they had been confirmed; whatever is answered later changes nothing; one press ends it."""
    async with running_site(tmp_path) as site:
        command = await ordered(site, manual_hold_ms=1500)
        await restarted(site, 2, 1, "settings")
        await restarted(site, 3, 0, "settings_undone")
        case = await site.only_case(kind="technical")
        assert case["cause"] == "changed settings were taken back, version 0 is in force"
        await site.answer(command, "refused")
        assert (await states(site))[0][1] == "rolled_back"
        assert (await site.engine.tuning.show(DEVICE))["settings"] is None
        await site.engine.press(case["id"], "acknowledge", OPERATOR)
        assert await site.cases() == []


@pytest.mark.parametrize(
    ("values", "is_whole", "sentence"),
    [
        ({"tilt_limit_deg": 81}, True, "must lie between 30 and 80 degrees"),
        (
            {"rest_detection_ms": 80000},
            True,
            r"is 95200 ms \(80000 \+ 15000 \+ 200\); at most 90000 ms may pass",
        ),
        ({"version": 3}, True, "given by the base station"),
        ({"nonsense": 3}, True, "no setting called nonsense"),
        ({"tilt_limit_deg": 45}, False, "is not known here"),
    ],
)
async def test_what_the_firmware_would_refuse_is_never_sent(tmp_path, values, is_whole, sentence):
    """The firmware's own sentence, with the sum; changes of what nobody knows are refused too."""
    async with running_site(tmp_path) as site:
        with pytest.raises(EntryRefused, match=sentence):
            await site.engine.tuning.order(DEVICE, values, BY, is_whole=is_whole)
        assert await states(site) == []


async def test_what_a_board_was_got_ready_with_is_known_and_can_be_changed(tmp_path):
    """Once, however often its set-up is repeated; nothing is sent that changes nothing."""
    async with running_site(tmp_path) as site:
        for _ in range(2):
            await site.engine.tuning.note_built(DEVICE, {"tilt_limit_deg": 45, "version": 4}, BY)
        assert await states(site) == [(4, "built", None)]
        assert (await site.engine.devices())[0]["settings_change"] is None
        command = await ordered(site, is_whole=False, manual_hold_ms=1500)
        assert command["values"] == {"manual_hold_ms": 1500, "tilt_limit_deg": 45, "version": 5}
        with pytest.raises(EntryRefused, match="nothing would change"):
            await ordered(site, is_whole=False, tilt_limit_deg=45)
        with pytest.raises(EntryRefused, match="no device 'pna-99' in service"):
            await site.engine.tuning.order("pna-99", {}, BY, is_whole=True)


def test_every_setting_is_shown_with_its_limits():
    """Those that nobody changed too."""
    rows = {row["name"]: row for row in whole({"tilt_limit_deg": 45})}
    assert len(rows) == len(DEFAULTS) - 1
    assert (rows["tilt_limit_deg"]["value"], rows["tilt_limit_deg"]["default"]) == (45, 60)


def test_words_of_the_command_line_become_settings_or_are_refused_with_a_sentence():
    """Each name once, whole numbers; nothing at all is a change only as the whole set."""
    assert values_of(["tilt_limit_deg=45", "upright_x_mg=-1000"], is_whole=False) == {
        "tilt_limit_deg": 45,
        "upright_x_mg": -1000,
    }
    assert values_of([], is_whole=True) == {}
    for pairs, sentence in (
        ([], "Name what is to change"),
        (["tilt_limit_deg"], "write name=value"),
        (["a=1", "a=2"], "each name once"),
        (["a=much"], "a must be a whole number, not 'much'"),
    ):
        with pytest.raises(NotReached, match=sentence):
            values_of(pairs, is_whole=False)


async def test_an_order_by_whoever_has_not_seen_the_newest_set_is_refused_by_name(tmp_path):
    """Whoever asks for nothing is not asked; the newest version lets the order through."""
    async with running_site(tmp_path) as site:
        tuning = site.engine.tuning
        await tuning.order(DEVICE, {"tilt_limit_deg": 45}, BY, is_whole=True, seen=0)
        with pytest.raises(EntryRefused, match=f"NOT SAVED: {BY} changed this at"):
            await tuning.order(DEVICE, {"tilt_limit_deg": 50}, BY, is_whole=True, seen=0)
        shown = await tuning.order(DEVICE, {"tilt_limit_deg": 50}, BY, is_whole=True, seen=1)
        assert [row["version"] for row in shown["history"]] == [2, 1]


def test_what_counts_together_is_told_as_the_firmware_judges_it():
    """At each limit the firmware takes the settings, one step beyond it refuses them."""
    defaults = {one.name: one.default for one in DEFAULTS}
    bounds = {one.name: (one.low, one.high) for one in DEFAULTS}
    told = [one for one in sums() if one["kind"] not in ("critical", "time", "manual")]
    assert {one["kind"] for one in told} == {"fall", "position", "rest", "loss", "escape"}
    for one in told:
        first, rest = one["parts"][0], one["parts"][1:]
        room_ms = one["ms_max"] - one["own_ms"] - sum(defaults[name] for name in rest)
        if not bounds[first][0] <= room_ms < bounds[first][1]:
            continue
        assert judged({first: room_ms}).get(first, defaults[first]) == room_ms
        with pytest.raises(EntryRefused, match=f"at most {one['ms_max']} ms"):
            judged({first: room_ms + 1})
