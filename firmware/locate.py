"""The location tone: what a helper follows by ear.

Decides when the tone that was ordered sounds: only for a raised alarm of this start that may be perceived,
also after its reset; until it is switched off, the wearer resets that alarm, the case is over, or an hour has
passed. Never for a silent or duress alarm, nor for any other while such a one is near: nothing may be heard
then. The signals of an alarm, which sound every 10 s at least, are the tone until one is ordered. ms.
"""

from firmware import signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from firmware.alarm import Alarm
    from firmware.alarms import Alarms
    from firmware.place import Place

#: A tone that nobody switches off ends.
TONE_MS_MAX = 3600000
#: So long after a silent or duress alarm no tone is begun.
SILENCE_MS = 1800000
#: Raised alarms of this start that are remembered.
KNOWN_MAX = 8

DONE = ("done", "")


class Locate:
    """The tone, and the alarms that it may be ordered for."""

    def __init__(self, alarms: "Alarms", place: "Place") -> None:
        self._alarms = alarms
        self._place = place
        #: (id, mark, may be perceived) of what was raised.
        self._known: "list[tuple[str, str, bool]]" = []
        self._silent_until_ms = 0
        self._tone_id = ""
        self._tone_until_ms: "Optional[int]" = None
        self._was_standing = False

    @property
    def is_tone_on(self) -> bool:
        """Tell whether the tone was ordered and has not ended."""
        return self._tone_until_ms is not None

    def take(self, now_ms: int, message: "dict[str, Any]", out: "list[Any]") -> "tuple[str, str]":
        """Act on `locate`: switch the tone, and tell the place; return (result, reason)."""
        self.follow(now_ms)
        alarm_id, mark = message["alarm"], message["mark"]
        known = [one for one in self._known if one[0] == alarm_id]
        if not known:
            return "refused", "no such alarm here"
        if known[0][1] != mark:
            return "refused", "the alarm has another mark"
        if not known[0][2] or (message["is_tone_on"] and now_ms < self._silent_until_ms):
            return "refused", "nothing may be shown of this alarm"
        self._end()
        if message["is_tone_on"]:
            self._tone_id = alarm_id
            self._tone_until_ms = now_ms + TONE_MS_MAX
            self._was_standing = self._alarms.find_id(alarm_id) is not None
        self._place.tell(now_ms, alarm_id, mark, out)
        return DONE

    def follow(self, now_ms: int) -> None:
        """Note what was raised, and end the tone when its time is over."""
        for subject in self._alarms.all:
            if subject.seq:
                self._note(now_ms, subject)
        if self._tone_until_ms is None:
            return
        tone_alarm = self._alarms.find_id(self._tone_id)
        is_reset = self._was_standing and tone_alarm is None
        is_over = tone_alarm is not None and tone_alarm.case_rank >= signals.case_rank("ALL_CLEAR")
        if is_reset or is_over or now_ms >= self._tone_until_ms:
            self._end()

    def deadline_ms(self) -> "Optional[int]":
        """Return when the tone ends by itself, or None."""
        return self._tone_until_ms

    def _note(self, now_ms: int, subject: "Alarm") -> None:
        for known in self._known:
            if known[0] == subject.alarm_id:
                return
        may_be_perceived = subject.kind.signal != ""
        if not may_be_perceived and subject.kind.reset_by == "receipt":
            self._silent_until_ms = now_ms + SILENCE_MS
            # What sounds already goes on: that it ended now would tell.
        if len(self._known) >= KNOWN_MAX:
            self._known.pop(0)
        self._known.append((subject.alarm_id, subject.mark, may_be_perceived))

    def _end(self) -> None:
        self._tone_id = ""
        self._tone_until_ms = None
