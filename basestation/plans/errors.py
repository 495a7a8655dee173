"""What is wrong with a plan, as a sentence for whoever brought it."""

from basestation.errors import EntryRefused


class NoPlan(EntryRefused):
    """The file cannot be a plan."""
