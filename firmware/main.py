"""Runs the device: the only endless loop. `micropython firmware/main.py --config FILE`.

Decides the order of one turn, on an absolute schedule of 20 ms: input, core, effects, one step of the
connection, then garbage if there is time. Never decides about alarms: that is `device.Device`. An error
of our own ends the program with its traceback; the journal brings the alarm back at the next start.
"""

import gc
import sys

from firmware import journal
from firmware.boards import config as board_config
from firmware.boards.movement import RecordingError
from firmware.boards.unix import Board
from firmware.clock import TICK_MS, Clock, Schedule
from firmware.device import Device
from firmware.effects import Publish, ShowSignal, WriteJournal
from firmware.settings import Settings, SettingsError
from protocol import codec

#: Collecting garbage is put off to a turn that has this much time left; see COLLECT_TURNS_MAX.
COLLECT_SLACK_US = 8000
#: Garbage is collected every second, slack or not.
COLLECT_TURNS = 50
#: Turns in which the last words may still leave when the device is switched off.
FAREWELL_TURNS_MAX = 50
#: Exit code: the configuration or the settings were refused.
REFUSED_EXIT = 2


class Loop:
    """One device: its core, its board and, where it has a network, its connection."""

    def __init__(self, config):
        """Bring the device up to its first turn.

        Raises:
            ConfigError, SettingsError, RecordingError: with a sentence.
        """
        settings = Settings.from_dict(config["settings"])
        self.board = Board(config)
        self._clock = Clock()
        self._schedule = Schedule()
        self._report_turns = config["loop_report_s"] * 1000 // TICK_MS
        self._turns = 0
        self._shown_link = (False, "")
        self._is_on = True
        last_boot, due, damaged = journal.replay(self.board.journal.read())
        now_ms = self._clock.now_ms()
        boot = last_boot + 1
        self.board.show(now_ms, "boot", {"boot": boot, "damaged_records": damaged, "runtime": sys.implementation.name})
        self.board.journal.append(journal.boot_record(boot))
        self.device = Device(settings, config["name"], boot, due, now_ms, config["cause"])
        self.connection = _connection(config, self.device)
        self._perform(now_ms, self.device.on_start(now_ms))

    def run(self):
        """Take turns until the device is switched off."""
        while self._is_on:
            self._schedule.wait()
            self._turn(self._clock.now_ms())
            self._collect_garbage()
            self._turns += 1
            if self._turns % self._report_turns == 0:
                self._report()
        self._say_farewell()
