"""TLS in front of a plain broker, with a certificate authority of the test's own.

The broker's own TLS belongs to the base station; what is tested here is whom the device believes.
"""

import contextlib
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.system.broker import HOST

DAYS = 2
RECEIVE_BYTES_MAX = 65536


class Authority:
    """A certificate authority in a folder of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        folder.mkdir()
        self.certificate = folder / "ca.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        builder = self._begin(self._name, self._key, DAYS)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self._sign(builder, self.certificate)

    def issue(self, host: str, days: int = DAYS) -> tuple[Path, Path]:
        """Return certificate and key for a server of this name; with negative days it has expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        builder = self._begin(_named(host), key, days).add_extension(names, critical=False)
        files = (self.folder / "server.pem", self.folder / "server.key")
        self._sign(builder, files[0])
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        files[1].write_bytes(key.private_bytes(*form))
        return files

    def _begin(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=DAYS))
            .not_valid_after(now + timedelta(days=days))
        )

    def _sign(self, builder: x509.CertificateBuilder, path: Path) -> None:
        signed = builder.sign(self._key, hashes.SHA256())
        path.write_bytes(signed.public_bytes(serialization.Encoding.PEM))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class TlsRelay:
    """Takes TLS connections and hands them on to `port`; a context manager."""

    def __init__(self, certificate: Path, key: Path, port: int, believed: Path | None = None) -> None:
        """Ask whoever connects for a certificate of `believed`, if one is given."""
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if believed is not None:
            self._context.verify_mode = ssl.CERT_REQUIRED
            self._context.load_verify_locations(believed)
            # As late as TLS 1.3 lets them, others tell their client nothing in the handshake.
            self._context.maximum_version = ssl.TLSVersion.TLSv1_2
        self._context.load_cert_chain(certificate, key)
        self._broker_port = port
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        #: Connections begun, and those whose handshake came to its end.
        self.begun = self.established = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone would not wake who waits in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.begun += 1
                threading.Thread(target=self._relay, args=(connection,), daemon=True).start()

    def _relay(self, connection: socket.socket) -> None:
        with (
            contextlib.suppress(OSError),
            socket.create_connection((HOST, self._broker_port)) as broker,
            self._context.wrap_socket(connection, server_side=True) as device,
        ):
            self.established += 1
            threading.Thread(target=_pump, args=(device, broker), daemon=True).start()
            _pump(broker, device)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError, ValueError):
        while data := source.recv(RECEIVE_BYTES_MAX):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
