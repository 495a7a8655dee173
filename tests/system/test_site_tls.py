"""A whole site in which everybody shows a certificate: base station, broker of its own process, device."""

import re
import time
from datetime import UTC, datetime, timedelta

import httpx

from tests.system.running import running_site

#: How long anything may take that happens at once on an idle machine, in s.
SOON_S = 15


def test_an_alarm_becomes_a_case_where_everybody_shows_a_certificate(tmp_path):
    """The device is told by the API what it needs; what is told once lies on no disk and in no log.

    The base station lists the device's certificate with its end, and the broker with its own.
    """
    settings = {"mqtt_tls": "client_certificates", "mqtt_names": "alarm.site, 192.0.2.7"}
    with running_site(tmp_path, is_broker_apart=True, **settings) as site:
        device = site.add_device("tower-1")
        device.press()
        case = site.case("tower-1", SOON_S, kind="manual")
        device.release()
        assert case["state"] == "RECEIVED"
        ends_at = datetime.fromisoformat(site.api().get("devices")[0]["certificate_ends_at"])
        assert ends_at > datetime.now(UTC) + timedelta(days=19 * 365)
        (broker,) = site.api().get("brokers")
        assert (broker["kind"], broker["tls"]) == ("apart", "client_certificates")
        assert broker["is_connected"]
        assert datetime.fromisoformat(broker["certificate_ends_at"]) < datetime.now(UTC) + timedelta(days=401)
        assert "Traceback" not in site.station.log.read_text()
        metrics = httpx.get(f"{site.api().url}/metrics").text
        ends = re.findall(r'rufweite_certificate_ends_at_seconds{certificate="(\w+)"} (\S+)', metrics)
        assert {name for name, _ in ends} == {"authority", "broker"}
        assert all(float(at) > time.time() for _, at in ends)
        key = (tmp_path / "tower-1-tls_key.pem").read_text().splitlines()[1]
        kept = [path for path in (*site.data.rglob("*"), *tmp_path.glob("*.log")) if path.is_file()]
        assert not [path for path in kept if key.encode() in path.read_bytes()]
