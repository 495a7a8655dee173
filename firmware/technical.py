"""What is wrong with the device itself; each fault is a technical alarm until it is gone.

Decides when a sensor is silent (no samples) or stuck (samples that never differ, which no real sensor
gives), when the battery is low or critical, and for how long a fault must have been gone before it counts
as gone: a loose contact is one fault, not a hundred. Never touches an alarm of a person. ms, percent.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.motion import Motion
    from firmware.settings import Settings

#: A fault of the sensor lasts until it has been gone for so long.
HOLD_MS = 10000
#: A battery is no longer low when it has so much more than the limit, or is being charged.
BATTERY_HYSTERESIS_PERCENT = 5
_NEVER_MS = -1


class Technical:
    """The faults of this device."""

    def __init__(self, settings: "Settings", now_ms: int) -> None:
        self._silent_ms = settings.sensor_silent_ms
        self._stuck_ms = settings.sensor_stuck_ms
        self._limits = (
            ("battery_critical", settings.battery_critical_percent),
            ("battery_low", settings.battery_low_percent),
        )
        #: When the last block came, and when the last one whose samples differed.
        self._block_ms = now_ms
        self._varied_ms = now_ms
        #: Until when a fault that has ended still counts.
        self._silent_until_ms = _NEVER_MS
        self._stuck_until_ms = _NEVER_MS
        self._battery_percent = 100
        self._is_charging = False
        self._batteries: "list[str]" = []
        self.is_sensor_failed = False
        #: The last record could not be written.
        self.is_journal_failed = False

    def note_block(self, now_ms: int, motion: "Motion") -> bool:
        """Note a block of samples; return True when it changes what is wrong."""
        is_changed = now_ms - self._block_ms >= self._silent_ms
        if is_changed:
            self._silent_until_ms = now_ms + HOLD_MS
            # What was not sampled did not stand still.
            self._varied_ms = now_ms
        self._block_ms = now_ms
        if motion.peak_square != motion.low_square:
            if now_ms - self._varied_ms >= self._stuck_ms:
                self._stuck_until_ms = now_ms + HOLD_MS
                is_changed = True
            self._varied_ms = now_ms
        return is_changed

    def note_battery(self, percent: int, is_charging: bool) -> None:
        """Note the charge of the battery."""
        still = []
        for cause, limit in self._limits:
            margin = BATTERY_HYSTERESIS_PERCENT if cause in self._batteries else 0
            if percent <= limit + margin and not is_charging:
                still.append(cause)
        self._batteries = still

    def note_sensor_test(self, is_passed: bool) -> None:
        """Note the outcome of the sensor's own test."""
        self.is_sensor_failed = not is_passed

    def is_battery_low(self) -> bool:
        """Tell whether the wearer should charge the device."""
        return bool(self._batteries)

    def is_silent(self, now_ms: int) -> bool:
        """Tell whether the sensor gives no samples."""
        return now_ms - self._block_ms >= self._silent_ms or now_ms < self._silent_until_ms

    def is_stuck(self, now_ms: int) -> bool:
        """Tell whether the samples never differ, or the sensor failed its own test."""
        if self.is_sensor_failed or now_ms < self._stuck_until_ms:
            return True
        return self._block_ms - self._varied_ms >= self._stuck_ms

    def causes(self, now_ms: int, is_key_stuck: bool) -> "list[str]":
        """Return what is wrong now, of `protocol.messages.TECHNICAL_CAUSES`, the most urgent first."""
        found = []
        if is_key_stuck:
            found.append("key_stuck")
        if self.is_silent(now_ms):
            found.append("sensor_silent")
        elif self.is_stuck(now_ms):
            found.append("sensor_stuck")
        if self.is_journal_failed:
            found.append("journal_failed")
        return found + self._batteries

    def deadline_ms(self, now_ms: int) -> int:
        """Return when a fault begins or ends next after `now_ms` if nothing changes; allocates nothing."""
        deadline_ms = self._block_ms + self._silent_ms
        if deadline_ms <= now_ms:
            # Only a sample changes that.
            deadline_ms = now_ms + HOLD_MS
        for_stuck_ms = self._varied_ms + self._stuck_ms
        deadline_ms = sooner_after(now_ms, deadline_ms, for_stuck_ms)
        deadline_ms = sooner_after(now_ms, deadline_ms, self._silent_until_ms)
        return sooner_after(now_ms, deadline_ms, self._stuck_until_ms)


def sooner_after(now_ms: int, deadline_ms: int, due_ms: int) -> int:
    """Return the sooner of the two, in ms; what is due up to `now_ms` does not count."""
    return min(deadline_ms, due_ms) if due_ms > now_ms else deadline_ms
