"""What SPEC.md promises of versions that meet, at the base station: devices older and newer than itself."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from basestation.store.tables import commands as commands_table
from protocol import messages
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site

#: What a device of the first release said, in its own bytes: no field that came later.
STARTED = {"firmware": "0.1.0", "cause": "power_on", "settings_version": 0}
BEAT = {"uptime_s": 1, "mode": "guarding", "firmware": "0.1.0", "settings_version": 0, "alarms_due": 0}


async def put(site, channel, kind, seq, fields, version=1):
    """Let a device say something that our own tables do not write, until it is acknowledged."""
    whole = {"v": version, "kind": kind, "device": DEVICE, "boot": 1, "seq": seq, "mark": "real"} | fields
    taken = site.link.put(DEVICE, channel, json.dumps(whole).encode())
    # A heartbeat is answered, not acknowledged.
    if channel != "heartbeat":
        await asyncio.wait_for(taken.wait(), 5)


async def test_a_device_of_the_first_release_is_served_from_its_start_to_the_end_of_its_alarm(tmp_path):
    """Nothing that came later is waited for, and nothing of it is a fault."""
    async with running_site(tmp_path) as site:
        await put(site, "event", "started", 1, STARTED)
        await put(site, "presence", "presence", 2, {"state": "online", "reason": "connected"})
        site._seq = 2
        await site.start_shift()
        await put(site, "heartbeat", "heartbeat", 4, BEAT)
        await site.link.told(DEVICE, "heartbeat-reply", acked_seq=4)
        fields = {"alarm": "1-5", "alarm_kind": "position"}
        await put(site, "event", "pre-alarm", 5, fields | {"deadline_ms": 9000})
        await put(site, "event", "raised", 6, fields | {"repeat": 0})
        await site.link.told(DEVICE, "receipt", acked_seq=6)
        case = await site.only_case(kind="position", state="RECEIVED", is_person=True)
        await site.engine.press(case["id"], "accept", OPERATOR)
        site._seq = 6
        await site.answer(await site.link.told(DEVICE, "case-state", state="ACCEPTED"))
        await put(site, "event", "reset", 8, fields)
        assert await site.engine.quarantined() == []
        assert [one["kind"] for one in await site.cases()] == ["position"]


async def test_an_alarm_of_a_newer_release_with_fields_and_words_nobody_knows_is_a_persons(tmp_path):
    """New fields are passed over, new words are shown as they are."""
    async with running_site(tmp_path) as site:
        newer = {"alarm": "1-4", "alarm_kind": "gas", "repeat": 0, "ppm": 400, "how": {"sure": [1]}}
        await put(site, "event", "raised", 4, newer)
        await site.link.told(DEVICE, "receipt", acked_seq=4)
        await site.only_case(kind="gas", is_person=True)
        await put(
            site,
            "heartbeat",
            "heartbeat",
            5,
            BEAT | {"mode": "swimming", "protection": "partly", "depth_m": 3},
        )
        await site.link.told(DEVICE, "heartbeat-reply", acked_seq=5)
        assert await site.engine.quarantined() == []


@pytest.mark.parametrize(
    ("kind", "version", "reason"), [("raised", 2, "version"), ("gas-level", 1, "unknown_kind")]
)
async def test_a_device_of_the_future_is_noticed(tmp_path, kind, version, reason):
    """What cannot be read may have been an alarm: kept, and a technical alarm that names the reason."""
    async with running_site(tmp_path) as site:
        fields = {"alarm": "1-4", "alarm_kind": "manual", "repeat": 0}
        await put(site, "event", kind, 4, fields, version)
        case = await site.only_case(kind="technical", is_person=False, device=DEVICE)
        assert reason in case["cause"]
        assert [row["reason"] for row in await site.engine.quarantined()] == [reason]


def examples_of_commands():
    """Return kind -> fields of every command that a device answers, from the golden vectors."""
    vectors = json.loads(Path(messages.__file__).with_name("vectors.json").read_text("utf-8"))
    own = {field.name for field in messages.ENVELOPE}
    found = {
        one["message"]["kind"]: {name: value for name, value in one["message"].items() if name not in own}
        for one in vectors
        if one["channel"] == "command" and "message" in one
    }
    return {kind: fields for kind, fields in found.items() if kind not in ("receipt", "heartbeat-reply")}


async def test_a_device_that_knows_no_command_answers_each_and_is_asked_no_more(tmp_path):
    """An older device answers `unsupported`; the base station repeats nothing and goes on hearing it."""
    given = examples_of_commands()
    async with running_site(tmp_path) as site:
        known = site.engine.walks._commands
        assert set(given) == {name for name in messages.KIND_NAMES if is_command(name)}
        for kind, fields in given.items():
            await order(site, known, kind, fields)
            await site.answer(await site.link.told(DEVICE, kind), result="unsupported")
        async with site.database.connect() as connection:
            rows = await connection.execute(select(commands_table.c.kind, commands_table.c.result))
            assert {tuple(row) for row in rows} == {(kind, "unsupported") for kind in given}
        site.clock.jump(60)
        await site.raise_alarm()
        await site.link.told(DEVICE, "receipt")
        assert not set(given) & set(site.link.kinds_sent(DEVICE))


def is_command(kind):
    """Tell whether a kind is a command that is answered."""
    return messages.KINDS.get(kind).channel == "command" and kind not in ("receipt", "heartbeat-reply")


async def order(site, commands, kind, fields):
    """Send one command as the parts of the base station do."""

    async def job(work):
        await commands.order(work, DEVICE, kind, f"{kind}:1", fields, site.clock.now())

    await site.engine.committer.run(job)
