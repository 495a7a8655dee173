"""The device in virtual time: inputs with their time come as lines, effects go out as lines of JSON.

Decides that time passes from deadline to deadline, and nothing about alarms; nothing here sleeps or reads a
clock. First line in: `i {"name":, "settings":, "journal_hex":}`. Then `s t_ms x_mg y_mg z_mg` sample,
`a t_ms [rssi_dbm] [name=dbm ...]` what the radio hears, `k t_ms 0|1` key, `m t_ms JSON` command, `l t_ms 0|1`
link, `b t_ms mv percent 0|1` battery, `c t_ms 0|1` clip, `y t_ms 0|1` outcome of the sensor's own test, `t
t_ms` time passes, `?` answered by `. next_deadline_ms` (or `-`), `q` off. Deadlines before an input fire at
their own times first. Settings that are refused: exit code 2. The link is down until the first `l`.
"""

import json
import sys

from firmware import journal, signals
from firmware.boards.radio_line import heard
from firmware.device import Device
from firmware.effects import Publish, ReadJournal, SetWallClock, WriteJournal
from firmware.journal_replay import compact, is_long, replay
from firmware.settings import Settings, SettingsError
from protocol import codec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional, TextIO

#: Exit code: the settings were refused.
REFUSED_EXIT = 2
#: Lines kept back until a `?`; a writer that is flushed for each is slow in MicroPython.
LINES_KEPT_MAX = 200
#: Of the journal as it is read out.
PIECE_BYTES = 512

_RECORD_NAMES = {
    journal.BOOT: "boot",
    journal.RAISED: "raised",
    journal.RECEIPTED: "receipted",
    journal.RESET: "reset",
    journal.SHIFT: "shift",
    journal.UPRIGHT: "upright",
}


