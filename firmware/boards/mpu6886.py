"""The registers of the MPU-6886 (InvenSense, in the M5StickC Plus2): 100 Hz, +-16 g, by I2C.

Decides what is written to the chip and how its FIFO is read; never when (accelerometer.py does). Sources:
data sheet DS-000193 rev. 1.1 (registers; 2048 and 16384 digits a g) as public drivers for this chip use it.
That the FIFO keeps 8 bytes a sample (the temperature follows the axes) was measured by
github.com/jonnor/micropython-mpu6886. DS-000193 gives no limits for the self-test: those here are
InvenSense's for the sister chips MPU-6500 and ICM-20602 in its Linux driver, taken over and not verified.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ADDRESS = 0x68
IDENTITY = 0x19

SELF_TEST_X_ACCEL, SMPLRT_DIV, CONFIG = 0x0D, 0x19, 0x1A
ACCEL_CONFIG, ACCEL_CONFIG2, FIFO_EN, INT_ENABLE = 0x1C, 0x1D, 0x23, 0x38
USER_CTRL, PWR_MGMT_1, PWR_MGMT_2 = 0x6A, 0x6B, 0x6C
FIFO_COUNTH, FIFO_R_W, WHO_AM_I = 0x72, 0x74, 0x75

#: PWR_MGMT_1: reset; the best clock, awake.
DEVICE_RESET, AWAKE = 0x80, 0x01
#: SMPLRT_DIV: 1 kHz / (1 + 9).
DIVIDER_100_HZ = 9
#: CONFIG: the newest samples replace the oldest, filters on (the divider works only then).
FILTERED = 0x01
#: ACCEL_CONFIG: scale in bits 4 and 3, the forces of the self-test in bits 7 to 5.
SCALE_16_G, SCALE_2_G, PUSH = 0x18, 0x00, 0xE0
#: ACCEL_CONFIG2: low pass at 44.8 Hz.
LOW_PASS = 0x03
#: FIFO_EN: axes of the accelerometer; USER_CTRL: FIFO on, and emptied.
FIFO_ACCELEROMETER = 0x08
FIFO_ON, FIFO_EMPTIED = 0x40, 0x44
WORD_BYTES = 8
#: A FIFO of 1024 bytes that holds so many has lost, or is about to lose, samples.
FULL_BYTES = 1016
#: Response as parts of what the factory measured, in percent; without its figures, in mg.
RESPONSE_PERCENT_MIN, RESPONSE_PERCENT_MAX = 50, 150
RESPONSE_MG_MIN, RESPONSE_MG_MAX = 225, 675
#: What the factory means by code 1, in digits at 2 g; each further code is 1 % more.
FACTORY_DIGITS = 2620


class Mpu6886:
    """One chip on `bus`, which has `readfrom_mem_into` and `writeto_mem` as `machine.I2C`."""

    #: 100 ms.
    reset_ticks = 5

    def __init__(self, bus: "Any", address: int = ADDRESS) -> None:
        self._bus = bus
        self._address = address
        self._byte = bytearray(1)
        self._count = bytearray(2)
        self._word = bytearray(WORD_BYTES)
        self._codes = bytearray(3)
        self.has_overrun = False
        self.x = self.y = self.z = 0

    def is_answering(self) -> bool:
        """Tell whether an MPU-6886 answers."""
        return self._read(WHO_AM_I) == IDENTITY

    def reset(self) -> None:
        """Begin a reset."""
        self._write(PWR_MGMT_1, DEVICE_RESET)

    def is_reset(self) -> bool:
        """Tell whether the chip has taken the reset bit back."""
        return not self._read(PWR_MGMT_1) & DEVICE_RESET

    def set_up(self, is_test: bool) -> None:
        """Begin to measure from an empty FIFO, at the scale of the self-test if `is_test`."""
        write = self._write
        write(PWR_MGMT_1, AWAKE)
        write(PWR_MGMT_2, 0)
        write(SMPLRT_DIV, DIVIDER_100_HZ)
        write(CONFIG, FILTERED)
        write(ACCEL_CONFIG, SCALE_2_G if is_test else SCALE_16_G)
        write(ACCEL_CONFIG2, LOW_PASS)
        write(INT_ENABLE, 0)
        write(FIFO_EN, FIFO_ACCELEROMETER)
        write(USER_CTRL, FIFO_EMPTIED)
        if is_test:
            # What the factory measured does not change; later the bus might fail.
            self._bus.readfrom_mem_into(self._address, SELF_TEST_X_ACCEL, self._codes)

    def push(self) -> None:
        """Push the mass by the force of the self-test, and empty the FIFO."""
        self._write(ACCEL_CONFIG, SCALE_2_G | PUSH)
        self._write(USER_CTRL, FIFO_EMPTIED)

    def is_set_up(self) -> bool:
        """Tell whether clock, scale and FIFO are still those of `set_up`."""
        return (
            self._read(PWR_MGMT_1) == AWAKE
            and self._read(ACCEL_CONFIG) == SCALE_16_G
            and self._read(USER_CTRL) & FIFO_ON != 0
        )

    def word_count(self) -> int:
        """Return the samples that wait; a FIFO that is full is emptied, since its samples may be torn."""
        count = self._count
        self._bus.readfrom_mem_into(self._address, FIFO_COUNTH, count)
        bytes_waiting = (count[0] & 31) << 8 | count[1]
        self.has_overrun = bytes_waiting >= FULL_BYTES
        if self.has_overrun:
            self._write(USER_CTRL, FIFO_EMPTIED)
            return 0
        return bytes_waiting // WORD_BYTES

    def read_word(self) -> bool:
        """Take the oldest sample into x, y, z (and leave its temperature); all are the accelerometer's."""
        word = self._word
        self._bus.readfrom_mem_into(self._address, FIFO_R_W, word)
        self.x = _signed(word[0] << 8 | word[1])
        self.y = _signed(word[2] << 8 | word[3])
        self.z = _signed(word[4] << 8 | word[5])
        return True

    def mg(self, total: int, count: int, is_test: bool) -> int:
        """Return the mean in mg: 2048 digits a g at 16 g, 16384 at 2 g."""
        digits = 2048 * count if is_test else 256 * count
        return (total * 125 + digits // 2) // digits

    def is_response_good(self, x_mg: int, y_mg: int, z_mg: int) -> bool:
        """Tell whether each axis moved by half to one and a half of what it did in the factory."""
        responses_mg = (x_mg, y_mg, z_mg)
        for axis in (0, 1, 2):
            response_mg = abs(responses_mg[axis])
            if min(self._codes) == 0:
                if not RESPONSE_MG_MIN <= response_mg <= RESPONSE_MG_MAX:
                    return False
                continue
            factory_mg = self.mg(factory_digits(self._codes[axis]), 1, True)
            if (
                not factory_mg * RESPONSE_PERCENT_MIN
                <= response_mg * 100
                <= factory_mg * RESPONSE_PERCENT_MAX
            ):
                return False
        return True

    def _read(self, register: int) -> int:
        self._bus.readfrom_mem_into(self._address, register, self._byte)
        return self._byte[0]

    def _write(self, register: int, value: int) -> None:
        self._byte[0] = value
        self._bus.writeto_mem(self._address, register, self._byte)


def factory_digits(code: int) -> int:
    """Return the digits at 2 g that a factory code (1 to 255) stands for: 2620 times 1.01 to the code - 1."""
    scaled = FACTORY_DIGITS << 8
    for _ in range(code - 1):
        scaled = scaled * 101 // 100
    return scaled >> 8


def _signed(raw: int) -> int:
    return raw - 65536 if raw & 32768 else raw
