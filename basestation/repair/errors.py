"""What can go wrong with copies, each with a sentence for the person who reads it."""

from basestation.errors import Refused


class RepairRefused(Refused):
    """The copy cannot be made, opened or put back; nothing was changed."""
