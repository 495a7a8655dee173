"""What a board gets (one .mpy file a module, names shortened) does the same as the sources.

A story is written down as the inputs of the lockstep board, and told to both in real MicroPython.
"""

import json
import re
import subprocess

import pytest

from basestation.devices import romfs
from basestation.devices.build import compile_modules
from simulator.runtime import ROOT, find_runtime, runtime_environment
from tests.firmware.story import NAME, QUIET_SETTINGS, Story

MICROPYTHON = find_runtime("micropython")
pytestmark = pytest.mark.skipif(MICROPYTHON.name != "micropython", reason="no MicroPython wheel here")

SETTINGS = {"is_self_test_on": 1, "is_fall_on": 1, "is_loss_on": 1}
ENOUGH_S = 60
LOCKSTEP = ("-m", "firmware.boards.lockstep")
#: The connection from the modules, the broker that it meets from the tests.
CONNECTED = """
import firmware.main, firmware.boards.tls_transport
from firmware.boards import mqtt_packets
from tests.firmware.boards.scripted_broker import PUBLISH, ScriptedBroker
broker = ScriptedBroker()
broker.accept()
assert broker.connection.publish("event", b"raised")
broker.pass_time(100)
broker.answer(mqtt_packets.acknowledgement(broker.last_packet_id(PUBLISH)))
assert broker.connection.is_idle()
broker.answer(b"HTTP")
print(broker.connection.reason, broker.connection.counts()["garbled_connections"])
"""


#: The same modules, from an image that is executed where it lies.
IN_PLACE = """
import sys, vfs
with open(%r, "rb") as file:
    image = file.read()
vfs.mount(vfs.VfsRom(image), "/rom")
sys.path = ["/rom", ".frozen"]
"""
KEPT = """
import gc
import firmware.device
gc.collect()
print(gc.mem_alloc() - %s)
"""
#: Makes what a device has in memory while it works, and says what that takes beside so much, and every name.
TAKEN = """
import gc, micropython
from firmware import main
from firmware.boards import unix, mqtt_connection, tls_transport
gc.collect()
print(gc.mem_alloc() - %s)
for name in %r:
    __import__(name)
micropython.qstr_info()
"""
#: What is imported with its package, and what starts a board before anything else.
NO_PART = ("__init__", "words", "starter")
#: What modules and names may take in place: with 8 kB less, `tests.bench.heap` found 152 kB to be enough.
TAKEN_BYTES_MAX = 116 * 1024
#: An interpreter's names lie in tables of 20, 40, 80 .. 640; one more than they hold takes 14 kB at once.
NAMES_MAX = 20 + 40 + 80 + 160 + 320 + 640


class WritingBoard:
    """The board of a story; writes down what it is given, as the lines of the lockstep board."""

    def __init__(self, board):
        self._board = board
        self.lines = ["i " + json.dumps({"name": NAME, "settings": {**QUIET_SETTINGS, **SETTINGS}})]

    def message(self, t_ms, payload):
        """Write down a command."""
        self.lines.append(f"m {t_ms} {payload.decode()}")
        self._board.message(t_ms, payload)

    def __getattr__(self, name):
        """Write down any other input: its letter and its numbers."""
        letter = {"pass_time": "t", "clip": "c"}.get(name, name[0])

        def hand_on(*numbers):
            self.lines.append(" ".join([letter, *(str(int(number)) for number in numbers)]))
            getattr(self._board, name)(*numbers)

        return hand_on


def told_story():
    """Return a story: self-test, an alarm from its pre-alarm to its reset, an open clip, an empty battery."""
    story = Story(SETTINGS, is_linked=False, stands_s=0)
    story.board = WritingBoard(story.board)
    story.link(True)
    story.stand(3)
    do_self_test(story)
    story.walk(10)
    story.lie(42)
    story.receipt_all()
    story.stand(2)
    story.hold(5100)
    story.receipt_all()
    story.board.clip(story.now_ms, True)
    story.board.clip(story.now_ms + 20, False)
    story.board.battery(story.now_ms + 40, 3300, 3, False)
    story.stand(55)
    return story


