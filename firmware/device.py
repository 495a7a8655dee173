"""The device core: routes one input to the machines and returns what is to be done.

Decides the order in which the machines see an input, and nothing a machine can decide. Never reads a clock,
never waits, never touches the hardware: time and input are arguments, effects are values. `now_ms` never
goes back. The sample path allocates nothing as long as nothing happens.
"""

from firmware import journal
from firmware.alarms import Alarms
from firmware.blackbox import BlackBox
from firmware.button import Button
from firmware.commands import Commands
from firmware.effects import ShowSignal, WriteJournal
from firmware.guard import Guard
from firmware.link import Link
from firmware.position import CLEARED, MOVED
from firmware.protection import Protection, Shift
from firmware.selftest import SelfTest
from firmware.technical import Technical
from firmware.watches import Watches
from firmware.wearer import Wearer
from protocol.codec import REASONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Optional, Sequence

    from firmware.settings import Settings

FIRMWARE = "0.2.0"
NO_EFFECTS = ()


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
        self._due = due
        self._cause = cause
        self._link = Link(settings, name, boot, now_ms)
        self._watches = Watches(settings, now_ms)
        self._black_box = BlackBox(self._link, settings.repeat_ms, self._watches.known_upright)
        self._alarms = Alarms(settings, self._link, self._black_box)
        self._shift = Shift(settings)
        self._protection = Protection(settings, self._shift)
        self._commands = Commands(self._link, self._alarms, self._shift, self._black_box.trial)
        self._button = Button(settings, now_ms, cause)
        self._technical = Technical(settings, now_ms)
        self._self_test = SelfTest(settings, now_ms)
        self._motion = self._watches.motion
        self._put = self._motion.put
        self._samples = self._motion.state
        self._guard = Guard(
            settings, self._link, self._alarms, self._shift, self._protection, self._technical, self._button,
            self._watches, self._self_test, self._black_box.trial,
        )  # fmt: skip
        self._wearer = Wearer(
            settings, self._link, self._alarms, self._shift, self._protection, self._self_test, self._watches
        )  # fmt: skip
        #: The kinds that have an alarm, and what suspended the others, as of the end of the last input.
        self._running: "list[str]" = []
        self._suspension = self._protection.suspension()
        self._has_pre_alarm = False
        #: When the device next acts by itself, as of when that was found, and whether more than time changed.
        self._deadline_ms = now_ms
        self._finished_ms = now_ms
        self._is_changed = False
        #: Messages that could not be decoded, by reason.
        self.undecodable = {reason: 0 for reason in REASONS}
        self.undecodable["other"] = 0

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
            elif self._shift.is_on:
                # Whoever lies when the device comes back must not be learned as upright.
                self._watches.restore_upright(journal.upright_of(record))
        self._due = NO_EFFECTS
        return self._finish(now_ms, out)

    def on_sample(self, now_ms: int, x_mg: int, y_mg: int, z_mg: int) -> "Sequence[Any]":
        """Take in one sample of the accelerometer, 50 a second."""
        if self._put(self._samples, x_mg, y_mg, z_mg):
            return self._take_block(now_ms)
        return NO_EFFECTS

    def on_key(self, now_ms: int, is_down: bool) -> "Sequence[Any]":
        """Take in the level of the key, at every edge or more often."""
        out = self._advance(now_ms)
        if self._button.turn(now_ms, is_down) == "PRESSED":
            self._wearer.begin_press(self._button)
        return self._finish(now_ms, out)

    def on_clip(self, now_ms: int, is_closed: bool) -> "Sequence[Any]":
        """Take in whether the contact of clip or strap is closed."""
        out = self._advance(now_ms)
        wear = self._watches.wear
        if wear.is_open and is_closed:
            # It may hang another way than before.
            self._watches.learner.doubt()
        wear.on_clip(now_ms, is_closed)
        self._self_test.clip(now_ms, is_closed)
        return self._finish(now_ms, out)

    def on_message(self, now_ms: int, message: "dict[str, Any]") -> "Sequence[Any]":
        """Take in one command, decoded by `protocol.codec`."""
        out = self._advance(now_ms)
        was_on_shift = self._shift.is_on
        self._commands.take(now_ms, message, out)
        if message["kind"] == "receipt":
            self._black_box.take_receipt(now_ms, message)
        if self._link.is_test_receipted:
            self._link.is_test_receipted = False
            if self._self_test.receipt(now_ms):
                out.append(ShowSignal("test_passed"))
        if self._shift.is_on and not was_on_shift:
            self._protection.begin_shift()
            self._watches.begin_shift(now_ms)
            self._self_test.begin_shift(now_ms)
            self._black_box.trial.begin_shift(out)
        return self._finish(now_ms, out)

    def on_undecodable(self, _now_ms: int, reason: str) -> "Sequence[Any]":
        """Count a message that was none; `reason` is one of `protocol.codec.REASONS`."""
        self.undecodable[reason if reason in self.undecodable else "other"] += 1
        return NO_EFFECTS

    def on_link(self, now_ms: int, is_up: bool) -> "Sequence[Any]":
        """Take in that the connection came or went; what waited for it leaves."""
        out = self._advance(now_ms)
        self._link.turn(now_ms, is_up, out)
        self._black_box.retry(now_ms)
        return self._finish(now_ms, out)

    def on_battery(
        self, now_ms: int, battery_mv: int, battery_percent: int, is_charging: bool
    ) -> "Sequence[Any]":
        """Take in the state of the battery and of the charger contact."""
        out = self._advance(now_ms)
        self._guard.take_battery(battery_mv, battery_percent, bool(is_charging))
        return self._finish(now_ms, out)

    def on_sensor_test(self, now_ms: int, is_passed: bool) -> "Sequence[Any]":
        """Take in the outcome of the accelerometer's own test, which the board runs at its start."""
        out = self._advance(now_ms)
        self._technical.note_sensor_test(is_passed)
        return self._finish(now_ms, out)

    def on_tick(self, now_ms: int) -> "Sequence[Any]":
        """Let time pass; every timer runs here, whether samples come or not."""
        if now_ms < self._deadline_ms:
            return NO_EFFECTS
        self._deadline_ms = self._find_deadline()
        if now_ms < self._deadline_ms and not self._is_changed:
            # What was due has moved on since.
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

    def _take_block(self, now_ms: int) -> "Sequence[Any]":
        """Take in the block that this sample completes."""
        self._motion.end_block()
        watches = self._watches
        found = watches.step(now_ms)
        if self._black_box.take_block(now_ms, self._samples):
            found |= MOVED
        if self._technical.note_block(now_ms, self._motion):
            self._is_changed = True
        if self._self_test.prompt and self._self_test.step(now_ms, self._motion, watches.position.posture):
            self._is_changed = True
        if watches.is_upright_new:
            watches.is_upright_new = False
            x_mg, y_mg, z_mg = watches.upright_mg
            record = journal.upright_record(self._link.boot, x_mg, y_mg, z_mg)
            return self._finish(now_ms, [WriteJournal(record)])
        if found & CLEARED and self._has_pre_alarm:
            return self._on_cleared(now_ms)
        if found & MOVED or self._is_changed:
            # A countdown began or stopped, or a fault did: `on_tick` must look again.
            self._deadline_ms = now_ms
        return NO_EFFECTS

    def _on_cleared(self, now_ms: int) -> "Sequence[Any]":
        out: "list[Any]" = []
        for kind_name in self._watches.cleared():
            subject = self._alarms.find(kind_name)
            if subject is not None and subject.state == "PRE_ALARM":
                self._alarms.step(now_ms, subject, "CONDITION_ENDED", out)
        return self._finish(now_ms, out) if out else NO_EFFECTS

    def _advance(self, now_ms: int) -> "list[Any]":
        """Do what was due by now, before an input is taken in."""
        out: "list[Any]" = []
        gesture = self._button.next_gesture(now_ms)
        while gesture:
            self._wearer.take(now_ms, gesture, out)
            gesture = self._button.next_gesture(now_ms)
        self._protection.pass_time(now_ms)
        self._self_test.pass_time(now_ms)
        for kind_name, watch in self._watches.all:
            due_ms = watch.deadline_ms()
            if due_ms is not None and now_ms >= due_ms and self._is_watching(kind_name):
                self._alarms.meet(now_ms, kind_name, out)
                watch.begin_recovery(now_ms)
        self._alarms.pass_deadlines(now_ms, out)
        self._link.send_due(now_ms, out)
        self._black_box.send_due(now_ms, out)
        return out

    def _finish(self, now_ms: int, out: "list[Any]") -> "Sequence[Any]":
        """Bring signals, heartbeat and deadline up to date after anything that may have changed them."""
        self._rearm(now_ms)
        self._guard.follow(now_ms, out)
        if self._link.is_heartbeat_due(now_ms):
            fields = self._guard.status()
            fields["firmware"] = FIRMWARE
            self._link.send_heartbeat(now_ms, fields, out)
        self._finished_ms = now_ms
        self._is_changed = False
        self._deadline_ms = self._find_deadline()
        return out or NO_EFFECTS

    def _rearm(self, now_ms: int) -> None:
        """Give a watch its whole time again where its alarm, or what suspended it, has ended."""
        running = [subject.kind.name for subject in self._alarms.all]
        suspension = self._protection.suspension()
        is_resumed = self._suspension != "" and suspension == ""
        for kind_name, watch in self._watches.all:
            if is_resumed or (kind_name in self._running and kind_name not in running):
                watch.restart(now_ms)
        self._running = running
        self._suspension = suspension
        self._has_pre_alarm = "PRE_ALARM" in [subject.state for subject in self._alarms.all]
        shown = self._alarms.shown()
        if not self._shift.is_on or (shown is not None and shown.state != "RECEIVED"):
            self._self_test.abandon(now_ms)

    def _find_deadline(self) -> int:
        """Return when something changes next after the last look at everything; allocates nothing."""
        since_ms = self._finished_ms
        deadline_ms = self._link.deadline_ms(since_ms)
        deadline_ms = min(deadline_ms, self._guard.deadline_ms(since_ms))
        deadline_ms = _sooner(deadline_ms, self._button.deadline_ms())
        deadline_ms = _sooner(deadline_ms, self._alarms.next_deadline_ms())
        deadline_ms = _sooner(deadline_ms, self._protection.deadline_ms())
        deadline_ms = _sooner(deadline_ms, self._self_test.deadline_ms())
        deadline_ms = _sooner(deadline_ms, self._black_box.deadline_ms(since_ms))
        for kind_name, watch in self._watches.all:
            due_ms = watch.deadline_ms()
            # The comparison first: it is cheaper than the question.
            if due_ms is not None and due_ms < deadline_ms and self._is_watching(kind_name):
                deadline_ms = due_ms
        return deadline_ms

    def _is_watching(self, kind_name: str) -> bool:
        """Tell whether the condition of this kind may begin an alarm now."""
        # An alarm that ended just now gives its watch a new start first, in `_rearm`.
        return (
            self._suspension == "" and kind_name not in self._running and self._alarms.find(kind_name) is None
        )


def _sooner(deadline_ms: int, due_ms: "Optional[int]") -> int:
    return deadline_ms if due_ms is None or due_ms > deadline_ms else due_ms
