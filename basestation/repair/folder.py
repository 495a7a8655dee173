"""Which files of a data folder belong into a copy of it, and which do not.

Decides by what must not come back: the database (its rows are copied instead), the broker's queues and locks
(its devices repeat what was not receipted), and access to a process that is no more. Everything else is
taken, so that nothing new is forgotten.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_LEFT_OUT_FOLDERS = (PurePosixPath("broker/queues"),)
_LEFT_OUT_NAMES = ("local-access.json", "lock", "restart.request", "last-words", "backup.json", "unfinished")
_LEFT_OUT_ENDS = (".db", ".db-wal", ".db-shm", ".db-journal", ".new", ".part")


def files_of(data_dir: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files that belong into a copy, by name within the folder, in order."""
    for path in sorted(data_dir.rglob("*")):
        name = PurePosixPath(path.relative_to(data_dir).as_posix())
        is_left_out = (
            any(folder in name.parents for folder in _LEFT_OUT_FOLDERS)
            or name.name in _LEFT_OUT_NAMES
            or name.name.endswith(_LEFT_OUT_ENDS)
        )
        if path.is_file() and not path.is_symlink() and not is_left_out:
            yield str(name), path


def place_in(data_dir: Path, name: str) -> Path | None:
    """Return where a file of a copy goes; None if its name leads out of the folder."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name or "\0" in name:
        return None
    return data_dir.joinpath(*parts)
