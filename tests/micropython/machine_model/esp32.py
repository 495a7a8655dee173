"""`esp32` over a model: a partition in memory, and what wakes the chip."""

WAKEUP_ANY_HIGH = True
woken_by = []


class Partition:
    """A data partition of eight blocks, erased."""

    def __init__(self, label):
        self.label = label
        self._data = bytearray(b"\xff" * (8 * 4096))

    def readblocks(self, block, buffer, offset):
        """Read."""
        at = block * 4096 + offset
        buffer[:] = self._data[at : at + len(buffer)]

    def writeblocks(self, block, data, offset):
        """Write without erasing."""
        at = block * 4096 + offset
        for place in range(len(data)):
            self._data[at + place] &= data[place]

    def ioctl(self, operation, argument):
        """Count the blocks, or erase one."""
        if operation == 4:
            return 8
        self._data[argument * 4096 : argument * 4096 + 4096] = b"\xff" * 4096
        return 0


def wake_on_ext0(pin, level):
    """Write down what wakes the chip."""
    woken_by.append((pin.number, level))
