# ruff: noqa: E501 -- a source stays in one piece, so that it can be searched for
"""Where the figures of the battery model come from: each with its range and its source, for docs/power.md.

Says of each whether it was read, remembered, or is a range of our own. Holds nothing that `power` does not use.
"""

from dataclasses import dataclass
from typing import Final

from simulator.power import AWAKE_MS, BOARD, BUSY, IDLE, LISTEN_MS, RECEIVE, SEND, SENSOR, Range


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the model with its unit and where it comes from."""

    name: str
    values: Range
    unit: str
    source: str


S3 = "ESP32-S3 Series Datasheet"
V3 = "ESP32 Series Datasheet"
OWN = "not found: a range of our own"

FIGURES: Final = (
    Figure("S3, radio off, both cores idle, 160 MHz", IDLE["esp32s3"][160], "mA", f"{S3}, table 5-9, clocks of peripherals off and on (read in a transcript); between them the mean"),
    Figure("S3, radio off, one core at work, 160 MHz", BUSY["esp32s3"][160], "mA", f"{S3}, table 5-9, 32-bit data access; worst: and 10 for the flash, its note 3"),
    Figure("S3, receiving", RECEIVE["esp32s3"], "mA", f"{S3}, table 5-7"),
    Figure("S3, sending", SEND["esp32s3"], "mA", f"{S3}, table 5-7, 13 to 21 dBm"),
    Figure("ESP32 of the stick, radio off, one core at work, 160 MHz", BUSY["m5stickc_plus2"][160], "mA", f"{V3}, table *power consumption by power modes*; from memory, not at hand"),
    Figure("ESP32, receiving", RECEIVE["m5stickc_plus2"], "mA", f"{V3}, 95 to 100; ESP32-PICO-ZERO manual, table 6: 110 (read)"),
    Figure("ESP32, sending", SEND["m5stickc_plus2"], "mA", "ESP32-PICO-ZERO manual, table 6: 178 to 233 at half the time (read)"),
    Figure("LSM6DSOX, accelerometer alone", SENSOR["esp32s3"], "mA", "ST DS12814 not at hand; LSM6DSO32 DocID032891, table 4: 0.17 in high-performance mode (read)"),
    Figure("MPU-6886, both sensors on, as the driver sets it", SENSOR["m5stickc_plus2"], "mA", "InvenSense DS-000193 not found; ICM-20602: 2.79 (distributor's page)"),
    Figure("rest of the FeatherS3", BOARD["esp32s3"], "mA", OWN),
    Figure("rest of the stick", BOARD["m5stickc_plus2"], "mA", "asleep 1 mA with its 5 V converter: issue 7 of m5stack/M5StickCPlus2; above that " + OWN),
    Figure("cell of the worn device", (1200, 1200, 1200), "mAh", "docs/hardware.md"),
    Figure("cell of the stick", (200, 200, 200), "mAh", "docs/hardware.md"),
    Figure("usable of it", (97, 88, 70), "%", "80 % after 500 cycles (exa.com.tw, lithium-polymer cells); cold and cut-off: a range of our own"),
    Figure("self-discharge a month", (3, 5, 9), "%", "5 to 9 % (jyh-battery.com); lower end " + OWN),
    Figure("receiver on for a beacon", LISTEN_MS, "ms", "ESP-IDF, *Low Power Mode in Wi-Fi Scenarios*, names no length; " + OWN),
    Figure("receiver on for a message and its answer", AWAKE_MS, "ms", OWN),
    Figure("computing, of the time, 240 MHz", (10, 25, 50), "%", "`make bench` gives no figure for this chip; " + OWN),
    Figure("idle, of a wait in milliseconds", (60, 40, 15), "%", "MicroPython, `ports/esp32/mphalport.c`: whole ticks of 10 ms only; how long waits are: " + OWN),
    Figure("light, buzzer, motor while on", (2, 65, 90), "mA", "docs/hardware.md: 330 Ω, piezo, 3 V motor; data sheets not at hand: ranges of our own"),
)  # fmt: skip
