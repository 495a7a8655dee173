"""The commands for sites, zones and log-ins, against a running base station."""

import asyncio
import json
from datetime import timedelta

from typer.testing import CliRunner

from basestation.__main__ import app
from basestation.local import LocalAccess
from basestation.web.sessions import digest
from tests.basestation.web.control_room import PASSWORD, serving

STEPS = (
    (("site", "set", "Depot", "--zone", "Europe/London"), "Depot"),
    (("site", "set", "Plant", "--number", 1, "--zone", "Europe/Berlin"), '"version": 2'),
    (("zone", "add", "Tank farm", "--site", "Depot", "--hazard", "Gas"), "Tank farm"),
    (("zone", "list"), "Gas"),
    (("user", "add", "nora", "--name", "Nora Neu", "--code", "--grant", "operator@Depot"), '"code": "'),
    (("user", "add", "vera", "--name", "Vera Viel", "--password-file", "pw", "--role", "viewer"), "viewer"),
    (("user", "grant", "nora", "--grant", "supervisor@Depot", "--grant", "viewer@Plant"), "supervisor"),
    (("user", "end-sessions", "nora"), "nora"),
    (("user", "reset", "vera"), '"code": "'),
    (("user", "retire", "vera"), '"is_active": false'),
    (("site", "set", "Spare", "--zone", "Europe/Paris"), "Spare"),
    (("site", "retire", 3), '"is_active": false'),
)
REFUSED = (
    (("site", "retire", 1), 1, "the first one"),
    (("site", "set", "X", "--number", 9, "--zone", "Europe/Berlin"), 1, "There is no site 9"),
    (("zone", "add", "X", "--site", "Nowhere"), 1, "There is no site 'Nowhere'"),
    (("user", "retire", "nobody"), 1, "There is no log-in 'nobody'"),
    (("user", "retire", "ada"), 1, "last administrator"),
    (("user", "add", "x", "--name", "X", "--code", "--grant", "king"), 1, "role"),
    (("user", "add", "x", "--name", "X", "--code", "--grant", "viewer", "--role", "admin"), 2, "not both"),
    (("user", "grant", "nora"), 1, "grants"),
)


async def test_sites_zones_and_log_ins_are_kept_by_commands(room, tmp_path, monkeypatch):
    """What cannot be done is refused with a sentence and an exit code."""
    user = (await room.engine.user_by_login("ada")).user
    await room.engine.create_session(user.id, digest("token"), room.clock.now() + timedelta(hours=1))
    (tmp_path / "pw").write_text(PASSWORD)
    monkeypatch.chdir(tmp_path)
    async with serving(room.web) as port:
        LocalAccess(f"http://127.0.0.1:{port}", "token", "127.0.0.1", 1).write(tmp_path)
        environment = {"RUFWEITE_DATA_DIR": str(tmp_path)}

        async def run(words):
            given = list(map(str, words))
            return await asyncio.to_thread(CliRunner().invoke, app, given, env=environment)

        for words, expected in STEPS:
            done = await run(words)
            assert (done.exit_code, expected in done.output) == (0, True), (words, done.output)
        for words, code, sentence in REFUSED:
            refused = await run(words)
            assert (refused.exit_code, sentence in refused.output) == (code, True), (words, refused.output)
        listed = [json.loads(line) for line in (await run(("user", "list"))).output.splitlines()]
    roles = {one["login"]: [(grant["role"], grant["site_id"]) for grant in one["grants"]] for one in listed}
    assert roles["nora"] == [("supervisor", 2), ("viewer", 1)]
