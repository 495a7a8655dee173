"""The device on a computer: movement and keys from a pipe or a recording, effects as lines of JSON.

Decides how this board is told its inputs and how it shows its effects, and nothing about alarms. Nothing
here waits, and nothing is in the way of an alarm: that leaves by the `Connection`, not by these lines.

Lines in: `s x_mg y_mg z_mg` sample, `r is_looped PATH` play a recording, `k 0|1` key, `b mv percent
is_charging` battery, `c 0|1` clip, `y 0|1` the sensor's own test, `l 0|1 [n [rssi_dbm]]` network n, else 0,
back or lost, `a [rssi_dbm] [name=dbm ...]` what the radio hears, `q [reason]` off (`switched_off`,
`charging`, `restart`), as does the end of the input. Lines out: `t_ms` (uptime), `time_ms` (wall time),
`effect`, and what it holds.
"""

import json
import sys

from firmware import clock
from firmware.boards import last_error
from firmware.boards.memory import forget_module
from firmware.boards.movement import PipeSource
from firmware.boards.pipe import LineReader, LineWriter
from firmware.boards.radio import Radio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.boards.recording import RecordingSource
    from firmware.effects import Publish

INPUTS_WAITING_MAX = 32
#: How many numbers follow each letter of an input line, and how many more may.
_INPUTS = {"s": 3, "k": 1, "b": 3, "c": 1, "y": 1, "l": 1}
_MORE = {"l": 2}
#: What moved the device at the end of a start that another one follows.
_moving: "list[Any]" = []
#: Why a device goes, as `q` may say it.
GOODBYES = ("switched_off", "charging", "restart")


