"""The console's own files: compressed once, kept in memory as long as the file does not change.

A console is sixty small files over the same two cores that take alarms in: nothing of them is read or
compressed twice, and no header says what another says. Decides nothing about who may read them: they hold no
secret that their length could betray. Sizes in bytes.
"""

import gzip
import hashlib
import mimetypes
import os
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

#: Below it, a compressed file is no smaller by what its header adds.
COMPRESSED_BYTES_MIN = 200
_COMPRESSED_TYPES = ("text/", "image/svg+xml")


@dataclass(frozen=True, slots=True)
class _Kept:
    changed_ns: int
    bytes_count: int
    content: bytes
    headers: dict[str, str]


class KeptFiles(StaticFiles):
    """Serves a folder whose files are few and small, from memory."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self._kept: dict[tuple[str, bool], _Kept] = {}

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return the file as the browser takes it, or that it has it already."""
        asked = Headers(scope=scope)
        kept = self._read(
            str(full_path), stat_result, is_compressed="gzip" in asked.get("accept-encoding", "")
        )
        if self.is_not_modified(Headers(kept.headers), asked):
            return NotModifiedResponse(Headers(kept.headers))
        return Response(kept.content, status_code, kept.headers)

    def _read(self, path: str, found: os.stat_result, *, is_compressed: bool) -> _Kept:
        kept = self._kept.get((path, is_compressed))
        if kept is None or (kept.changed_ns, kept.bytes_count) != (found.st_mtime_ns, found.st_size):
            kept = self._kept[path, is_compressed] = _kept(path, found, is_compressed=is_compressed)
        return kept


def _kept(path: str, found: os.stat_result, *, is_compressed: bool) -> _Kept:
    content = Path(path).read_bytes()
    media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    is_text = media_type.startswith(_COMPRESSED_TYPES)
    headers = {"content-type": f"{media_type}; charset=utf-8" if is_text else media_type}
    if is_text:
        headers["vary"] = "Accept-Encoding"
    if is_text and is_compressed and len(content) >= COMPRESSED_BYTES_MIN:
        headers["content-encoding"] = "gzip"
        content = gzip.compress(content, mtime=0)
    headers["etag"] = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    return _Kept(found.st_mtime_ns, found.st_size, content, headers)
