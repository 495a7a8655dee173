"""What an accelerometer chip must offer to accelerometer.py; nothing runs here.

Decides what a driver is made of: registers, never time. `bus` of a driver is whatever has the methods
`readfrom_mem_into(address, register, buffer)` and `writeto_mem(address, register, buffer)` of `machine.I2C`:
the bus of a board, or a model of the chip in a test. Every method that reaches the chip raises OSError when
the bus does. Raw values are signed digits of the chip, means are mg.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Chip(Protocol):
        """The registers of one accelerometer."""

        #: Ticks that a reset takes at most, by the data sheet.
        reset_ticks: int
        #: Whether words were lost since the last look, and the raw axes of the last word.
        has_overrun: bool
        x: int
        y: int
        z: int

        def is_answering(self) -> bool:
            """Tell whether this chip is the one that is expected."""
            ...

        def reset(self) -> None:
            """Begin a reset."""
            ...

        def is_reset(self) -> bool:
            """Tell whether the reset has ended."""
            ...

        def set_up(self, is_test: bool) -> None:
            """Begin to measure from an empty FIFO; with the scale of the self-test if `is_test`."""
            ...

        def push(self) -> None:
            """Push the mass by the force of the self-test, and empty the FIFO."""
            ...

        def is_set_up(self) -> bool:
            """Tell whether the settings are still there, which a dip of the supply takes."""
            ...

        def word_count(self) -> int:
            """Return the words that wait, and note in `has_overrun` whether some were lost."""
            ...

        def read_word(self) -> bool:
            """Take the oldest word into x, y, z; return False if it is none of the accelerometer."""
            ...

        def mg(self, total: int, count: int, is_test: bool) -> int:
            """Return the mean in mg of `count` raw values that sum up to `total`."""
            ...

        def is_response_good(self, x_mg: int, y_mg: int, z_mg: int) -> bool:
            """Tell whether the force moved the mass as the data sheet says, in mg of each axis."""
            ...
