"""The commands for people, duties and the check of the chain, against a running base station."""

import asyncio
import json
from datetime import timedelta

from typer.testing import CliRunner

from basestation.__main__ import app
from basestation.local import LocalAccess
from basestation.outgoing.channels import Delivery, Stage
from basestation.web.sessions import digest
from tests.basestation.web.control_room import serving

LEVELS = [
    {"name": "First", "recipients": [{"kind": "role", "name": "First aid"}], "answer_s": 60},
    {"name": "Second", "recipients": [{"kind": "person", "name": "Ben Muster"}], "answer_s": 60},
]
RULES = [{"chain": "Night", "start": "22:00", "end": "06:00"}]


async def test_a_chain_a_rota_and_its_check_are_set_up_by_commands(room, tmp_path):
    """As the documentation shows it: exit 1 as long as anything is missing; nobody is called by a dry run."""
    sent = []

    async def send(channel, notice):
        sent.append(notice)
        return Delivery(Stage.SENT)

    room.engine.rescue.proofs.send = send
    user = (await room.engine.user_by_login("otto")).user
    await room.engine.create_session(user.id, digest("token"), room.clock.now() + timedelta(hours=1))
    for name in ("Plant", "Night"):
        (tmp_path / name).write_text(
            json.dumps({"name": name, "levels": LEVELS[: 2 if name == "Plant" else 1]})
        )
    (tmp_path / "rules").write_text(json.dumps(RULES))
    async with serving(room.web) as port:
        LocalAccess(f"http://127.0.0.1:{port}", "token", "127.0.0.1", 1).write(tmp_path)
        environment = {"RUFWEITE_DATA_DIR": str(tmp_path)}

        async def run(*words):
            return await asyncio.to_thread(CliRunner().invoke, app, list(map(str, words)), env=environment)

        for words in (
            ("site", "set", "Plant", "--number", 1, "--zone", "Europe/Berlin"),
            ("worker", "add", "Willi Werker", "--phone", "0000 555"),
            ("responder", "add", "Anna Beispiel", "--language", "de"),
            ("responder", "add", "Ben Muster"),
            ("responder", "addresses", "Anna Beispiel", "sms=0000 111111", "email=anna@x.example"),
            ("duty", "add", "First aid"),
            ("duty", "plan", "First aid", "Anna Beispiel", "--first-day", "2026-01-05"),
            ("duty", "away", "Anna Beispiel", "--from-at", "2026-05-04T00:00+02:00",
             "--until-at", "2026-05-05T00:00+02:00"),
            ("duty", "change", "First aid", "Ben Muster", "--from-at", "2026-05-05T00:00+02:00",
             "--until-at", "2026-05-06T00:00+02:00", "--beside"),
            ("chain", "set", tmp_path / "Plant"),
            ("chain", "put", tmp_path / "Night"),
            ("chain", "rules", tmp_path / "rules"),
        ):  # fmt: skip
            done = await run(*words)
            assert done.exit_code == 0, (words, done.output)
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

        called = len(sent)
        by_day = await run("chain", "dry-run", "--worker", "Willi Werker", "--at", "2026-05-05T12:00+02:00")
        assert by_day.output.splitlines()[:4] == [
            "Chain Plant, an alarm at 2026-05-05T10:00:00.000Z. Nobody is called by this.",
            "     0 s  First                    Anna Beispiel                sms …111",
            "     0 s  First                    Ben Muster                   voice …222",
            "    60 s  First                    Anna Beispiel                email a…@x.example",
        ]
        away = await run("chain", "dry-run", "--kind", "fall", "--at", "2026-05-04T23:00+02:00")
        assert "Chain Night" in away.output
        assert "Anna Beispiel                NOT called: absent" in away.output
        assert len(sent) == called

        for words, code, sentence in (
            (("chain", "dry-run", "--worker", "Nobody"), 1, "There is no worker 'Nobody'"),
            (("chain", "dry-run", "--kind", "boredom"), 1, "'boredom' is no kind of alarm"),
            (("chain", "dry-run", "--at", "noon"), 1, "The at cannot be used"),
            (("chain", "dry-run", "--at", "0001-01-01T00:00+14:00"), 1, "between the years 2000 and 2999"),
            (("chain", "dry-run", "--workplace", "Nowhere"), 1, "There is no workplace 'Nowhere'"),
            (("responder", "addresses", "Ben Muster", "0000 222222"), 2, "CHANNEL=ADDRESS"),
            (
                ("duty", "plan", "First aid", "Nobody", "--first-day", "2026-01-05"),
                1,
                "no responder 'Nobody'",
            ),
            (("duty", "plan", "First aid", "Ben Muster", "--first-day", "x", "--days", "Mo"), 2, "as digits"),
            (("duty", "retire", "plan", 9), 1, "no duty plan 9 in service"),
            (("chain", "put", tmp_path / "nothing"), 1, "cannot be read as JSON"),
        ):
            refused = await run(*words)
            assert (refused.exit_code, sentence in refused.output) == (code, True), (words, refused.output)
