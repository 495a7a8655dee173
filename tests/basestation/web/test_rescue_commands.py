"""The commands for people, duties and the check of the chain, against a running base station."""

import asyncio
import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from basestation.__main__ import app
from basestation.local import LocalAccess
from basestation.outgoing.channels import Delivery, Health, Stage
from basestation.web.sessions import digest
from tests.basestation.web.control_room import serving

LEVELS = [
    {"name": "First", "recipients": [{"kind": "role", "name": "First aid"}], "answer_s": 60},
    {"name": "Second", "recipients": [{"kind": "person", "name": "Ben Muster"}], "answer_s": 60},
]
FILES = {
    "plant": {"name": "Plant", "levels": LEVELS},
    "night": {"name": "Night", "levels": LEVELS[:1]},
    "rules": [{"chain": "Night", "start": "22:00", "end": "06:00"}],
}
FROM, UNTIL = "--from-at", "--until-at"
SET_UP = (
    ("site", "set", "Plant", "--number", 1, "--zone", "Europe/Berlin"),
    ("worker", "add", "Willi Werker", "--phone", "0000 555"),
    ("responder", "add", "Anna Beispiel", "--language", "de"),
    ("responder", "add", "Ben Muster"),
    ("responder", "addresses", "Anna Beispiel", "sms=0000 111111", "email=anna@x.example"),
    ("duty", "add", "First aid"),
    ("duty", "plan", "First aid", "Anna Beispiel", "--first-day", "2026-01-05"),
    ("duty", "away", "Anna Beispiel", FROM, "2026-05-04T00:00+02:00", UNTIL, "2026-05-05T00:00+02:00"),
    ("duty", "change", "First aid", "Ben Muster", "--beside", FROM, "2026-05-05T00:00+02:00",
     UNTIL, "2026-05-06T00:00+02:00"),
    ("chain", "set", "plant"),
    ("chain", "put", "night"),
    ("chain", "rules", "rules"),
)  # fmt: skip
REFUSED = (
    (("chain", "dry-run", "--worker", "Nobody"), 1, "There is no worker 'Nobody'"),
    (("chain", "dry-run", "--kind", "boredom"), 1, "'boredom' is no kind of alarm"),
    (("chain", "dry-run", "--at", "noon"), 1, "The at cannot be used"),
    (("chain", "dry-run", "--at", "0001-01-01T00:00+14:00"), 1, "between the years 2000 and 2999"),
    (("chain", "dry-run", "--workplace", "Nowhere"), 1, "There is no workplace 'Nowhere'"),
    (("responder", "addresses", "Ben Muster", "0000 222222"), 2, "CHANNEL=ADDRESS"),
    (("duty", "plan", "First aid", "Nobody", "--first-day", "2026-01-05"), 1, "no responder 'Nobody'"),
    (("duty", "plan", "First aid", "Ben Muster", "--first-day", "x", "--days", "Mo"), 2, "as digits"),
    (("duty", "retire", "plan", 9), 1, "no duty plan 9"),
    (("chain", "put", "nothing"), 1, "cannot be read as JSON"),
)


@pytest.fixture
async def sent(room):
    """The test messages that were sent, oldest first."""
    sent = []

    async def send(channel, notice):
        sent.append(notice)
        return Delivery(Stage.SENT)

    async def check():
        return dict.fromkeys(("sms", "email", "voice"), Health(is_working=True))

    room.engine.rescue.proofs.send, room.engine.rescue.readiness.check_channels = send, check
    return sent


@pytest.fixture
async def run(room, sent, tmp_path, monkeypatch):
    """Run one command with the access of a safety officer; the example site is set up."""
    user = (await room.engine.user_by_login("otto")).user
    await room.engine.create_session(user.id, digest("token"), room.clock.now() + timedelta(hours=1))
    for name, content in FILES.items():
        (tmp_path / name).write_text(json.dumps(content))
    monkeypatch.chdir(tmp_path)
    async with serving(room.web) as port:
        LocalAccess(f"http://127.0.0.1:{port}", "token", "127.0.0.1", 1).write(tmp_path)
        environment = {"RUFWEITE_DATA_DIR": str(tmp_path)}

        async def run(*words):
            return await asyncio.to_thread(CliRunner().invoke, app, list(map(str, words)), env=environment)

        for words in SET_UP:
            done = await run(*words)
            assert done.exit_code == 0, (words, done.output)
        yield run


async def test_a_chain_a_rota_and_its_check_are_set_up_by_commands(room, run, sent):
    """As the documentation shows it: exit 1 as long as anything is missing."""
    missing = await run("chain", "check")
    assert missing.exit_code == 1
    assert "grave: Chain 'Plant', level 'Second': nobody can be called from now on" in missing.output
    assert "weak: Anna Beispiel has never confirmed that sms reaches them" in missing.output
    await run("responder", "addresses", "Ben Muster", "voice=0000 222222")
    for name in ("Anna Beispiel", "Ben Muster"):
        assert (await run("responder", "ask", name)).exit_code == 0
    for code in {notice.key.split("/")[1]: notice.code for notice in sent}.values():
        await room.engine.rescue.proofs.confirm(code)
    ready = await run("chain", "check")
    assert (ready.exit_code, ready.output[:26]) == (0, "The rescue chain is ready:")


async def test_a_dry_run_says_who_would_be_called_when_and_calls_nobody(run, sent):
    """By what, or why not; and what cannot be asked is refused with a sentence."""
    await run("responder", "addresses", "Ben Muster", "voice=0000 222222")
    await run("responder", "retire", "Ben Muster")
    called = [notice for notice in sent if notice.text_key != "proof"]
    by_day = await run("chain", "dry-run", "--worker", "Willi Werker", "--at", "2026-05-03T12:00+02:00")
    assert by_day.output.splitlines()[:4] == [
        "Chain Plant, an alarm at 2026-05-03T10:00:00.000Z. Nobody is called by this.",
        "     0 s  First                        Anna Beispiel                sms …111",
        "    60 s  First                        Anna Beispiel                email a…@x.example",
        "    60 s  Second                       Ben Muster                   NOT called: unknown",
    ]
    away = await run("chain", "dry-run", "--kind", "fall", "--at", "2026-05-04T23:00+02:00")
    assert "Chain Night" in away.output
    assert "Anna Beispiel                NOT called: absent" in away.output
    assert called == []
    for words, code, sentence in REFUSED:
        refused = await run(*words)
        assert (refused.exit_code, sentence in refused.output) == (code, True), (words, refused.output)
