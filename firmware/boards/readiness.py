"""What a device says of itself before it is handed out: its settings, journal, sensor, key, and its log-in.

Decides when each of them is in order; whoever gets it ready reads the report as JSON and decides what
follows. Nothing is raised or said but the log-in; it uses up two boot numbers. Only imported for this.
"""

import json

from firmware.boards.opening import opened
from firmware.boards.recorder import Recorder
from firmware.clock import Clock, Schedule
from firmware.journal_open import open_ring
from firmware.loop import Loop
from firmware.version import FIRMWARE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Everything shows itself within this: a network is joined, a handshake made, a log-in answered, a sensor
#: tested; and a key is looked at for so long at least.
WATCH_MS_MAX = 20000
WATCH_MS_MIN = 500
#: The board that is a computer has neither sensor nor key of its own.
COMPUTER = "unix"


class Watch:
    """What a board shows of itself, turn by turn."""

    def __init__(self, board: "Any", is_computer: bool) -> None:
        self._board = board
        self._is_computer = is_computer
        self._samples = 0
        self._is_sensor_well: "bool | None" = None
        self._is_key_down = False

    def turn(self, now_ms: int) -> None:
        """Take one turn of 20 ms as the loop does; a board's watchdog is fed by it."""
        board = self._board
        board.begin_tick(now_ms)
        while board.source.next_sample():
            self._samples += 1
        given = board.next_input()
        while given:
            if given[0] == "k":
                self._is_key_down = given[1][0] != 0
            elif given[0] == "y":
                self._is_sensor_well = given[1][0] != 0
            given = board.next_input()
        board.end_tick()

    def is_settled(self) -> bool:
        """Tell whether the sensor has shown all that it will show."""
        return self._is_computer or self._is_sensor_well is not None

    def sensor(self) -> "tuple[bool | None, str]":
        """Return what is to be said of the sensor."""
        if self._is_sensor_well is False:
            return False, "the movement sensor fails its own test"
        if self._is_sensor_well is None and self._is_computer:
            return None, "this board has none"
        if self._is_sensor_well is None:
            return False, "no outcome of the sensor's test: leave the device still"
        if not self._samples:
            return False, "the movement sensor gives no samples"
        return True, ""

    def key(self) -> "tuple[bool | None, str]":
        """Return what is to be said of the key."""
        if self._is_key_down:
            return False, "the key is held down, or stuck"
        return (None, "this board has none") if self._is_computer else (True, "")


def report(path: str) -> str:
    """Return JSON: the firmware, and for each part [name, true | false | null (has none), a few words]."""
    parts, reason = opened(path)
    checks: "list[list[Any]]" = [["settings", parts is not None, reason]]
    if parts is not None:
        loop = Loop(*parts)
        watch = Watch(loop.board, parts[0].get("board", COMPUTER) == COMPUTER)
        log_in = _observed(watch, loop.connection)
        for name, found in (
            ("journal", journal_found(loop.board.flash)),
            ("sensor", watch.sensor()),
            ("key", watch.key()),
            ("log-in", log_in),
        ):
            checks.append([name, found[0], found[1]])
    return json.dumps({"firmware": FIRMWARE, "checks": checks})


def journal_found(flash: "Any") -> "tuple[bool, str]":
    """Write a start as every start does, and find it again; say which boot it was."""
    recorder = Recorder(flash)
    if not recorder.is_well:
        return False, "the journal cannot be written"
    ring, _, damaged = open_ring(flash)
    # A record that is damaged counts as a start, too.
    if (ring.boot, damaged) != (recorder.boot + 1, recorder.damaged_records):
        return False, "the journal does not hold what is written"
    return True, "boot " + str(recorder.boot)


def _observed(watch: Watch, connection: "Any") -> "tuple[bool | None, str]":
    """Take turns until board and link have shown themselves; log in as the device will, and take leave."""
    clock, schedule = Clock(), Schedule()
    now_ms, is_tried = 0, connection is None
    while now_ms < WATCH_MS_MIN or (now_ms < WATCH_MS_MAX and not (is_tried and watch.is_settled())):
        schedule.wait()
        now_ms = clock.now_ms()
        watch.turn(now_ms)
        if connection is not None:
            connection.handle(now_ms, False)
            is_tried = connection.is_up or connection.refused_connects != 0
    if connection is None:
        return None, "this device has no network"
    is_up, reason = connection.is_up, connection.reason
    connection.close()
    return is_up, reason or "no answer"
