"""A recording in place of a sensor, in real time.

Decides what a recording gives once it has ended: its last sample, moved by a few mg, since a real sensor is
never quite still; the same noise in every run. Never repairs a recording. Units: mg, one sample a tick.
"""

from firmware.boards.config import ConfigError

HOLD_NOISE_MG = 4
RECORDING_HEADER = "t_ms,x_mg,y_mg,z_mg"


class RecordingError(ConfigError):
    """The recording cannot be played at all; says where and why."""


class RecordingSource:
    """One sample of a recording a tick; then again from its start, or its last one, barely moving."""

    def __init__(self, path: str, is_looped: bool) -> None:
        try:
            self._file = open(path)
            header = self._file.readline().strip()
        except OSError as error:
            raise RecordingError(path + " is no readable recording: " + str(error)) from error
        if header != RECORDING_HEADER:
            raise RecordingError(path + ", line 1: the header must be " + RECORDING_HEADER + ".")
        self._path = path
        self._is_looped = is_looped
        self._is_due = False
        self._is_ended = False
        self._line = 1
        self._noise = 1
        self._held_mg = (0, 0, 1000)
        #: What is wrong with the recording, as a sentence, once it is found; it ends there.
        self.fault = ""
        self.x_mg = self.y_mg = self.z_mg = 0
        self.dropped_samples = 0

    def put(self, _x_mg: int, _y_mg: int, _z_mg: int) -> None:
        """Ignore a sample from the pipe: the recording is what moves."""
        self.dropped_samples += 1

    def begin_tick(self) -> None:
        """Make one sample due."""
        self._is_due = True

    def next_sample(self) -> bool:
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

    def _next_row(self) -> "tuple[int, int, int] | None":
        text = self._file.readline()
        if not text and self._is_looped:
            self._file.seek(0)
            self._file.readline()
            self._line = 1
            text = self._file.readline()
        self._line += 1
        try:
            _t_ms, x_mg, y_mg, z_mg = text.split(",")
            return int(x_mg), int(y_mg), int(z_mg)
        except ValueError:
            self._is_ended = True
            if text:
                self.fault = self._path + ", line " + str(self._line) + " is no sample: " + text.strip() + "."
            return None

    def _next_noise(self) -> int:
        self._noise = (self._noise * 75 + 74) % 65537
        return self._noise % (2 * HOLD_NOISE_MG + 1) - HOLD_NOISE_MG
