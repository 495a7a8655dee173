"""A release as one file: the compiled modules of every board, a manifest of their sums, its signature.

Decides that nothing is taken out of it before signature and sums are right, and that it holds what a device
would take. A zip with `manifest.json`, `manifest.sig` and BOARD/PATH. Sums are SHA-256.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from basestation.releases import keys
from basestation.releases.errors import ReleaseRefused
from firmware.update_order import MANIFEST_BYTES_MAX, is_inside, pieces_of
from protocol.messages import BOARDS, UPDATE_PIECE_BYTES

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
FORMAT = 1
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,31}")
#: A release of more is none: ten times what one has now.
ARCHIVE_BYTES_MAX = 8_000_000
#: Of one file; a device reads it back in one turn of its loop.
FILE_BYTES_MAX = 65_536
PIECES_MAX = 1000


@dataclass(frozen=True, slots=True)
class Release:
    """What a release holds, once it is known to be right."""

    version: str
    #: Files by path, by board.
    boards: Mapping[str, Mapping[str, bytes]]
    #: The name of the key that signed it.
    key: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """What one board gets: the head of its manifest, and the stream."""

    head: bytes
    stream: bytes

    @property
    def pieces(self) -> int:
        """How many pieces the stream has."""
        return pieces_of(len(self.stream))

    def piece(self, number: int) -> bytes:
        """Return one piece, from 0."""
        return self.stream[number * UPDATE_PIECE_BYTES :][:UPDATE_PIECE_BYTES]


def image_of(board: str, files: Mapping[str, bytes]) -> Image:
    """Return what a board of this kind gets of these files; see SPEC.md."""
    lines = [f"{path} {len(data)} {_sum(data)}\n" for path, data in sorted(files.items())]
    manifest = f"{board}\n{''.join(lines)}".encode()
    head = len(manifest).to_bytes(4, "little") + hashlib.sha256(manifest).digest()
    return Image(head, manifest + b"".join(data for _, data in sorted(files.items())))


def packed(version: str, boards: Mapping[str, Mapping[str, bytes]], key: Path) -> bytes:
    """Return the archive of a release, signed by the key in a file; raises ReleaseRefused."""
    _check(version, boards)
    sums = {board: {path: _sum(data) for path, data in files.items()} for board, files in boards.items()}
    manifest = json.dumps({"format": FORMAT, "version": version, "boards": sums}, sort_keys=True).encode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, manifest)
        archive.writestr(SIGNATURE, keys.signature(key, manifest))
        for board, files in boards.items():
            for path, data in sorted(files.items()):
                archive.writestr(f"{board}/{path}", data)
    return file.getvalue()


def unpacked(data: bytes, data_dir: Path) -> Release:
    """Return the release in an archive that a key of this site has signed; raises ReleaseRefused."""
    try:
        return _unpacked(data, data_dir)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, EOFError) as error:
        raise ReleaseRefused("The file is no release, or it is damaged: fetch it again.") from error


def contents(data: bytes) -> Release:
    """Return the release in an archive that was checked when it came."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        manifest = json.loads(archive.read(MANIFEST))
        return Release(manifest["version"], _files(archive, manifest["boards"]))


def _unpacked(data: bytes, data_dir: Path) -> Release:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > ARCHIVE_BYTES_MAX:
            raise ReleaseRefused("The file is larger than any release.")
        text = archive.read(MANIFEST)
        key = keys.signer(data_dir, text, archive.read(SIGNATURE))
        manifest = json.loads(text)
        if manifest["format"] != FORMAT:
            raise ReleaseRefused(
                "The release has a form that this base station does not know: update it first."
            )
        boards = _files(archive, manifest["boards"])
    for board, files in boards.items():
        for path, content in files.items():
            if _sum(content) != manifest["boards"][board][path]:
                raise ReleaseRefused(f"{board}/{path} is not what the signed manifest says: fetch it again.")
    _check(manifest["version"], boards)
    return Release(manifest["version"], boards, key)


def _files(archive: zipfile.ZipFile, sums: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, bytes]]:
    return {board: {path: archive.read(f"{board}/{path}") for path in files} for board, files in sums.items()}


def _check(version: str, boards: Mapping[str, Mapping[str, bytes]]) -> None:
    """Refuse what no device would take."""
    if not VERSION.fullmatch(version):
        raise ReleaseRefused(f"{version!r} is no version: use 1 to 32 of 0-9, A-Z, a-z, '.', '+' and '-'.")
    if not boards or not set(boards) <= set(BOARDS):
        raise ReleaseRefused(f"A release is for some of these boards: {', '.join(BOARDS)}.")
    for board, files in boards.items():
        for path, data in files.items():
            if not is_inside(path) or not 0 < len(data) <= FILE_BYTES_MAX:
                raise ReleaseRefused(f"{board}/{path} cannot be a file of a release.")
        image = image_of(board, files)
        manifest_bytes = int.from_bytes(image.head[:4], "little")
        if image.pieces > PIECES_MAX or manifest_bytes > MANIFEST_BYTES_MAX:
            raise ReleaseRefused(f"The release is too large for {board}.")


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
