"""The device core: routes one input to the machines and returns what is to be done.

Decides the order in which the machines see an input, and nothing a machine can decide. Never reads a clock,
never waits, never touches the hardware: time and input are arguments, effects are values. `now_ms` never
goes back. The sample path allocates nothing as long as nothing happens.
"""

from firmware import button, journal, signals, upright
from firmware.alarms import Alarms
from firmware.button import Button
from firmware.commands import Commands, Shift
from firmware.effects import ShowSignal
from firmware.link import Link
from firmware.motion import Motion
from firmware.position import CLEARED, MOVED, Position
from firmware.rest import Rest
from protocol.codec import REASONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Optional, Sequence

    from firmware.alarm import Alarm
    from firmware.settings import Settings

FIRMWARE = "0.1.0"
NO_EFFECTS = ()
#: Without an upright direction for so long after the start the worker is told.
UPRIGHT_WAIT_MS = 3000


class Device:
    """One device from its start to its end.

    `due` are the standing records of `journal.replay`; `boot` is a number that no start had; `cause` is
    why the device starts, in the words of the message `started`.
    """

    def __init__(
        self, settings: "Settings", name: str, boot: int, due: "Iterable[journal.Record]", now_ms: int,
        cause: str = "power_on",
    ) -> None:  # fmt: skip
        self._settings = settings
        self._start_ms = now_ms
        self._due = due
        self._cause = cause
        self._link = Link(settings, name, boot, now_ms)
        self._alarms = Alarms(settings, self._link)
        self._shift = Shift(settings)
        self._commands = Commands(self._link, self._alarms, self._shift)
        self._button = Button(settings, now_ms, cause)
        self._motion = Motion()
        self._learner: "Optional[upright.UprightLearner]" = upright.UprightLearner()
        self._position = Position(settings, now_ms)
        self._rest = Rest(settings, now_ms)
        self._watches: "tuple[tuple[str, int, Any], ...]" = (
            ("position", settings.is_position_on, self._position),
            ("rest", settings.is_rest_on, self._rest),
        )
        #: The kinds that have an alarm, as of the end of the last input.
        self._running: "list[str]" = []
        self._has_pre_alarm = False
        #: What the press of the key that is under way means: the situation it began in, and its subject.
        self._situation = "IDLE"
        self._pressed_alarm: "Optional[Alarm]" = None
        self._pressed_ask = ""
        self._battery: "dict[str, Any]" = {}
        self._lasting = ""
        self._deadline_ms: "Optional[int]" = now_ms
        #: Messages that could not be decoded, by reason.
        self.undecodable = {reason: 0 for reason in REASONS}
        self.undecodable["other"] = 0
        self._set_upright(settings.upright_x_mg, settings.upright_y_mg, settings.upright_z_mg)

    def on_start(self, now_ms: int) -> "Sequence[Any]":
        """Say that the device runs; go on with what the journal says still stands."""
        out: "list[Any]" = [ShowSignal("started")]
        fields = {"firmware": FIRMWARE, "cause": self._cause, "settings_version": self._settings.version}
        self._link.send_event(now_ms, "started", fields, out)
        for record in self._due:
            if record.kind == journal.RAISED:
                self._alarms.restore(now_ms, record, out)
            elif record.kind == journal.SHIFT:
                self._shift.is_on = record.flags & journal.FLAG_ON != 0
        self._due = NO_EFFECTS
        return self._finish(now_ms, out)

    def on_sample(self, now_ms: int, x_mg: int, y_mg: int, z_mg: int) -> "Sequence[Any]":
        """Take in one sample of the accelerometer, 50 a second."""
        if self._learner is not None and self._learner.step(x_mg, y_mg, z_mg):
            self._set_upright(self._learner.x_mg, self._learner.y_mg, self._learner.z_mg)
            return self._finish(now_ms, [])
        motion = self._motion
        if not motion.step(x_mg, y_mg, z_mg):
            return NO_EFFECTS
        posture = self._position.step(now_ms, motion.x_mg, motion.y_mg, motion.z_mg)
        movement = self._rest.step(now_ms, motion.movement_mg)
        if posture == MOVED:
            # A countdown began or stopped: `on_tick` must look again.
            self._deadline_ms = now_ms
        if self._has_pre_alarm and CLEARED in (posture, movement):
            return self._on_cleared(now_ms, posture == CLEARED, movement == CLEARED)
        return NO_EFFECTS

    def on_key(self, now_ms: int, is_down: bool) -> "Sequence[Any]":
        """Take in the level of the key, at every edge or more often."""
        out = self._advance(now_ms)
        if self._button.turn(now_ms, is_down) == "PRESSED":
            self._begin_press()
        return self._finish(now_ms, out)

    def on_message(self, now_ms: int, message: "dict[str, Any]") -> "Sequence[Any]":
        """Take in one command, decoded by `protocol.codec`."""
        out = self._advance(now_ms)
        was_on_shift = self._shift.is_on
        self._commands.take(now_ms, message, out)
        if self._shift.is_on and not was_on_shift:
            for _, _, watch in self._watches:
                watch.restart(now_ms)
        return self._finish(now_ms, out)

    def on_undecodable(self, _now_ms: int, reason: str) -> "Sequence[Any]":
        """Count a message that was none; `reason` is one of `protocol.codec.REASONS`."""
        self.undecodable[reason if reason in self.undecodable else "other"] += 1
        return NO_EFFECTS

    def on_link(self, now_ms: int, is_up: bool) -> "Sequence[Any]":
        """Take in that the connection came or went; what waited for it leaves."""
        out = self._advance(now_ms)
        self._link.turn(now_ms, is_up, out)
        return self._finish(now_ms, out)

    def on_battery(
        self, now_ms: int, battery_mv: int, battery_percent: int, is_charging: bool
    ) -> "Sequence[Any]":
        """Take in the state of the battery, for the heartbeat and the worker."""
        out = self._advance(now_ms)
        self._battery = {
            "battery_mv": min(max(battery_mv, 0), 20000),
            "battery_percent": min(max(battery_percent, 0), 100),
            "is_charging": bool(is_charging),
        }
        return self._finish(now_ms, out)

    def on_tick(self, now_ms: int) -> "Sequence[Any]":
        """Let time pass; every timer runs here, whether samples come or not."""
        deadline_ms = self._deadline_ms
        if deadline_ms is not None and now_ms < deadline_ms:
            return NO_EFFECTS
        return self._finish(now_ms, self._advance(now_ms))

    def next_deadline_ms(self) -> "Optional[int]":
        """Return when `on_tick` must be called next at the latest, in ms; never late, sometimes early."""
        return self._deadline_ms

    def take_will(self) -> bytes:
        """Return the payload of the last will for one connection, with a number of its own."""
        return self._link.will()

    def take_farewell(self) -> bytes:
        """Return the payload by which a device that is switched off takes its leave."""
        return self._link.encoded("presence", {"state": "offline", "reason": "switched_off"})

    def _advance(self, now_ms: int) -> "list[Any]":
        """Do what was due by now, before an input is taken in."""
        out: "list[Any]" = []
        gesture = self._button.next_gesture(now_ms)
        while gesture:
            self._act(now_ms, button.MEANINGS[self._situation][gesture], out)
            gesture = self._button.next_gesture(now_ms)
        for kind_name, is_on, watch in self._watches:
            due_ms = watch.deadline_ms()
            if is_on and self._is_watching(kind_name) and due_ms is not None and now_ms >= due_ms:
                self._alarms.meet(now_ms, kind_name, out)
                watch.begin_recovery()
        self._alarms.pass_deadlines(now_ms, out)
        self._link.send_due(now_ms, out)
        return out

    def _finish(self, now_ms: int, out: "list[Any]") -> "Sequence[Any]":
        """Bring signals, heartbeat and deadline up to date after anything that may have changed them."""
        running = [subject.kind.name for subject in self._alarms.all]
        for kind_name, _, watch in self._watches:
            if kind_name in self._running and kind_name not in running:
                watch.restart(now_ms)
        self._running = running
        self._has_pre_alarm = "PRE_ALARM" in [subject.state for subject in self._alarms.all]
        name = signals.lasting(
            self._alarms.shown(), self._shift.ask != "", self._fault(now_ms), self._shift.is_on
        )
        if name != self._lasting:
            self._lasting = name
            out.append(ShowSignal(name))
        if self._link.is_heartbeat_due(now_ms):
            self._link.send_heartbeat(now_ms, self._status(), out)
        self._deadline_ms = self._find_deadline(now_ms)
        return out or NO_EFFECTS

    def _find_deadline(self, now_ms: int) -> int:
        deadline_ms = self._link.deadline_ms(now_ms)
        upright_ms = self._start_ms + UPRIGHT_WAIT_MS
        dues = [self._button.deadline_ms(), self._alarms.next_deadline_ms()]
        dues.append(upright_ms if upright_ms > now_ms else None)
        for kind_name, is_on, watch in self._watches:
            if is_on and self._is_watching(kind_name):
                dues.append(watch.deadline_ms())
        for due_ms in dues:
            if due_ms is not None and due_ms < deadline_ms:
                deadline_ms = due_ms
        return deadline_ms

    def _is_watching(self, kind_name: str) -> bool:
        """Tell whether the condition of this kind may begin an alarm now."""
        # An alarm that ended just now gives its watch a new start first, in `_finish`.
        is_running = kind_name in self._running or self._alarms.find(kind_name) is not None
        return self._shift.is_on and not is_running

    def _on_cleared(self, now_ms: int, is_posture_right: bool, is_moving: bool) -> "Sequence[Any]":
        out: "list[Any]" = []
        for kind_name, is_cleared in (("position", is_posture_right), ("rest", is_moving)):
            subject = self._alarms.find(kind_name)
            if is_cleared and subject is not None and subject.state == "PRE_ALARM":
                self._alarms.step(now_ms, subject, "CONDITION_ENDED", out)
        return self._finish(now_ms, out) if out else NO_EFFECTS

    def _begin_press(self) -> None:
        """Note what the worker answers to: a press means what it meant when it began."""
        shown = self._alarms.shown()
        self._pressed_alarm = shown
        self._pressed_ask = self._shift.ask
        if shown is not None:
            self._situation = shown.state
        else:
            self._situation = "ASK" if self._shift.ask else "IDLE"

    def _act(self, now_ms: int, action: str, out: "list[Any]") -> None:
        subject = self._pressed_alarm
        if action == "demand":
            if self._alarms.demand(now_ms, out):
                self._situation = "SPENT"
        elif action == "confirm" and self._pressed_ask == self._shift.ask:
            self._link.send_event(now_ms, "confirmed", {"ask": self._shift.ask}, out)
            out.append(ShowSignal("confirmed"))
            self._shift.ask = ""
        elif action == "cancel" and subject is not None:
            self._alarms.step(now_ms, subject, "KEY_PRESSED", out)
        elif action == "reset" and subject is not None:
            self._reset(now_ms, subject, out)

    def _reset(self, now_ms: int, subject: "Alarm", out: "list[Any]") -> None:
        if self._situation == "RAISED" and subject.state == "RECEIVED":
            # The receipt came during the press: the worker could not have known.
            out.append(ShowSignal("reset_refused"))
            self._situation = "SPENT"
            return
        self._alarms.step(now_ms, subject, "RESET_HELD", out)
        self._situation = "RESET" if subject.state == "ENDED" else "SPENT"

    def _set_upright(self, x_mg: int, y_mg: int, z_mg: int) -> None:
        if upright.is_gravity(x_mg, y_mg, z_mg):
            self._position.set_upright(x_mg, y_mg, z_mg)
            self._learner = None
            self._motion.set_gravity(x_mg, y_mg, z_mg)

    def _fault(self, now_ms: int) -> str:
        """Return what is wrong with the protection, one of `signals.FAULTS`, or ""."""
        is_late = now_ms >= self._start_ms + UPRIGHT_WAIT_MS
        is_unknown = is_late and not self._position.is_upright_known and self._settings.is_position_on != 0
        battery_percent = self._battery.get("battery_percent", 100)
        is_low = battery_percent <= self._settings.battery_low_percent and not self._battery["is_charging"]
        # Off shift nobody is guarded by the link: a device on its shelf need not complain.
        is_link_lost = self._shift.is_on and self._link.is_lost(now_ms)
        found = (self._button.is_stuck, is_link_lost, self._shift.is_on and is_unknown, is_low)
        return signals.FAULTS[found.index(True)] if True in found else ""

    def _status(self) -> "dict[str, Any]":
        """Return what the heartbeat says about the device."""
        fields = {
            "mode": self._alarms.mode() or ("guarding" if self._shift.is_on else "off_shift"),
            "firmware": FIRMWARE,
            "settings_version": self._settings.version,
        }
        fields.update(self._battery)
        return fields
