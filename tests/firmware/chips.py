"""Models of accelerometer chips at the level of their registers, for tests in both interpreters.

A model knows what its data sheet says of the registers that a driver uses, a FIFO that fills with time by an
oscillator of its own, and the faults of chips and wires: a transfer that fails, a bus that hangs until it is
freed, a value that sticks, a supply that dips (the settings are gone, the processor runs on), a self-test out
of its limits. It is written from the same sources as the drivers, so it cannot show that these are right.
Values come as mg from `acceleration(t_ms)`; the model's time is ms with thousandths, and passes by
`pass_time`.
"""

#: From the force of the self-test to its full effect.
SETTLING_US = 95000


class ModelChip:
    """What the chips have in common: registers, time, faults, and a bus with one chip on it."""

    address = 0
    fifo_words_max = 0

    def __init__(self, acceleration=None):
        self._acceleration = acceleration or (lambda _t_ms: (0, 0, 1000))
        #: Thousandths by which the oscillator is too fast.
        self.fast_permille = 0
        #: Transfers so far, and the numbers of those that fail.
        self.transfers = 0
        self.failing = set()
        #: Nothing is acknowledged: for good, or until the bus is freed.
        self.is_dead = False
        self.is_hanging = False
        self.frees = 0
        #: Every word is the one of that moment.
        self.is_stuck = False
        #: What the force of the self-test does to each axis, in mg.
        self.response_mg = (400, 400, 400)
        self.t_us = 0
        self._since_us = self._pushed_us = 0
        self._held = None
        self.brown_out()

    def brown_out(self):
        """Let the supply dip: every register is as after switching on."""
        self.registers = bytearray(128)
        self.words = []
        self.lost_words = 0
        self.start_registers()

    def fail_next(self, count=1):
        """Let the next transfers fail."""
        self.failing = {self.transfers + 1 + place for place in range(count)}

    def free(self):
        """Free the bus, as nine clocks do."""
        self.frees += 1
        self.is_hanging = False

    def pass_time(self, duration_ms):
        """Let time pass; the FIFO fills."""
        self.t_us += duration_ms * 1000
        period_us = self.period_us()
        if not period_us:
            self._since_us = self.t_us
            return
        period_us = period_us * 1000 // (1000 + self.fast_permille)
        while self._since_us + period_us <= self.t_us:
            self._since_us += period_us
            self._measure()

    def readfrom_mem_into(self, address, register, buffer):
        """Read as a bus does."""
        self._transfer(address)
        for place in range(len(buffer)):
            buffer[place] = self.read(register + place)
        self.end_read(register, len(buffer))

    def writeto_mem(self, address, register, data):
        """Write as a bus does."""
        self._transfer(address)
        for place in range(len(data)):
            self.write(register + place, data[place])

    def digits(self, per_g):
        """Return the three axes in digits of the chip."""
        if self._held is None or not self.is_stuck:
            self._held = self._acceleration(self._since_us // 1000)
        if not self.is_pushed():
            self._pushed_us = self._since_us
        # The mass needs its time to get where it is pushed.
        reached_percent = min((self._since_us - self._pushed_us) * 100 // SETTLING_US, 100)
        pushed_mg = [response_mg * reached_percent // 100 for response_mg in self.response_mg]
        return [
            max(-32768, min(32767, (self._held[axis] + pushed_mg[axis]) * per_g // 1000))
            for axis in (0, 1, 2)
        ]

    def end_read(self, register, count):
        """Do what reading has as its consequence; here: nothing."""

    def _measure(self):
        if not self.is_batching():
            return
        if len(self.words) == self.fifo_words_max:
            self.words.pop(0)
            self.lost_words += 1
        self.words.append(self.word())

    def _transfer(self, address):
        self.transfers += 1
        if address != self.address or self.is_dead or self.is_hanging or self.transfers in self.failing:
            raise OSError(19, "no acknowledgement")


class ModelLsm6dsox(ModelChip):
    """DS12814: FIFO of 512 words of 7 bytes; after switching on nothing is measured."""

    address = 0x6A
    fifo_words_max = 512
    #: CTRL1_XL: interval by the four bits of ODR, digits of 1 g by the two of the scale.
    PERIODS_US = (0, 80000, 38462, 19231, 9615, 4808)
    DIGITS_PER_G = (16393, 2049, 8197, 4098)

    def start_registers(self):
        """Set what is not 0 after a reset."""
        self.registers[0x0F] = 0x6C
        self.registers[0x12] = 0x04
        self.registers[0x18] = 0xE0
        #: The tag of further words; 2 is the accelerometer.
        self.tag = 2

    def value(self):
        """Return the level of INT1, as a pin gives it."""
        return 1 if self.registers[0x0D] & 0x08 and len(self.words) >= self.registers[0x07] else 0

    def period_us(self):
        """Return the interval of the samples by CTRL1_XL."""
        return self.PERIODS_US[self.registers[0x10] >> 4]

    def is_batching(self):
        """Tell whether words go into the FIFO: continuous mode, and a rate of the batches."""
        return self.registers[0x0A] & 7 == 6 and self.registers[0x09] & 15 > 0

    def is_pushed(self):
        """Tell whether the self-test pushes (CTRL5_C)."""
        return self.registers[0x14] & 3 == 1

    def word(self):
        """Return one word of the FIFO: tag, then the axes, low byte first."""
        data = bytearray([self.tag << 3])
        for raw in self.digits(self.DIGITS_PER_G[self.registers[0x10] >> 2 & 3]):
            data += bytes((raw & 255, raw >> 8 & 255))
        return data

    def read(self, register):
        """Return what a register holds."""
        count = len(self.words)
        if register == 0x3A:
            return count & 255
        if register == 0x3B:
            is_over = 0x48 if self.lost_words else 0
            return count >> 8 & 3 | is_over | (0x80 if count >= self.registers[0x07] else 0)
        if 0x78 <= register <= 0x7E:
            return self.words[0][register - 0x78] if self.words else 0
        return self.registers[register]

    def end_read(self, register, count):
        """Take the word out that was read; the overrun is told once."""
        if register == 0x78 and self.words:
            self.words.pop(0)
        if register == 0x3A and count == 2:
            self.lost_words = 0

    def write(self, register, value):
        """Set a register."""
        if register == 0x12 and value & 1:
            self.brown_out()
            return
        self.registers[register] = value
        if register == 0x0A and value & 7 == 0:
            self.words = []


class ModelMpu6886(ModelChip):
    """DS-000193: FIFO of 1024 bytes, 8 a sample; asleep after switching on."""

    address = 0x68
    fifo_words_max = 128
    #: What the factory measured, as its codes.
    codes = (115, 115, 115)

    def start_registers(self):
        """Set what is not 0 after a reset: identity, factory codes, sleep."""
        self.registers[0x75] = 0x19
        self.registers[0x6B] = 0x41
        self.registers[0x0D:0x10] = bytes(self.codes)

    def period_us(self):
        """Return the interval of the samples: 1 kHz by the divider."""
        is_asleep = self.registers[0x6B] & 0x40
        return 0 if is_asleep else 1000 * (1 + self.registers[0x19])

    def is_batching(self):
        """Tell whether samples go into the FIFO."""
        return self.registers[0x6A] & 0x40 and self.registers[0x23] & 0x08

    def is_pushed(self):
        """Tell whether the self-test pushes (ACCEL_CONFIG)."""
        return self.registers[0x1C] & 0xE0 == 0xE0

    def word(self):
        """Return one sample: the axes, high byte first, and the temperature."""
        data = bytearray()
        for raw in self.digits(16384 >> (self.registers[0x1C] >> 3 & 3)):
            data += bytes((raw >> 8 & 255, raw & 255))
        return data + bytes(2)

    def read(self, register):
        """Return what a register holds."""
        if register in (0x72, 0x73):
            count = 8 * len(self.words)
            return count >> 8 if register == 0x72 else count & 255
        if register >= 0x74 and register != 0x75:
            # FIFO_R_W does not count on.
            return self.words[0][register - 0x74] if self.words else 255
        return self.registers[register]

    def readfrom_mem_into(self, address, register, buffer):
        """Read as a bus does; a burst from FIFO_R_W stays there."""
        if register != 0x74:
            ModelChip.readfrom_mem_into(self, address, register, buffer)
            return
        self._transfer(address)
        word = self.words.pop(0) if self.words else bytes([255] * 8)
        buffer[:] = word[: len(buffer)]

    def write(self, register, value):
        """Set a register; the bits that reset take themselves back."""
        if register == 0x6B and value & 0x80:
            self.brown_out()
            return
        if register == 0x6A and value & 0x04:
            self.words = []
            value &= ~0x04
        self.registers[register] = value


class SilentBus:
    """A bus that allocates nothing: two words always wait."""

    def readfrom_mem_into(self, _address, register, buffer):
        """Fill the buffer."""
        for place in range(len(buffer)):
            buffer[place] = 16
        if register == 0x3A:
            buffer[0] = 2
            buffer[1] = 0
        if register == 0x72:
            buffer[0] = 0
            buffer[1] = 16

    def writeto_mem(self, _address, _register, _data):
        """Do nothing."""
