"""Starts the loop on a worn board; the board's own `main.py` is two lines that call it.

Decides what becomes of a device whose program has ended: an error of our own is written down and the device
starts again at once, with its alarm out of the journal; whoever interrupts it by the serial line gets the
prompt, and the watchdog is kept quiet so that the device can be made ready. Nothing here has run on hardware.
"""

import sys

import machine

from firmware.boards import esp32_parts, restart_cause
from firmware.main import main

FEED_MS = 1000


def start(config_path: str) -> None:
    """Run the device by the configuration at `config_path`."""
    try:
        main(["--config", config_path])
    except Exception as error:  # noqa: BLE001 - whatever it was, the device has to start again
        # The loop keeps it for the next start; whoever is at the serial line reads it here.
        sys.print_exception(error)  # type: ignore[attr-defined]
        esp32_parts.leave_word(restart_cause.ERROR)
        machine.reset()
    # Refused, or interrupted by the serial line: the prompt is wanted.
    esp32_parts.leave_word(restart_cause.TOLD)
    feed = esp32_parts.watchdog()
    machine.Timer(0).init(period=FEED_MS, mode=machine.Timer.PERIODIC, callback=lambda _timer: feed())
