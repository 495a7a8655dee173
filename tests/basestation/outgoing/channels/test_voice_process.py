"""The telephone process: started, watched, killed; and what happens where its packages are not installed."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from basestation.outgoing.channels.voice import wires
from basestation.outgoing.channels.voice.counters import VoiceCounters
from basestation.outgoing.channels.voice.process import EVENTS_MAX, ProcessTelephone, Program
from basestation.outgoing.channels.voice.settings import VoiceAccount, VoiceSettings
from basestation.outgoing.channels.voice.telephone import OfCall, Registration, Segment, TelephoneFailed

#: Tells every order back as a registration's detail, first of all whether the password came.
ECHO = """
import json, sys
for line in sys.stdin:
    order = json.loads(line)
    if order["do"] == "close":
        break
    told = {"is": "registration", "registered": False, "detail": json.dumps(order)}
    print(json.dumps(told), flush=True)
"""
HANG = 'import signal\nprint(\'{"is":"alive"}\', flush=True)\nsignal.pause()'
RUBBISH = 'import os\nos.write(1, bytes(range(256)) + b\'\\n\' + b\'{"is":"ringing","call":1}\\n\')'
LONG = f"print('x' * {2 * wires.LINE_BYTES_MAX})"
FLOOD = f'print(\'{{"is":"ringing","call":1}}\\n\' * {EVENTS_MAX + 10}, flush=True)\ninput()\ninput()'
GONE = 'print(\'{"is":"gone","detail":"no network card"}\')'


def a_telephone(code, counters=None, account=None, **changes):
    """Return a telephone whose process runs `code`."""
    account = account or VoiceAccount(user="100", password="geheim")
    settings = VoiceSettings(server="127.0.0.1:5062", accounts=(account,))
    counters = counters or VoiceCounters(CollectorRegistry())
    program = Program(**({"arguments": ("-c", code), "packages": {}} | changes))
    return ProcessTelephone(settings, account, counters, program)


def read_of(pid, name):
    """Return what everybody on this machine may read of a process."""
    return Path(f"/proc/{pid}/{name}").read_bytes()


def is_there(name):
    """Tell whether a folder exists."""
    return Path(name).is_dir()


async def until_failed(telephone):
    """Return the events until the telephone failed, and why it did."""
    events = []
    async with asyncio.timeout(30):
        while True:
            try:
                events.append(await telephone.next_event())
            except TelephoneFailed as failed:
                return events, str(failed)


async def test_orders_reach_the_process_and_the_password_is_on_no_command_line():
    """Everything goes over the pipe."""
    telephone = a_telephone(ECHO)
    await telephone.open()
    for name in ("cmdline", "environ"):
        assert b"geheim" not in read_of(telephone.pid, name)
    telephone.dial(1, "200")
    telephone.say(1, (Segment("Übung"),), "de")
    telephone.hush(1)
    telephone.hang_up(1)
    telephone.register()
    told = [wires.fields_of((await telephone.next_event()).detail.encode()) for _ in range(6)]
    assert [order["do"] for order in told] == ["open", "dial", "say", "hush", "hang_up", "register"]
    assert told[0]["password"] == "geheim"
    assert told[2]["said"] == [["Übung", False]]
    await telephone.close()
    assert telephone._process.returncode == 0


@pytest.mark.parametrize(
    ("code", "words", "count"),
    [
        (HANG, "hangs and was killed", 0),
        (RUBBISH, "has ended", 1),
        (LONG, "longer than it can be", 0),
        (FLOOD, "more than can be heard", EVENTS_MAX),
        (GONE, "no network card", 0),
        ("raise SystemExit(3)", "has ended", 0),
    ],
    ids=["hang", "rubbish", "long", "flood", "gone", "exit"],
)
async def test_a_process_that_fails_is_ended_and_says_why(code, words, count):
    """Whatever it does: what it told before is heard, then the line knows, and no process is left."""
    registry = CollectorRegistry()
    telephone = a_telephone(code, VoiceCounters(registry), silence_s_max=0.3)
    await telephone.open()
    # Nobody listens meanwhile: the flood has to find its bound.
    await asyncio.wait({telephone._reading}, timeout=30)
    events, why = await until_failed(telephone)
    assert words in why
    assert len(events) == count
    assert all(isinstance(event, OfCall) for event in events)
    await telephone.close()
    assert telephone._process.returncode is not None
    not_understood = registry.get_sample_value("rufweite_voice_lines_not_understood_total")
    assert not_understood == (2 if code is RUBBISH else 0)


async def test_a_process_that_is_killed_is_noticed():
    """The line starts another one; what it left in its folder is removed."""
    telephone = a_telephone(ECHO)
    await telephone.open()
    assert isinstance(await telephone.next_event(), Registration)
    os.kill(telephone.pid, signal.SIGKILL)
    _, why = await until_failed(telephone)
    assert "has ended" in why
    telephone.dial(1, "200")
    name = telephone._folder.name
    assert is_there(name)
    await telephone.close()
    assert not is_there(name)


async def test_without_its_packages_it_says_which_are_missing():
    """The extra is optional: the program runs without it, and the check says so."""
    telephone = a_telephone("", packages={"no_such_module": "baresip-python", "json": "json"})
    with pytest.raises(
        TelephoneFailed, match=r"the optional extra `voice` is not installed \(baresip-python\)"
    ):
        await telephone.open()
    await telephone.close()


async def test_without_its_password_it_says_so(tmp_path):
    """Never what stands in the file."""
    account = VoiceAccount(user="100", password_file=tmp_path / "password")
    with pytest.raises(TelephoneFailed, match="cannot be read"):
        await a_telephone(ECHO, account=account).open()
