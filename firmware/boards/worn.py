"""A device that is worn: what the loop needs, made of the parts of one board.

Decides in which order a turn looks at its parts, how long a contact must last, how often the battery is
measured, and that the watchdog is fed by a whole turn only. Never decides about alarms, and knows no pin: the
parts are handed in by esp32s3.py and m5stickc_plus2.py, or by a test. Ticks of 20 ms; voltages in mV.
"""

import json

from firmware import signals
from firmware.boards import last_error
from firmware.boards.cell import BatteryMean, percent_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from firmware.boards.accelerometer import Accelerometer
    from firmware.boards.console import Console
    from firmware.boards.player import Player
    from firmware.effects import Publish

#: A contact of clip or switch counts after so many equal looks; the key at once (button.py debounces it).
CONTACT_TICKS = 3
#: The battery is measured once a second, and told every half minute or when the charger comes or goes.
BATTERY_TICKS = 50
BATTERY_TOLD_TICKS = 1500
#: What our own last error said, for the next start and for whoever reads the device out.
ERROR_PATH = "last_error.txt"


class Contact:
    """A contact that chatters: its level is what it was for `needed_ticks` looks; -1 before the first."""

    def __init__(self, read: "Callable[[], int]", needed_ticks: int = CONTACT_TICKS) -> None:
        self._read = read
        self._needed_ticks = needed_ticks
        self._ticks = 0
        self.level = -1

    def is_changed(self) -> bool:
        """Look once; tell whether the level has changed."""
        level = 1 if self._read() else 0
        if level == self.level:
            self._ticks = 0
            return False
        self._ticks += 1
        if self._ticks < self._needed_ticks:
            return False
        self._ticks = 0
        self.level = level
        return True


class Power:
    """What a board reads of its supply."""

    def __init__(self, read_mv: "Callable[[], int]", read_charger: "Callable[[], int]") -> None:
        self.read_mv = read_mv
        self.read_charger = read_charger


class WornBoard:
    """The board that `firmware/loop.py` drives; see board.py for each of its offers.

    `read_key` gives 1 while the key is pressed, `read_clip` 1 while the clip is closed (None: no clip),
    `read_switch` 1 while the device is to be on (None: no switch), `feed` feeds the watchdog, `leave`
    switches off and does not come back, `set_clock` takes the wall time in ms since 1970, `reset`
    starts anew.
    """

    def __init__(
        self, cause: str, source: "Accelerometer", read_key: "Callable[[], int]",
        read_clip: "Callable[[], int] | None", read_switch: "Callable[[], int] | None", power: Power,
        player: "Player", feed: "Callable[[], None]", leave: "Callable[[], None]", console: "Console",
        flash: "Any", radio: "Any", set_clock: "Callable[[int], None]", switch_ticks: int = CONTACT_TICKS,
        reset: "Callable[[], None] | None" = None,
    ) -> None:  # fmt: skip
        self._reset = reset or leave
        self.cause = cause
        self.source = source
        self.flash = flash
        self.radio = radio
        self._set_clock = set_clock
        self._read_key = read_key
        self._clip = None if read_clip is None else Contact(read_clip)
        self._switch = None if read_switch is None else Contact(read_switch, switch_ticks)
        self._power = power
        self._battery = BatteryMean()
        self._player = player
        self._feed = feed
        self._leave = leave
        self._console = console
        self._is_key_down = False
        self._is_charging = -1
        self._ticks_to_measure = self._ticks_to_tell = 0
        self._has_begun = False
        self._inputs: "list[tuple[str, list[Any]]]" = []

    def begin_tick(self, now_ms: int) -> None:
        """Look at every part."""
        self._has_begun = True
        self.source.begin_tick(now_ms)
        outcome = self.source.take_test()
        if outcome:
            self._inputs.append(("y", [1 if outcome == "passed" else 0]))
        is_key_down = self._read_key() != 0
        if is_key_down != self._is_key_down:
            self._is_key_down = is_key_down
            self._inputs.append(("k", [1 if is_key_down else 0]))
        self._look_at_contacts()
        self._look_at_power()
        self._player.pass_time(now_ms)

    def next_input(self) -> "tuple[str, list[Any]] | None":
        """Return the next (letter, numbers) of key, clip, battery, sensor test or switch, or None."""
        return self._inputs.pop(0) if self._inputs else None

    def end_tick(self) -> bool:
        """End the turn: feed the watchdog if it was a whole one; return True if nothing waits to be said."""
        if self._has_begun:
            self._feed()
        self._has_begun = False
        return self._console.write()

    def switch_off(self) -> None:
        """Leave."""
        self._leave()

    def restart(self) -> None:
        """Reset the board."""
        self._reset()

    def take_error(self) -> str:
        """Return the sentence of the exception that ended the last start, once, or ""."""
        return last_error.take(ERROR_PATH)

    def keep_error(self, error: BaseException) -> None:
        """Keep an exception of our own for the next start to tell."""
        last_error.keep(ERROR_PATH, error)

    def set_wall_clock(self, _now_ms: int, time_ms: int) -> None:
        """Set the clock of the board."""
        self._set_clock(time_ms)

    def show_publish(self, now_ms: int, publish: "Publish", is_sent: bool) -> None:
        """Say nothing: what is told to the control room concerns nobody at the serial line."""

    def show_signal(self, now_ms: int, name: str) -> None:
        """Let it be heard, felt and seen."""
        self._player.play(now_ms, signals.PATTERNS[name])

    def show_journal(self, now_ms: int, is_written: bool) -> None:
        """Say that the flash refused a record."""
        if not is_written:
            self.show(now_ms, "journal", {"is_written": False})

    def show_link(self, now_ms: int, is_up: bool, reason: str, _way: "Any" = None) -> None:
        """Say that the link came or went, and why."""
        self.show(now_ms, "link", {"is_up": is_up, "reason": reason})

    def show(self, now_ms: int, effect: str, facts: "dict[str, Any]") -> None:
        """Say anything else; `facts` is a flat dict."""
        head = '{"t_ms":' + str(now_ms) + ',"effect":"' + effect + '",'
        self._console.put(head + json.dumps(facts)[1:])

    def counts(self) -> "dict[str, int]":
        """Return what was refused or went wrong so far, by name."""
        counts = self.source.counts()
        counts["dropped_samples"] = self.source.dropped_samples
        counts["dropped_lines"] = self._console.dropped_lines
        return counts

    def _look_at_contacts(self) -> None:
        clip, switch = self._clip, self._switch
        if clip is not None and clip.is_changed():
            self._inputs.append(("c", [clip.level]))
        if switch is not None and switch.is_changed() and not switch.level:
            self._inputs.append(("q", []))

    def _look_at_power(self) -> None:
        """Tell the battery when it is time, or when the charger came or went."""
        self._ticks_to_measure -= 1
        if self._ticks_to_measure > 0:
            return
        self._ticks_to_measure = BATTERY_TICKS
        self._ticks_to_tell -= BATTERY_TICKS
        battery_mv = self._battery.put(self._power.read_mv())
        is_charging = 1 if self._power.read_charger() else 0
        if is_charging != self._is_charging or self._ticks_to_tell <= 0:
            self._is_charging = is_charging
            self._ticks_to_tell = BATTERY_TOLD_TICKS
            self._inputs.append(("b", [battery_mv, percent_at(battery_mv), is_charging]))
