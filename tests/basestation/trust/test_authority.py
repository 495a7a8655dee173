"""The site's own authority: what it signs, who may read it, and what happens when its files are not right."""

import shutil
import stat
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from basestation.trust import files
from basestation.trust.authority import AUTHORITY_LIFE, BACKDATED, SERVER_LIFE, Authority
from basestation.trust.certificates import RENEWED_BEFORE
from basestation.trust.errors import CertificateFault
from basestation.trust.trust import Trust
from tests.basestation.mqtt.station_bench import NOW
from tests.basestation.trust.site_authority import certificates_in

SECOND = timedelta(seconds=1)


def parsed(pem: str) -> x509.Certificate:
    """Return the certificate in a text."""
    return x509.load_pem_x509_certificate(pem.encode())


def purposes(certificate: x509.Certificate) -> list[x509.ObjectIdentifier]:
    """Return what a certificate may be used for."""
    return list(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)


def test_an_authority_is_made_once_and_read_by_its_owner_only(tmp_path):
    """A second start finds the first one's; folder 0700, files 0600."""
    folder, now = tmp_path / "authority", NOW()
    made = Authority(folder, now)
    before = made.path.read_text()
    assert Authority(folder, now + timedelta(days=1)).ends_at == made.ends_at
    assert made.path.read_text() == before
    assert abs(made.ends_at - (now + AUTHORITY_LIFE)) < SECOND
    assert abs(files.certificate_in(made.path).not_valid_before_utc - (now - BACKDATED)) < SECOND
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert not list(folder.glob("*.new"))


def test_a_servers_certificate_names_every_address_and_begins_with_the_authority(tmp_path):
    """RSA, because a device verifies it; from the first day, because a device's clock may be late."""
    authority, now = certificates_in(tmp_path).authority, NOW()
    certificate = parsed(authority.issue_server(["broker.site", "192.0.2.7", "2001:db8::7"], now).certificate)
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert named.get_values_for_type(x509.DNSName) == ["broker.site"]
    assert [str(address) for address in named.get_values_for_type(x509.IPAddress)] == [
        "192.0.2.7",
        "2001:db8::7",
    ]
    assert certificate.not_valid_before_utc == files.certificate_in(authority.path).not_valid_before_utc
    assert abs(certificate.not_valid_after_utc - (now + SERVER_LIFE)) < SECOND
    assert isinstance(certificate.public_key(), rsa.RSAPublicKey)
    assert purposes(certificate) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert authority.has_signed(certificate)


def test_a_clients_certificate_is_no_servers_and_lives_as_long_as_the_authority(tmp_path):
    """ECDSA, because a device signs with it; every serial number is another."""
    authority = certificates_in(tmp_path).authority
    first, second = (parsed(authority.issue_client("tower-1").certificate) for _ in range(2))
    assert first.subject.rfc4514_string() == "CN=tower-1"
    assert first.not_valid_after_utc == authority.ends_at
    assert isinstance(first.public_key(), ec.EllipticCurvePublicKey)
    assert purposes(first) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert first.serial_number != second.serial_number


def test_no_certificate_outlives_the_authority(tmp_path):
    """Near its end a server's certificate ends with it, and is not made anew for ever."""
    soon = certificates_in(tmp_path).authority.ends_at - timedelta(days=100)
    certificates = certificates_in(tmp_path, now=lambda: soon)
    shown = certificates.server()
    assert files.certificate_in(shown.certificate).not_valid_after_utc == certificates.authority.ends_at
    assert not certificates.is_renewal_due()
    assert certificates.server() == shown


def test_an_authority_cut_off_while_it_was_made_is_made_anew(tmp_path):
    """The key is written first: a key alone has signed nothing yet; one that has is never replaced."""
    folder = tmp_path / "authority"
    certificates_in(tmp_path)
    (folder / "authority.pem").unlink()
    with pytest.raises(CertificateFault, match=r"authority\.pem is missing"):
        Authority(folder, NOW())
    for path in folder.glob("broker-*"):
        path.unlink()
    made = Authority(folder, NOW())
    assert made.has_signed(parsed(made.issue_client("tower-1").certificate))


