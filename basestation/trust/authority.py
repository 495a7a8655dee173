"""The site's own certificate authority: made once, kept with the data, signs all certificates of the site.

Decides kinds of keys, dates and what stands in a certificate; never where one is used. RSA where a
device verifies (a handshake then holds up its loop for 20 ms instead of 60), ECDSA where it signs; see
docs/decisions/0016. Every certificate begins with the authority, so that a device whose clock stands
at any day of the site's life finds none that is not yet valid. Times are aware UTC.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from basestation.trust import files
from basestation.trust.errors import CertificateFault

AUTHORITY_RSA_BITS = 3072
SERVER_RSA_BITS = 2048
#: Longer than any device of the site lives: a new authority means every device in hand.
AUTHORITY_LIFE = timedelta(days=20 * 365)
SERVER_LIFE = timedelta(days=400)
#: The authority is older than its making by this: clocks differ.
BACKDATED = timedelta(days=1)

_PUBLIC_EXPONENT = 65537


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its key, both PEM; the key is shown to nobody but its owner."""

    certificate: str
    key: str = field(repr=False)


class Authority:
    """The authority in `folder` (0700); `certificate` is public, the key (0600) never leaves."""

    def __init__(self, folder: Path, now: datetime) -> None:
        """Read the authority, or make it; takes up to some seconds. Raises CertificateFault."""
        self.path = folder / "authority.pem"
        self._key_path = folder / "authority.key"
        files.make_private_folder(folder)
        if not self.path.exists():
            if any(folder.glob("broker-*")):
                raise CertificateFault(
                    f"The authority's certificate {self.path} is missing, a new one would lock every device "
                    "out. Bring it back from a copy of the data folder."
                )
            self._make(now)
        self._certificate = files.certificate_in(self.path)
        key = files.key_in(self._key_path)
        if not isinstance(key, rsa.RSAPrivateKey) or key.public_key() != self._certificate.public_key():
            raise CertificateFault(f"The key in {self._key_path} is not that of {self.path}.")
        self._key = key

    @property
    def ends_at(self) -> datetime:
        """When the authority runs out."""
        return self._certificate.not_valid_after_utc

    def has_signed(self, certificate: x509.Certificate) -> bool:
        """Tell whether a certificate is one of this authority's."""
        try:
            certificate.verify_directly_issued_by(self._certificate)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not ours
            return False
        return True

    def issue_server(self, names: Sequence[str], now: datetime, *, is_for_nodes: bool = False) -> Issued:
        """Return a certificate for a server reached under `names`, host names and numeric addresses.

        With `is_for_nodes` it may also call other servers by it, as the nodes of a cluster do.
        """
        key = rsa.generate_private_key(_PUBLIC_EXPONENT, SERVER_RSA_BITS)
        ends_at = min(now + SERVER_LIFE, self.ends_at)
        builder = self._begin("Rufweite broker", key.public_key(), ends_at)
        builder = builder.add_extension(x509.SubjectAlternativeName(alternative_names(names)), critical=False)
        purposes = [
            ExtendedKeyUsageOID.SERVER_AUTH,
            *([ExtendedKeyUsageOID.CLIENT_AUTH] if is_for_nodes else []),
        ]
        return self._signed(builder, key, purposes)

    def issue_client(self, user: str, ends_at: datetime | None = None) -> Issued:
        """Return the certificate by which `user` proves who it is, valid as long as the authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._begin(user, key.public_key(), ends_at or self.ends_at)
        return self._signed(builder, key, [ExtendedKeyUsageOID.CLIENT_AUTH])

    def _make(self, now: datetime) -> None:
        key = rsa.generate_private_key(_PUBLIC_EXPONENT, AUTHORITY_RSA_BITS)
        public = key.public_key()
        digest = x509.SubjectKeyIdentifier.from_public_key(public)
        # Its own name: two authorities of one name cannot be told apart.
        name = _named(f"Rufweite site {digest.digest.hex()[:12]}")
        certificate = (
            _builder(name, name, public, now - BACKDATED, now + AUTHORITY_LIFE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(is_authority=True), critical=True)
            .add_extension(digest, critical=False)
            .sign(key, hashes.SHA256())
        )
        # The key first: a certificate without its key could never be used again.
        files.write_private(self._key_path, _pem_of(key))
        files.write_private(self.path, certificate.public_bytes(Encoding.PEM).decode())

    def _begin(
        self, subject: str, public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, ends_at: datetime
    ) -> x509.CertificateBuilder:
        begins_at = self._certificate.not_valid_before_utc
        return _builder(_named(subject), self._certificate.subject, public, begins_at, ends_at)

    def _signed(
        self,
        builder: x509.CertificateBuilder,
        key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
        purposes: Sequence[x509.ObjectIdentifier],
    ) -> Issued:
        ours = self._key.public_key()
        certificate = (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(is_authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ours), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return Issued(certificate.public_bytes(Encoding.PEM).decode(), _pem_of(key))


def alternative_names(names: Sequence[str]) -> list[x509.GeneralName]:
    """Return host names and numeric addresses as they stand in a certificate."""
    found: list[x509.GeneralName] = []
    for name in names:
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name))
    return found


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
    begins_at: datetime,
    ends_at: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins_at)
        .not_valid_after(ends_at)
    )


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _pem_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    # PKCS#1 and SEC 1: the forms that every build of a device's TLS reads.
    form = (Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    return key.private_bytes(*form).decode()
