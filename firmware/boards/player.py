"""Plays the signs of `firmware.signals` on a buzzer, a vibration motor and a light, a step at a time.

Decides when each output changes, how a sign that plays once goes over the one that lasts, and how loud: a
pre-alarm begins softly and is at its loudest with its fourth repetition, an alarm is so at once. Never waits
and never decides which sign is shown. An output is a callable: buzzer (Hz, loudness in percent), vibration
(percent), light (a colour or "off"); 0 and "off" are silence. Times in ms.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from firmware.signals import Pattern

#: Loudness of a pre-alarm with each repetition, of an alarm, and of everything else.
RISING_PERCENT = (10, 30, 60, 100)
ALARM_PERCENT = 100
PLAIN_PERCENT = 40


class Track:
    """The steps of one output."""

    def __init__(self, show: "Callable[[Any], None]", silence: "Any") -> None:
        self._show = show
        self._silence = silence
        self._shown = silence
        self._steps: "tuple[Any, ...]" = ()
        self._place = self._due_ms = 0
        self._is_lasting = False
        #: How often the steps have begun anew.
        self.repetitions = 0
        show(silence)

    def begin(self, now_ms: int, steps: "tuple[Any, ...]", is_lasting: bool) -> None:
        """Play `steps` of (value, duration in ms) from now on; without any: silence."""
        self._steps = steps
        self._is_lasting = is_lasting
        self._place = self.repetitions = 0
        if not steps:
            self._set(self._silence)
            return
        self._due_ms = now_ms + steps[0][1]
        self._set(steps[0][0])

    def pass_time(self, now_ms: int) -> None:
        """Take the steps that are due; each begins when the one before it should have ended."""
        while self._steps and now_ms >= self._due_ms:
            self._place += 1
            if self._place == len(self._steps):
                if not self._is_lasting:
                    self._steps = ()
                    self._set(self._silence)
                    return
                self._place = 0
                self.repetitions += 1
            self._due_ms += self._steps[self._place][1]
            self._set(self._steps[self._place][0])

    def is_ended(self) -> bool:
        """Tell whether nothing is left to play."""
        return not self._steps

    def _set(self, value: "Any") -> None:
        if value != self._shown:
            self._shown = value
            self._show(value)


class Player:
    """The three outputs of a device."""

    def __init__(
        self,
        buzzer: "Callable[[int, int], None]",
        vibration: "Callable[[int], None]",
        light: "Callable[[str], None]",
    ) -> None:
        self._buzzer = buzzer
        self._tracks = (Track(self._sound, 0), Track(vibration, 0), Track(light, "off"))
        self._playing: "Optional[Pattern]" = None
        self._lasting: "Optional[Pattern]" = None

    def play(self, now_ms: int, pattern: "Pattern") -> None:
        """Play a sign; one that lasts waits for one that plays once, unless somebody is in danger."""
        if pattern.is_lasting:
            self._lasting = pattern
            playing = self._playing
            is_over = playing is None or playing.is_lasting
            if is_over or pattern.led[0][0] == "red":
                self._begin(now_ms, pattern)
        else:
            self._begin(now_ms, pattern)

    def pass_time(self, now_ms: int) -> None:
        """Take the steps that are due."""
        is_ended = True
        for track in self._tracks:
            track.pass_time(now_ms)
            if not track.is_ended():
                is_ended = False
        if is_ended and self._playing is not None:
            self._playing = None
            if self._lasting is not None:
                self._begin(now_ms, self._lasting)

    def _begin(self, now_ms: int, pattern: "Pattern") -> None:
        self._playing = pattern
        all_steps = (pattern.buzzer, pattern.vibration, pattern.led)
        for place in (0, 1, 2):
            self._tracks[place].begin(now_ms, all_steps[place], pattern.is_lasting)

    def _sound(self, frequency_hz: int) -> None:
        self._buzzer(frequency_hz, self._loudness_percent() if frequency_hz else 0)

    def _loudness_percent(self) -> int:
        playing = self._playing
        assert playing is not None
        if playing.name.startswith("pre_alarm"):
            return RISING_PERCENT[min(self._tracks[0].repetitions, len(RISING_PERCENT) - 1)]
        return ALARM_PERCENT if playing.led[0][0] == "red" else PLAIN_PERCENT
