"""A real broker, a station that listens, and virtual devices, for tests of the whole."""

import shutil

import pytest

from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from simulator.runtime import RUNTIMES, find_runtime
from tests.system.broker import HOST, RunningBroker
from tests.system.running import UNTESTED
from tests.system.station import ListeningStation

#: Devices that the broker lets in; each test takes the next, so that no session of one meets another.
DEVICE_NAMES = tuple(f"tower-{number}" for number in range(40))


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """One broker for the tests of a file."""
    running = RunningBroker(tmp_path_factory.mktemp("broker"), DEVICE_NAMES)
    running.start()
    yield running
    running.close()


@pytest.fixture(scope="module")
def free_names():
    """Device names that no test of the file has used."""
    return iter(DEVICE_NAMES)


@pytest.fixture
def station(broker):
    """A station that hears every device."""
    with ListeningStation(broker) as listening:
        yield listening


@pytest.fixture(params=RUNTIMES)
def runtime(request):
    """Both interpreters in turn."""
    if find_runtime(request.param).name != request.param:
        pytest.skip("no MicroPython wheel for this machine")
    return request.param


@pytest.fixture
def new_device(broker, free_names, tmp_path, runtime):
    """Make virtual devices, one by one; they are switched off after the test."""
    made = []

    def make(**changes):
        credential = broker.devices[next(free_names)]
        login = {"password": credential.secret, "client_id": credential.client_id} | changes
        given = BrokerLogin(HOST, broker.port, credential.name, **login)
        config = DeviceConfig(credential.name, given, UNTESTED, loop_report_s=2)
        made.append(VirtualDevice(config, tmp_path, runtime))
        return made[-1]

    yield make
    for device in made:
        device.stop()
    shutil.rmtree(tmp_path, ignore_errors=True)
