"""The start of a device on a computer: opens the file that is its flash, and makes it at the first start.

Decides what becomes of a file that is no such flash: a journal of an older firmware (a plain row of records)
is taken over, with everything that stands; anything else is refused with a sentence and never emptied. At any
moment the file is there whole or not at all. Only the start needs this module.
"""

import os

from firmware import journal
from firmware.boards.flash_file import SECTOR_BYTES, SECTOR_COUNT, FlashFile, fill, sync
from firmware.journal_open import JournalError, open_ring
from firmware.journal_replay import replay

#: An older journal begins with a start, a ring with its head (`journal.BOOT`, `journal.SECTOR`).
_OLDER = b"RW\x01"


def open_flash(path: str) -> "FlashFile":
    """Return the flash at `path`, made if there is none; on a disk that refuses, one that refuses every call.

    Raises:
        JournalError: what is there is no journal.
    """
    try:
        size = os.stat(path)[6]
    except OSError:
        size = 0
    try:
        if size != SECTOR_BYTES * SECTOR_COUNT or _is_older(path):
            _make(path, size)
    except OSError:
        # The alarms go out all the same.
        pass
    return FlashFile(path)


def _is_older(path: str) -> bool:
    """Tell whether a file of the right size is a plain row of records."""
    with open(path, "rb") as file:
        return file.read(len(_OLDER)) == _OLDER


def _make(path: str, byte_count: int) -> None:
    """Put a flash at `path`, where there is nothing or a file of so many bytes."""
    if byte_count == 0:
        _make_erased(path)
        return
    with open(path, "rb") as file:
        data = file.read()
    last_boot, standing, damaged = replay(data)
    if last_boot <= damaged:
        raise JournalError(
            path + " is no journal of a device, and stays as it is. Move it away, or name another."
        )
    beside = path + ".ring"
    _make_erased(beside)
    ring = open_ring(FlashFile(beside))[0]
    for record in [journal.boot_record(last_boot)] + [journal.encode(record) for record in standing]:
        if not ring.append(record):
            raise OSError(5)
    os.rename(beside, path)


def _make_erased(path: str) -> None:
    beside = path + ".new"
    with open(beside, "wb") as file:
        fill(file, SECTOR_BYTES * SECTOR_COUNT)
        sync(file)
    os.rename(beside, path)
