"""How long the battery of each board lasts, computed from the data sheets: a model, nothing measured.

Decides the mean current of a board under a setting, at best, typically and at worst, and the hours from it.
Each current is a range with its source; what no source gives is a range of our own and says so. Everything
is in mA at the cell, since both boards feed the chip through a linear regulator: what flows out flows in.
Shares are of the time. `docs/power.md` is written from it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from firmware import signals
from firmware.settings import Settings

#: A range: at best, typically, at worst.
Range = tuple[float, float, float]
BEST, TYPICAL, WORST = range(3)
CASES: Final = ("best", "typical", "worst")


#: Of the chip with its radio off, by MHz: both cores idle; one core at work, the other idle. The lower figure
#: of the table is with all clocks of peripherals off, the higher one with all of them on.
IDLE: Final[Mapping[str, Mapping[int, Range]]] = {
    "esp32s3": {80: (22.0, 29.0, 36.1), 160: (27.6, 35.0, 42.3), 240: (32.9, 40.3, 47.6)},
    "m5stickc_plus2": {80: (20.0, 20.5, 22.0), 160: (27.0, 29.0, 31.0), 240: (30.0, 35.0, 42.0)},
}
BUSY: Final[Mapping[str, Mapping[int, Range]]] = {
    "esp32s3": {80: (28.4, 35.5, 52.6), 160: (39.9, 47.3, 64.6), 240: (51.2, 58.6, 75.9)},
    "m5stickc_plus2": {80: (22.0, 25.5, 31.0), 160: (30.0, 36.0, 44.0), 240: (40.0, 50.0, 68.0)},
}
#: What the receiver and the transmitter draw while they run.
RECEIVE: Final[Mapping[str, Range]] = {"esp32s3": (88.0, 88.0, 91.0), "m5stickc_plus2": (95.0, 100.0, 110.0)}
SEND: Final[Mapping[str, Range]] = {"esp32s3": (283.0, 291.0, 340.0), "m5stickc_plus2": (190.0, 210.0, 260.0)}
SENSOR: Final[Mapping[str, Range]] = {"esp32s3": (0.17, 0.17, 0.2), "m5stickc_plus2": (2.5, 2.8, 3.5)}
#: Regulators, memory, charger chip, divider and pull-ups; on the stick a dark display and a 5 V converter.
BOARD: Final[Mapping[str, Range]] = {"esp32s3": (0.5, 2.0, 5.0), "m5stickc_plus2": (1.0, 3.0, 8.0)}
#: Of the capacity that is printed on the cell, and what is left of it: aged, cool, cut off early.
CELL_MAH: Final[Mapping[str, float]] = {"esp32s3": 1200.0, "m5stickc_plus2": 200.0}
USABLE: Final[Range] = (0.97, 0.88, 0.70)
SELF_DISCHARGE: Final[Mapping[str, Range]] = {
    board: (mah * 0.03 / 720, mah * 0.05 / 720, mah * 0.09 / 720) for board, mah in CELL_MAH.items()
}

#: Between two beacons; how long the receiver is on for one; and for a message with its answer.
BEACON_MS: Final = 102.4
LISTEN_MS: Final[Range] = (3.0, 5.0, 12.0)
SEND_MS: Final[Range] = (1.0, 3.0, 12.0)
AWAKE_MS: Final[Range] = (60.0, 150.0, 400.0)
#: Messages the device sends for a heartbeat: itself, and its share of keep-alive and confirmations.
PACKETS: Final[Range] = (2.0, 3.0, 5.0)
#: How much of a tick of 20 ms the firmware computes, at 240 MHz.
COMPUTE_SHARE: Final[Range] = (0.10, 0.25, 0.50)
#: What a wait of the loop gives back of its time: nothing where it counts microseconds, and what whole ticks
#: of 10 ms of the system leave where it sleeps milliseconds.
IDLE_OF_WAIT: Final[Mapping[str, Range]] = {"spins": (0.0, 0.0, 0.0), "sleeps": (0.60, 0.40, 0.15)}
LIGHT_MA: Final[Range] = (2.0, 4.0, 6.0)
BUZZER_MA: Final[Range] = (5.0, 12.0, 25.0)
MOTOR_MA: Final[Range] = (50.0, 65.0, 90.0)


@dataclass(frozen=True, slots=True)
class Setting:
    """What of a device costs power."""

    board: str = "esp32s3"
    cpu_mhz: int = 240
    wait: str = "sleeps"
    #: The radio listens to one beacon of so many; 0: all the time.
    listen_beacons: int = 1
    heartbeat_ms: int = Settings().heartbeat_ms
    #: The sign that lasts.
    sign: str = "guarding"
    #: Another cell than the board's own, or 0.
    cell_mah: int = 0


#: As a device is delivered.
DELIVERED: Final = {board: Setting(board, cpu_mhz=160) for board in CELL_MAH}


def parts_ma(setting: Setting, case: int) -> dict[str, float]:
    """Return the mean current of each part, in mA; `case` is BEST, TYPICAL or WORST."""
    board = setting.board
    idle, busy = IDLE[board][setting.cpu_mhz][case], BUSY[board][setting.cpu_mhz][case]
    computing = min(COMPUTE_SHARE[case] * 240 / setting.cpu_mhz, 1.0)
    idle_share = (1 - computing) * IDLE_OF_WAIT[setting.wait][case]
    receive_share, send_share = _radio_shares(setting, case)
    # The tables of the radio are with an idle processor: what it adds is counted once.
    heard = max(RECEIVE[board][case] - IDLE[board][80][BEST], 0) * receive_share
    said = max(SEND[board][case] - IDLE[board][80][BEST], 0) * send_share
    return {
        "processor": idle * idle_share + busy * (1 - idle_share),
        "radio": heard + said,
        "sensor": SENSOR[board][case],
        "signs": _signs_ma(setting.sign, case),
        "board": BOARD[board][case],
        "self-discharge": SELF_DISCHARGE[board][case],
    }


def _radio_shares(setting: Setting, case: int) -> tuple[float, float]:
    """Return of which share of the time the radio receives and sends."""
    listening = LISTEN_MS[case] / (BEACON_MS * setting.listen_beacons) if setting.listen_beacons else 1.0
    talking = AWAKE_MS[case] * PACKETS[case] / setting.heartbeat_ms
    sending = SEND_MS[case] * PACKETS[case] / setting.heartbeat_ms
    return min(listening + talking, 1.0), sending


def _signs_ma(sign: str, case: int) -> float:
    pattern = signals.PATTERNS[sign]
    draws = (
        (pattern.led, LIGHT_MA[case]),
        (pattern.buzzer, BUZZER_MA[case]),
        (pattern.vibration, MOTOR_MA[case]),
    )
    return sum(_share_on(steps) * current for steps, current in draws)


def _share_on(steps: tuple[tuple[object, int], ...]) -> float:
    """Return of which share of a period something is on."""
    period_ms = sum(duration_ms for _, duration_ms in steps)
    on_ms = sum(duration_ms for value, duration_ms in steps if value not in {0, "off"})
    return on_ms / period_ms if period_ms else 0.0


def can_keep_up(setting: Setting, case: int) -> bool:
    """Tell whether the processor is fast enough to end a tick in time."""
    return COMPUTE_SHARE[case] * 240 / setting.cpu_mhz <= 0.9


def hours(setting: Setting, case: int) -> float:
    """Return how long a full cell lasts, from full to empty."""
    return (
        (setting.cell_mah or CELL_MAH[setting.board]) * USABLE[case] / sum(parts_ma(setting, case).values())
    )


def variants(board: str) -> Iterator[tuple[str, Setting]]:
    """Yield the settings whose hours the page shows, each with what it changes."""
    delivered = DELIVERED[board]
    yield "as delivered: 160 MHz, waits asleep, every beacon, heartbeat 25 s", delivered
    yield "waits that count microseconds, 240 MHz", replace(delivered, cpu_mhz=240, wait="spins")
    yield "240 MHz, MicroPython's own choice", replace(delivered, cpu_mhz=240)
    yield "80 MHz", replace(delivered, cpu_mhz=80)
    if board == "esp32s3":
        yield "a cell of 2,000 mAh", replace(delivered, cell_mah=2000)
    yield "receiver never off", replace(delivered, listen_beacons=0)
    yield "one beacon of three", replace(delivered, listen_beacons=3)
    yield "one beacon of ten", replace(delivered, listen_beacons=10)
    yield "heartbeat every 5 s", replace(delivered, heartbeat_ms=5000)
    yield "heartbeat every 60 s", replace(delivered, heartbeat_ms=60000)
    yield (
        "*not protected* all the time: buzzer and vibration every 15 s",
        replace(delivered, sign="not_protected"),
    )
    yield "an alarm all the time", replace(delivered, sign="alarm")
