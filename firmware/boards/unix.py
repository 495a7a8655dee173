"""The device on a computer: movement and keys from a pipe or a recording, effects as lines of JSON.

Decides how this board is told its inputs and how it shows its effects; decides nothing about alarms.
Reading never waits. Neither does writing: where nobody reads, lines are dropped and counted, those of
events and signals last. Nothing here is in the way of an alarm: that leaves by the `Connection`.

Lines in: `s x_mg y_mg z_mg` sample, `k 0|1` key, `b mv percent is_charging` battery, `l 0|1` network lost
or back, `q` switch off, as does the end of the input.
Configuration (JSON): `name`, `journal` (path), `settings`, `broker` (host, port, username, password,
client_id) or null, `source` (`pipe`, or the path of a CSV recording `t_ms,x_mg,y_mg,z_mg` at 50 Hz),
`is_looped`, `loop_report_s`.
"""

import json
import os
import select
import sys

from firmware import clock
from protocol import topics

LINE_BYTES_MAX = 80
READ_BYTES_PER_TICK_MAX = 256
#: Samples waiting, as in the FIFO of an accelerometer; the oldest give way.
SAMPLES_WAITING_MAX = 32
INPUTS_WAITING_MAX = 32

#: Lines waiting for a reader; ordinary ones only fill half of it.
LINES_WAITING_MAX = 256
#: What a pipe that is ready takes at once without blocking (PIPE_BUF).
WRITE_BYTES_MAX = 4096
WRITES_PER_TICK_MAX = 8

#: Amplitude of the noise added to the last sample of a recording that has ended; a sensor is never quite still.
HOLD_NOISE_MG = 4
LOOP_REPORT_S = 60
RECORDING_HEADER = "t_ms,x_mg,y_mg,z_mg"


class ConfigError(Exception):
    """The configuration cannot be used; says what is wrong, where, and what to do."""


def load_config(path):
    """Return the configuration in the JSON file at `path`, complete with its defaults.

    Raises:
        ConfigError: with a sentence.
    """
    try:
        with open(path) as file:
            config = json.load(file)
    except (OSError, ValueError) as error:
        raise ConfigError(path + " is no readable JSON file: " + str(error))
    if not isinstance(config, dict):
        raise ConfigError(path + " must hold one JSON object.")
    for name in ("name", "journal"):
        if not isinstance(config.get(name), str):
            raise ConfigError(path + ": " + name + " is missing or is no text.")
    if not topics.is_name(config["name"]):
        raise ConfigError(path + ": name may hold a-z, 0-9 and -, at most 32 of them.")
    if config.get("broker") is not None:
        _check_broker(config["broker"], path)
    config.setdefault("source", "pipe")
    return config


def _check_broker(broker, path):
    for name in ("host", "username", "password", "client_id"):
        if not isinstance(broker.get(name), str):
            raise ConfigError(path + ": broker." + name + " is missing or is no text.")
    for character in broker["host"]:
        # Looking up a name would hold up the loop for seconds.
        if character not in "0123456789.:abcdefABCDEF":
            raise ConfigError(path + ": broker.host must be a numeric address, not " + broker["host"] + ".")
    if not isinstance(broker.get("port"), int) or not 1 <= broker["port"] <= 65535:
        raise ConfigError(path + ": broker.port must be a number from 1 to 65535.")


class Journal:
    """The journal's file; every record is on the disk before anything else happens."""

    def __init__(self, path):
        self._path = path
        self._file = None
        #: Records that could not be written.
        self.failed_records = 0

    def read(self):
        """Return all bytes of the journal, b"" if there is none yet."""
        try:
            with open(self._path, "rb") as file:
                return file.read()
        except OSError:
            return b""

    def append(self, record):
        """Write one record (bytes) and sync it; a disk that refuses is counted, the alarm goes on."""
        try:
            if self._file is None:
                self._file = open(self._path, "ab")
            self._file.write(record)
            # MicroPython syncs here; CPython only hands the bytes over.
            self._file.flush()
            if hasattr(os, "fsync"):
                os.fsync(self._file.fileno())
        except OSError:
            self.failed_records += 1
            return False
        return True


class PipeSource:
    """Samples as they come by the pipe; nothing when none came."""

    def __init__(self):
        self._waiting = []
        self.x_mg = self.y_mg = self.z_mg = 0
        #: Samples that came too fast.
        self.dropped_samples = 0

    def put(self, x_mg, y_mg, z_mg):
        """Add one sample."""
        if len(self._waiting) >= SAMPLES_WAITING_MAX:
            self._waiting.pop(0)
            self.dropped_samples += 1
        self._waiting.append((x_mg, y_mg, z_mg))

    def begin_tick(self):
        """Do nothing: samples are there when they are there."""

    def next_sample(self):
        """Take the next sample into `x_mg`, `y_mg`, `z_mg`; return False if there is none."""
        if not self._waiting:
            return False
        self.x_mg, self.y_mg, self.z_mg = self._waiting.pop(0)
        return True


