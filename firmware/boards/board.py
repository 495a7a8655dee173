"""What a board must offer to the loop in `firmware/loop.py`; nothing runs here.

A board is the body of a device: it measures, it shows, it remembers, and it decides nothing about alarms.
It never waits: whatever takes longer than a few ms is begun in one turn and looked after in the next.
Boards: `lockstep` (virtual time, driven by lines), `unix` (a computer), `esp32s3` and `m5stickc_plus2`
(worn; both are a `worn.WornBoard` made of the parts of one board). `choice.py` opens the one that the
configuration names.

Samples. 50 a second, one for each tick of 20 ms, x, y, z in mg, ints from -16000 to 16000 at least; which
    way an axis points does not matter, since the core learns what upright is. `source.next_sample()` puts
    the next one into `source.x_mg`, `y_mg`, `z_mg` and returns False when there is none; after a late turn
    there are several, at most 32. A tick that was not measured has no sample: nothing is repeated or made
    up. The path of a sample allocates nothing. `source.dropped_samples` counts ticks without one.
Inputs. `next_input()` gives (letter, numbers) until it gives None: `k 0|1` the key, at each edge and not
    debounced, a broken wire reads as pressed; `c 0|1` the clip, 1 closed, a broken wire reads as open; `b
    mV percent 0|1` the battery and whether a charger feeds it, every half minute and at once when the
    charger comes or goes; `y 0|1` the outcome of the sensor's own test, once, and not at all where the
    device was moved too much to tell; `q` the device is to be switched off, with the reason if there is
    another.
Signs. `show_signal(now_ms, name)` plays `signals.PATTERNS[name]`: buzzer in Hz, vibration in percent, light
    as a colour, steps in ms. A lasting sign replaces the lasting one before it, the others play once over
    it. How loud is the board's part: a pre-alarm rises, an alarm is as loud as the board can be.
Flash. What the journal is written to: bytes in sectors of 4096. `read(at, buffer)`, `write(at, data)` (into
    erased bytes, durable when it returns), `erase(sector)`; OSError where the flash refuses.
Radio. `join(network)` begins to join and returns at once; `state(network)` is 0 out of range, 1 within
    reach, 2 joined; `rssi_dbm()` the strength of the network it is in, or None. `network_count` of them.
    `look_around(is_wanted)`, asked once a second, listens for beacons while it is wanted and not otherwise;
    it gives [(name, dBm)] where there is news, else None. Both are all that the core learns of the air.
Watchdog. A device whose loop hangs is restarted within 8 s. It is fed by `end_tick`, and only after the
    `begin_tick` of the same turn: a loop that no longer looks at its inputs is one that hangs.
Cause. `cause` is why the device started, one of the causes of the message `started`.
Time. A clock that runs (`firmware/clock.py`); `set_wall_clock` sets the wall time from the base's receipts
    where the board has one, and no timer looks at it. `keep_error` and `take_error` carry the sentence of an
    error of our own over the restart that follows it. An id of the chip (`unique_id`) tells one board from
    another when it is made ready; no message carries it.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from firmware.effects import Publish

    class Source(Protocol):
        """Where the samples come from."""

        x_mg: int
        y_mg: int
        z_mg: int
        dropped_samples: int

        def next_sample(self) -> bool:
            """Take the next sample into `x_mg`, `y_mg`, `z_mg`; return False if there is none."""
            ...

    class Board(Protocol):
        """The names that the loop uses; what each of them means stands above."""

        cause: str
        flash: Any
        radio: Any

        @property
        def source(self) -> Source:
            """Return where the samples come from."""
            ...

        def begin_tick(self, now_ms: int) -> None:
            """Look at everything once."""
            ...

        def next_input(self) -> "tuple[str, list[Any]] | None":
            """Return the next (letter, numbers), or None."""
            ...

        def end_tick(self) -> bool:
            """End the turn; return True if nothing waits to be shown."""
            ...

        def switch_off(self) -> None:
            """Switch off, once everything is said; a board that can does not come back."""
            ...

        def restart(self) -> None:
            """Start the firmware again, once everything is said; a computer lets its loop do that."""
            ...

        def take_error(self) -> str:
            """Return the sentence of the exception that ended the last start, once, or ""."""
            ...

        def keep_error(self, error: BaseException) -> None:
            """Keep an exception of our own for the next start to tell."""
            ...

        def set_wall_clock(self, now_ms: int, time_ms: int) -> None:
            """Set the clock of the board, where it has one, to ms since 1970."""
            ...

        def show_signal(self, now_ms: int, name: str) -> None:
            """Show a sign."""
            ...

        def show_publish(self, now_ms: int, publish: "Publish", is_sent: bool) -> None:
            """Show a message, and whether the connection took it."""
            ...

        def show_journal(self, now_ms: int, is_written: bool) -> None:
            """Show that a record was written, or refused."""
            ...

        def show_link(
            self, now_ms: int, is_up: bool, reason: str, way: "tuple[int | None, int | None]"
        ) -> None:
            """Show that the link came or went, why, and by which (network, broker)."""
            ...

        def show(self, now_ms: int, effect: str, facts: "dict[str, Any]") -> None:
            """Show anything else; `facts` is a flat dict."""
            ...

        def counts(self) -> "dict[str, int]":
            """Return what was refused or went wrong so far, by name."""
            ...
