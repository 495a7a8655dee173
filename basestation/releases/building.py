"""Builds a release out of the sources: every board's modules, compiled, with its own version in them.

Decides nothing about what leaves the sources on the way: that is `devices/build.py`. The release for the
board `unix` is for the processor that compiles.
"""

import shutil
import tempfile
from pathlib import Path

from basestation.devices.build import BOARDS as WORN_BOARDS
from basestation.devices.build import HOST, LEFT_OUT, PACKAGES, ROOT, compile_modules
from basestation.releases.archive import VERSION, packed
from basestation.releases.errors import ReleaseRefused
from protocol.messages import BOARDS

_VERSION_FILE = "firmware/version.py"


def built(version: str, key: Path, boards: tuple[str, ...] = BOARDS, root: Path = ROOT) -> bytes:
    """Return the signed archive of the sources below `root` as release `version`; raises ReleaseRefused."""
    if not VERSION.fullmatch(version):
        raise ReleaseRefused(f"{version!r} is no version: use 1 to 32 of 0-9, A-Z, a-z, '.', '+' and '-'.")
    return packed(version, {board: modules_of(board, version, root) for board in boards}, key)


def modules_of(board: str, version: str, root: Path = ROOT) -> dict[str, bytes]:
    """Return the compiled modules of one board by path, which call themselves `version`."""
    processor, left_out = WORN_BOARDS.get(board, (HOST, LEFT_OUT))
    with tempfile.TemporaryDirectory() as name:
        sources, compiled = Path(name) / "sources", Path(name) / "compiled"
        for package in PACKAGES:
            shutil.copytree(root / package, sources / package, ignore=shutil.ignore_patterns("__pycache__"))
        path = sources / _VERSION_FILE
        lines = path.read_text().splitlines()
        own = [f"FIRMWARE = {version!r}" if line.startswith("FIRMWARE = ") else line for line in lines]
        path.write_text("\n".join([*own, ""]))
        compile_modules(compiled, root=sources, left_out=left_out, processor=processor)
        return {
            path.relative_to(compiled).as_posix(): path.read_bytes()
            for path in sorted(compiled.rglob("*.mpy"))
        }
