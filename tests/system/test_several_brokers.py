"""The whole with two brokers, by TLS: the first dies, and nothing that matters goes with it.

The second is somebody else's, and shows a certificate of the site's authority.
"""

import json
from contextlib import closing, contextmanager

from basestation.broker.configuration import station_user
from basestation.broker.credential import Credential
from basestation.clock import SystemClock
from basestation.trust.certificates import SiteCertificates
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig, believing
from tests.system.broker import HOST, RunningBroker
from tests.system.nursery import Nursery
from tests.system.running import START_S_MAX, UNTESTED, is_signal, keep_walking, running_site, wait_until

NAME, REPLICA = "tower-1", "base-1"
TLS_NAME = "broker.site"
#: From the loss of a broker to anything that follows from it, in s; typically under 2.
SOON_S = 25


@contextmanager
def site_with_a_second_broker(folder, *, is_tls=False):
    """Run a base station with its own broker, and one of others beside it with the log-in in files."""
    (folder / "second").mkdir()
    certificates = certificates_of_site(folder / "station") if is_tls else None
    second = RunningBroker(folder / "second", [NAME], certificates)
    (folder / "secret").write_text(second.station.secret + "\n")
    (folder / "client_id").write_text(second.station.client_id + "\n")
    entry = {
        "host": HOST,
        "port": second.port,
        "user": station_user(second.station.name),
        "secret_file": str(folder / "secret"),
        "client_id_file": str(folder / "client_id"),
    }
    tls = {}
    if certificates is not None:
        entry |= {"authority": str(certificates.trust.authority), "name": TLS_NAME}
        tls = {"mqtt_tls": "server", "mqtt_names": TLS_NAME}
    second.start()
    given = tls | {"replica": REPLICA, "canary_s": "1", "more_brokers": json.dumps([entry])}
    try:
        # The base station is loaded once for both its processes, and for the broker's second start.
        with (
            Nursery() as nursery,
            running_site(folder, is_broker_apart=True, new_child=nursery.child, **given) as site,
        ):
            # The base station hears by the second while the first, a process of its own, still starts.
            wait_until(lambda: all(is_connected(site)), START_S_MAX, "both brokers")
            yield site, second
    finally:
        second.close()


def is_connected(site):
    """Return for each broker whether the base station hears it."""
    return [one["is_connected"] for one in site.snapshot()["station"]["brokers"]]


def certificates_of_site(data):
    """Return the certificates of the site whose base station is to keep its data there."""
    data.mkdir(mode=0o700)
    user = station_user(REPLICA)
    return SiteCertificates(data, [TLS_NAME], user, SystemClock().now, is_for_clients=False)


def device_at_both(site, second, folder, **settings):
    """Register a device, let it in at both brokers and start it on a worker on shift."""
    with closing(site.api()) as api:
        told = api.post("devices", {"name": NAME})
        others = told["more_brokers"]
        assert [(one["host"], one["port"]) for one in others] == [(HOST, second.port)]
        second.devices[NAME] = Credential(NAME, told["secret"], told["client_id"])
        second.let_in([NAME])
        logins = []
        for number, one in enumerate([{"host": HOST, "port": site.mqtt_port} | told, *others]):
            login = BrokerLogin(one["host"], one["port"], NAME, told["secret"], told["client_id"])
            believed = folder / f"broker-{number}"
            believed.mkdir()
            logins.append(believing(login, one, believed))
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


def retired_here_and_there(site, second, device):
    """Retire the device: cut at our broker, refused by the other one until its operator did it, too."""
    place = f"{HOST}:{second.port}"
    with closing(site.api()) as api:
        listed = [(one["place"], one["kind"], one["tls"]) for one in api.get("brokers")]
        assert listed == [(f"{HOST}:{site.mqtt_port}", "apart", "server"), (place, "further", "server")]
        since = device.count
        assert api.post(f"devices/{NAME}/retire")["log_in_left_at"] == [place]
        assert [one["is_let_in"] for one in api.get("log-ins-left")] == [True]
        device.wait_for(is_up_by(1), SOON_S, since)
        reasons = wait_until(lambda: site.rows("select reason from quarantine"), SOON_S, "a refused message")
        assert set(reasons) == {("retired_device",)}
        since = device.count
        second.let_in([])
        device.wait_for(lambda effect: effect["effect"] == "link" and not effect["is_up"], SOON_S, since)
        assert api.post(f"devices/{NAME}/log-in-removed", {"broker": place}) == []
    assert site.rows("select gone_by, secret from withdrawn_log_ins") == [("Command line", "")]
    content = site.rows("select content from log_contents where content like '%is_refused_there%'")
    assert [json.loads(one)["is_refused_there"] for (one,) in content] == [True]


def test_an_alarm_goes_through_the_second_broker_and_the_first_is_taken_again(tmp_path):
    """Receipt and "somebody has it" go back by the second; the station says which broker is away.

    At the end the device is retired: refused at once by whatever broker, until its operator has done it.
    """
    with site_with_a_second_broker(tmp_path, is_tls=True) as (site, second):
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
        retired_here_and_there(site, second, device)
        assert "Traceback" not in site.station.log.read_text()
