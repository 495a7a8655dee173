"""The flash of the journal on an ESP32: a data partition of its own, without a file system.

Decides nothing: it turns bytes into the blocks of `esp32.Partition`. Every call is durable when it returns
and raises OSError if the flash refuses. An erase takes 50 to 400 ms, so it is never done in an alarm's way.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SECTOR_BYTES = 4096
#: Operations of a block device (MicroPython's `vfs.AbstractBlockDev`): number of blocks, erase one.
BLOCK_COUNT, BLOCK_ERASE = 4, 6


class FlashPartition:
    """The flash of the `partition` of the journal, which has the methods of `esp32.Partition`."""

    sector_bytes = SECTOR_BYTES

    def __init__(self, partition: "Any") -> None:
        self._partition = partition
        self.sector_count: int = partition.ioctl(BLOCK_COUNT, 0)

    def read(self, at: int, buffer: "Any") -> None:
        """Fill `buffer` from byte `at` on."""
        self._partition.readblocks(at // SECTOR_BYTES, buffer, at % SECTOR_BYTES)

    def write(self, at: int, data: bytes) -> None:
        """Write `data` into erased bytes; with its offset named the partition erases nothing."""
        self._partition.writeblocks(at // SECTOR_BYTES, data, at % SECTOR_BYTES)

    def erase(self, sector: int) -> None:
        """Make all bytes of a sector 0xFF."""
        self._partition.ioctl(BLOCK_ERASE, sector)
