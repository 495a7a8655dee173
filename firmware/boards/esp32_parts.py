"""The parts that both worn boards are made of, on an ESP32: bus, outputs, supply, watchdog, leave-taking.

Decides how each part is driven by `machine`, and nothing else; which pins they are at stands in esp32s3.py
and m5stickc_plus2.py. Nothing here has run on hardware: it is type-checked against the stubs of MicroPython
1.29, compiled, and run over models. Hz, percent, mV, ms.
"""

import time

import esp32
import machine
import network
from machine import I2C, PWM, Pin

from firmware.boards import restart_cause
from firmware.boards.flash_partition import FlashPartition
from firmware.boards.wlan import Wlan
from firmware.clock import EPOCH_S, Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

BUS_HZ = 400000
#: What MicroPython chooses is faster on some boards, for three hours less of battery (docs/power.md).
CPU_HZ = 160000000
#: A device on the bus may stretch the clock for so long; then it is an error, and the loop goes on.
BUS_TIMEOUT_US = 5000
#: Clocks that free a chip which holds the data line low (I2C specification UM10204, 3.1.16).
FREEING_CLOCKS = 9
#: A piezo is loudest at half of its period.
LOUDEST_U16 = 32768
MOTOR_HZ = 200
#: A loop that hangs for so long is restarted; a TLS handshake on this chip needs seconds in one piece.
WATCHDOG_MS = 8000
#: The label of the partition of the journal.
JOURNAL_LABEL = "journal"
#: Red, green, blue of each colour.
COLOURS = {
    "off": (0, 0, 0), "red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1), "yellow": (1, 1, 0),
    "white": (1, 1, 1),
}  # fmt: skip


class Bus:
    """An I2C bus that can be freed."""

    def __init__(self, number: int, scl: int, sda: int) -> None:
        self._number = number
        self._scl = scl
        self._sda = sda
        self._open()

    def free(self) -> None:
        """Clock out whatever a chip still wants to say, and begin anew; takes some 0.2 ms."""
        clock = Pin(self._scl, Pin.OPEN_DRAIN, value=1)
        Pin(self._sda, Pin.IN)
        for _ in range(FREEING_CLOCKS):
            clock.value(0)
            time.sleep_us(5)
            clock.value(1)
            time.sleep_us(5)
        self._open()

    def _open(self) -> None:
        self._bus = I2C(
            self._number, scl=Pin(self._scl), sda=Pin(self._sda), freq=BUS_HZ, timeout=BUS_TIMEOUT_US
        )
        self.readfrom_mem_into = self._bus.readfrom_mem_into
        self.writeto_mem = self._bus.writeto_mem


class Buzzer:
    """A passive buzzer at a pin, driven by the PWM of the chip, which sounds without the loop."""

    def __init__(self, pin: int) -> None:
        self._pwm = PWM(Pin(pin, Pin.OUT), freq=2000, duty_u16=0)

    def sound(self, frequency_hz: int, loudness_percent: int) -> None:
        """Sound from now on; 0 Hz is silence."""
        if frequency_hz:
            self._pwm.freq(frequency_hz)
        self._pwm.duty_u16(LOUDEST_U16 * loudness_percent // 100 if frequency_hz else 0)


class Motor:
    """A vibration motor behind a transistor."""

    def __init__(self, pin: int) -> None:
        self._pwm = PWM(Pin(pin, Pin.OUT), freq=MOTOR_HZ, duty_u16=0)

    def run(self, percent: int) -> None:
        """Run from now on; 0 stops it."""
        self._pwm.duty_u16(65535 * percent // 100)


class Light:
    """Lights at pins for red, green and blue, or one light for all: whatever is not off is on."""

    def __init__(self, *pins: int) -> None:
        self._pins = [Pin(pin, Pin.OUT, value=0) for pin in pins]

    def shine(self, colour: str) -> None:
        """Shine in this colour from now on."""
        parts = COLOURS.get(colour, COLOURS["white"])
        if len(self._pins) == 1:
            self._pins[0].value(max(parts))
            return
        for place, pin in enumerate(self._pins):
            pin.value(parts[place])


def save_power() -> None:
    """Let the processor run no faster than it must."""
    machine.freq(CPU_HZ)


def start_cause() -> str:
    """Return why the device starts, and leave the word of a device that runs."""
    memory = machine.RTC()
    cause = restart_cause.cause_of(machine.reset_cause(), bytes(memory.memory()))
    memory.memory(restart_cause.RUNNING)
    return cause


def leave_word(word: bytes) -> None:
    """Leave a word of `restart_cause` for the next start."""
    machine.RTC().memory(word)


def restart() -> None:
    """Start the whole board again, because it was told to."""
    leave_word(restart_cause.TOLD)
    machine.reset()


def set_clock(time_ms: int) -> None:
    """Set the clock of the chip, which survives a soft reset, to ms since 1970."""
    year, month, day, hour, minute, second = time.gmtime(time_ms // 1000 - EPOCH_S)[:6]
    # The day of the week is the chip's own affair.
    machine.RTC().datetime((year, month, day, 0, hour, minute, second, 0))


def watchdog() -> "Callable[[], None]":
    """Start the watchdog, which nothing stops again; return what feeds it."""
    return machine.WDT(timeout=WATCHDOG_MS).feed


def open_radio(config: "dict[str, Any]") -> Wlan:
    """Return the networks of a configuration: `networks`, each with `ssid` and `password`."""
    pairs = [(entry["ssid"], entry.get("password", "")) for entry in config.get("networks", ())]
    return Wlan(network.WLAN(network.WLAN.IF_STA), pairs, Clock().now_ms, _open_beacons)


def _open_beacons() -> "Any":
    """Return what listens for beacons; most shifts end without it."""
    import bluetooth

    from firmware.boards.beacons import Beacons

    return Beacons(bluetooth.BLE())


def open_flash() -> FlashPartition:
    """Return the flash of the journal.

    Raises:
        OSError: this board has no partition for it.
    """
    return FlashPartition(esp32.Partition(JOURNAL_LABEL))


def unique_id() -> str:
    """Return what tells this chip from every other, as 12 hexadecimal digits."""
    return "".join(["%02x" % byte for byte in machine.unique_id()])


def set_wall_time(parts: "tuple[int, int, int, int, int, int]") -> None:
    """Set the clock of the chip: year, month, day, hour, minute, second in UTC."""
    year, month, day, hour, minute, second = parts
    machine.RTC().datetime((year, month, day, 0, hour, minute, second, 0))
