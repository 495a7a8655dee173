"""`rufweite replay --case`: movement kept with a case, from the base station through the firmware."""

import asyncio
import json
import sys
from array import array
from base64 import b64encode

import pytest

from basestation.local import LocalAccess
from basestation.web.sessions import digest
from firmware import block
from simulator.case_trace import CaseTrace
from simulator.movement import generate
from simulator.runtime import ROOT
from tests.basestation.web.control_room import ControlRoom, serving

DEVICE, OTHER = "pna-01", "pna-02"
#: Raised 60 s into this: lying since 12 s, as a position alarm finds it.
SCRIPT = "walk:12,lie:108"
PIECE_SAMPLES = 150


def _pieces():
    """Return the samples of a minute before and after the alarm, packed, in pieces of 3 s."""
    state, data = array("i", (0,) * block.LENGTH), b""
    acc_mg = generate(SCRIPT).acc_mg[:6000]
    for start in range(0, len(acc_mg), 10):
        state[:30] = array("i", acc_mg[start : start + 10].ravel().tolist())
        ring = bytearray(40)
        block.pack(state, ring, 0, 1)
        data += bytes(ring)
    size = 4 * PIECE_SAMPLES
    return [data[start : start + size] for start in range(0, len(data), size)]


async def _run(*words, data_dir):
    """Run `rufweite` with these words; return its exit code and what it said."""
    file = data_dir / "settings.toml"
    file.write_text(f'data_dir = "{data_dir}"\n', encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "basestation", *words, "--config", str(file), cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, error = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, out.decode(), error.decode()


@pytest.fixture
async def station(tmp_path):
    """A base station with local access, whose case 1 has its trace and whose case 2 has none."""
    room = ControlRoom(tmp_path)
    await room.start()
    await room.engine.add_device(DEVICE)
    alarm = room.radio.raise_alarm(DEVICE, "position")
    pieces = _pieces()
    upright_mg = dict(zip("xyz", generate("stand:1").acc_mg[0].tolist(), strict=True))
    for number, piece in enumerate(pieces):
        room.radio.say(
            DEVICE, "trace", alarm=alarm, piece=number, pieces=len(pieces), first_ms=3000 * number - 60000,
            interval_ms=20, samples=b64encode(piece).decode(), upright_mg=upright_mg,
        )  # fmt: skip
    await room.engine.add_device(OTHER)
    room.radio.raise_alarm(OTHER, "manual")
    await room.cases(2)
    user = (await room.engine.user_by_login("ada")).user
    await room.engine.create_session(user.id, digest("token"), room.clock.now().replace(year=2099))
    async with serving(room.web) as port:
        LocalAccess(f"http://127.0.0.1:{port}", "token", "", 0).write(tmp_path)
        yield room
    await room.engine.stop()


async def test_the_movement_of_a_case_runs_through_the_firmware_again(station, tmp_path):
    """The same narration as a recording's, and what the device decides now beside what the case says."""
    code, out, error = await _run("replay", "--case", "1", "--hold-s", "0", data_dir=tmp_path)
    assert code == 0, error
    assert "POSITION ALARM" in out
    assert "Case 1 says: position alarm, raised 60.0 s into this. The device now raises it too," in out
    code, out, error = await _run("replay", "--case", "1", "--hold-s", "0", "--json", data_dir=tmp_path)
    assert code == 0, error
    last = json.loads(out.splitlines()[-1])
    assert (last["event"], last["case"], last["is_complete"]) == ("comparison", 1, True)
    assert last["is_raised_now"] is True
    assert [entry["kind"] for entry in await station.engine.timeline(1)].count("trace_read") == 2


async def test_what_cannot_be_replayed_is_refused_with_a_sentence(station, tmp_path):
    """A case without movement, no case at all, and both a case and a recording."""
    del station
    for words, code, sentence in (
        (("--case", "2"), 1, "No movement was kept with case 2."),
        (("--case", "7"), 1, "There is no case 7."),
        (("--case", "1", "generate:walk:3"), 2, "and not both"),
        ((), 2, "and not both"),
    ):
        found = await _run("replay", *words, data_dir=tmp_path)
        assert found[0] == code, found
        assert sentence in found[2]


async def test_trial_operation_is_switched_and_shown_from_the_command_line(station, tmp_path):
    """On for days, refused beyond the limit, off."""
    del station
    assert (await _run("trial", "on", "--days", "22", data_dir=tmp_path))[:2] == (1, "")
    code, out, _ = await _run("trial", "on", "--days", "3", data_dir=tmp_path)
    assert (code, json.loads(out)["is_on"]) == (0, True)
    code, out, _ = await _run("trial", "show", data_dir=tmp_path)
    assert (code, json.loads(out)["is_on"]) == (0, True)
    code, out, _ = await _run("trial", "off", data_dir=tmp_path)
    assert (code, json.loads(out)["is_on"]) == (0, False)


def _told(kind, raised, *, is_complete=True):
    trace = CaseTrace(4, kind, None, -60000, is_complete, generate("stand:3"))
    return trace.comparison([{"t_ms": t_ms, "alarm_kind": name} for t_ms, name in raised])[1]


def test_the_comparison_says_what_the_device_decides_now():
    """Later, earlier, something else, nothing, and of alarms that no movement raises."""
    assert "too, 1.5 s later." in _told("fall", [(61500, "fall")])
    assert "too, 2.0 s earlier." in _told("fall", [(58000, "fall"), (70000, "fall")])
    assert "does not raise it; it raises rest." in _told("fall", [(61500, "rest")])
    assert "does not raise it; it raises nothing." in _told("fall", [])
    assert "No movement raises that one; of the movement the device now raises rest." in _told(
        "manual", [(1, "rest")]
    )
    assert "not complete" in _told("fall", [], is_complete=False)
    assert CaseTrace(4, "fall", None, 0, True, generate("stand:3")).settings() == {}
