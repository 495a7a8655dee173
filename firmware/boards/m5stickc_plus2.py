"""The M5StickC Plus2 (ESP32, MPU-6886), for trying the device out: pins, levels and parts (docs/hardware.md).

Decides which part is at which pin, and nothing else. It has no vibration, no clip, one red light, and no way
to tell whether a charger feeds it: so it never says that it is charging, since that would suspend alarms.
Button A is the key, button B held for three seconds switches off. Nothing here has run on hardware. Source of
the pins: the maker's pin map, as the ESPHome device page and M5Unified use it.
"""

import sys

import machine
from machine import ADC, Pin

from firmware.boards import esp32_parts
from firmware.boards.accelerometer import Accelerometer
from firmware.boards.console import Console
from firmware.boards.mpu6886 import Mpu6886
from firmware.boards.player import Player
from firmware.boards.restart_cause import OFF
from firmware.boards.worn import Power, WornBoard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Part -> GPIO. `hold` keeps the supply on; `backlight` is the display's, which stays dark.
PINS = {
    "sda": 21, "scl": 22, "buzzer": 2, "led": 19, "key": 37, "button_b": 39, "battery": 38, "hold": 4,
    "backlight": 27,
}  # fmt: skip
#: The cell is measured behind a divider of two equal resistors.
BATTERY_RATIO = 2
#: Button B must be held for three seconds.
SWITCH_TICKS = 150


def open_board(config: "dict[str, Any]") -> WornBoard:
    """Return this board with all its parts."""
    hold = Pin(PINS["hold"], Pin.OUT, value=1)
    cause = esp32_parts.start_cause()
    esp32_parts.save_power()
    Pin(PINS["backlight"], Pin.OUT, value=0)
    bus = esp32_parts.Bus(0, PINS["scl"], PINS["sda"])
    buzzer = esp32_parts.Buzzer(PINS["buzzer"])
    light = esp32_parts.Light(PINS["led"])
    key = Pin(PINS["key"], Pin.IN)
    button_b = Pin(PINS["button_b"], Pin.IN)
    cell = ADC(Pin(PINS["battery"]), atten=ADC.ATTN_11DB)
    return WornBoard(
        cause,
        Accelerometer(Mpu6886(bus), bus.free),
        lambda: 1 - key.value(),
        None,
        button_b.value,
        Power(lambda: cell.read_uv() // 1000 * BATTERY_RATIO, lambda: 0),
        Player(buzzer.sound, _no_vibration, light.shine),
        esp32_parts.watchdog(),
        lambda: _leave(hold),
        Console(sys.stdout.buffer),
        esp32_parts.open_flash(),
        esp32_parts.open_radio(config),
        esp32_parts.set_clock,
        SWITCH_TICKS,
        esp32_parts.restart,
    )


def _no_vibration(_percent: int) -> None:
    """Do nothing: this board has no motor."""


def _leave(hold: Pin) -> None:
    """Let the supply go; with a cable it stays, and the chip sleeps until its power button."""
    esp32_parts.leave_word(OFF)
    hold.value(0)
    machine.deepsleep()
