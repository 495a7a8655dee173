"""What goes onto a board: judged before anything is written, and on paper its label."""

import json
import re
from xml.etree import ElementTree as ET

import pytest
import segno

from basestation.broker.credential import new_credential
from basestation.devices.board_files import sum_of
from basestation.devices.configuration import (
    Broker,
    LogIn,
    Network,
    Wanted,
    credential_in,
    networks_in,
    settings_in,
)
from basestation.devices.errors import SetupFailed
from basestation.devices.firmware_files import WHOLE, slot_files
from basestation.devices.label import code_of, label_on_terminal, label_svg

NAME = "pna-01"
BROKER = Broker("192.0.2.7", 8883)
AUTHORITY = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n"
CREDENTIAL = new_credential(NAME)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: Wanted(NAME, [BROKER], settings={"tilt_limit_deg": 5}),
            "tilt_limit_deg is 5 degrees; it must",
        ),
        (lambda: Wanted(NAME, [BROKER], settings={"colour": 5}), "no setting called colour"),
        (lambda: Wanted(NAME, []), "needs a broker"),
        (lambda: Wanted(NAME, [BROKER] * 5), "4 networks and 4 brokers at most"),
        (lambda: Wanted(NAME, [BROKER], [Network("n")] * 5), "4 networks and 4 brokers at most"),
        (lambda: Wanted(NAME, [BROKER], authority="no certificate"), "no certificate in PEM form"),
        (lambda: Broker("broker.example", 1883), "needs a numeric one"),
        (lambda: Broker("192.0.2.7", 65536), "between 1 and 65535"),
        (lambda: Broker("192.0.2.7", 0), "between 1 and 65535"),
        (lambda: Network("x" * 33), "1 to 32 bytes"),
        (lambda: Network(""), "1 to 32 bytes"),
        (lambda: Network("hall", "1234567"), "8 to 63 characters"),
        (lambda: Network("hall", "1" * 64), "8 to 63 characters"),
    ],
)
def test_what_the_device_would_refuse_is_refused_before_anything_is_written(make, words):
    """By the firmware's own rules, with its own sentence."""
    with pytest.raises(SetupFailed, match=words):
        make()


def test_the_limits_of_names_and_passwords_themselves_are_accepted():
    """32 bytes; 8 and 63 characters, or none."""
    for name, password in (("x" * 32, "1" * 8), ("é" * 16, "1" * 63), ("o", "")):
        assert Network(name, password).name == name
    assert [Broker("192.0.2.7", port).port for port in (1, 65535)] == [1, 65535]
    assert len(Wanted(NAME, [BROKER] * 4, [Network("n")] * 4).brokers) == 4


def test_the_file_of_a_device_holds_its_log_in_and_can_be_read_again():
    """Networks and settings as they were asked for; no TLS where nobody named whom to believe."""
    wanted = Wanted(NAME, [BROKER], [Network("hall", "12345678")], {"tilt_limit_deg": 70})
    files = wanted.files(LogIn(CREDENTIAL))
    assert list(files) == ["device.json"]
    content = json.loads(files["device.json"])
    assert content["networks"] == [{"ssid": "hall", "password": "12345678"}]
    assert content["settings"] == {"tilt_limit_deg": 70}
    assert "tls_ca" not in content["broker"]
    assert credential_in(files["device.json"]) == CREDENTIAL
    for rubbish in (b"", b"[]", b"{", b'{"name": "x", "brokers": []}', b'{"name": "X!", "broker": {}}'):
        assert credential_in(rubbish) is None


def test_what_the_base_station_says_of_tls_goes_into_files_beside_it():
    """Authority, and the device's own certificate where the site uses them; for every broker in its order."""
    answer = {"name": NAME, "secret": CREDENTIAL.secret, "client_id": CREDENTIAL.client_id}
    answer |= {"tls_ca": AUTHORITY, "tls_host": "broker.site", "tls_certificate": "C", "tls_key": "K"}
    log_in = LogIn.of_answer(answer)
    files = Wanted(NAME, [BROKER, Broker("192.0.2.8", 8884, "second.site")]).files(log_in)
    assert files["site_ca.pem"].decode() == AUTHORITY
    assert (files["device_cert.pem"], files["device_key.pem"]) == (b"C", b"K")
    content = json.loads(files["device.json"])
    assert [one["tls_host"] for one in content["brokers"]] == ["broker.site", "second.site"]
    assert "broker" not in content
    assert credential_in(files["device.json"]) == CREDENTIAL
    assert "K" not in repr(log_in)
    assert CREDENTIAL.secret not in repr(log_in)
    own = Wanted(NAME, [BROKER], authority=AUTHORITY).files(LogIn(CREDENTIAL))
    assert json.loads(own["device.json"])["broker"]["tls_host"] == "192.0.2.7"