class VirtualBoard:
    """One device whose time is what its inputs say; every effect goes to `show(t_ms, effect)`.

    Raises:
        SettingsError: `settings` are refused.
    """

    def __init__(
        self, name: str, settings: "dict[str, Any]", journal_bytes: bytes, show: "Callable[[int, Any], None]",
        cause: str = "power_on", error: str = "",
    ) -> None:  # fmt: skip
        self._name = name
        self._show = show
        #: What a disk would hold: hand it to the next board to start again after a power cut.
        self.journal = bytearray(journal_bytes)
        accepted = Settings.from_dict(settings)
        last_boot, due, self.damaged_records = replay(journal_bytes)
        if self.damaged_records or is_long(len(journal_bytes)):
            self.journal = bytearray(compact(journal_bytes))
        self.boot = last_boot + 1
        self._perform(0, (WriteJournal(journal.boot_record(self.boot)),))
        self.device = Device(accepted, name, self.boot, due, 0, cause, error)
        self._perform(0, self.device.on_start(0))

    def sample(self, t_ms: int, x_mg: int, y_mg: int, z_mg: int) -> None:
        """Hand over one sample."""
        device = self.device
        deadline_ms = device.next_deadline_ms()
        if deadline_ms is not None and deadline_ms < t_ms:
            self.pass_time(t_ms - 1)
        effects = device.on_sample(t_ms, x_mg, y_mg, z_mg)
        if effects:
            self._perform(t_ms, effects)

    def key(self, t_ms: int, is_down: bool) -> None:
        """Press or release the key."""
        self.pass_time(t_ms - 1)
        self._perform(t_ms, self.device.on_key(t_ms, is_down))

    def link(self, t_ms: int, is_up: bool, is_refused: bool = False) -> None:
        """Bring the connection or take it away, or let one of the two sides refuse it."""
        self.pass_time(t_ms - 1)
        self._perform(t_ms, self.device.on_link(t_ms, is_up, is_refused))

    def battery(self, t_ms: int, battery_mv: int, battery_percent: int, is_charging: bool) -> None:
        """Report the battery."""
        self.pass_time(t_ms - 1)
        self._perform(t_ms, self.device.on_battery(t_ms, battery_mv, battery_percent, is_charging))

    def signal(self, t_ms: int, rssi_dbm: "Optional[int]", beacons: "Any") -> None:
        """Report the signal of the access point in dBm and the beacons, each None for no news."""
        self.pass_time(t_ms - 1)
        self._perform(t_ms, self.device.on_signal(t_ms, rssi_dbm, beacons))

    def clip(self, t_ms: int, is_closed: bool) -> None:
        """Close or open the contact of clip or strap."""
        self.pass_time(t_ms - 1)
        self._perform(t_ms, self.device.on_clip(t_ms, is_closed))

    def sensor_test(self, t_ms: int, is_passed: bool) -> None:
        """Report the outcome of the accelerometer's own test."""
        self.pass_time(t_ms - 1)
        self._perform(t_ms, self.device.on_sensor_test(t_ms, is_passed))

    def message(self, t_ms: int, payload: bytes) -> None:
        """Let the payload of a command arrive."""
        self.pass_time(t_ms - 1)
        try:
            message = codec.decode(payload, "command", self._name)
        except codec.DecodeError as error:
            self._perform(t_ms, self.device.on_undecodable(t_ms, error.reason))
            return
        self._perform(t_ms, self.device.on_message(t_ms, message))

    def journal_failed(self, t_ms: int, is_failed: bool) -> None:
        """Let the journal refuse records, or take them again."""
        self.pass_time(t_ms - 1)
        self._perform(t_ms, self.device.on_journal(t_ms, not is_failed))

    def pass_time(self, t_ms: int) -> None:
        """Let time pass up to and including `t_ms`; each deadline fires at its own time."""
        deadline_ms = self.device.next_deadline_ms()
        while deadline_ms is not None and deadline_ms <= t_ms:
            self._perform(deadline_ms, self.device.on_tick(deadline_ms))
            later_ms = self.device.next_deadline_ms()
            assert later_ms is None or later_ms > deadline_ms, "a deadline that does not pass"
            deadline_ms = later_ms

    def _perform(self, t_ms: int, effects: "Any") -> None:
        for effect in effects:
            if isinstance(effect, WriteJournal):
                self.journal += effect.record
                if is_long(len(self.journal)):
                    self.journal = bytearray(compact(bytes(self.journal)))
            if isinstance(effect, ReadJournal):
                self._read_out(t_ms, effect.piece)
            else:
                self._show(t_ms, effect)

    def _read_out(self, t_ms: int, piece: int) -> None:
        if piece >= 0:
            pieces = (len(self.journal) + PIECE_BYTES - 1) // PIECE_BYTES
            data = bytes(self.journal[piece * PIECE_BYTES : (piece + 1) * PIECE_BYTES])
            self._perform(t_ms, self.device.on_journal_piece(t_ms, pieces, data))


