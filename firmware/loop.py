"""The turns of a device, on an absolute schedule of 20 ms.

Decides the order of one turn: input, core, effects, one step of the connection, then garbage if there is
time. Never decides about alarms: that is `device.Device`. An error of our own ends the turns, after a word
that the device restarts; the journal brings the alarm back at the next start, which tells the error.
"""

import gc
import sys

from firmware.boards.loop_report import loop_facts
from firmware.boards.memory import forget_changes
from firmware.boards.recorder import Recorder
from firmware.boards.release import Release
from firmware.clock import TICK_MS, Clock, Schedule
from firmware.device import Device
from firmware.effects import (
    ChangeSettings,
    Publish,
    ReadJournal,
    SetWallClock,
    ShowSignal,
    StoreUpdate,
    WriteJournal,
)  # fmt: skip
from protocol import codec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from firmware.boards.board import Board
    from firmware.boards.brokers import Route
    from firmware.boards.mqtt_connection import Connection
    from firmware.settings import Settings

    Effect = ChangeSettings | Publish | ReadJournal | SetWallClock | ShowSignal | StoreUpdate | WriteJournal

#: Garbage is collected once a second, in a turn that has this much time left, and after
#: COLLECT_TURNS_MAX in any case.
COLLECT_TURNS = 50
COLLECT_TURNS_MAX = 150
COLLECT_SLACK_US = 8000
#: A further command is taken in a turn that has this much time left.
COMMAND_SLACK_US = 12000
#: The device notes once a second what its heartbeat is to say of the board.
NOTE_TURNS = 50
#: Turns in which the last words may still leave when the device is switched off.
FAREWELL_TURNS_MAX = 50


