"""The key that links to responders' pages are signed with: made once, kept with the data, read by its owner.

Decides that a file which holds no key is no reason to make another one: every link sent so far would be dead.
"""

import secrets
from pathlib import Path

from basestation.outgoing.links import KEY_BYTES
from basestation.trust import files
from basestation.trust.errors import CertificateFault


def link_key(data_dir: Path) -> bytes:
    """Return the key of the site, made at the first start; raises CertificateFault."""
    folder = data_dir / "links"
    path = folder / "site.key"
    files.make_private_folder(folder)
    if not path.exists():
        files.write_private(path, secrets.token_hex(KEY_BYTES))
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except OSError as error:
        raise CertificateFault(f"The key of the links {path} cannot be read: {error.strerror}.") from error
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise CertificateFault(
            f"{path} holds no key of {KEY_BYTES} bytes. Bring it back from a copy of the data folder, or "
            "remove it: links sent so far are dead then."
        )
    return key
