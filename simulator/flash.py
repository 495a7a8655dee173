"""A flash whose power can be cut in the middle of anything; runs on MicroPython and CPython.

Behaves as a chip does: erased bytes are 0xFF, a write only clears bits, an erase takes a whole sector. A cut
comes after a number of steps (a byte written, a stage of an erase): what the step was about is then left half
done, its bits as a seeded generator wills. Decides nothing about what is stored. Bytes.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The stages of an erase at which it can be cut: from nothing done to everything but the last bits.
ERASE_STAGES = 6
#: What an erase that was cut leaves in one state.
WORD_BYTES = 16


class PowerCut(Exception):
    """The power went; the flash keeps what it holds."""


class SimulatedFlash:
    """The port that `firmware/journal_ring.py` describes, over memory."""

    def __init__(self, sector_bytes: int = 4096, sector_count: int = 8, seed: int = 1) -> None:
        self.sector_bytes = sector_bytes
        self.sector_count = sector_count
        self.data = bytearray(b"\xff" * (sector_bytes * sector_count))
        #: Steps until the power goes, None: it stays; and the steps since the beginning.
        self.cut_after: Any = None
        self.steps = 0
        #: Erases of each sector, and bytes written.
        self.erases = [0] * sector_count
        self.written_bytes = 0
        #: While this is true every call is refused as by a chip that has died.
        self.is_refusing = False
        #: Bytes (their places) that are worn out: what is written there becomes 0.
        self.worn_out: Any = ()
        self._seed = seed

    def read(self, at: int, buffer: "Any") -> None:
        """Fill `buffer` from byte `at` on."""
        self._answer()
        buffer[:] = self.data[at : at + len(buffer)]

    def write(self, at: int, data: bytes) -> None:
        """Clear bits as `data` says, byte by byte."""
        self._answer()
        assert (at | len(data)) & 3 == 0, "a chip writes whole words"
        for count in range(len(data)):
            if self._is_cut():
                # Some bits of the byte under work are cleared already.
                self.data[at + count] &= data[count] | self._random_byte()
                raise PowerCut
            self.data[at + count] &= 0 if at + count in self.worn_out else data[count]
        self.written_bytes += len(data)

    def erase(self, sector: int) -> None:
        """Set all bits of a sector."""
        self._answer()
        first = sector * self.sector_bytes
        for stage in range(ERASE_STAGES):
            if self._is_cut():
                self._erase_half(first, stage)
                raise PowerCut
        self.data[first : first + self.sector_bytes] = b"\xff" * self.sector_bytes
        self.erases[sector] += 1

    def flip(self, at: int, bit: int) -> None:
        """Turn over one bit."""
        self.data[at] ^= 1 << bit

    def copy(self) -> "SimulatedFlash":
        """Return another flash that holds the same, with its power on."""
        other = SimulatedFlash(self.sector_bytes, self.sector_count, self._seed + self.steps + 1)
        other.data = bytearray(self.data)
        return other

    def _answer(self) -> None:
        if self.is_refusing:
            raise OSError(5)

    def _is_cut(self) -> bool:
        self.steps += 1
        return self.cut_after is not None and self.steps > self.cut_after

    def _erase_half(self, first: int, stage: int) -> None:
        """Leave some words as they were, some garbled, some erased: more of them, the later the stage."""
        for at in range(first, first + self.sector_bytes, WORD_BYTES):
            fate = self._random_byte() % (ERASE_STAGES + 2)
            for byte in range(at, at + WORD_BYTES if fate <= stage else at):
                self.data[byte] |= 0xFF if fate & 1 else self._random_byte()

    def _random_byte(self) -> int:
        self._seed = (self._seed * 1103515245 + 12345) & 0x7FFFFFFF
        return self._seed >> 16 & 0xFF
