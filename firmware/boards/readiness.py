"""What a device says of itself before it is handed out: its settings, journal, sensor, key, and its log-in.

Decides when each of them is in order; whoever gets it ready reads the report as JSON and decides what
follows. Nothing is raised or sent but the log-in; it uses up one boot number. Only imported for this.
"""

import json

from firmware import journal
from firmware.clock import Clock, Schedule
from firmware.device import FIRMWARE
from firmware.main import Loop, _accepted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: A network must be joined, a handshake made and a log-in answered within this.
LOG_IN_MS_MAX = 20000


def report(path: str) -> str:
    """Return JSON: the firmware, and for each part [name, true | false | null (has none), a few words]."""
    accepted = _accepted(path)
    # What was refused is said in a line of its own.
    checks: "list[list[Any]]" = [["settings", accepted is not None, ""]]
    if accepted is not None:
        loop = Loop(*accepted)
        for name, found in (
            ("journal", _journal(loop.board.journal)),
            ("sensor", _asked(loop.board, "is_sensor_well", "the movement sensor fails its own test")),
            ("key", _asked(loop.board, "is_key_free", "the key is held down, or stuck")),
            ("log-in", _log_in(loop)),
        ):
            checks.append([name, found[0], found[1]])
    return json.dumps({"firmware": FIRMWARE, "checks": checks})


def _journal(store: "Any") -> "tuple[bool, str]":
    """Write a start as every start does, and find it again."""
    before = journal.replay(store.read())[0]
    is_written = store.append(journal.boot_record(before + 1))
    found = journal.replay(store.read())[0]
    if not is_written:
        return False, "the journal cannot be written"
    return found == before + 1, "boot " + str(found)


def _asked(board: "Any", question: str, fault: str) -> "tuple[bool | None, str]":
    """Ask the board, if it has such a part at all."""
    ask = getattr(board, question, None)
    answer = None if ask is None else ask()
    if answer is None:
        return None, "this board has none"
    return bool(answer), "" if answer else fault


def _log_in(loop: Loop) -> "tuple[bool | None, str]":
    """Log in at the broker as the device will, and take leave again."""
    connection = loop.connection
    if connection is None:
        return None, "this device has no network"
    clock, schedule = Clock(), Schedule()
    while clock.now_ms() < LOG_IN_MS_MAX and not connection.is_up and not connection.refused_connects:
        schedule.wait()
        connection.handle(clock.now_ms())
    is_up, reason = connection.is_up, connection.reason
    connection.close()
    return is_up, reason or "no answer"
