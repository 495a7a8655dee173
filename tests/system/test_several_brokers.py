"""The whole with two brokers: the first dies, and nothing that matters goes with it."""

import json
from contextlib import closing, contextmanager

from basestation.broker.configuration import station_user
from basestation.broker.credential import Credential
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from tests.system.broker import HOST, RunningBroker
from tests.system.running import UNTESTED, is_signal, keep_walking, running_site

NAME, REPLICA = "tower-1", "base-1"
#: From the loss of a broker to anything that follows from it, in s; typically under 2.
SOON_S = 25


@contextmanager
def site_with_a_second_broker(folder):
    """Run a base station with its own broker, and one of others beside it with the log-in in files."""
    (folder / "second").mkdir()
    second = RunningBroker(folder / "second", [NAME])
    (folder / "secret").write_text(second.station.secret + "\n")
    (folder / "client_id").write_text(second.station.client_id + "\n")
    entry = {
        "host": HOST,
        "port": second.port,
        "user": station_user(second.station.name),
        "secret_file": str(folder / "secret"),
        "client_id_file": str(folder / "client_id"),
    }
    second.start()
    try:
        given = {"replica": REPLICA, "canary_s": "1", "more_brokers": json.dumps([entry])}
        with running_site(folder, is_broker_apart=True, **given) as site:
            yield site, second
    finally:
        second.close()


def device_at_both(site, second, folder, **settings):
    """Register a device, let it in at both brokers and start it on a worker on shift."""
    with closing(site.api()) as api:
        told = api.post("devices", {"name": NAME})
        places = [(one["host"], one["port"]) for one in told["more_brokers"]]
        assert places == [(HOST, second.port)]
        second.devices[NAME] = Credential(NAME, told["secret"], told["client_id"])
        second.let_in([NAME])
        logins = [
            BrokerLogin(*place, NAME, told["secret"], told["client_id"])
            for place in ((HOST, site.mqtt_port), *places)
        ]
        device = VirtualDevice(
            DeviceConfig(NAME, logins[0], UNTESTED | settings, more_brokers=logins[1:]), folder
        )
        device.start()
        site.devices.append(device)
        keep_walking(device)
        device.wait_for(is_up_by(0), SOON_S)
        site.start_shift(api, NAME)
    return device


def is_up_by(broker):
    """Return a test of an effect: the link is up by this broker."""
    return lambda effect: effect["effect"] == "link" and effect["is_up"] and effect["broker"] == broker


def return_to_the_first(device):
    """Lose the network and find it: the five minutes until it returns by itself pass in test_handing_over."""
    since = device.count
    device.set_radio(is_lost=True)
    device.wait_for(lambda effect: effect["effect"] == "link" and not effect["is_up"], SOON_S, since)
    device.set_radio(is_lost=False)
    device.wait_for(is_up_by(0), SOON_S, since)


def test_an_alarm_goes_through_the_second_broker_and_the_first_is_taken_again(tmp_path):
    """Receipt and "somebody has it" go back by the second; the station says which broker is away."""
    with site_with_a_second_broker(tmp_path) as (site, second):
        device = device_at_both(site, second, tmp_path)
        since = device.count
        site.broker.kill()
        device.press()
        case = site.case(NAME, SOON_S, kind="manual")
        device.release()
        device.wait_for(is_up_by(1), SOON_S, since)
        device.wait_for(is_signal("alarm_received"), SOON_S, since)
        site.press(case["id"], "accept")
        device.wait_for(is_signal("help_accepted"), SOON_S, since)
        fault = site.case("station", SOON_S, state="RECEIVED")
        assert "broker 1: no connection" in fault["cause"]
        assert "broker 2" not in fault["cause"]
        assert site.snapshot()["station"]["mqtt"]["is_connected"]

        site.broker.start()
        site.case("station", SOON_S, state="GONE")
        since = device.count
        return_to_the_first(device)
        site.press(case["id"], "on_scene")
        site.press(case["id"], "all_clear", "ended for the test")
        device.wait_for(is_signal("all_clear"), SOON_S, since)
        assert site.rows("select count(*) from cases where device = ?", NAME) == [(1,)]
        assert "Traceback" not in site.station.log.read_text()
