"""The settings that came over the air, on the board: read at the start, written when a change takes a step.

Decides that a power cut at any byte leaves the old record or the new: there are two files, each with a check
sum and a number, written in turn, and the whole one with the higher number counts. What cannot be read, what
belongs to another configuration and what the firmware's own rules refuse is not in force: then it is what was
before, at last what the device was built with. The counter outlasts all of that. `amendment.py` decides what
a step means. Loaded at the start and for a change, and forgotten after it.
"""

import json
import os
from binascii import crc32

from firmware import amendment
from firmware.settings import Settings, SettingsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    Record = dict[str, Any]
    Write = Callable[[str, bytes], None]

#: What is put behind the path for the two files.
FILES = (".0", ".1")
#: Hexadecimal digits of the check sum before the record.
_CHECK_DIGITS = 8
#: What a record must hold to be one.
_NAMES = ("generation", "built_with", "standing", "counter", "boot", "seq", "starts", "values", "before")


def write_file(path: str, data: bytes) -> None:
    """Write a file and bring it to the disk."""
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        if hasattr(os, "fsync"):
            os.fsync(file.fileno())


def begin(
    path: str, built: "dict[str, Any]", key: str, write: "Write" = write_file
) -> "tuple[Settings, dict[str, Any]]":
    """Return the settings in force, and the facts of the last change; `built` are those of the configuration.

    The facts: `cause` of this start ("": another one), `counter`, `boot`, `seq` and `standing` of the last
    change, and what `keep` needs.

    Raises:
        SettingsError: what the device was built with is refused, and nothing else is there.
    """
    built_with = _sum_of(built, key)
    kept = newest(path, built_with)
    record, cause = amendment.started(kept)
    if record is not kept and not _put(path, record, write) and kept["standing"] == amendment.ON_TRIAL:
        # A start that cannot be counted is not tried.
        record, cause = amendment.undone(kept, 1), amendment.UNDONE_CAUSE
    settings = _accepted(record["values"])
    while settings is None and record["values"] is not None:
        record, cause = amendment.undone(record, 1), amendment.UNDONE_CAUSE
        _put(path, record, write)
        settings = _accepted(record["values"])
    if settings is None:
        settings = Settings.from_dict(built)
    facts: "dict[str, Any]" = {name: record[name] for name in ("counter", "boot", "seq", "standing")}
    facts.update({"cause": cause, "path": path, "built_with": built_with, "key": key})
    return settings, facts


def keep(facts: "dict[str, Any]", step: str, order: "dict[str, Any]", write: "Write" = write_file) -> bool:
    """Write down what `effects.ChangeSettings` says; return False if the disk refused."""
    kept = newest(facts["path"], facts["built_with"])
    if step == "apply":
        record = amendment.applied(kept, order)
    elif step == "confirm":
        record = amendment.confirmed(kept)
    else:
        record = amendment.undone(kept)
    return _put(facts["path"], _placed(record, kept), write)


def newest(path: str, built_with: int) -> "Record":
    """Return the whole record with the highest number; of another configuration only its counter counts."""
    found: "Record" = {"generation": 0, "built_with": built_with}
    for name in FILES:
        record = _read(path + name)
        if record is not None and record["generation"] > found["generation"]:
            found = record
    if found["built_with"] == built_with and found["generation"]:
        return found
    nothing = _placed(amendment.nothing_kept(), found)
    nothing["built_with"] = built_with
    nothing["counter"] = found.get("counter", 0)
    return nothing


def _placed(record: "Record", kept: "Record") -> "Record":
    """Return the record as the successor of what is kept."""
    record["generation"] = kept["generation"]
    record["built_with"] = kept["built_with"]
    return record


def _put(path: str, record: "Record", write: "Write") -> bool:
    """Write the record over the older of the two files; return whether it can be read back."""
    record["generation"] += 1
    text = json.dumps(record).encode()
    place = path + FILES[record["generation"] % len(FILES)]
    try:
        write(place, _check(text) + text)
    except OSError:
        return False
    return _read(place) == record


def _read(path: str) -> "Record | None":
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return None
    text = data[_CHECK_DIGITS:]
    if data[:_CHECK_DIGITS] != _check(text):
        return None
    record: "Record" = json.loads(text)
    for name in _NAMES:
        if name not in record:
            return None
    return record


def _accepted(values: "dict[str, Any] | None") -> "Settings | None":
    """Return these settings, or None: there are none, or this firmware refuses them."""
    if values is None:
        return None
    try:
        return Settings.from_dict(values)
    except SettingsError:
        return None


def _check(text: bytes) -> bytes:
    return ("%08x" % crc32(text)).encode()


def _sum_of(built: "dict[str, Any]", key: str) -> int:
    """Return what tells one configuration from another."""
    words = [name + "=" + str(built[name]) for name in sorted(built)] + [key]
    check: int = crc32(" ".join(words).encode())
    return check
