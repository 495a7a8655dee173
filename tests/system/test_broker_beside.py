"""Two brokers of our own: the second is a `rufweite broker` apart, whose folder the base station reaches."""

import asyncio
import json
from contextlib import closing, contextmanager

from basestation.broker import probe
from basestation.trust.trust import Trust
from tests.system.broker import HOST, free_port
from tests.system.running import Child, running_site, wait_until

NAME, TLS_NAME = "tower-1", "broker.site"
SOON_S = 15


@contextmanager
def site_with_two_brokers(folder):
    """Run a base station and two brokers of its own, by TLS; yield it, and what the second answers."""
    port, data = free_port(), folder / "second"
    tls = {"mqtt_tls": "server", "mqtt_names": TLS_NAME}
    given = tls | {"more_brokers": json.dumps([{"host": HOST, "port": port, "data_dir": str(data)}])}
    with running_site(folder, **given) as site:
        environment = site.environment | {
            "RUFWEITE_DATA_DIR": str(data), "RUFWEITE_MQTT_PORT": str(port), "RUFWEITE_BROKER": "apart",
            "RUFWEITE_MORE_BROKERS": "[]",
        }  # fmt: skip
        second = Child(["broker"], environment, folder / "second.log")
        trust = Trust(site.data / "authority" / "authority.pem", TLS_NAME)

        def answer(credential):
            return asyncio.run(probe.log_in(HOST, port, NAME, credential["secret"], trust))

        second.start()
        try:
            wait_until(lambda: site.snapshot()["station"]["brokers"][1]["is_connected"], SOON_S, "the second")
            yield site, answer
        finally:
            second.stop()


def test_a_retired_device_is_refused_at_once_by_a_second_broker_of_our_own(tmp_path):
    """It was let in there by the base station, too, and nothing is left for anybody to do."""
    with site_with_two_brokers(tmp_path) as (site, answer), closing(site.api()) as api:
        told = api.post("devices", {"name": NAME})
        assert told["more_brokers"][0]["tls_ca"] == told["tls_ca"]
        assert answer(told) == probe.ACCEPTED
        assert api.post(f"devices/{NAME}/retire")["log_in_left_at"] == []
        assert answer(told) == probe.REFUSED
        assert [one["kind"] for one in api.get("brokers")] == ["embedded", "apart"]
        assert "Traceback" not in site.station.log.read_text()
