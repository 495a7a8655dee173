"""What broker and base station show, signed by the site's own authority and renewed before it runs out.

Decides when the broker needs a new certificate: none is there, the names have changed, or half its life is
over. Files of the broker carry a number and never change, so that a server always runs on what it read.
All calls take time (keys are made): never in the event loop. Times are aware UTC.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from basestation.trust import files
from basestation.trust.authority import SERVER_LIFE, Authority, alternative_names
from basestation.trust.errors import CertificateFault
from basestation.trust.trust import Trust

#: The folder for data holds the authority's here.
FOLDER = "authority"
#: The broker is given a new certificate when less than this is left of the old one.
RENEWED_BEFORE = SERVER_LIFE / 2
#: A certificate with which the base station tries out whether a user gets in lives this long.
TRIAL_LIFE = timedelta(hours=1)
#: Always in the broker's certificate: the base station itself connects there.
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """What a server is started with; `authority` only where it asks its clients for a certificate."""

    certificate: Path
    key: Path
    authority: Path | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """What a device must be told to believe the broker and be believed; PEM texts, "" where not used."""

    tls_ca: str
    #: The name that must stand in the broker's certificate.
    tls_host: str
    tls_certificate: str = ""
    tls_key: str = ""

    def __repr__(self) -> str:
        return f"Handover({self.tls_host})"


class SiteCertificates:
    """The certificates of one site in `data_dir`; nothing is made before somebody asks.

    `names` are host names and numeric addresses under which devices reach the broker, the first the
    one they are told to expect. `user` is the base station's name at the broker.
    """

    def __init__(
        self,
        data_dir: Path,
        names: Sequence[str],
        user: str,
        now: Callable[[], datetime],
        *,
        is_for_clients: bool,
        beside: Path | None = None,
        route_host: str = "",
    ) -> None:
        """`beside`: the folder for data of a further broker of ours, where what it shows lies.

        `route_host`: where the other nodes of a cluster reach it, if it is one.
        """
        self._folder = data_dir / FOLDER
        self._server_folder = self._folder if beside is None else beside / FOLDER
        self._is_for_nodes = bool(route_host)
        self._names = tuple(dict.fromkeys((*names, *([route_host] if route_host else []), *_LOOPBACK)))
        self._user = user
        self._now = now
        #: Whether devices and base station show certificates too.
        self.is_for_clients = is_for_clients
        self._authority: Authority | None = None

    @property
    def authority(self) -> Authority:
        """The site's authority, made now if there is none; raises CertificateFault."""
        if self._authority is None:
            self._authority = Authority(self._folder, self._now())
        return self._authority

    def authority_text(self) -> str:
        """Return the authority's certificate (PEM); raises CertificateFault."""
        return self.authority.path.read_text(encoding="ascii")

    @property
    def nodes_believe(self) -> Path:
        """Where the authority's certificate lies for the lines between the nodes of a cluster."""
        return self._server_folder / "authority.pem"

    @property
    def trust(self) -> Trust:
        """What the base station's own connections believe and show; files that `server` makes."""
        path, name = self._folder / "authority.pem", self._names[0]
        if not self.is_for_clients:
            return Trust(path, name)
        return Trust(path, name, self._own.with_suffix(".pem"), self._own.with_suffix(".key"))

    def server(self) -> ServerFiles:
        """Return what the broker is to show now, made where it is missing or due; raises CertificateFault."""
        authority = self.authority
        if self._server_folder != self._folder:
            # Whoever runs that broker believes it by this file.
            files.make_private_folder(self._server_folder)
            files.write_private(self._server_folder / authority.path.name, authority.path.read_text("ascii"))
        if self.is_for_clients:
            self._make_own(authority)
        number = self._newest()
        if number and self._is_good(number):
            return self._files(number)
        return self.renewed()

    def renewed(self) -> ServerFiles:
        """Return a new certificate of the broker, due or not."""
        issued = self.authority.issue_server(self._names, self._now(), is_for_nodes=self._is_for_nodes)
        made = self._files(self._newest() + 1)
        files.write_private(made.key, issued.key)
        files.write_private(made.certificate, issued.certificate)
        return made

    def is_renewal_due(self) -> bool:
        """Tell whether the broker should be given a new certificate."""
        number = self._newest()
        return not number or not self._is_good(number)

    def keep_only(self, kept: ServerFiles) -> None:
        """Remove every other certificate of the broker."""
        for path in self._server_folder.glob("broker-*"):
            if path not in (kept.certificate, kept.key):
                path.unlink(missing_ok=True)

    def handover(self, user: str, *, is_ahead: bool = False) -> Handover:
        """Return what a device is told, once: its key is kept nowhere.

        With `is_ahead` it gets a certificate of its own before the broker asks for one.
        """
        authority = self.authority
        text = authority.path.read_text(encoding="ascii")
        if not (self.is_for_clients or is_ahead):
            return Handover(text, self._names[0])
        issued = authority.issue_client(user)
        return Handover(text, self._names[0], issued.certificate, issued.key)

    @contextmanager
    def trial(self, user: str) -> Iterator[Trust]:
        """Give the trust with which a log-in of `user` can be tried out."""
        if not self.is_for_clients:
            yield self.trust
            return
        issued = self.authority.issue_client(user, self._now() + TRIAL_LIFE)
        with tempfile.TemporaryDirectory(dir=self._folder) as scratch:
            certificate, key = Path(scratch, "trial.pem"), Path(scratch, "trial.key")
            files.write_private(key, issued.key)
            files.write_private(certificate, issued.certificate)
            yield Trust(self.trust.authority, self._names[0], certificate, key)

    @property
    def _own(self) -> Path:
        return self._folder / self._user.replace("/", "-")

    def _make_own(self, authority: Authority) -> None:
        own = self._own
        certificate = own.with_suffix(".pem")
        if certificate.exists() and authority.has_signed(files.certificate_in(certificate)):
            return
        issued = authority.issue_client(self._user)
        files.write_private(own.with_suffix(".key"), issued.key)
        files.write_private(certificate, issued.certificate)

    def _newest(self) -> int:
        stems = [path.stem.removeprefix("broker-") for path in self._server_folder.glob("broker-*.pem")]
        return max((int(stem) for stem in stems if stem.isdecimal()), default=0)

    def _files(self, number: int) -> ServerFiles:
        stem = self._server_folder / f"broker-{number:06}"
        authority = self._folder / "authority.pem" if self.is_for_clients else None
        return ServerFiles(stem.with_suffix(".pem"), stem.with_suffix(".key"), authority)

    def _is_good(self, number: int) -> bool:
        shown = self._files(number)
        try:
            certificate = files.certificate_in(shown.certificate)
            named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
            files.key_in(shown.key)
        except (CertificateFault, x509.ExtensionNotFound):
            return False
        left = certificate.not_valid_after_utc - self._now()
        # Near the authority's end there is nothing longer to be had.
        is_young = left > RENEWED_BEFORE or certificate.not_valid_after_utc >= self.authority.ends_at
        is_named = list(named) == alternative_names(self._names)
        if self._is_for_nodes and ExtendedKeyUsageOID.CLIENT_AUTH not in purposes:
            return False
        return is_young and is_named and self.authority.has_signed(certificate)
