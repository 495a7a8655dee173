"""A site begins to ask its devices for certificates, and loses none that was given one before."""

import pytest

from basestation.devices.firmware_files import firmware_files
from simulator.runtime import find_runtime
from tests.basestation.devices.pty_board import PtyBoard
from tests.basestation.devices.test_setup import again, device, put
from tests.system.running import running_site, wait_until

pytestmark = pytest.mark.skipif(
    find_runtime("micropython").name != "micropython", reason="no MicroPython wheel here"
)
SOON_S = 40


def test_a_device_that_has_its_certificate_goes_on_when_the_site_begins_to_ask_for_one(tmp_path):
    """Got ready again it keeps its log-in and is brought the certificate; then nobody touches it."""
    files = firmware_files("unix", "x64")
    with running_site(tmp_path, mqtt_tls="server") as site, PtyBoard(tmp_path / "flash") as board:
        for path, data in files.items():
            put(board, path, data)
        again(site, board.port, files, "pna-01")
        log_in = site.rows("SELECT secret, client_id FROM devices")
        assert not (board.folder / "device_key.pem").exists()
        again(site, board.port, files, "pna-01", is_certificate_ahead=True)
        assert site.rows("SELECT secret, client_id FROM devices") == log_in
        assert (board.folder / "device_key.pem").exists()
        site.station.stop()
        site.environment["RUFWEITE_MQTT_TLS"] = "client_certificates"
        heard = len(board.said)
        site.start()
        wait_until(lambda: b'"is_up":true' in board.said[heard:], SOON_S, "its log-in with the certificate")
        wait_until(lambda: device(site, "pna-01")["presence"] == "online", SOON_S, "its word")
