"""The keys of releases: Ed25519, one line of base64 in a file each.

Decides whose releases a site takes: those signed by a key whose public half lies in `release-keys/` of its
data folder. Whoever may write there may change the database as well. Never keeps a private key.
"""

import base64
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from basestation.releases.errors import ReleaseRefused

TRUSTED = "release-keys"
PUBLIC_SUFFIX = ".pub"


def make_key(path: Path) -> Path:
    """Write a new key that only its owner may read, and its public half beside it; return that path."""
    key = Ed25519PrivateKey.generate()
    public = path.with_name(path.name + PUBLIC_SUFFIX)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(key.private_bytes_raw()) + b"\n")
        public.write_bytes(base64.b64encode(key.public_key().public_bytes_raw()) + b"\n")
    except FileExistsError:
        raise ReleaseRefused(f"{path} is there already: a key is never overwritten.") from None
    except OSError as error:
        raise ReleaseRefused(f"The key cannot be written to {path}: {error.strerror}.") from error
    return public


def signature(path: Path, data: bytes) -> bytes:
    """Return the signature over `data` by the key in a file."""
    return Ed25519PrivateKey.from_private_bytes(_key_in(path)).sign(data)


def trust(data_dir: Path, public: Path) -> str:
    """Let the site take what this key has signed; return the name under which it is trusted."""
    key = base64.b64encode(_key_in(public)) + b"\n"
    folder = data_dir / TRUSTED
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{public.name.removesuffix(PUBLIC_SUFFIX)}{PUBLIC_SUFFIX}"
    if target.exists() and target.read_bytes() != key:
        raise ReleaseRefused(f"Another key is trusted as {target.stem} already: rename one of the two files.")
    target.write_bytes(key)
    return target.stem


def signer(data_dir: Path, data: bytes, signed: bytes) -> str:
    """Return the name of the trusted key that signed `data`; raises ReleaseRefused if none did."""
    trusted = sorted((data_dir / TRUSTED).glob(f"*{PUBLIC_SUFFIX}"))
    for path in trusted:
        try:
            Ed25519PublicKey.from_public_bytes(_key_in(path)).verify(signed, data)
        except InvalidSignature:
            continue
        return path.stem
    if not trusted:
        raise ReleaseRefused(
            "This site trusts no release key yet: `rufweite release trust FILE.pub` names one."
        )
    names = ", ".join(path.stem for path in trusted)
    raise ReleaseRefused(
        f"The release is not signed by a key that this site trusts ({names}), or was changed afterwards."
    )


def _key_in(path: Path) -> bytes:
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except (OSError, ValueError):
        key = b""
    if len(key) != 32:
        raise ReleaseRefused(f"{path} holds no release key: `rufweite release keygen FILE` makes one.")
    return key
