"""A worker whose base station receipts what comes, and puts the pieces of a trace together."""

from binascii import a2b_base64

from firmware.effects import Publish
from protocol.samples import unpack
from tests.firmware.story import LYING, UPRIGHT, Story, decoded

#: Only the key calls, unless a story says otherwise.
SETTINGS = {"is_rest_on": 0, "is_position_on": 0, "is_escape_on": 0}
#: A sample of the story is its posture and three mg of noise; packing adds two.
NOISE_MG = 5


class Heard:
    """A story whose every message is receipted so many ms later, or never (None)."""

    def __init__(self, settings=None, receipt_ms=100, **kwargs):
        values = SETTINGS.copy()
        values.update(settings or {})
        self.story = Story(values, **kwargs)
        self.receipt_ms = receipt_ms
        self._seen = 0
        self._waiting = []

    def pose(self, acceleration, seconds, shake_mg=0):
        """Hold a posture while receipts come."""
        for _ in range(round(seconds * 10)):
            self.story.pose_ms(acceleration, 100, shake_mg)
            self._answer()

    def stand(self, seconds):
        """Stand."""
        self.pose(UPRIGHT, seconds)

    def lie(self, seconds):
        """Lie."""
        self.pose(LYING, seconds)

    def call(self):
        """Raise the manual alarm; return its id."""
        self.story.hold(2100)
        self._answer()
        return self.story.last("raised", "manual")["alarm"]

    def call_unheard(self):
        """Raise the manual alarm while nobody can hear it; return its id, which is its number."""
        self.story.hold(2100)
        return self.alarms()[-1].alarm_id

    def alarms(self):
        """Return the alarms of the device."""
        return self.story.device._alarms.all

    def black_box(self):
        """Return the black box of the device."""
        return self.story.device._black_box

    def receipt_now(self):
        """Let the receipts that are due arrive."""
        self._answer()

    def reset(self):
        """Reset the device, and let the key come up."""
        self.story.hold(4000)
        self._answer()

    def _answer(self):
        story = self.story
        for _, effect in story.done[self._seen :]:
            if (
                isinstance(effect, Publish)
                and effect.channel in ("event", "trace")
                and self.receipt_ms is not None
            ):
                self._waiting.append((story.now_ms + self.receipt_ms, decoded(effect)))
        self._seen = len(story.done)
        while self._waiting and self._waiting[0][0] <= story.now_ms:
            message = self._waiting.pop(0)[1]
            story.receipt(message, message["mark"])

    def pieces(self, alarm_id=None):
        """Return the pieces of a trace, or of all, without repeats, in the order in which they left."""
        return [piece for piece in self.story.once("trace") if alarm_id in (None, piece["alarm"])]

    def samples(self, alarm_id):
        """Return {ms from the alarm: (x_mg, y_mg, z_mg)} of a trace."""
        found = {}
        for piece in self.pieces(alarm_id):
            for count, sample in enumerate(unpack(a2b_base64(piece["samples"]))):
                found[piece["first_ms"] + count * piece["interval_ms"]] = sample
        return found


def is_close(sample, posture):
    """Tell whether a sample is that posture, with its noise."""
    return max([abs(mg - wanted_mg) for mg, wanted_mg in zip(sample, posture)]) <= NOISE_MG  # noqa: B905


def steps(numbers):
    """Return the differences from each number to the next."""
    return [numbers[at + 1] - numbers[at] for at in range(len(numbers) - 1)]