class Board:
    """The sensors, the key, the battery, the signals and the journal of this device."""

    def __init__(self, config: "dict[str, Any]") -> None:
        """Open what `config` names.

        Raises:
            RecordingError: the recording cannot be played.
            JournalError: the file of the journal holds something else.
        """
        from firmware.boards.flash_making import open_flash

        self.cause: str = config["cause"]
        #: Of the journal, as `journal_ring.py` describes it.
        self.flash = open_flash(config["journal"])
        forget_module("firmware.boards", "flash_making")
        self.radio = Radio(len(config["networks"]))
        self._error_path = config["journal"] + ".error"
        self.source: "PipeSource | RecordingSource" = _moving.pop() if _moving else PipeSource()
        if config["source"] != "pipe":
            # Only a device that plays one has memory for it.
            from firmware.boards.recording import RecordingSource

            self.source = RecordingSource(config["source"], config["is_looped"])
        self._reader = LineReader(sys.stdin.buffer)
        self._writer = LineWriter(sys.stdout.buffer)
        self._inputs: list[tuple[str, list[Any]]] = []
        #: Input lines that were none.
        self.refused_inputs = 0

    def take_error(self) -> str:
        """Return the sentence of the exception that ended the last start, once, or ""."""
        return last_error.take(self._error_path)

    def keep_error(self, error: BaseException) -> None:
        """Keep an exception of our own for the next start to tell."""
        last_error.keep(self._error_path, error)

    def begin_tick(self, now_ms: int) -> None:
        """Take in what came since the last tick."""
        self.source.begin_tick()
        if self.source.fault:
            self.show(now_ms, "recording", {"fault": self.source.fault})
            self.source.fault = ""
        for line in self._reader.read_lines():
            self._take_in(line)
        if self._reader.is_ended and not self._inputs:
            self._inputs.append(("q", []))

    def next_input(self) -> "tuple[str, list[Any]] | None":
        """Return the next (letter, numbers) of key, battery, clip, sensor or switch, or None."""
        return self._inputs.pop(0) if self._inputs else None

    def end_tick(self) -> bool:
        """Show what is waiting to be shown; return True if nothing is left."""
        return self._writer.write()

    def switch_off(self) -> None:
        """Do nothing: the program ends."""

    def restart(self) -> None:
        """Leave the movement to the next start: a body does not stop because its device starts again."""
        _moving.append(self.source)

    def show_publish(self, now_ms: int, publish: "Publish", is_sent: bool) -> None:
        """Show a message, and whether the connection took it."""
        head = _head(now_ms, "publish") + ',"channel":"' + publish.channel + '","message":'
        # The payload is JSON already, and long: it is not copied.
        end = b"}\n" if is_sent else b',"is_sent":false}\n'
        self._writer.put(head.encode(), publish.channel == "event", (publish.payload, end))

    def show_signal(self, now_ms: int, name: str) -> None:
        """Show what buzzer, LED and vibration do now."""
        self._show(now_ms, "signal", ',"name":' + json.dumps(name), True)

    def show_journal(self, now_ms: int, is_written: bool) -> None:
        """Show that a record was written, or that the disk refused it."""
        self._show(now_ms, "journal", "" if is_written else ',"is_written":false', not is_written)

    def set_wall_clock(self, now_ms: int, time_ms: int) -> None:
        """Show the time (ms since 1970) that a board sets its own clock to; a computer keeps its own."""
        self.show(now_ms, "clock", {"base_time_ms": time_ms})

    def show_link(self, now_ms: int, is_up: bool, reason: str, way: "tuple[int | None, int | None]") -> None:
        """Show that the link came or went, and why; `way` is network and broker where there is a choice."""
        rest = ',"is_up":' + ("true" if is_up else "false") + ',"reason":' + json.dumps(reason)
        for name, number in (("network", way[0]), ("broker", way[1])):
            if number is not None:
                rest += ',"' + name + '":' + str(number)
        self._show(now_ms, "link", rest, True)

    def show(self, now_ms: int, effect: str, facts: "dict[str, Any]") -> None:
        """Show anything else; `facts` is a flat dict."""
        self._show(now_ms, effect, "," + json.dumps(facts)[1:-1], True)

    def counts(self) -> "dict[str, int]":
        """Return what was refused or dropped so far, by name."""
        return {
            "refused_inputs": self.refused_inputs,
            "dropped_samples": self.source.dropped_samples,
            "dropped_lines": self._writer.dropped_lines,
        }

    def _show(self, now_ms: int, effect: str, rest: str, is_vital: bool) -> None:
        self._writer.put((_head(now_ms, effect) + rest + "}\n").encode(), is_vital)

    def _take_in(self, line: bytes) -> None:
        letter, given = _parse(line)
        if letter == "s":
            self.source.put(given[0], given[1], given[2])
        elif letter == "l":
            self._turn_network(given)
        elif letter == "a":
            self.radio.hear(given[0], given[1])
        elif letter == "r":
            self._play(given)
        elif letter and len(self._inputs) < INPUTS_WAITING_MAX:
            self._inputs.append((letter, given))
        else:
            self.refused_inputs += 1

    def _turn_network(self, given: "list[Any]") -> None:
        network = given[1] if len(given) > 1 else 0
        if 0 <= network < self.radio.network_count:
            self.radio.set_lost(given[0] != 0, network, given[2] if len(given) > 2 else 0)
        else:
            self.refused_inputs += 1

    def _play(self, given: "list[Any]") -> None:
        from firmware.boards.recording import RecordingError, RecordingSource

        try:
            self.source = RecordingSource(given[1], given[0] != 0)
        except RecordingError:
            # What moved the device until now goes on.
            self.refused_inputs += 1


def _head(now_ms: int, effect: str) -> str:
    return '{"t_ms":' + str(now_ms) + ',"time_ms":' + str(clock.wall_ms()) + ',"effect":"' + effect + '"'


def _parse(line: bytes) -> "tuple[str, list[Any]]":
    """Return (letter, what follows as a list) of one input line (bytes), or ("", []) if it is none."""
    try:
        words = line.decode().split()
        letter, texts = words[0], words[1:]
        if letter == "r" and len(texts) == 2:
            return letter, [int(texts[0]), texts[1]]
        if letter == "a":
            # Only a device that hears beacons has memory for it.
            from firmware.boards.radio_line import heard

            return letter, heard(texts)
        if letter == "q" and (not texts or (len(texts) == 1 and texts[0] in GOODBYES)):
            return letter, texts
        given: list[Any] = [int(text) for text in texts]
    except (ValueError, IndexError):
        return "", []
    count = _INPUTS.get(letter, -1)
    return (letter, given) if 0 <= count <= len(given) <= count + _MORE.get(letter, 0) else ("", [])
