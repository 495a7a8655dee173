"""The same connection through TLS, its handshake driven step by step by what is written.

Decides whom the device believes: a broker with a certificate of the site's own authority, made out for the
configured name, valid today. Anybody else is a `PeerRefused` with the reason, and hears nothing from
this device. Never waits: MicroPython cannot say that a handshake has ended, but a write takes bytes only
then, and in MQTT the device speaks first. mbedTLS computes all it can with what has come, a certificate, a
signature and a key in a row; so it gets one TLS record (RFC 5246, 6.2) a turn, and each is a turn of its own.
"""

import io

from firmware.boards.transport import PeerRefused, Transport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

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


IS_OPENSSL = _WAITS != ()
#: What MicroPython's streams are asked for when they are closed (MP_STREAM_CLOSE).
_CLOSE = 4
#: Length of the head of a TLS record, whose last two bytes are the length of the rest.
_HEAD_BYTES = 5


class _Doled(io.IOBase):
    """The stream of a socket, of which each `refill` lets one TLS record through."""

    def __init__(self, stream: "Any") -> None:
        self._stream = stream
        #: Bytes that may still be read, of the head or the rest of a record.
        self._left = 0
        self._is_head = False
        #: The handshake has ended.
        self.is_open = False

    def refill(self) -> None:
        if not self._left:
            self._left, self._is_head = _HEAD_BYTES, True

    def readinto(self, buffer: "Any") -> "Any":
        if self.is_open:
            return self._stream.readinto(buffer)
        if not self._left:
            return None
        # mbedTLS asks for a head, or the rest of a head, and then for the rest of the record.
        count = self._stream.readinto(memoryview(buffer)[: self._left])
        if count:
            self._left -= count
            if self._is_head and not self._left:
                self._left, self._is_head = buffer[count - 2] << 8 | buffer[count - 1], False
        return count

    def write(self, data: "Any") -> "Any":
        return self._stream.write(data)

    def ioctl(self, request: int, _argument: "Any") -> int:
        if request == _CLOSE:
            self._stream.close()
        return 0


class TlsTransport(Transport):
    """One TLS connection to `host` and `port`, where somebody called `name` must answer."""

    def __init__(self, host: str, port: int, context: "Any", name: str) -> None:
        """Begin to connect; `context` knows whom to believe, see brokers.

        Raises:
            OSError: there is no way to this address.
        """
        self._context = context
        self._name = name
        #: None where OpenSSL computes, which takes 2 ms.
        self._doled: "Optional[_Doled]" = None
        super().__init__(host, port)

    def read_into(self, buffer: memoryview) -> int:
        """Read like a plain connection does.

        Raises:
            PeerRefused: the other side does not believe this device.
            OSError: the connection is gone.
        """
        try:
            return super().read_into(buffer)
        except _WAITS:
            return 0
        except OSError as error:
            # In TLS 1.3 a refusal comes when the handshake is over.
            raise self._judged(error) from error

    def write(self, data: memoryview) -> int:
        """Offer `data` like to a plain connection; nothing is taken until the handshake has ended.

        Raises:
            PeerRefused: one of the two has no certificate that the other believes.
            OSError: the connection is gone.
        """
        doled = self._doled
        if doled is not None:
            doled.refill()
        try:
            count = super().write(data)
        except _WAITS:
            return 0
        except ValueError as error:
            # MicroPython says in a ValueError what is wrong with a certificate; CPython's error is one too.
            refusal = "the broker's certificate is refused: " + _sentence(error)
        except OSError as error:
            raise self._judged(error) from error
        else:
            if doled is not None and count:
                doled.is_open = True
            return count
        raise PeerRefused(refusal)

    def _judged(self, error: OSError) -> OSError:
        """Return the error as it is, or as the refusal that it is: an alert of the other side."""
        from firmware.boards.tls_alert import refusal_of

        refusal = refusal_of(error, self._plain)
        return PeerRefused(refusal) if refusal else error

    def _open(self) -> "Any":
        stream: "Any" = self._socket
        self._plain = stream
        if not IS_OPENSSL:
            stream = self._doled = _Doled(stream)
        self._socket = self._context.wrap_socket(
            stream, server_hostname=self._name, do_handshake_on_connect=False
        )
        return super()._open()


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())
