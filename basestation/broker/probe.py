"""One MQTT log-in, to learn whether the broker takes a credential right now.

Uses a random client id and a clean session, so that it can never disturb the session of the
device whose secret it tries. Speaks MQTT 3.1.1, section 3.1 (CONNECT) and 3.2 (CONNACK).
"""

import asyncio
import ssl

from basestation.broker.credential import new_secret
from basestation.trust.errors import CertificateFault
from basestation.trust.trust import Trust

ACCEPTED = "ACCEPTED"
#: This user with this secret is not let in.
REFUSED = "REFUSED"
#: Nobody answered, or with something that says nothing of the log-in.
UNREACHABLE = "UNREACHABLE"

ANSWER_S_MAX = 2.0

_PROTOCOL = b"\x00\x04MQTT\x04"
#: User name, password, clean session.
_FLAGS = b"\xc2"
_KEEP_ALIVE = b"\x00\x0a"
_DISCONNECT = b"\xe0\x00"
#: Bad user name or password, not authorized; a server that is merely unavailable says 3.
_REFUSALS = (b"\x04", b"\x05")


async def log_in(
    host: str, port: int, user: str, secret: str, trust: Trust | None = None, answer_s: float = ANSWER_S_MAX
) -> str:
    """Return ACCEPTED, REFUSED or UNREACHABLE, within `answer_s`; by TLS with a `trust`."""
    try:
        async with asyncio.timeout(answer_s):
            reader, writer = await _opened(host, port, trust)
            try:
                writer.write(_connect_packet(user, secret))
                answer = await reader.read(4)
                writer.write(_DISCONNECT)
                await writer.drain()
            finally:
                writer.close()
    except (OSError, TimeoutError, CertificateFault):
        return UNREACHABLE
    return _verdict(answer)


async def shown_certificate(host: str, port: int, trust: Trust) -> bytes:
    """Return the certificate (DER) that the broker shows and we believe, b"" if there is none."""
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            _, writer = await _opened(host, port, trust)
            shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            writer.close()
    except (OSError, TimeoutError, CertificateFault):
        return b""
    return bytes(shown or b"")


async def _opened(
    host: str, port: int, trust: Trust | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if trust is None:
        return await asyncio.open_connection(host, port)
    context: ssl.SSLContext = trust.context()
    return await asyncio.open_connection(host, port, ssl=context, server_hostname=trust.server_name)


def _verdict(answer: bytes) -> str:
    if answer[:1] != b"\x20":
        return UNREACHABLE
    code = answer[3:4]
    if code == b"\x00":
        return ACCEPTED
    return REFUSED if code in _REFUSALS else UNREACHABLE


def _connect_packet(user: str, secret: str) -> bytes:
    body = _PROTOCOL + _FLAGS + _KEEP_ALIVE + _string(new_secret()) + _string(user) + _string(secret)
    assert len(body) < 256
    # Two bytes of remaining length: 7 bits each, the first with its continuation bit.
    return bytes((0x10, len(body) % 128 | 0x80, len(body) // 128)) + body


def _string(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(2, "big") + data
