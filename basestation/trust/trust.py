"""What one connection to the broker believes, and by what it proves who it is.

Decides nothing about log-ins. The peer must show a certificate of the one authority, made out for
`server_name`, valid now; the address it is reached at need not stand in it.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from basestation.trust.errors import CertificateFault


class SiteSocket(ssl.SSLSocket):
    """A TLS connection whose context keeps why its handshake failed."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - as the library has it
        """Do the handshake, and note what came of it."""
        assert isinstance(self.context, SiteContext)
        try:
            super().do_handshake(block)
        except ssl.SSLError as error:
            self.context.refusal = refusal_of(error)
            raise
        self.context.refusal = ""

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Read; in TLS 1.3 the peer's word on our certificate comes only with what is read after it."""
        assert isinstance(self.context, SiteContext)
        try:
            return super().recv(buflen, flags)
        except ssl.SSLError as error:
            if not isinstance(error, ssl.SSLWantReadError | ssl.SSLWantWriteError):
                self.context.refusal = f"it says {error.reason or error}"
            raise


class SiteContext(ssl.SSLContext):
    """A context that asks for one server name, whatever address its user connects to."""

    sslsocket_class = SiteSocket
    server_name = ""
    #: Why the last handshake failed, or what ended the connection after it; "" if nothing did.
    refusal = ""

    def wrap_socket(self, *given: Any, **named: Any) -> ssl.SSLSocket:
        """Wrap a socket; the name that is checked is ours."""
        return super().wrap_socket(*given, **{**named, "server_hostname": self.server_name})


@dataclass(frozen=True, slots=True)
class Trust:
    """The files of one side; `certificate` and `key` only where clients show one too."""

    #: Certificate of the authority that is believed, PEM.
    authority: Path
    #: The name that must stand in the broker's certificate.
    server_name: str
    certificate: Path | None = None
    key: Path | None = None

    def context(self) -> SiteContext:
        """Return a fresh TLS context; CertificateFault if a file cannot be used."""
        context = SiteContext(ssl.PROTOCOL_TLS_CLIENT)
        context.server_name = self.server_name
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_verify_locations(self.authority)
        except (OSError, ssl.SSLError) as error:
            raise CertificateFault(_unusable("authority's certificate", self.authority, error)) from error
        if self.certificate is not None:
            try:
                context.load_cert_chain(self.certificate, self.key)
            except (OSError, ssl.SSLError) as error:
                raise CertificateFault(
                    _unusable("base station's own certificate or its key", self.certificate, error)
                ) from error
        return context


def refusal_of(error: ssl.SSLError) -> str:
    """Return why a handshake failed, for people."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the broker's certificate is refused: {error.verify_message}"
    return f"no TLS connection comes about: {error.reason or error}"


def _unusable(what: str, path: Path, error: OSError) -> str:
    reason = error.reason if isinstance(error, ssl.SSLError) else error.strerror
    return f"The {what} in {path} cannot be used ({reason or 'it holds none'})."