def test_the_further_brokers_of_the_base_station_come_behind_the_first_each_with_its_own_authority():
    """Where none was named by hand; one without TLS stays without, and none is shown our certificate."""
    answer = {"name": NAME, "secret": CREDENTIAL.secret, "client_id": CREDENTIAL.client_id}
    answer |= {"tls_ca": AUTHORITY, "tls_host": "broker.site", "tls_certificate": "C", "tls_key": "K"}
    other = AUTHORITY.replace("MA==", "MQ==")
    more = [{"host": "192.0.2.8", "port": 8884, "tls_ca": other, "tls_host": "second.site"}]
    more += [{"host": "127.0.0.1", "port": 1885}]
    log_in = LogIn.of_answer(answer | {"more_brokers": more})
    files = Wanted(NAME, [BROKER], takes_further=True).files(log_in)
    assert files["site_ca_2.pem"].decode() == other
    assert "site_ca_3.pem" not in files
    first, second, third = json.loads(files["device.json"])["brokers"]
    assert (first["tls_ca"], first["tls_host"], first["tls_key"]) == (
        "site_ca.pem",
        "broker.site",
        "device_key.pem",
    )
    assert (second["host"], second["tls_ca"], second["tls_host"]) == (
        "192.0.2.8",
        "site_ca_2.pem",
        "second.site",
    )
    assert {one["password"] for one in (first, second, third)} == {CREDENTIAL.secret}
    assert not {"tls_ca", "tls_certificate"} & third.keys()
    assert "tls_certificate" not in second
    named = Wanted(NAME, [BROKER]).files(log_in)
    assert "brokers" not in json.loads(named["device.json"])


def test_files_that_cannot_be_used_are_refused_with_their_path(tmp_path):
    """Networks and settings."""
    path = tmp_path / "given.json"
    path.write_text('[{"name": "hall", "password": "12345678"}, {"name": "yard"}]')
    assert networks_in(path) == [Network("hall", "12345678"), Network("yard")]
    with pytest.raises(SetupFailed, match="one object of settings"):
        settings_in(path)
    for text in ("{", "[7]", '[{"password": "12345678"}]'):
        path.write_text(text)
        with pytest.raises(SetupFailed, match=re.escape(str(path))):
            networks_in(path)
    path.write_text('{"tilt_limit_deg": 70}')
    assert settings_in(path) == {"tilt_limit_deg": 70}
    with pytest.raises(SetupFailed, match="cannot be read as JSON"):
        settings_in(tmp_path / "none.json")


def test_a_slot_is_whole_only_with_a_file_that_names_all_others():
    """It is written last: the order of writing is that of the names."""
    files = slot_files({"slot_a/protocol/topics.mpy": b"two", "slot_a/firmware/main.mpy": b"one"})
    assert json.loads(files[WHOLE]) == {
        "slot_a/firmware/main.mpy": sum_of(b"one"),
        "slot_a/protocol/topics.mpy": sum_of(b"two"),
    }
    assert max(files) == WHOLE
    assert {"boot.py", "main.py"} < set(files)


def test_the_label_shows_name_and_site_and_its_code_says_the_name():
    """The drawing is well formed whatever people write; its dark squares are those of the code."""
    drawing = ET.fromstring(label_svg(NAME, "Blue <one> & only", "Musterwerk"))
    texts = [text.text for text in drawing.iter(f"{SVG}text")]
    assert texts == [NAME, "Blue <one> & only", "Musterwerk"]
    path = drawing.find(f"{SVG}path").get("d")
    dark = {(int(y), int(x)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path)}
    code = [list(row) for row in segno.make("rufweite:pna-01", error="m", micro=False).matrix]
    assert dark == {(y, x) for y, row in enumerate(code) for x, is_dark in enumerate(row) if is_dark}
    assert code_of(NAME) == "rufweite:pna-01"
    lines = label_on_terminal(NAME).splitlines()
    assert {len(line) for line in lines} == {len(code) + 4}
    assert 2 * len(lines) >= len(code) + 4


def test_long_names_are_set_smaller_and_not_cut():
    """32 letters are within the label."""
    sizes = []
    for name in ("a", "a" * 32):
        text = ET.fromstring(label_svg(name, "", "")).find(f"{SVG}text")
        assert text.text == name
        sizes.append(float(text.get("font-size")))
    assert sizes[0] == 5.0
    assert 32 * 0.6 * sizes[1] <= 50 - 25 - 2 + 0.1
