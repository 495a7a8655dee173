"""The worn device: a FeatherS3 (ESP32-S3) with an LSM6DSOX; pins, levels and parts (docs/hardware.md).

Decides which part is at which pin and what a broken wire reads as, and nothing else. The key opens its
contact when pressed, so that a broken wire is a pressed key, which is heard; the clip closes its contact, so
that a broken wire is an open clip; the switch closes its contact to switch off: a broken wire does not.
Nothing here has run on hardware. Sources of the pins on the board: `feathers3.py` and `pins.csv` of
MicroPython's board UM_FEATHERS3.
"""

import sys

import esp32
import machine
from machine import ADC, Pin

from firmware.boards import esp32_parts
from firmware.boards.accelerometer import Accelerometer
from firmware.boards.console import Console
from firmware.boards.lsm6dsox import Lsm6dsox
from firmware.boards.player import Player
from firmware.boards.restart_cause import OFF
from firmware.boards.worn import Power, WornBoard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Part -> GPIO.
PINS = {
    "sda": 8, "scl": 9, "int1": 7, "buzzer": 10, "vibration": 11, "led_red": 12, "led_green": 14,
    "led_blue": 18, "key": 5, "clip": 6, "switch": 17, "battery": 2, "charger": 34,
}  # fmt: skip
#: Volts at the cell for a volt at the pin, in ten thousandths (4.2 V : 1.1163 V, `feathers3.py`).
BATTERY_RATIO = 37624
#: The switch must be there for a second: nobody is to lose a device by a knock.
SWITCH_TICKS = 50


def open_board(config: "dict[str, Any]") -> WornBoard:
    """Return this board with all its parts."""
    cause = esp32_parts.start_cause()
    esp32_parts.save_power()
    bus = esp32_parts.Bus(0, PINS["scl"], PINS["sda"])
    buzzer = esp32_parts.Buzzer(PINS["buzzer"])
    motor = esp32_parts.Motor(PINS["vibration"])
    light = esp32_parts.Light(PINS["led_red"], PINS["led_green"], PINS["led_blue"])
    key = Pin(PINS["key"], Pin.IN, Pin.PULL_UP)
    clip = Pin(PINS["clip"], Pin.IN, Pin.PULL_UP)
    switch = Pin(PINS["switch"], Pin.IN, Pin.PULL_UP)
    charger = Pin(PINS["charger"], Pin.IN)
    cell = ADC(Pin(PINS["battery"]), atten=ADC.ATTN_2_5DB)
    return WornBoard(
        cause,
        Accelerometer(Lsm6dsox(bus), bus.free, Pin(PINS["int1"], Pin.IN)),
        key.value,
        lambda: 1 - clip.value(),
        switch.value,
        Power(lambda: cell.read_uv() // 1000 * BATTERY_RATIO // 10000, charger.value),
        Player(buzzer.sound, motor.run, light.shine),
        esp32_parts.watchdog(),
        lambda: _leave(switch),
        Console(sys.stdout.buffer),
        esp32_parts.open_flash(),
        esp32_parts.open_radio(config),
        esp32_parts.set_clock,
        SWITCH_TICKS,
        esp32_parts.restart,
    )


def _leave(switch: Pin) -> None:
    """Sleep until the switch says on."""
    esp32_parts.leave_word(OFF)
    esp32.wake_on_ext0(switch, esp32.WAKEUP_ANY_HIGH)
    machine.deepsleep()
