"""Starts the loop on a worn board; the board's own `main.py` is two lines that call it.

Decides what becomes of a device whose program has ended: an error of our own is written down and the device
starts again at once, with its alarm out of the journal; whoever interrupts it by the serial line gets the
prompt, and the watchdog is kept quiet so that the device can be made ready. Nothing here has run on hardware.
"""

import sys

import machine

from firmware.boards import esp32_parts, restart_cause
from firmware.main import main

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The traceback of the last error, for whoever reads the device out.
ERROR_PATH = "last_error.txt"
FEED_MS = 1000


def start(config_path: str) -> None:
    """Run the device by the configuration at `config_path`."""
    try:
        main(["--config", config_path])
    except Exception as error:  # noqa: BLE001 - whatever it was, the device has to start again
        _write_down(error)
        esp32_parts.leave_word(restart_cause.ERROR)
        machine.reset()
    # Refused, or interrupted by the serial line: the prompt is wanted.
    esp32_parts.leave_word(restart_cause.TOLD)
    feed = esp32_parts.watchdog()
    machine.Timer(0).init(period=FEED_MS, mode=machine.Timer.PERIODIC, callback=lambda _timer: feed())


def _write_down(error: "Any") -> None:
    try:
        with open(ERROR_PATH, "w") as file:
            # MicroPython's own; the stubs leave it out.
            sys.print_exception(error, file)  # type: ignore[attr-defined]
    except OSError:
        # A flash that refuses must not keep the device from starting again.
        pass
