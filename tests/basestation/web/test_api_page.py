"""Every command of docs/api.md, as it stands there, against a base station that serves."""

import asyncio
import os
import re
import shutil
from pathlib import Path

import pytest

from basestation.web.scopes import SCOPES
from tests.basestation.web.control_room import WAIT_S_MAX, ControlRoom, serving
from tests.basestation.web.test_tokens import token

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
#: Alarms come when the page begins to speak of cases.
TURN = "## See and take a case"


def commands(text: str) -> str:
    """Return the commands of a part of the page, each shown before it runs."""
    return "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")
async def test_every_command_of_the_page_does_what_the_page_says(tmp_path):
    """Registered, alarmed, taken, closed, paged, followed, found, brought, ended."""
    room = ControlRoom(tmp_path)
    await room.start()
    made = await token(room, *SCOPES)
    before, after = PAGE.read_text(encoding="utf-8").split(TURN)
    async with serving(room.web) as port:
        facts = os.environ | {"STATION": f"http://127.0.0.1:{port}", "TOKEN": made, "NO_PROXY": "*"}
        first = await run(commands(before), tmp_path, facts)
        room.radio.raise_alarm("png-07")
        (case,) = await room.cases(1)
        second = await run(commands(after), tmp_path, facts | {"CASE": str(case["id"])})
    workers = {one["name"]: one["phone"] for one in await room.engine.workers()}
    closed = await room.engine.case(case["id"])
    people = await room.engine.shifts(open_only=False)
    await room.engine.stop()
    assert '"code":"unknown_case"' in first
    assert "event: cases" in second
    assert '"kind":"worker"' in second
    assert (closed["state"], closed["outcome"]) == ("CLOSED", "all_clear")
    assert workers == {"Anna Beispiel": "0000 12345", "Bruno Muster": "0000 2"}
    assert people[0]["ended_at"] is not None


async def run(script: str, folder: Path, facts: dict[str, str]) -> str:
    """Run commands in a shell that stops at the first that fails, and return what they say."""
    done = await asyncio.create_subprocess_exec(
        "bash", "-euc", script, cwd=folder, env=facts,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(done.communicate(), 3 * WAIT_S_MAX)
    assert done.returncode == 0, said.decode()[-2000:]
    return said.decode()
