"""The same connection through TLS, its handshake driven step by step by what is written.

Decides whom the device believes: a broker with a certificate of the site's own authority, made out for the
configured name, valid today. Anybody else is a `PeerRefused` with the reason, and hears nothing from
this device. Never waits: MicroPython cannot say that a handshake has ended, but a write takes bytes only
then, and in MQTT the device speaks first. One step computes for 40 to 70 ms on a desk computer.
"""

import binascii

from firmware.boards.transport import PeerRefused, Transport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    tls: Any
else:
    try:
        import tls
    except ImportError:
        import ssl as tls

#: What CPython raises where MicroPython returns None; empty in MicroPython.
_WAITS: "tuple[Any, ...]" = tuple(
    getattr(tls, name) for name in ("SSLWantReadError", "SSLWantWriteError") if hasattr(tls, name)
)


class TlsTransport(Transport):
    """One TLS connection to `host` and `port`, where somebody called `name` must answer."""

    def __init__(self, host: str, port: int, context: "Any", name: str) -> None:
        """Begin to connect; `context` is one of `trusting`.

        Raises:
            OSError: there is no way to this address.
        """
        self._context = context
        self._name = name
        super().__init__(host, port)

    def read_into(self, buffer: memoryview) -> int:
        """Read like a plain connection does."""
        try:
            return super().read_into(buffer)
        except _WAITS:
            return 0
        except OSError as error:
            # In TLS 1.3 a refusal comes when the handshake is over.
            refusal = self._refusal(error)
            if not refusal:
                raise
        raise PeerRefused(refusal)

    def write(self, data: memoryview) -> int:
        """Offer `data` like to a plain connection; nothing is taken until the handshake has ended.

        Raises:
            PeerRefused: the other side has no certificate that this device believes.
            OSError: the connection is gone.
        """
        try:
            return super().write(data)
        except _WAITS:
            return 0
        except ValueError as error:
            # MicroPython says in a ValueError what is wrong with a certificate; CPython's error is one too.
            refusal = "the broker's certificate is refused: " + _sentence(error)
        except OSError as error:
            refusal = self._refusal(error)
            if not refusal:
                raise
        raise PeerRefused(refusal)

    def _refusal(self, error: OSError) -> str:
        from firmware.boards.tls_alert import refusal_of

        return refusal_of(error, self._plain)

    def _open(self) -> "Any":
        self._plain = self._socket
        self._socket = self._context.wrap_socket(
            self._socket, server_hostname=self._name, do_handshake_on_connect=False
        )
        return super()._open()


def trusting(authority: str) -> "Any":
    """Return the context of a device that believes one authority, whose certificate (PEM) is the text given.

    Raises:
        ValueError: the text is no certificate.
    """
    parts = authority.split("-----")
    if len(parts) < 3 or parts[1] != "BEGIN CERTIFICATE":
        raise ValueError("no certificate in PEM form")
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = tls.CERT_REQUIRED
    # Not every build of MicroPython reads PEM.
    certificate = binascii.a2b_base64(parts[2])
    if _WAITS:
        context.load_verify_locations(cadata=certificate)
    else:
        context.load_verify_locations(certificate)
    return context


def identify(context: "Any", certificate_path: str, key_path: str) -> None:
    """Give the context of a device the certificate and key (paths of PEM files) by which brokers know it.

    Raises:
        OSError, ValueError: they cannot be read, or are none.
    """
    if _WAITS:
        context.load_cert_chain(certificate_path, key_path)
        return
    # Not every build of MicroPython reads PEM.
    context.load_cert_chain(_der(certificate_path), _der(key_path))


def _der(path: str) -> bytes:
    with open(path) as file:
        parts = file.read().split("-----")
    if len(parts) < 3:
        raise ValueError("no PEM form in " + path)
    return binascii.a2b_base64(parts[2])


def tls_transport_factory(
    host: str, port: int, authority: str, name: str, own: "tuple[str, str]"
) -> "Callable[[], Transport]":
    """Return what begins a new connection each time it is called; `own` is ("", "") or as in `identify`.

    Raises:
        OSError, ValueError: a certificate or key is none.
    """
    context = trusting(authority)
    if own[0]:
        identify(context, own[0], own[1])
    return lambda: TlsTransport(host, port, context, name)


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())
