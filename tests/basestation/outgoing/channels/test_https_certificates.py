"""Requests by TLS: only a machine that shows a certificate we believe, for its own name, is told anything."""

import datetime as dt
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from basestation.outgoing.channels.https import TwinServer
from tests.basestation.outgoing.channels.https_site import a_poster

NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example authority")])


def certificate(folder, name):
    """Return the files of a certificate for a name, which vouches for itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(NAME, NAME, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    shown, secret = folder / f"{name}.pem", folder / f"{name}.key"
    shown.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return shown, secret


@pytest.mark.parametrize(
    ("name", "is_known", "is_taken"),
    [("localhost", True, True), ("siren.example", True, False), ("localhost", False, False)],
)
async def test_only_a_believed_certificate_for_the_right_name_is_told_anything(
    tmp_path, name, is_known, is_taken
):
    """Though what is connected to is the address that was judged, not the name."""
    files = certificate(tmp_path, name)
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(*files)
    twin = TwinServer()
    await twin.start(shown)
    try:
        poster, _ = a_poster(
            authority_file=files[0] if is_known else None, look_up=lambda _host, _port: ["127.0.0.1"]
        )
        url = twin.url.replace("http://127.0.0.1", "https://localhost")
        posted, fault = await poster.post(url, {}, b"case 7"), await poster.reach(url)
    finally:
        await twin.stop()
    assert (posted.status, bool(twin.heard)) == ((200, True) if is_taken else (None, False))
    assert (fault == posted.fault == "") is is_taken
    assert is_taken or "do not believe its certificate" in posted.fault
    assert is_taken or "do not believe its certificate" in fault
    assert not posted.may_have_arrived
