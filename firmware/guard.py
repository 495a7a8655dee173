"""What is wrong with the protection of the wearer, and how the device says so.

Decides which faults count (of the sensor, the battery, the key, the link, the clip, the upright direction,
the self-test), which one thing is shown to the wearer, and when the control room is told. Never begins a
person's alarm and never holds one up. Times in ms.
"""

from firmware import signals
from firmware.battery import Battery
from firmware.effects import ShowSignal
from firmware.technical import sooner_after

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.alarms import Alarms
    from firmware.button import Button
    from firmware.link import Link
    from firmware.protection import Protection, Shift
    from firmware.selftest import SelfTest
    from firmware.settings import Settings
    from firmware.technical import Technical
    from firmware.trial import Trial
    from firmware.watches import Watches

#: Without an upright direction for so long after learning began the worker is told.
UPRIGHT_WAIT_MS = 5000


class Guard:
    """The state of the protection, as it was last told and shown."""

    def __init__(
        self,
        settings: "Settings",
        link: "Link",
        alarms: "Alarms",
        shift: "Shift",
        protection: "Protection",
        technical: "Technical",
        button: "Button",
        watches: "Watches",
        self_test: "SelfTest",
        trial: "Trial",
    ) -> None:
        self._settings = settings
        self._link = link
        self._alarms = alarms
        self._shift = shift
        self._protection = protection
        self._technical = technical
        self._button = button
        self._watches = watches
        self._self_test = self_test
        self._trial = trial
        #: (state, reason) as they were last told, and the signal that was last shown to last.
        self._told = ("", "")
        self._lasting = ""
        self._battery: "dict[str, Any]" = {}
        self._forecast = Battery(settings, shift)
        #: The location tone was ordered.
        self.is_tone_on = False

    def take_battery(self, now_ms: int, battery_mv: int, battery_percent: int, is_charging: bool) -> None:
        """Take in the state of the battery and of the charger contact."""
        percent = min(max(battery_percent, 0), 100)
        self._battery = {
            "battery_mv": min(max(battery_mv, 0), 20000),
            "battery_percent": percent,
            "is_charging": is_charging,
        }
        self._forecast.take(now_ms, percent, is_charging)
        left_min = self._forecast.left_min(now_ms)
        if left_min is not None:
            self._battery["battery_left_min"] = left_min
        self._technical.note_battery(percent, is_charging)
        self._protection.is_charging = is_charging

    def faults(self, now_ms: int) -> "list[str]":
        """Return what is a technical alarm now: nothing off shift, when nobody relies on the device."""
        if not self._shift.is_on:
            return []
        found = self._technical.causes(now_ms, self._button.is_stuck)
        if self._forecast.is_short:
            found.append("battery_short")
        return found

    def follow(self, now_ms: int, out: "list[Any]") -> None:
        """Tell and show what has changed."""
        self._forecast.follow(now_ms)
        self._alarms.follow_faults(now_ms, self.faults(now_ms), out)
        result = self._self_test.take_result()
        if result is not None:
            fields = {"result": result[0], "parts": result[1]}
            self._link.send_event(now_ms, "self-test", fields, out, 0, "test")
            if result[0] == "failed":
                out.append(ShowSignal("test_failed"))
        hindrance = self._hindrance(now_ms)
        state = self._protection.state(hindrance)
        if state != self._told:
            self._told = state
            self._tell(now_ms, out)
        guard = state[1] if state[0] == "suspended" else state[0]
        if guard == "protected" and self._trial.is_on():
            guard = "trial"
        name = signals.lasting(
            self._alarms.shown(), self._self_test.prompt, self._shift.ask != "", self._shown_fault(hindrance),
            guard,
        )  # fmt: skip
        if self.is_tone_on:
            name = signals.with_tone(name)
        if name != self._lasting:
            self._lasting = name
            out.append(ShowSignal(name))

    def deadline_ms(self, since_ms: int) -> int:
        """Return when something changes next after `since_ms` if nothing happens; allocates nothing."""
        deadline_ms = self._technical.deadline_ms(since_ms)
        upright_ms = self._watches.learning_since_ms + UPRIGHT_WAIT_MS
        return sooner_after(since_ms, deadline_ms, upright_ms)

    def status(self) -> "dict[str, Any]":
        """Return what the heartbeat says about the device."""
        fields = {
            "mode": self._alarms.mode() or ("guarding" if self._shift.is_on else "off_shift"),
            "settings_version": self._settings.version,
            "protection": self._told[0],
        }
        if self._told[1]:
            fields["protection_reason"] = self._told[1]
        fields.update(self._battery)
        return fields

    def _tell(self, now_ms: int, out: "list[Any]") -> None:
        state, reason = self._told
        fields: "dict[str, Any]" = {"state": state}
        if reason:
            fields["reason"] = reason
        if reason == "paused":
            fields["remaining_ms"] = self._protection.remaining_ms(now_ms)
        self._link.send_event(now_ms, "protection", fields, out)

    def _hindrance(self, now_ms: int) -> str:
        """Return the most urgent of `protocol.messages.HINDRANCES`, or ""."""
        faults = self.faults(now_ms)
        for fault in ("key_stuck", "sensor_silent", "sensor_stuck", "battery_critical"):
            if fault in faults:
                return fault
        watches, settings = self._watches, self._settings
        # Off shift nobody is guarded by the link: a device on its shelf need not complain.
        if self._shift.is_on and self._link.is_refused:
            # At once: it lasts, and whoever looks for a better place would look in vain.
            return "link_refused"
        if self._shift.is_on and self._link.is_lost(now_ms):
            return "link_lost"
        if settings.is_loss_on and watches.wear.is_open:
            return "clip_open"
        is_late = now_ms >= watches.learning_since_ms + UPRIGHT_WAIT_MS
        if is_late and settings.is_position_on and not watches.position.is_upright_known:
            return "upright_unknown"
        return self._self_test.hindrance()

    def _shown_fault(self, hindrance: str) -> str:
        """Return what is wrong as the wearer must know it, on shift or off, or ""."""
        if self._button.is_stuck:
            return "key_stuck"
        if hindrance and self._shift.is_on:
            return hindrance
        is_low = self._technical.is_battery_low() or self._forecast.is_short
        return "battery_low" if is_low else ""
