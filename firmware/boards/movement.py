"""Where the samples of a device without a sensor come from: a pipe. From a recording: recording.py.

Decides what happens when nobody takes them: the oldest give way. Units: mg.
"""

#: Samples waiting, as in the FIFO of an accelerometer; the oldest give way.
SAMPLES_WAITING_MAX = 32


class PipeSource:
    """Samples as they come by the pipe; nothing when none came."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, int]] = []
        self.x_mg = self.y_mg = self.z_mg = 0
        #: Samples that came too fast.
        self.dropped_samples = 0
        self.fault = ""

    def put(self, x_mg: int, y_mg: int, z_mg: int) -> None:
        """Add one sample."""
        if len(self._waiting) >= SAMPLES_WAITING_MAX:
            self._waiting.pop(0)
            self.dropped_samples += 1
        self._waiting.append((x_mg, y_mg, z_mg))

    def begin_tick(self) -> None:
        """Do nothing: samples are there when they are there."""

    def next_sample(self) -> bool:
        """Take the next sample into `x_mg`, `y_mg`, `z_mg`; return False if there is none."""
        if not self._waiting:
            return False
        self.x_mg, self.y_mg, self.z_mg = self._waiting.pop(0)
        return True
