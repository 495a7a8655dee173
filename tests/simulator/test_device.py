"""The virtual device: a process of its own, which starts, moves, dies and comes back as it is told."""

import os
import select
import signal
import subprocess
import sys

import numpy as np
import pytest

from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from simulator.lockstep import DeviceFailed, SettingsRefused
from simulator.runtime import ROOT, RUNTIMES, find_runtime
from simulator.trace import SAMPLE_MS, Trace

SOON_S = 5
NAME = "mast-3"
#: Nobody listens at port 9 of this machine.
NOWHERE = BrokerLogin("127.0.0.1", 9, NAME, "0" * 32, "1" * 32)


@pytest.fixture(params=RUNTIMES)
def runtime(request):
    """Both interpreters in turn."""
    if find_runtime(request.param).name != request.param:
        pytest.skip("no MicroPython wheel for this machine")
    return request.param


@pytest.fixture
def device(tmp_path, runtime):
    """A device without a network that is on."""
    with VirtualDevice(DeviceConfig(NAME, loop_report_s=1), tmp_path, runtime) as running:
        yield running


def is_signal(name):
    """Return a test for what the worker sees and hears."""
    return lambda effect: effect["effect"] == "signal" and effect["name"] == name


def resting(direction_mg, samples=100):
    """Return a trace that stays as it is."""
    t_ms = np.arange(samples, dtype=np.int64) * SAMPLE_MS
    return Trace(
        t_ms, np.tile(np.array(direction_mg, dtype=np.int16), (samples, 1)), "test", is_generated=True
    )


def test_the_firmware_really_runs_in_the_interpreter_that_was_asked_for(device, runtime):
    """What is called MicroPython is MicroPython."""
    boot = device.wait_for(lambda effect: effect["effect"] == "boot", SOON_S)
    assert boot["runtime"] == runtime
    assert device.runtime.name == runtime


def test_a_held_key_raises_an_alarm_without_any_network(device):
    """The worker sees and hears the alarm, whatever the link does."""
    device.wait_for(lambda effect: effect["effect"] == "boot", SOON_S)
    since = device.count
    device.press()
    alarm = device.wait_for(is_signal("alarm"), SOON_S, since)
    effects = device.effects(since)
    written = [effect["effect"] == "journal" for effect in effects[: effects.index(alarm)]]
    assert any(written), "raised before it was written down"


def test_each_start_counts_one_boot_and_a_killed_device_keeps_its_alarm(device):
    """No number ever comes twice, and no alarm is lost."""
    device.press()
    device.wait_for(is_signal("alarm"), SOON_S)
    device.kill()
    assert not device.is_running
    since = device.count
    device.restart()
    assert device.wait_for(lambda effect: effect["effect"] == "boot", SOON_S, since)["boot"] == 2
    device.wait_for(is_signal("alarm"), SOON_S, since)


def test_a_played_trace_moves_the_device_in_real_time(device):
    """One sample a turn, and none dropped."""
    device.play(resting((0, 0, 1000)))
    for _ in range(2):
        report = device.wait_for(lambda effect: effect["effect"] == "loop", SOON_S, device.count)
    assert report["refused_inputs"] == report["dropped_samples"] == 0
    assert report["samples"] == report["ticks"]


def test_a_worker_who_lies_down_in_a_played_trace_is_alarmed_about(tmp_path, runtime):
    """From the recording to the signal, through the real core, faster than a person would be let down."""
    settings = {"position_detection_ms": 2000, "position_pre_alarm_ms": 1000, "upright_z_mg": 1000}
    settings |= {"is_self_test_on": 0}
    config = DeviceConfig(NAME, settings=settings)
    with VirtualDevice(config, tmp_path, runtime) as device:
        device.play(resting((0, 0, 1000), samples=150))
        device.wait_for(is_signal("guarding"), SOON_S)
        device.play(resting((1000, 0, 0), samples=50))
        device.wait_for(is_signal("pre_alarm_position"), 2 * SOON_S)
        device.wait_for(is_signal("alarm"), SOON_S)


def test_samples_are_taken_as_they_come(device):
    """Fewer samples than turns is what a slow sender gives."""
    for _ in range(20):
        device.send_sample(0, 0, 1000)
    report = device.wait_for(lambda effect: effect["effect"] == "loop" and effect["samples"], SOON_S)
    assert report["dropped_samples"] == 0
    assert report["samples"] == 20


def test_a_broker_that_is_not_there_is_shown_and_tried_again(tmp_path, runtime):
    """The link effect names the reason."""
    with VirtualDevice(DeviceConfig(NAME, NOWHERE, loop_report_s=1), tmp_path, runtime) as device:
        link = device.wait_for(lambda effect: effect["effect"] == "link", SOON_S)
        assert not link["is_up"]
        assert "nobody answers" in link["reason"]
        device.wait_for(
            lambda effect: effect["effect"] == "loop" and effect["connect_attempts"] >= 3, 3 * SOON_S
        )


def test_a_configuration_that_cannot_be_used_is_refused_with_its_sentence(tmp_path, runtime):
    """It reaches whoever set the device up."""
    config = DeviceConfig(NAME, BrokerLogin("broker.example", 1883, NAME, "0" * 32, "1" * 32))
    with (
        VirtualDevice(config, tmp_path, runtime) as device,
        pytest.raises(SettingsRefused, match="numeric address"),
    ):
        device.wait_for(lambda effect: effect["effect"] == "boot", SOON_S)


def test_what_never_comes_is_an_error_that_says_what_came_last(device):
    """A wait is bounded."""
    device.wait_for(lambda effect: effect["effect"] == "boot", SOON_S)
    with pytest.raises(DeviceFailed, match="boot"):
        device.wait_for(lambda effect: effect["effect"] == "miracle", 0.1)


async def test_effects_can_be_watched_from_asyncio_until_the_device_ends(device):
    """A program that follows several devices needs no threads of its own."""
    seen = []
    async for effect in device.watch(since=0):
        seen.append(effect["effect"])
        if effect["effect"] == "loop" and device.is_running:
            device.kill()
    assert "boot" in seen
    assert seen == [effect["effect"] for effect in device.effects()]


def test_the_end_of_its_input_switches_a_device_off(device):
    """Whoever ran it has gone, without a word."""
    device.wait_for(lambda effect: effect["effect"] == "boot", SOON_S)
    process = device._running()
    process.stdin.close()
    assert process.wait(SOON_S) == 0


def test_a_device_dies_with_whoever_started_it(tmp_path, runtime):
    """A demonstration that is killed leaves nothing behind, not even a device that hangs."""
    script = (
        "import sys, pathlib, signal, os\n"
        "from simulator.device import VirtualDevice\n"
        "from simulator.device_config import DeviceConfig\n"
        f"device = VirtualDevice(DeviceConfig('{NAME}'), pathlib.Path(sys.argv[1]), '{runtime}')\n"
        "device.start()\n"
        "device.wait_for(lambda effect: effect['effect'] == 'boot', 5)\n"
        "os.kill(device.process_id, signal.SIGSTOP)\n"
        "print(device.process_id, flush=True)\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    with parent:
        handle = os.pidfd_open(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
        ended, _, _ = select.select([handle], [], [], SOON_S)
        os.close(handle)
    assert ended, "the device outlived its parent"


def test_the_configuration_with_its_secrets_is_for_its_owner_only(tmp_path):
    """Password and client id stand in it plainly."""
    path = DeviceConfig(NAME, NOWHERE).write(tmp_path, "power_on")
    assert path.stat().st_mode & 0o077 == 0
    assert "0" * 32 not in repr(NOWHERE)
