"""The registers of the LSM6DSOX (ST): accelerometer at 104 Hz and +-16 g through its FIFO, by I2C.

Decides what is written to the chip and how its words are read; never when (accelerometer.py does). Sources:
ST data sheet DS12814 (registers: chapter 9; FIFO words: 6.5; self-test 50 to 1700 mg: table 2) and
application note AN5272 (self-test: +-4 g, 52 Hz, mean of 5). Read for this: the register map of ST's own
driver `lsm6dsox_reg.h` and the page of the LSM6DSO's DS12140 with the same limits; DS12814 itself was not at
hand. Not checked by this driver: the parity bit of a word's tag.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Address with SDO/SA0 at ground; with SA0 high it is one more.
ADDRESS = 0x6A
IDENTITY = 0x6C

FIFO_CTRL1, FIFO_CTRL2, FIFO_CTRL3, FIFO_CTRL4 = 0x07, 0x08, 0x09, 0x0A
INT1_CTRL, WHO_AM_I = 0x0D, 0x0F
CTRL1_XL, CTRL2_G, CTRL3_C, CTRL5_C, CTRL9_XL = 0x10, 0x11, 0x12, 0x14, 0x18
FIFO_STATUS1, FIFO_DATA_OUT_TAG = 0x3A, 0x78

#: CTRL1_XL: ODR in bits 7 to 4 (4: 104 Hz, 3: 52 Hz), scale in bits 3 and 2 (1: 16 g, 2: 4 g).
RUN_RATE, TEST_RATE = 0x44, 0x38
#: FIFO_CTRL3: batching at the same rates.
RUN_BATCH, TEST_BATCH = 0x04, 0x03
#: CTRL3_C: software reset; block data update, addresses count on.
SW_RESET, BDU_IF_INC = 0x01, 0x44
#: CTRL9_XL without I3C (its value after a reset is E0h).
I3C_DISABLED = 0xE2
#: FIFO_CTRL4: no FIFO (and empty); the newest words replace the oldest.
BYPASS, CONTINUOUS = 0x00, 0x06
#: INT1_CTRL: the line is high while the FIFO holds the watermark or more: a tick's worth of words.
INT1_FIFO_TH = 0x08
WATERMARK_WORDS = 2
#: CTRL5_C: self-test of the accelerometer, positive.
PUSH_POSITIVE = 0x01
#: FIFO_STATUS2: words were overwritten since the last look.
OVERRUN_LATCHED = 0x08
#: Tag in bits 7 to 3 of a word's first byte.
TAG_ACCELEROMETER = 0x02
RESPONSE_MG_MIN, RESPONSE_MG_MAX = 50, 1700


class Lsm6dsox:
    """One chip on `bus`, which has `readfrom_mem_into` and `writeto_mem` as `machine.I2C`."""

    reset_ticks = 1

    def __init__(self, bus: "Any", address: int = ADDRESS) -> None:
        self._bus = bus
        self._address = address
        self._byte = bytearray(1)
        self._status = bytearray(2)
        self._word = bytearray(7)
        self.has_overrun = False
        self.x = self.y = self.z = 0

    def is_answering(self) -> bool:
        """Tell whether an LSM6DSOX answers."""
        return self._read(WHO_AM_I) == IDENTITY

    def reset(self) -> None:
        """Begin a reset; it takes some 10 us."""
        self._write(CTRL3_C, SW_RESET)

    def is_reset(self) -> bool:
        """Tell whether the chip has taken the reset bit back."""
        return not self._read(CTRL3_C) & SW_RESET

    def set_up(self, is_test: bool) -> None:
        """Begin to measure from an empty FIFO, in the manner of the self-test if `is_test`."""
        write = self._write
        write(FIFO_CTRL4, BYPASS)
        write(CTRL3_C, BDU_IF_INC)
        write(CTRL9_XL, I3C_DISABLED)
        write(CTRL2_G, 0)
        write(CTRL5_C, 0)
        write(CTRL1_XL, TEST_RATE if is_test else RUN_RATE)
        write(FIFO_CTRL1, WATERMARK_WORDS)
        write(FIFO_CTRL2, 0)
        write(FIFO_CTRL3, TEST_BATCH if is_test else RUN_BATCH)
        write(INT1_CTRL, INT1_FIFO_TH)
        write(FIFO_CTRL4, CONTINUOUS)

    def push(self) -> None:
        """Push the mass by the force of the self-test, and empty the FIFO."""
        self._write(CTRL5_C, PUSH_POSITIVE)
        self._write(FIFO_CTRL4, BYPASS)
        self._write(FIFO_CTRL4, CONTINUOUS)

    def is_set_up(self) -> bool:
        """Tell whether rate and FIFO are still those of `set_up`."""
        return self._read(CTRL1_XL) == RUN_RATE and self._read(FIFO_CTRL4) == CONTINUOUS

    def word_count(self) -> int:
        """Return the words that wait (0 to 1023), and note whether some were overwritten."""
        status = self._status
        self._bus.readfrom_mem_into(self._address, FIFO_STATUS1, status)
        self.has_overrun = status[1] & OVERRUN_LATCHED != 0
        return status[0] | (status[1] & 3) << 8

    def read_word(self) -> bool:
        """Take the oldest word into x, y, z; return False if it is none of the accelerometer."""
        word = self._word
        self._bus.readfrom_mem_into(self._address, FIFO_DATA_OUT_TAG, word)
        if word[0] >> 3 != TAG_ACCELEROMETER:
            return False
        self.x = _signed(word[1] | word[2] << 8)
        self.y = _signed(word[3] | word[4] << 8)
        self.z = _signed(word[5] | word[6] << 8)
        return True

    def mg(self, total: int, count: int, is_test: bool) -> int:
        """Return the mean in mg: 0.488 mg (61/125) a digit at 16 g, 0.122 mg (61/500) at 4 g."""
        digits = 500 * count if is_test else 125 * count
        return (total * 61 + digits // 2) // digits

    def is_response_good(self, x_mg: int, y_mg: int, z_mg: int) -> bool:
        """Tell whether each axis moved by 50 to 1700 mg."""
        for response_mg in (x_mg, y_mg, z_mg):
            if not RESPONSE_MG_MIN <= abs(response_mg) <= RESPONSE_MG_MAX:
                return False
        return True

    def _read(self, register: int) -> int:
        self._bus.readfrom_mem_into(self._address, register, self._byte)
        return self._byte[0]

    def _write(self, register: int, value: int) -> None:
        self._byte[0] = value
        self._bus.writeto_mem(self._address, register, self._byte)


def _signed(raw: int) -> int:
    return raw - 65536 if raw & 32768 else raw
