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
from firmware.surroundings import Surroundings
from firmware.technical import Technical
from firmware.upkeep import Upkeep
from firmware.version import FIRMWARE
from firmware.vigil import Vigil
from firmware.watches import Watches
from firmware.wearer import Wearer
from protocol.codec import REASONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Optional, Sequence

    from firmware.settings import Settings

#: A board may be busy for so long when the core is quiet: an erase of its flash.
QUIET_MS = 500
NO_EFFECTS = ()


class Device:
    """One device from its start to its end.

    `due` are the standing records of `journal.replay`; `boot` is a number that no start had; `cause` is
    why the device starts, and `error` of which exception, in the words of the message `started`.
    """

    def __init__(
        self, settings: "Settings", name: str, boot: int, due: "Iterable[journal.Record]", now_ms: int,
        cause: str = "power_on", error: str = "",
    ) -> None:  # fmt: skip
        self._settings = settings
        self._due = due
        self._cause, self._error = cause, error
        self._link = Link(settings, name, boot, now_ms)
        #: What the board says of its link, for the heartbeat.
        self.report = self._link.report
        self._watches = Watches(settings, now_ms)
        self._black_box = BlackBox(self._link, settings.repeat_ms, self._watches.known_upright)
        self._alarms = Alarms(settings, self._link, self._black_box)
        self._shift = Shift(settings)
        self._protection = Protection(settings, self._shift)
        self.commands = Commands(self._link, self._alarms, self._shift, self._black_box.trial)
        self._around = Surroundings(settings, self._link, self._alarms, self._shift, self.commands)
        self.upkeep = Upkeep(self._link, self._alarms, self.commands.handlers)
        self._button = Button(settings, now_ms, cause)
        self._technical = self.commands.technical = Technical(settings, now_ms)
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
        self._wearer.mark_point, self.is_place_wanted = self._around.press, self._around.is_wanted
        self._vigil = Vigil(self._watches, self._alarms, self._protection)
        #: When the device next acts by itself, as of when that was found, and whether more than time changed.
        self._deadline_ms = self._finished_ms = now_ms
        self._is_changed = False
        #: Messages that could not be decoded, by reason.
        self.undecodable = {reason: 0 for reason in REASONS + ("other",)}  # noqa: RUF005 -- not in MicroPython

    def on_start(self, now_ms: int) -> "Sequence[Any]":
        """Say that the device runs; go on with what the journal says still stands."""
        out: "list[Any]" = [ShowSignal("started")]
        fields: "dict[str, Any]" = {"firmware": FIRMWARE, "cause": self._cause, "board": self.report.board}
        fields["settings_version"], fields["error"] = self._settings.version, self._error or None
        self._link.send_event(now_ms, "started", fields, out)
        for record in self._due:
            if record.kind == journal.RAISED:
                self._alarms.restore(now_ms, record, out)
            elif record.kind == journal.SHIFT:
                self._shift.is_on = record.flags & journal.FLAG_ON != 0
                self._shift.key = (record.value, record.seq)
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
        self.commands.take(now_ms, message, out)
        self._link.wall.tell_board(now_ms, out)
        self.upkeep.hear(message)
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

    def on_link(self, now_ms: int, is_up: bool, is_refused: bool = False) -> "Sequence[Any]":
        """Take in that the connection came, went or was refused; what waited for it leaves when it comes."""
        out = self._advance(now_ms)
        self._link.is_refused = is_refused
        self._around.turn(is_up)
        self._link.turn(now_ms, is_up, out)
        self._black_box.retry(now_ms)
        return self._finish(now_ms, out)

    def on_battery(
        self, now_ms: int, battery_mv: int, battery_percent: int, is_charging: bool
    ) -> "Sequence[Any]":
        """Take in the state of the battery and of the charger contact."""
        out = self._advance(now_ms)
        self._guard.take_battery(now_ms, battery_mv, battery_percent, bool(is_charging))
        self._around.farewell.take_battery(battery_percent, bool(is_charging))
        return self._finish(now_ms, out)

    def on_signal(
        self, now_ms: int, rssi_dbm: "Optional[int]", beacons: "Optional[Sequence[tuple[str, int]]]"
    ) -> "Sequence[Any]":
        """Take in how strongly the access point is heard, and (name, dBm) of the beacons; None: no news."""
        out = self._advance(now_ms)
        self._around.take_signal(now_ms, rssi_dbm, beacons)
        return self._finish(now_ms, out)

    def on_sensor_test(self, now_ms: int, is_passed: bool) -> "Sequence[Any]":
        """Take in the outcome of the accelerometer's own test, which the board runs at its start."""
        out = self._advance(now_ms)
        self._technical.note_sensor_test(is_passed)
        return self._finish(now_ms, out)

    def on_journal(self, now_ms: int, is_written: bool) -> "Sequence[Any]":
        """Take in that the journal refuses records, or takes them again."""
        out = self._advance(now_ms)
        self._technical.is_journal_failed = not is_written
        return self._finish(now_ms, out)

    def on_journal_piece(self, now_ms: int, pieces: int, data: bytes) -> "Sequence[Any]":
        """Take in the piece of the journal that was asked for, b"" if it cannot be read."""
        out = self._advance(now_ms)
        self.commands.take_piece(pieces, data, out)
        return self._finish(now_ms, out)

    def is_quiet(self, now_ms: int) -> bool:
        """Tell whether the board may be busy for `QUIET_MS`: nothing is due, no key down, no alarm waits."""
        is_busy = self._vigil.has_pre_alarm or self._link.alarms_due() > 0 or self._button.state != "UP"
        return not is_busy and self._deadline_ms - now_ms >= QUIET_MS

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

    def is_idle(self) -> bool:
        """Tell whether nothing is due and no alarm or pre-alarm runs, so that the link may change its way."""
        return not self._alarms.all and self._link.is_idle()

    def take_will(self) -> bytes:
        """Return the payload of the last will for one connection, with a number of its own."""
        return self._link.will()

    def take_farewell(self, reason: str = "switched_off") -> bytes:
        """Return the payload by which a device takes its leave: `switched_off`, `charging` or `restart`."""
        return self._around.farewell.words(reason)

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
            record = journal.upright_record(self._link.boot, *watches.upright_mg)
            return self._finish(now_ms, [WriteJournal(record)])
        if found & CLEARED and self._vigil.has_pre_alarm:
            out: "list[Any]" = []
            self._vigil.clear(now_ms, out)
            return self._finish(now_ms, out) if out else NO_EFFECTS
        if found & MOVED or self._is_changed:
            # A countdown began or stopped, or a fault did: `on_tick` must look again.
            self._deadline_ms = now_ms
        return NO_EFFECTS

    def _advance(self, now_ms: int) -> "list[Any]":
        """Do what was due by now, before an input is taken in."""
        out: "list[Any]" = []
        gesture = self._button.next_gesture(now_ms)
        while gesture:
            self._wearer.take(now_ms, gesture, out)
            gesture = self._button.next_gesture(now_ms)
        self._protection.pass_time(now_ms)
        self._self_test.pass_time(now_ms)
        self._vigil.meet(now_ms, out)
        self._alarms.pass_deadlines(now_ms, out)
        self._link.send_due(now_ms, out)
        self.commands.read_on(now_ms, out)
        self._black_box.send_due(now_ms, out)
        return out

    def _finish(self, now_ms: int, out: "list[Any]") -> "Sequence[Any]":
        """Bring signals, heartbeat and deadline up to date after anything that may have changed them."""
        self._vigil.rearm(now_ms)
        shown = self._alarms.shown()
        if not self._shift.is_on or (shown is not None and shown.state != "RECEIVED"):
            self._self_test.abandon(now_ms)
        self._around.follow(now_ms, out)
        self._guard.is_tone_on = self._around.locate.is_tone_on
        self.upkeep.follow(now_ms, self._vigil.has_pre_alarm or self._button.state != "UP", out)
        self._guard.follow(now_ms, out)
        if self._link.is_heartbeat_due(now_ms):
            fields = self._guard.status()
            fields["firmware"] = FIRMWARE
            self._link.send_heartbeat(now_ms, fields, sum(self.undecodable.values()), out)
        self._finished_ms = now_ms
        self._is_changed = False
        self._deadline_ms = self._find_deadline()
        return out or NO_EFFECTS

    def _find_deadline(self) -> int:
        """Return when something changes next after the last look at everything; allocates nothing."""
        since_ms = self._finished_ms
        deadline_ms = min(self._link.deadline_ms(since_ms), self._guard.deadline_ms(since_ms))
        deadline_ms = _sooner(_sooner(deadline_ms, self._button.deadline_ms()), self.upkeep.deadline_ms())
        deadline_ms = _sooner(deadline_ms, self._alarms.next_deadline_ms())
        deadline_ms = _sooner(deadline_ms, self._protection.deadline_ms())
        deadline_ms = _sooner(deadline_ms, self._self_test.deadline_ms())
        deadline_ms = _sooner(_sooner(deadline_ms, self.commands.deadline_ms()), self._around.deadline_ms())
        return self._vigil.sooner(_sooner(deadline_ms, self._black_box.deadline_ms(since_ms)))


def _sooner(deadline_ms: int, due_ms: "Optional[int]") -> int:
    return deadline_ms if due_ms is None else min(deadline_ms, due_ms)
