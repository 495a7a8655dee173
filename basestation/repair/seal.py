"""The seal around a copy: encrypted with a passphrase, in pieces that can be neither changed nor cut off.

Decides the form: a line of magic, a line of JSON, then pieces of at most PIECE_BYTES, each with its length.
The key comes from the passphrase by scrypt (RFC 7914) with a salt of its own for every file; each piece is
AES-256-GCM under its number and whether it is the last, with both lines as associated data. Without a
passphrase the pieces stand plainly, and only what is inside can tell whether they were changed.
"""

import io
import json
import secrets
import struct
from collections.abc import Callable
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from basestation.repair.errors import RepairRefused

MAGIC = b"RUFWEITE-COPY-1\n"
PIECE_BYTES = 65536
#: 128 MiB and some tenths of a second for every guess (n, r, p); a file may ask for no more than LOG2_N_MAX.
LOG2_N, LOG2_N_MAX, R, P = 17, 20, 8, 1
_SALT_BYTES, _HEADER_BYTES_MAX = 16, 1000
_LENGTH = struct.Struct(">I")
_NOT_OPENED = "The passphrase does not open this copy, or the copy was changed or cut off."

Piece = Callable[[int, bool, bytes], bytes]


def _key(passphrase: bytes, salt: bytes, log2_n: int) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << log2_n, r=R, p=P).derive(passphrase))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((is_last,))


class SealingWriter(io.RawIOBase):
    """Writes what it is given as sealed pieces; complete only after `close`."""

    def __init__(self, file: IO[bytes], passphrase: bytes | None, log2_n: int = LOG2_N) -> None:
        self._file, self._number, self._rest = file, 0, bytearray()
        header: dict[str, Any] = {"seal": "none"}
        if passphrase is not None:
            salt = secrets.token_bytes(_SALT_BYTES)
            header = {"seal": "scrypt-aes256gcm", "log2_n": log2_n, "salt": salt.hex()}
        self._head = MAGIC + json.dumps(header).encode() + b"\n"
        self._cipher = None if passphrase is None else _key(passphrase, salt, log2_n)
        file.write(self._head)

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any, /) -> int:
        """Take bytes; whole pieces leave at once."""
        self._rest += data
        while len(self._rest) > PIECE_BYTES:
            self._put(bytes(self._rest[:PIECE_BYTES]), is_last=False)
            del self._rest[:PIECE_BYTES]
        return len(data)

    def close(self) -> None:
        """Write the last piece."""
        if not self.closed:
            self._put(bytes(self._rest), is_last=True)
        super().close()

    def _put(self, piece: bytes, *, is_last: bool) -> None:
        if self._cipher is not None:
            piece = self._cipher.encrypt(_nonce(self._number, is_last=is_last), piece, self._head)
        self._number += 1
        self._file.write(_LENGTH.pack(len(piece)) + piece)


class OpeningReader(io.RawIOBase):
    """Reads what a SealingWriter wrote; raises RepairRefused at the first piece that is not as it was."""

    def __init__(self, file: IO[bytes], passphrase: bytes | None) -> None:
        self._file, self._number, self._ready = file, 0, b""
        if file.read(len(MAGIC)) != MAGIC:
            raise RepairRefused("This file is no copy of a base station.")
        line = file.readline(_HEADER_BYTES_MAX)
        self._head = MAGIC + line
        self._cipher = _cipher_of(line, passphrase)
        self._length = self._next_length()
        if self._length is None:
            raise RepairRefused(_NOT_OPENED)

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer; 0 at the end of the last piece, and nowhere else."""
        while not self._ready:
            if self._length is None:
                return 0
            self._ready = self._piece(self._length)
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _piece(self, length: int) -> bytes:
        if length > PIECE_BYTES + 16:
            raise RepairRefused(_NOT_OPENED)
        piece = self._file.read(length)
        self._length = self._next_length()
        if len(piece) != length:
            raise RepairRefused(_NOT_OPENED)
        if self._cipher is not None:
            nonce = _nonce(self._number, is_last=self._length is None)
            try:
                piece = self._cipher.decrypt(nonce, piece, self._head)
            except InvalidTag:
                raise RepairRefused(_NOT_OPENED) from None
        self._number += 1
        return piece

    def _next_length(self) -> int | None:
        data = self._file.read(_LENGTH.size)
        if not data:
            return None
        if len(data) != _LENGTH.size:
            raise RepairRefused(_NOT_OPENED)
        length: int = _LENGTH.unpack(data)[0]
        return length


def _cipher_of(line: bytes, passphrase: bytes | None) -> AESGCM | None:
    try:
        header = json.loads(line)
        is_plain = header["seal"] == "none"
        salt = b"" if is_plain else bytes.fromhex(header["salt"])
        log2_n = 0 if is_plain else int(header["log2_n"])
    except (ValueError, KeyError, TypeError):
        raise RepairRefused("The copy has a head that nobody can read: it was changed.") from None
    if is_plain:
        return None
    if header["seal"] != "scrypt-aes256gcm" or not 1 <= log2_n <= LOG2_N_MAX:
        raise RepairRefused("The copy is sealed in a way that this program does not know.")
    if passphrase is None:
        raise RepairRefused("The copy is encrypted: name the file with its passphrase.")
    return _key(passphrase, salt, log2_n)