class RecordingSource:
    """One sample of a recording a tick; at its end again from the start, or the last sample, barely moving."""

    def __init__(self, path, is_looped):
        try:
            self._file = open(path)
            header = self._file.readline().strip()
        except OSError as error:
            raise ConfigError(path + " is no readable recording: " + str(error))
        if header != RECORDING_HEADER:
            raise ConfigError(path + ", line 1: the header must be " + RECORDING_HEADER + ".")
        self._path = path
        self._is_looped = is_looped
        self._is_due = False
        self._is_ended = False
        self._line = 1
        self._noise = 1
        self._held_mg = (0, 0, 1000)
        self.x_mg = self.y_mg = self.z_mg = 0
        self.dropped_samples = 0

    def put(self, x_mg, y_mg, z_mg):
        """Ignore a sample from the pipe: the recording is what moves."""
        self.dropped_samples += 1

    def begin_tick(self):
        """Make one sample due."""
        self._is_due = True

    def next_sample(self):
        """Take the tick's sample into `x_mg`, `y_mg`, `z_mg`; return False once it was taken."""
        if not self._is_due:
            return False
        self._is_due = False
        row = None if self._is_ended else self._next_row()
        if row is None:
            self.x_mg, self.y_mg, self.z_mg = [value + self._next_noise() for value in self._held_mg]
        else:
            self.x_mg, self.y_mg, self.z_mg = self._held_mg = row
        return True

    def _next_row(self):
        text = self._file.readline()
        if not text and self._is_looped:
            self._file.seek(0)
            self._file.readline()
            self._line = 1
            text = self._file.readline()
        if not text:
            self._is_ended = True
            return None
        self._line += 1
        try:
            _t_ms, x_mg, y_mg, z_mg = text.split(",")
            return int(x_mg), int(y_mg), int(z_mg)
        except ValueError:
            raise ConfigError(self._path + ", line " + str(self._line) + ": is no sample: " + text.strip())

    def _next_noise(self):
        self._noise = (self._noise * 75 + 74) % 65537
        return self._noise % (2 * HOLD_NOISE_MG + 1) - HOLD_NOISE_MG


class LineReader:
    """Lines from the standard input, as far as they are there."""

    def __init__(self):
        # CPython's buffer would hide from poll() what it has read already.
        self._stream = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
        self._poll = select.poll()
        self._poll.register(sys.stdin, select.POLLIN)
        self._byte = bytearray(1)
        self._line = bytearray()
        self.is_ended = False

    def read_lines(self):
        """Return the lines (text) that are complete now, a few at most."""
        lines = []
        for _ in range(READ_BYTES_PER_TICK_MAX):
            if self.is_ended or not self._poll.poll(0):
                break
            # One byte at a time: MicroPython waits until it has all it was asked for.
            if self._stream.readinto(self._byte) != 1:
                self.is_ended = True
            elif self._byte[0] == 10:
                lines.append(bytes(self._line))
                self._line = bytearray()
            elif len(self._line) < LINE_BYTES_MAX:
                self._line.append(self._byte[0])
        return lines


class LineWriter:
    """Lines to the standard output, as fast as they are read; what nobody reads is bounded."""

    def __init__(self):
        self._stream = getattr(sys.stdout.buffer, "raw", sys.stdout.buffer)
        self._poll = select.poll()
        self._poll.register(sys.stdout, select.POLLOUT)
        self._waiting = []
        self._unwritten = memoryview(b"")
        self._is_closed = False
        #: Lines that were dropped, because nobody read.
        self.dropped_lines = 0

    def put(self, line, is_vital):
        """Queue one line (text without its end); only vital ones may fill the second half of the queue."""
        if len(self._waiting) >= (LINES_WAITING_MAX if is_vital else LINES_WAITING_MAX // 2):
            self.dropped_lines += 1
        else:
            self._waiting.append(line.encode() + b"\n")

    def write(self):
        """Write what the reader takes now; return True if nothing is left."""
        for _ in range(WRITES_PER_TICK_MAX):
            if not self._unwritten:
                if not self._waiting:
                    return True
                self._unwritten = memoryview(self._waiting.pop(0))
            if self._is_closed or not self._write_some():
                return False
        return False

    def _write_some(self):
        ready = self._poll.poll(0)
        if not ready:
            return False
        try:
            written = self._stream.write(self._unwritten[:WRITE_BYTES_MAX])
        except OSError:
            self._is_closed = True
            return False
        self._unwritten = self._unwritten[written:]
        return True
