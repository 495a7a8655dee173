"""What the wearer says with the key, and what follows from it.

Decides what a press answers to, which is what was shown when it began, and carries out what
`button.MEANINGS` says. Nothing perceptible follows from a silent or duress alarm, whether it is switched on
or not. Never reads the key itself. Times in ms.
"""

from firmware import button
from firmware.effects import ShowSignal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from firmware.alarm import Alarm
    from firmware.alarms import Alarms
    from firmware.button import Button
    from firmware.link import Link
    from firmware.protection import Protection, Shift
    from firmware.selftest import SelfTest
    from firmware.settings import Settings
    from firmware.watches import Watches

#: The question that a time alarm asks, as `confirmed` names it.
TIME_ASK = "time"


class Wearer:
    """The press that is under way, and what it answers to."""

    def __init__(
        self,
        settings: "Settings",
        link: "Link",
        alarms: "Alarms",
        shift: "Shift",
        protection: "Protection",
        self_test: "SelfTest",
        watches: "Watches",
    ) -> None:
        self._settings = settings
        self._link = link
        self._alarms = alarms
        self._shift = shift
        self._protection = protection
        self._self_test = self_test
        self._watches = watches
        #: Takes a short press that answers nothing; True: it was the next point of a coverage walk.
        self.mark_point: "Callable[[int], bool]" = lambda _now_ms: False
        self._situation = "IDLE"
        self._alarm: "Optional[Alarm]" = None
        self._ask = ""
        #: When the press began, and the first of those that follow each other closely.
        self._pressed_ms = self._run_ms = 0
        self._actions = {
            "cancel": self._cancel,
            "duress": self._call_under_duress,
            "confirm": self._confirm,
            "confirm_early": self._confirm_early,
            "silent": self._call_silently,
            "pause": self._pause,
            "begin_test": self._begin_test,
            "test_press": self._press_in_test,
            "all_right": self._say_all_right,
            "demand": self._demand,
            "reset": self._reset,
        }

    def begin_press(self, key: "Button") -> None:
        """Note what the worker answers to: a press means what it meant when it began."""
        self._alarm = self._alarms.shown()
        self._ask = self._shift.ask
        self._pressed_ms = key.pressed_ms
        if not key.is_again:
            self._run_ms = key.pressed_ms
        self._situation = button.situation(
            self._situation, key.is_again, self._alarm.state if self._alarm is not None else "",
            self._self_test.state if self._shift.is_on else "", self._ask != "",
        )  # fmt: skip

    def take(self, now_ms: int, gesture: str, out: "list[Any]") -> None:
        """Act on one gesture of the press."""
        action = button.MEANINGS[self._situation][gesture]
        if action in ("confirm_early", "begin_test") and self.mark_point(now_ms):
            return
        if action:
            self._actions[action](now_ms, out)

    def _demand(self, now_ms: int, out: "list[Any]") -> None:
        if self._alarms.demand(now_ms, out, self._pressed_ms):
            self._situation = "SPENT"

    def _cancel(self, now_ms: int, out: "list[Any]") -> None:
        subject = self._alarm
        assert subject is not None
        self._alarms.step(now_ms, subject, "KEY_PRESSED", out)
        if subject.kind.name == "time":
            self._watches.checkin.restart(now_ms)
        elif subject.kind.name == "position":
            # Whoever answers may stand, and wear the device another way: the next walk will tell.
            self._watches.learner.doubt()

    def _call_under_duress(self, now_ms: int, out: "list[Any]") -> None:
        if self._settings.is_duress_on:
            self._alarms.demand_unseen(now_ms, "duress", out, self._pressed_ms)

    def _call_silently(self, now_ms: int, out: "list[Any]") -> None:
        if self._settings.is_silent_on:
            self._alarms.demand_unseen(now_ms, "silent", out, self._run_ms)

    def _confirm(self, now_ms: int, out: "list[Any]") -> None:
        if self._ask != self._shift.ask:
            return
        self._tell_confirmed(now_ms, self._ask, out)
        self._shift.ask = ""

    def _confirm_early(self, now_ms: int, out: "list[Any]") -> None:
        if self._settings.is_time_on and self._protection.suspension() == "":
            self._watches.checkin.restart(now_ms)
            self._tell_confirmed(now_ms, TIME_ASK, out)

    def _tell_confirmed(self, now_ms: int, ask: str, out: "list[Any]") -> None:
        self._link.send_event(now_ms, "confirmed", {"ask": ask}, out)
        out.append(ShowSignal("confirmed"))

    def _pause(self, now_ms: int, out: "list[Any]") -> None:
        if not self._protection.begin_pause(now_ms):
            out.append(ShowSignal("reset_refused"))

    def _begin_test(self, now_ms: int, _out: "list[Any]") -> None:
        self._self_test.begin(now_ms)

    def _press_in_test(self, now_ms: int, _out: "list[Any]") -> None:
        self._self_test.press(now_ms)

    def _say_all_right(self, now_ms: int, out: "list[Any]") -> None:
        subject = self._alarm
        assert subject is not None
        fields = {"alarm": subject.alarm_id, "alarm_kind": subject.kind.name}
        self._link.send_event(now_ms, "all-right", fields, out, 0, subject.mark)
        out.append(ShowSignal("confirmed"))

    def _reset(self, now_ms: int, out: "list[Any]") -> None:
        subject = self._alarm
        assert subject is not None
        if self._situation == "RAISED" and subject.state == "RECEIVED":
            # The receipt came during the press: the worker could not have known.
            out.append(ShowSignal("reset_refused"))
            self._situation = "SPENT"
            return
        self._alarms.step(now_ms, subject, "RESET_HELD", out)
        self._situation = "RESET" if subject.state == "ENDED" else "SPENT"
