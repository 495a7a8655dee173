"""Keys and certificates on the disk, readable by their owner only.

Decides how one is written so that a power cut leaves the old file or the new one. Never what is in it.
"""

import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from basestation.trust.errors import CertificateFault


def make_private_folder(folder: Path) -> None:
    """Make `folder` with mode 0700."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600, complete on the disk when this returns."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def certificate_in(path: Path) -> x509.Certificate:
    """Return the certificate in a PEM file, the first if there are several; raises CertificateFault."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as error:
        raise CertificateFault(f"The certificate {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CertificateFault(f"{path} holds no certificate in PEM form.") from error


def key_in(path: Path) -> PrivateKeyTypes:
    """Return the key in a PEM file; raises CertificateFault."""
    try:
        return load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise CertificateFault(
            f"The key {path} cannot be read: {error.strerror}. Bring it back from a copy of the data folder."
        ) from error
    except (ValueError, TypeError) as error:
        raise CertificateFault(f"{path} holds no key in PEM form.") from error
