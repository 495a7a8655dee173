"""One authority and one broker's certificate for all tests: making keys takes seconds, copying does not."""

import functools
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from basestation.broker import station_user
from basestation.trust.authority import Authority
from basestation.trust.certificates import FOLDER, SiteCertificates
from basestation.trust.trust import Trust
from tests.basestation.mqtt.station_bench import NOW

NAME = "broker.site"


@functools.cache
def _made(name: str) -> Path:
    folder = tempfile.TemporaryDirectory(prefix=f"rufweite-{name}-")
    _KEPT.append(folder)
    path = Path(folder.name) / FOLDER
    # Older than any certificate of the tests.
    Authority(path, NOW() - timedelta(days=500))
    SiteCertificates(path.parent, (NAME,), station_user("main"), NOW, is_for_clients=False).server()
    return path


_KEPT: list[tempfile.TemporaryDirectory] = []


def certificates_in(
    data_dir: Path, *, is_for_clients=False, site="site", now=NOW, names=(NAME,), base="main"
) -> SiteCertificates:
    """Return the certificates of a site whose data lie in `data_dir`; `site` tells authorities apart."""
    if not (data_dir / FOLDER).exists():
        shutil.copytree(_made(site), data_dir / FOLDER)
    return SiteCertificates(data_dir, names, station_user(base), now, is_for_clients=is_for_clients)


def trust_from(certificates: SiteCertificates, user: str, folder: Path) -> Trust:
    """Return what a device called `user` believes and shows, with its files in `folder`."""
    given = certificates.handover(user)
    folder.mkdir(exist_ok=True)
    for name in ("tls_ca", "tls_certificate", "tls_key"):
        (folder / f"{name}.pem").write_text(getattr(given, name))
    own = (folder / "tls_certificate.pem", folder / "tls_key.pem") if given.tls_key else (None, None)
    return Trust(folder / "tls_ca.pem", given.tls_host, *own)
