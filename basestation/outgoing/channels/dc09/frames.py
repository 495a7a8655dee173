"""A DC-09 message as bytes, and a receiver's messages out of a stream of bytes.

    LF CRC 0LLL "id" sequence Rreceiver Lprefix #account [data][extended]_HH:MM:SS,MM-DD-YYYY CR

Decides what is a whole frame and who may read it; never what it means. With a key everything behind the
first bracket is AES-CBC in hex, begun by random padding, and the id carries an asterisk. CRC-16 (polynomial
A001) and length count from the first quotation mark to before CR. Form: ANSI/SIA DC-09, as `pysiaalarm` 3.2
reads it and `siadc09` 1.0 writes it; the standard itself is paywalled.
"""

import re
import secrets
import string
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

#: A frame's length is told in three hexadecimal digits.
FRAME_BYTES_MAX: Final = 0xFFF
#: Envelope around it: LF, CRC, length, CR.
_LINE_BYTES_MAX: Final = FRAME_BYTES_MAX + 10
#: Random characters before what is encrypted: a whole block at least, since DC-09 starts every message with
#: the same initialisation vector. Never a bracket or bar, which end the padding.
_PAD_BYTES_MIN: Final = 16
_PAD_CHARACTERS: Final = string.ascii_letters + string.digits
_BLOCK_BYTES: Final = 16


def _crc_of(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


_CRC_TABLE: Final = tuple(_crc_of(byte) for byte in range(256))
_TIME_FORM: Final = "_%H:%M:%S,%m-%d-%Y"
_TIME: Final = re.compile(r"_\d\d:\d\d:\d\d,\d\d-\d\d-\d{4}\Z")

_LINE: Final = re.compile(
    r'([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})("(\*?)([A-Z0-9-]{1,16})"(\d{4})([^\[#"]*)(?:#([0-9A-Fa-f]{1,16}))?\[(.*))\Z',
    re.ASCII | re.DOTALL,
)


class FrameError(ValueError):
    """Bytes that are no frame, or none that we can read; the text is one word, for a counter."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are to the receiving centre, in hexadecimal digits; `receiver` may be empty."""

    account: str
    prefix: str = "0"
    receiver: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message, opened: `content` is what stands behind the first bracket."""

    name: str
    sequence: int
    account: str
    content: str
    is_encrypted: bool

    @property
    def data(self) -> str:
        """The mandatory data field, without brackets."""
        return self.content.partition("]")[0]

    @property
    def told_at(self) -> datetime | None:
        """The time stamp, None without one or with one that is no time."""
        found = _TIME.search(self.content)
        if found is None:
            return None
        try:
            return datetime.strptime(found.group(), _TIME_FORM).replace(tzinfo=UTC)
        except ValueError:
            return None


def time_stamp(at: datetime) -> str:
    """Return `at` (aware) as it ends a message."""
    return at.astimezone(UTC).strftime(_TIME_FORM)


def crc(data: bytes) -> int:
    """Return the CRC-16 of `data`."""
    value = 0
    for byte in data:
        value = value >> 8 ^ _CRC_TABLE[(value ^ byte) & 0xFF]
    return value


def frame(name: str, sequence: int, who: Identity, content: str, key: bytes | None = None) -> bytes:
    """Return one message, encrypted where there is a key of 16, 24 or 32 bytes; `content` is ASCII."""
    mark, told = "", content
    if key is not None:
        mark, told = "*", _encrypted(content, key)
    receiver = f"R{who.receiver}" if who.receiver else ""
    body = f'"{mark}{name}"{sequence:04d}{receiver}L{who.prefix}#{who.account}[{told}'.encode("ascii")
    assert len(body) <= FRAME_BYTES_MAX, len(body)
    return b"\n%04X%04X%s\r" % (crc(body), len(body), body)


def opened(line: bytes, key: bytes | None = None) -> Frame:
    """Return the message in `line`, the bytes between LF and CR; raises FrameError."""
    try:
        found = _LINE.match(line.decode("ascii"))
    except UnicodeDecodeError:
        raise FrameError("form") from None
    if found is None:
        raise FrameError("form")
    told_crc, length, body, star, name, sequence, _, account, content = found.groups()
    if int(told_crc, 16) != crc(body.encode("ascii")):
        raise FrameError("crc")
    if int(length, 16) != len(body):
        raise FrameError("length")
    if star:
        content = _decrypted(content, key)
    return Frame(name, int(sequence), (account or "").upper(), content, bool(star))


class FrameReader:
    """Cuts a stream into lines, however it was split or joined."""

    def __init__(self) -> None:
        self._line: bytearray | None = None
        #: Bytes that belong to no line.
        self.noise = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that `data` completes, without LF and CR."""
        lines = []
        for byte in data:
            if byte == ord("\n"):
                self._drop()
                self._line = bytearray()
            elif self._line is None:
                self.noise += 1
            elif byte == ord("\r"):
                lines.append(bytes(self._line))
                self._line = None
            else:
                self._line.append(byte)
                if len(self._line) > _LINE_BYTES_MAX:
                    self._drop()
        return lines

    def end(self) -> None:
        """Count what was cut off in the middle: nothing more comes."""
        self._drop()

    def _drop(self) -> None:
        self.noise += len(self._line or b"")
        self._line = None


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(bytes(_BLOCK_BYTES)))


def _encrypted(content: str, key: bytes) -> str:
    told = content if content.startswith("]") else f"|{content}"
    pad_bytes = _PAD_BYTES_MIN + -len(told) % _BLOCK_BYTES
    pad = "".join(secrets.choice(_PAD_CHARACTERS) for _ in range(pad_bytes))
    work = _cipher(key).encryptor()
    return (work.update((pad + told).encode("ascii")) + work.finalize()).hex().upper()


def _decrypted(told: str, key: bytes | None) -> str:
    if key is None:
        raise FrameError("key")
    try:
        secret = bytes.fromhex(told)
        work = _cipher(key).decryptor()
        clear = (work.update(secret) + work.finalize()).decode("latin-1")
    except ValueError:
        raise FrameError("key") from None
    # The padding ends with a bar, or, where there are no data, with the bracket that ends these.
    found = re.search(r"[|\]]", clear)
    if found is None:
        raise FrameError("key")
    return clear[found.end() :] if found.group() == "|" else clear[found.start() :]
