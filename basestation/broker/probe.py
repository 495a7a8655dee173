"""One MQTT log-in, to learn whether the broker takes a credential right now.

Uses a random client id and a clean session, so that it can never disturb the session of the
device whose secret it tries. Speaks MQTT 3.1.1, section 3.1 (CONNECT) and 3.2 (CONNACK).
"""

import asyncio

from basestation.broker.credential import new_secret

ACCEPTED = "ACCEPTED"
REFUSED = "REFUSED"
#: Nobody answered, or not with a CONNACK.
UNREACHABLE = "UNREACHABLE"

ANSWER_S_MAX = 2.0

_PROTOCOL = b"\x00\x04MQTT\x04"
#: User name, password, clean session.
_FLAGS = b"\xc2"
_KEEP_ALIVE = b"\x00\x0a"
_DISCONNECT = b"\xe0\x00"


async def log_in(host: str, port: int, user: str, secret: str) -> str:
    """Return ACCEPTED, REFUSED or UNREACHABLE, within `ANSWER_S_MAX`."""
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(_connect_packet(user, secret))
                answer = await reader.read(4)
                writer.write(_DISCONNECT)
                await writer.drain()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return UNREACHABLE
    return _verdict(answer)


def _verdict(answer: bytes) -> str:
    if answer[:1] != b"\x20":
        return UNREACHABLE
    return ACCEPTED if answer[3:4] == b"\x00" else REFUSED


def _connect_packet(user: str, secret: str) -> bytes:
    body = _PROTOCOL + _FLAGS + _KEEP_ALIVE + _string(new_secret()) + _string(user) + _string(secret)
    assert len(body) < 256
    # Two bytes of remaining length: 7 bits each, the first with its continuation bit.
    return bytes((0x10, len(body) % 128 | 0x80, len(body) // 128)) + body


def _string(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(2, "big") + data