class Lines:
    """The board behind its line protocol."""

    def __init__(self, out: "TextIO") -> None:
        self._out = out
        self._kept: "list[str]" = []
        self._board: "Optional[VirtualBoard]" = None

    def begin(self, text: str) -> None:
        """Start the device that the JSON object `text` describes."""
        first = json.loads(text)
        journal_bytes = _unhex(first.get("journal_hex") or "")
        self._board = VirtualBoard(first["name"], first.get("settings") or {}, journal_bytes, self._show)

    def take(self, line: str) -> None:
        """Take in one line that is neither the first nor the last."""
        board = self._board
        assert board is not None, "the first line must begin with i"
        letter = line[0]
        if letter == "s":
            _, t_ms, x_mg, y_mg, z_mg = line.split()
            board.sample(int(t_ms), int(x_mg), int(y_mg), int(z_mg))
        elif letter == "?":
            deadline_ms = board.device.next_deadline_ms()
            self._say(". " + ("-" if deadline_ms is None else str(deadline_ms)))
            self.flush()
        elif letter == "a":
            words = line.split()
            rssi_dbm, beacons = heard(words[2:])
            board.signal(int(words[1]), rssi_dbm, beacons)
        elif letter == "m":
            _, t_ms, payload = line.split(" ", 2)
            board.message(int(t_ms), payload.strip().encode())
        else:
            _take_numbers(board, letter, [int(word) for word in line.split()[1:]])

    def refuse(self, reason: str) -> None:
        """Say that the settings were refused."""
        self._say('{"t_ms":0,"effect":"refused","reason":' + json.dumps(reason) + "}")
        self.flush()

    def flush(self) -> None:
        """Write what was kept back."""
        if self._kept:
            self._out.write("\n".join(self._kept) + "\n")
            self._kept = []
        # MicroPython's standard output keeps nothing back.
        if hasattr(self._out, "flush"):
            self._out.flush()

    def _show(self, t_ms: int, effect: "Any") -> None:
        self._say('{"t_ms":' + str(t_ms) + "," + describe(effect) + "}")

    def _say(self, line: str) -> None:
        self._kept.append(line)
        if len(self._kept) >= LINES_KEPT_MAX:
            self.flush()


def describe(effect: "Any") -> str:
    """Return one effect as the inside of a JSON object."""
    if isinstance(effect, Publish):
        head = '"effect":"publish","channel":"' + effect.channel + '","message":'
        return str(head + effect.payload.decode())
    if isinstance(effect, WriteJournal):
        record = journal.decode(effect.record)
        assert record is not None, "a record that we cannot read"
        name = _RECORD_NAMES[record.kind]
        return '"effect":"journal","kind":"' + name + '","record_hex":"' + _hex(effect.record) + '"'
    if isinstance(effect, SetWallClock):
        return '"effect":"clock","time_ms":' + str(effect.time_ms)
    pattern = signals.PATTERNS[effect.name]
    parts = ['"effect":"signal","name":"' + effect.name + '"']
    for output, steps, unit in (
        ("buzzer", pattern.buzzer, " Hz"), ("vibration", pattern.vibration, " %"), ("led", pattern.led, ""),
    ):  # fmt: skip
        parts.append('"' + output + '":"' + _words(steps, unit) + '"')
    return ",".join(parts)


def run(lines: "Any", out: "TextIO") -> int:
    """Serve lines until `q` or their end; return the exit code."""
    served = Lines(out)
    first = True
    for line in lines:
        if first:
            first = False
            try:
                served.begin(line[1:])
            except SettingsError as error:
                served.refuse(str(error))
                return REFUSED_EXIT
        elif line[0] == "q":
            break
        elif line.strip():
            served.take(line)
    served.flush()
    return 0


def _take_numbers(board: "VirtualBoard", letter: str, numbers: "list[int]") -> None:
    if letter == "k":
        board.key(numbers[0], numbers[1] != 0)
    elif letter == "l":
        board.link(numbers[0], numbers[1] != 0)
    elif letter == "c":
        board.clip(numbers[0], numbers[1] != 0)
    elif letter == "y":
        board.sensor_test(numbers[0], numbers[1] != 0)
    elif letter == "b":
        board.battery(numbers[0], numbers[1], numbers[2], numbers[3] != 0)
    else:
        assert letter == "t", letter
        board.pass_time(numbers[0])


def _words(steps: "tuple[Any, ...]", unit: str) -> str:
    words = []
    for value, duration_ms in steps:
        shown = "pause" if value in (0, "off") else str(value) + unit
        words.append(shown + " " + str(duration_ms) + " ms")
    return ", ".join(words) or "off"


def _hex(data: bytes) -> str:
    return "".join(["%02x" % byte for byte in data])


def _unhex(text: str) -> bytes:
    return bytes([int(text[at : at + 2], 16) for at in range(0, len(text), 2)])


if __name__ == "__main__":
    sys.exit(run(sys.stdin, sys.stdout))