@pytest.mark.parametrize("fault", ["missing", "rubbish", "foreign"])
def test_an_authority_without_its_key_is_refused_and_never_replaced(tmp_path, fault):
    """A new one would lock every device of the site out; the sentence names the file."""
    folder = tmp_path / "authority"
    certificates_in(tmp_path)
    key = folder / "authority.key"
    if fault == "missing":
        key.unlink()
    elif fault == "rubbish":
        key.write_text("no key")
    else:
        certificates_in(tmp_path / "other", site="other")
        shutil.copy(tmp_path / "other" / "authority" / "authority.key", key)
    before = (folder / "authority.pem").read_text()
    with pytest.raises(CertificateFault, match=r"authority\.key"):
        Authority(folder, NOW())
    assert (folder / "authority.pem").read_text() == before


def test_the_brokers_certificate_stays_until_half_its_life_is_over(tmp_path):
    """One second before nothing is made, at the half a new one is, under a new name."""
    began = NOW()
    now = began
    certificates = certificates_in(tmp_path, now=lambda: now)
    first = certificates.server()
    ends_at = files.certificate_in(first.certificate).not_valid_after_utc
    now = ends_at - RENEWED_BEFORE - SECOND
    assert not certificates.is_renewal_due()
    assert certificates.server() == first
    now = ends_at - RENEWED_BEFORE + SECOND
    assert certificates.is_renewal_due()
    now = ends_at - RENEWED_BEFORE
    assert certificates.is_renewal_due()
    second = certificates.server()
    assert second != first
    assert certificates.server() == second
    certificates.keep_only(second)
    assert not first.certificate.exists()
    assert not first.key.exists()
    assert second.key.exists()


@pytest.mark.parametrize("change", ["names", "authority", "damage"])
def test_a_certificate_that_does_not_fit_any_more_is_replaced(tmp_path, change):
    """Other names in the settings, another authority in the folder, a file cut short."""
    shown = certificates_in(tmp_path).server()
    names = ("broker.site", "192.0.2.9") if change == "names" else ("broker.site",)
    if change == "authority":
        certificates_in(tmp_path / "other", site="other")
        for name in ("authority.pem", "authority.key"):
            shutil.copy(tmp_path / "other" / "authority" / name, tmp_path / "authority" / name)
    if change == "damage":
        shown.certificate.write_text("-----BEGIN CERTIFICATE-----\n")
    again = certificates_in(tmp_path, names=names)
    assert again.is_renewal_due()
    assert again.server() != shown
    assert not again.is_renewal_due()


def test_what_a_device_is_told_is_kept_nowhere(tmp_path):
    """Its key is in the answer and on no disk of ours; a `repr` shows nothing."""
    certificates = certificates_in(tmp_path, is_for_clients=True)
    certificates.server()
    told = certificates.handover("tower-1")
    assert told.tls_host == "broker.site"
    assert told.tls_ca == certificates.authority.path.read_text()
    assert "PRIVATE KEY" in told.tls_key
    assert certificates.authority.has_signed(parsed(told.tls_certificate))
    assert "KEY" not in f"{told!r} {certificates.authority.issue_client('x')!r}"
    kept = "".join(path.read_text() for path in (tmp_path / "authority").iterdir())
    assert told.tls_key not in kept
    with certificates.trial("tower-1"):
        assert len(list((tmp_path / "authority").glob("*/trial.key"))) == 1
    assert not list((tmp_path / "authority").glob("*/"))
    plain = certificates_in(tmp_path).handover("tower-1")
    assert (plain.tls_certificate, plain.tls_key) == ("", "")


@pytest.mark.parametrize("file", ["authority", "certificate"])
def test_a_file_that_cannot_be_used_is_named(tmp_path, file):
    """Missing, or not what it should be: whoever set it is told which."""
    certificates = certificates_in(tmp_path, is_for_clients=True)
    certificates.server()
    trust = certificates.trust
    wrong = tmp_path / "wrong.pem"
    for _ in range(2):
        found = (wrong, trust.certificate) if file == "authority" else (trust.authority, wrong)
        with pytest.raises(CertificateFault, match=r"wrong\.pem cannot be used"):
            Trust(found[0], "broker.site", found[1], trust.key).context()
        wrong.write_text("no certificate")
