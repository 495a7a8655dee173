"""Why the base station ended itself, left for the one that is started after it. Holds nothing personal.

Decides nothing. A file of one sentence in the data folder; a disk that takes it not is no reason to stay.
"""

import contextlib
from pathlib import Path

_FILE = "last-words"
#: A sentence is no longer.
_CHARACTERS_MAX = 500


def keep(data_dir: Path, sentence: str) -> None:
    """Leave a sentence; the first one of a process counts, since the rest follows from it."""
    with contextlib.suppress(OSError):
        path = data_dir / _FILE
        if not path.exists():
            path.write_text(sentence[:_CHARACTERS_MAX], encoding="utf-8")
            path.chmod(0o600)


def take(data_dir: Path) -> str:
    """Return what was left, empty if nothing was; it stays until `forget`."""
    try:
        return (data_dir / _FILE).read_text(encoding="utf-8")[:_CHARACTERS_MAX]
    except (OSError, UnicodeDecodeError):
        return ""


def forget(data_dir: Path) -> None:
    """Forget what was left, once it is told."""
    with contextlib.suppress(OSError):
        (data_dir / _FILE).unlink(missing_ok=True)