def do_self_test(story):
    """Do what the device asks for, and receipt the result."""
    story.press()
    story.wait_ms(1200)
    story.press()
    story.lie(5)
    story.stand(12)
    story.pose((0, 0, 1000), 5, 1500)
    story.receipt(story.last("self-test"), mark="test")


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """The compiled modules, with the lockstep board that tells the story."""
    folder = tmp_path_factory.mktemp("modules")
    compile_modules(folder, left_out=("document.py",))
    return folder


def run(modules, arguments, text=""):
    """Return what MicroPython prints with the firmware in the folder `modules`."""
    done = subprocess.run(
        [*MICROPYTHON.command, "-X", "heapsize=16M", *arguments],
        cwd=modules, env=runtime_environment(modules), input=text, capture_output=True, text=True,
        timeout=ENOUGH_S, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_the_modules_tell_the_same_story_as_the_sources(modules):
    """Every effect, in its order, at its time: self-test, pre-alarm, alarm, receipt, reset, loss, battery."""
    text = "\n".join([*told_story().board.lines, "q", ""])
    told, expected = (run(folder, LOCKSTEP, text) for folder in (modules, ROOT))
    assert told == expected
    sent = [effect["message"] for line in told.splitlines() if "message" in (effect := json.loads(line))]
    assert "passed" in [message.get("result") for message in sent]
    kinds = {(message["kind"], message.get("alarm_kind")) for message in sent}
    assert kinds >= {("pre-alarm", "position"), ("reset", "position"), ("raised", "loss")}


def test_an_image_of_the_modules_does_the_same_in_place_and_takes_less_heap(modules, tmp_path):
    """As on a board whose interpreter executes .mpy files in its flash."""
    path = tmp_path / "firmware.romfs"
    path.write_bytes(romfs.image(modules))
    program = IN_PLACE % str(path)
    spoken = run(tmp_path, ["-c", f"{program}sys.path.append({str(ROOT)!r})\n{CONNECTED}"])
    assert spoken == "who answers speaks no MQTT 1\n"
    from_image = int(run(tmp_path, ["-c", program + KEPT % "len(image)"]))
    assert from_image * 4 < int(run(modules, ["-c", KEPT % "0"])) * 3


def test_the_modules_of_a_device_leave_room_and_all_its_names_have_a_place(modules, tmp_path):
    """In place, with MQTT and TLS; the names also when everything is loaded that seldom is."""
    compile_modules(tmp_path / "lib")
    path = tmp_path / "firmware.romfs"
    path.write_bytes(romfs.image(tmp_path / "lib"))
    files = [file.relative_to(tmp_path / "lib").with_suffix("") for file in (tmp_path / "lib").rglob("*.mpy")]
    names = [".".join(file.parts) for file in files if file.stem not in NO_PART]
    taken, info = run(tmp_path, ["-c", IN_PLACE % str(path) + TAKEN % ("len(image)", names)]).splitlines()[:2]
    assert int(taken) <= TAKEN_BYTES_MAX
    assert int(re.search(r"n_qstr=(\d+)", info)[1]) <= NAMES_MAX


def test_the_modules_refuse_settings_with_the_sentence_of_the_sources(modules):
    """The rules of the settings are much of what is renamed."""
    first = "i " + json.dumps({"name": NAME, "settings": {"tilt_limit_deg": 5}})
    told = run(modules, LOCKSTEP, first + "\n")
    assert "tilt_limit_deg is 5 degrees" in json.loads(told.splitlines()[0])["reason"]


def test_the_connection_of_the_modules_speaks_with_a_broker(modules):
    """Log-in, event, acknowledgement, rubbish; the loop and TLS can be imported."""
    path = f"import sys; sys.path.insert(1, {str(ROOT)!r})\n"
    assert run(modules, ["-c", path + CONNECTED]) == "who answers speaks no MQTT 1\n"
