"""`machine` of an ESP32 over models, for running a worn board in MicroPython on a computer.

Pins are plain levels that a script sets; the bus has the model of a chip on it, whose time is the real one.
What is switched on and off is written down in `outputs`; a deep sleep or a reset ends the program.
"""

import time

from tests.firmware import chips

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5

#: GPIO -> level, as the script sets it; what was shown; the word of the last run; how often the dog was fed.
levels = {}
outputs = []
state = {"memory": b"", "fed": 0, "cause": PWRON_RESET}
MODELS = {0x6A: chips.ModelLsm6dsox, 0x68: chips.ModelMpu6886}
bus = {"model": None, "ticks_ms": time.ticks_ms(), "kind": 0x6A}


class Pin:
    """A pin of the chip."""

    IN, OUT, OPEN_DRAIN, PULL_UP = 1, 3, 7, 2

    def __init__(self, number, mode=-1, pull=-1, value=None):
        self.number = number
        if value is not None:
            self.value(value)

    def value(self, level=None):
        """Return the level, or set it."""
        if level is None:
            if self.number == 7:
                return bus["model"].value()
            return levels.get(self.number, 1)
        levels[self.number] = level
        outputs.append((self.number, level))
        return None


class PWM:
    """A pulse at a pin."""

    def __init__(self, pin, freq=0, duty_u16=0):
        self._number = pin.number
        self._hz = freq

    def freq(self, hz):
        """Set the frequency."""
        self._hz = hz

    def duty_u16(self, duty):
        """Set the width."""
        outputs.append((self._number, self._hz if duty else 0))


class ADC:
    """A voltage at a pin."""

    ATTN_2_5DB, ATTN_11DB = 1, 3

    def __init__(self, pin, atten=0):
        self._number = pin.number

    def read_uv(self):
        """Return a cell that is nearly full."""
        return 1080000 if self._number == 2 else 2030000


class I2C:
    """The bus, with the chip of this board on it."""

    def __init__(self, number, scl, sda, freq, timeout):
        if bus["model"] is None:
            bus["model"] = MODELS[bus["kind"]]()

    def readfrom_mem_into(self, address, register, buffer):
        """Read."""
        _model().readfrom_mem_into(address, register, buffer)

    def writeto_mem(self, address, register, data):
        """Write."""
        _model().writeto_mem(address, register, data)


class WDT:
    """A watchdog that only counts."""

    def __init__(self, timeout):
        state["timeout_ms"] = timeout

    def feed(self):
        """Count."""
        state["fed"] += 1


class RTC:
    """The memory that survives a reset."""

    def memory(self, word=None):
        """Return the word, or keep one."""
        if word is None:
            return state["memory"]
        state["memory"] = word
        return None


class Timer:
    """A timer that only says that it was asked for."""

    PERIODIC = 1

    def __init__(self, number):
        pass

    def init(self, period, mode, callback):
        """Call once."""
        callback(self)
        state["timer_ms"] = period


def freq(hz):
    """Set the clock of the processor."""
    outputs.append(("cpu", hz))


def reset_cause():
    """Return why the chip started."""
    return state["cause"]


def reset():
    """End the program."""
    raise SystemExit("reset")


def deepsleep():
    """End the program."""
    raise SystemExit("deepsleep")


def unique_id():
    """Return six bytes."""
    return b"\x00\x11\x22\xaa\xbb\xcc"


def _model():
    model, now = bus["model"], time.ticks_ms()
    model.pass_time(time.ticks_diff(now, bus["ticks_ms"]))
    bus["ticks_ms"] = now
    return model