class Loop:
    """One device: its core, its board and, where it has a network, its connection."""

    def __init__(
        self,
        config: "dict[str, Any]",
        settings: "Settings",
        board: "Board",
        routes: "list[Route]",
        kept: "dict[str, Any]",
    ) -> None:
        """Bring the device up to its first turn; without `routes` to a broker it has no network."""
        self._kept = kept
        self._name = config["name"]
        self.board = board
        self._clock = Clock()
        self._schedule = Schedule()
        self._report_turns = config["loop_report_s"] * 1000 // TICK_MS
        self._turns = self._turns_uncollected = self._samples = 0
        self._shown_link = (False, "", False)
        self._is_on = True
        #: This start ends because of other settings.
        self.is_restart_due = False
        recorder = self._recorder = Recorder(board.flash)
        self._goodbye = "switched_off"
        now_ms = self._clock.now_ms()
        boot, damaged = recorder.boot, recorder.damaged_records
        facts = {"boot": boot, "damaged_records": damaged, "runtime": sys.implementation.name}
        self.board.show(now_ms, "boot", facts)
        self.board.show_journal(now_ms, recorder.is_well)
        standing = recorder.take_standing()
        error = board.take_error()
        self._release = Release(config)
        cause = kept["cause"] or ("exception" if error else self._release.cause or board.cause)
        self.device = Device(settings, config["name"], boot, standing, now_ms, cause, error)
        self.device.upkeep.begin(now_ms, kept["key"].encode(), kept)
        self.connection = _connection(config["name"], self.device, routes, board)
        self.device.report.board = config["board"]
        self._perform(now_ms, self.device.on_start(now_ms))
        self._perform(now_ms, self._release.begin(now_ms, self.device))

    def run(self) -> None:
        """Take turns until the device is switched off."""
        try:
            while self._is_on:
                self._schedule.wait()
                self._turn(self._clock.now_ms())
                self._collect_garbage()
        except Exception as error:
            self._give_up(error)
            raise
        self._say_farewell(self._goodbye)
        if self.is_restart_due:
            self.board.restart()
        elif not self._release.restart():
            self._release.note_good_start()
            self.board.switch_off()

    def _turn(self, now_ms: int) -> None:
        board, device, connection = self.board, self.device, self.connection
        board.begin_tick(now_ms)
        source = board.source
        while source.next_sample():
            self._samples += 1
            effects = device.on_sample(now_ms, source.x_mg, source.y_mg, source.z_mg)
            if effects:
                self._perform(now_ms, effects)
        given = board.next_input()
        while given:
            self._perform(now_ms, self._route(now_ms, given[0], given[1]))
            given = board.next_input()
        self._perform(now_ms, device.on_tick(now_ms))
        self._perform(now_ms, self._recorder.turn(now_ms, device))
        self._perform(now_ms, self._release.turn(now_ms))
        if self._release.is_switching():
            self._is_on, self._goodbye = False, "restart"
        if connection is not None:
            connection.handle(now_ms, device.is_idle())
            self._follow_link(now_ms, connection)
            self._take_messages(now_ms, connection)
        board.end_tick()
        self._turns += 1
        if connection is not None and self._turns % NOTE_TURNS == 0:
            rssi_dbm = board.radio.rssi_dbm()
            device.report.note_board(
                rssi_dbm, connection.refused_connects, self._recorder.failed_records(),
                source.dropped_samples,
            )  # fmt: skip
            heard = board.radio.look_around(device.is_place_wanted(now_ms))
            if rssi_dbm is not None or heard is not None:
                self._perform(now_ms, device.on_signal(now_ms, rssi_dbm, heard))
        if self._turns % self._report_turns == 0:
            self._report(now_ms)

    def _route(self, now_ms: int, letter: str, given: "list[Any]") -> "Sequence[Effect]":
        """Hand one input of the board to the core; return its effects."""
        if letter == "k":
            return self.device.on_key(now_ms, given[0] != 0)
        if letter == "b":
            return self.device.on_battery(now_ms, given[0], given[1], given[2] != 0)
        if letter == "c":
            return self.device.on_clip(now_ms, given[0] != 0)
        if letter == "y":
            return self.device.on_sensor_test(now_ms, given[0] != 0)
        if letter == "q":
            self._is_on = False
            self._goodbye = given[0] if given else "switched_off"
        return ()

    def _perform(self, now_ms: int, effects: "Sequence[Effect]") -> None:
        """Carry out effects in their order; a record is on the disk before the next message leaves."""
        for effect in effects:
            if isinstance(effect, WriteJournal):
                self.board.show_journal(now_ms, self._recorder.append(effect.record))
            elif isinstance(effect, Publish):
                connection = self.connection
                is_sent = connection is not None and connection.publish(effect.channel, effect.payload)
                self.board.show_publish(now_ms, effect, is_sent)
            elif isinstance(effect, ReadJournal):
                self._recorder.ask(effect.piece)
            elif isinstance(effect, StoreUpdate):
                self._perform(now_ms, self._release.take(now_ms, self.device, effect.message))
            elif isinstance(effect, SetWallClock):
                self.board.set_wall_clock(now_ms, effect.time_ms)
            elif isinstance(effect, ChangeSettings):
                self._change_settings(now_ms, effect)
            else:
                assert isinstance(effect, ShowSignal), effect
                self.board.show_signal(now_ms, effect.name)

    def _change_settings(self, now_ms: int, effect: ChangeSettings) -> None:
        if effect.step == "restart":
            self._goodbye, self.is_restart_due, self._is_on = "restart", True, False
            return
        from firmware.boards.kept_settings import keep

        is_kept = keep(self._kept, effect.step, effect.order)
        self._perform(now_ms, self.device.upkeep.note_kept(now_ms, is_kept))
        forget_changes()

    def _follow_link(self, now_ms: int, connection: "Connection") -> None:
        """Tell core and board when the link came or went."""
        link = (connection.is_up, connection.reason, connection.ways.is_refused)
        if link == self._shown_link:
            return
        was_up, _, was_refused = self._shown_link
        self._shown_link = link
        is_up, reason, is_refused = link
        self.board.show_link(now_ms, is_up, reason, connection.way())
        if is_up != was_up or is_refused != was_refused:
            network, broker = connection.way()
            self.device.report.note_way(network, broker)
            self._perform(now_ms, self.device.on_link(now_ms, is_up, is_refused))

    def _take_messages(self, now_ms: int, connection: "Connection") -> None:
        device = self.device
        received = connection.take_message()
        while received is not None:
            payload, reason = received
            if not reason:
                try:
                    message = codec.decode(payload, "command", self._name)
                except codec.DecodeError as error:
                    reason = error.reason
            if reason:
                effects = device.on_undecodable(now_ms, reason)
            else:
                effects = device.on_message(now_ms, message)
                if message["kind"] == "settings":
                    forget_changes()
            self._perform(now_ms, effects)
            if self._schedule.slack_us() < COMMAND_SLACK_US:
                # A flood waits its turn, the next sample does not; what is too much is dropped and counted.
                return
            received = connection.take_message()

    def _collect_garbage(self) -> None:
        self._turns_uncollected += 1
        if self._turns_uncollected < COLLECT_TURNS:
            return
        if self._schedule.slack_us() > COLLECT_SLACK_US or self._turns_uncollected >= COLLECT_TURNS_MAX:
            self._turns_uncollected = 0
            gc.collect()

    def _report(self, now_ms: int) -> None:
        """Show how punctual the loop was since the last report, and what was refused."""
        if self._turns == self._report_turns:
            self._release.note_good_start()
        facts = loop_facts(self._schedule, self._samples, self.board, self._recorder, self.connection)
        self.board.show(now_ms, "loop", facts)
        self._schedule.restart_measurement()
        self._samples = 0

    def _give_up(self, error: Exception) -> None:
        """Keep the error for the next start, and say that the device restarts, if it still can."""
        try:
            self.board.keep_error(error)
            self._say_farewell("restart")
        except Exception:  # noqa: BLE001 -- whatever is broken breaks this too; the last will says the rest
            return

    def _say_farewell(self, reason: str) -> None:
        """Let what is said already leave, and take leave of the broker."""
        self._perform(self._clock.now_ms(), (Publish("presence", self.device.take_farewell(reason)),))
        for _ in range(FAREWELL_TURNS_MAX):
            self._schedule.wait()
            now_ms = self._clock.now_ms()
            if self.connection is not None:
                self.connection.handle(now_ms)
            is_shown = self.board.end_tick()
            if is_shown and (self.connection is None or self.connection.is_idle()):
                break
        if self.connection is not None:
            self.connection.close()


def _connection(name: str, device: Device, routes: "list[Route]", board: "Board") -> "Connection | None":
    """Return the connection of a device that has a network, or None."""
    if not routes:
        return None
    from firmware.boards.mqtt_connection import Connection

    return Connection(name, routes, device.take_will, board.radio)
