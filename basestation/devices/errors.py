"""What can go wrong while a device is got ready, each with a sentence for the person at the bench.

SetupFailed
 ├─ LineFailed      the serial line: cannot be opened, silent, cut
 ├─ BoardRefused    what answers is no board that this firmware runs on
 ├─ BoardFailed     the board answered, but could not do what it was told
 └─ CheckFailed     the device's own self-test found something
"""


class SetupFailed(Exception):
    """The device is not ready; the text says what is wrong, where, and what to do."""


class LineFailed(SetupFailed):
    """The serial line cannot be used any more; the command can be run again."""


class BoardRefused(SetupFailed):
    """The firmware does not run on what answers there."""


class BoardFailed(SetupFailed):
    """The board could not do what it was told; holds its own words."""


class CheckFailed(SetupFailed):
    """The self-test found something; the device stays *not ready*."""
