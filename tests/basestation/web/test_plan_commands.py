"""The commands for floor plans, against a running base station."""

import asyncio
import json
from datetime import timedelta

from typer.testing import CliRunner

from basestation.__main__ import app
from basestation.local import LocalAccess
from basestation.web.sessions import digest
from tests.basestation.web.control_room import serving

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><rect/><desc/></svg>'
STEPS = (
    (("add", "hall.svg", "--name", "Hall 3", "--level", "ground floor"), '"left_out": {"desc": 1}'),
    (("list",), '"width": 200'),
    (("place", "Hall 3", "workplace", "Pump house", "50,40.5"), '"points": [[50.0, 40.5]]'),
    (("place", "1", "beacon", "gate-3", "60,40"), '"kind": "beacon"'),
    (("place", "1", "assembly", "car park", "60,40"), '"label": "car park"'),
    (("way", "Hall 3", "from gate B", "0,0", "50,40", "--workplace", "Pump house"), '"workplace_id": 1'),
    (("show", "Hall 3"), '"workplace": "Pump house"'),
    (("retire", "Hall 3", "--mark", 1), '"id": 1'),
    (("show", "1", "--history"), '"ended_by": "Otto Officer"'),
    (("retire", "Hall 3"), '"id": 1'),
    (("list", "--retired"), '"retired_by": "Otto Officer"'),
)
REFUSED = (
    (("add", "nothing.svg", "--name", "x"), 1, "nothing.svg cannot be read: No such file"),
    (("add", "notes.txt", "--name", "x"), 1, "The file is no plan"),
    (("place", "Nowhere", "assembly", "x", "1,1"), 1, "There is no plan 'Nowhere'"),
    (("place", "9", "assembly", "x", "1,1"), 1, "There is no plan 9."),
    (("place", "1", "workplace", "Nowhere", "1,1"), 1, "There is no workplace 'Nowhere'"),
    (("place", "1", "door", "x", "1,1"), 1, "The kind cannot be used"),
    (("place", "1", "assembly", "x", "1;1"), 2, "is no point"),
    (("way", "1", "x", "1,1", "nan,1"), 2, "is no point"),
    (("place", "1", "assembly", "x", "200.5,1"), 1, "The point 200.5,1 is not on the plan"),
    (("retire", "1", "--mark", 9), 1, "There is no mark 9 on plan 1."),
)


async def test_plans_are_brought_marked_and_retired_by_commands(room, tmp_path, monkeypatch):
    """As the documentation shows it; what cannot be done is refused with a sentence and an exit code."""
    user = (await room.engine.user_by_login("otto")).user
    await room.engine.create_session(user.id, digest("token"), room.clock.now() + timedelta(hours=1))
    await room.engine.add_workplace("Pump house")
    await room.engine.beacons.add("gate-3", "Gate 3")
    (tmp_path / "hall.svg").write_text(SVG)
    (tmp_path / "notes.txt").write_text("To do: draw the plan.")
    monkeypatch.chdir(tmp_path)
    async with serving(room.web) as port:
        LocalAccess(f"http://127.0.0.1:{port}", "token", "127.0.0.1", 1).write(tmp_path)
        environment = {"RUFWEITE_DATA_DIR": str(tmp_path)}

        async def run(*words):
            given = ["plan", *map(str, words)]
            return await asyncio.to_thread(CliRunner().invoke, app, given, env=environment)

        for words, expected in STEPS[:1]:
            done = await run(*words)
            assert (done.exit_code, expected in done.output) == (0, True), done.output
        for words, code, sentence in REFUSED:
            refused = await run(*words)
            assert (refused.exit_code, sentence in refused.output) == (code, True), (words, refused.output)
        for words, expected in STEPS[1:]:
            done = await run(*words)
            assert (done.exit_code, expected in done.output) == (0, True), (words, done.output)
        assert json.loads((await run("show", "1")).output.splitlines()[0])["retired_at"]
