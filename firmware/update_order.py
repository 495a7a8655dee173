"""What an order to update says, and what is sealed of it; device and base station read it alike.

Decides the form of the manifest: one line a file (path, bytes, SHA-256 in hex) behind the board's name, and
behind it in one stream the files themselves, in pieces of `UPDATE_PIECE_BYTES`. The order holds length and
SHA-256 of the manifest only, since the manifest itself is larger than a message. Bytes.
"""

from binascii import a2b_base64, hexlify

from protocol.messages import UPDATE_PIECE_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Length in four bytes, the lowest first, and SHA-256.
_MANIFEST_BYTES = 36
#: A manifest of more is refused: no slot has room for what it names.
MANIFEST_BYTES_MAX = 32768


def sealed_part(message: "dict[str, Any]") -> bytes:
    """Return what the seal of an `update` covers; whose it is, too, and that it is no seal of settings."""
    words: "tuple[str, ...]" = (
        "update",
        message["device"],
        message["release"],
        str(message["counter"]),
        str(message["pieces"]),
    )
    manifest: str = message["manifest"]
    return ("\n".join(words) + "\n" + manifest).encode()


def manifest_of(message: "dict[str, Any]") -> "tuple[int, str]":
    """Return length and SHA-256 (hex) of the manifest; (0, "") where the order names none that can be."""
    try:
        data = a2b_base64(message["manifest"])
    except ValueError:
        return 0, ""
    if len(data) != _MANIFEST_BYTES:
        return 0, ""
    length = int.from_bytes(data[:4], "little")
    return (length, hexlify(data[4:]).decode()) if 0 < length <= MANIFEST_BYTES_MAX else (0, "")


def file_of(line: str) -> "tuple[str, int, str]":
    """Return path, bytes and SHA-256 of one line of a manifest; ("", 0, "") if it is none."""
    words = line.split()
    if len(words) != 3 or not words[1].isdigit() or len(words[2]) != 64 or not is_inside(words[0]):
        return "", 0, ""
    return words[0], int(words[1]), words[2]


def is_inside(path: str) -> bool:
    """Tell whether a path of a manifest stays within its slot."""
    parts = path.split("/")
    return len(parts) > 1 and parts[0] in ("firmware", "protocol") and ".." not in parts and "" not in parts


def pieces_of(total_bytes: int) -> int:
    """Return how many pieces a stream has."""
    return (total_bytes + UPDATE_PIECE_BYTES - 1) // UPDATE_PIECE_BYTES
