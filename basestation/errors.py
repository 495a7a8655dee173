"""What the base station refuses a person, each with a sentence for that person.

Refused
 ├─ UnknownCase     there is no such case
 ├─ NoTrace         no movement was kept with a case
 ├─ ShiftRefused    the shift cannot start or end
 ├─ EntryRefused    a name is taken or not possible
 │   └─ ChangedMeanwhile  somebody else was first
 └─ AddressTaken    the console cannot be served there
"""


class Refused(Exception):
    """The base station does not do it; the text says what, where and what to do."""


class UnknownCase(Refused):
    """There is no case of this number."""


class NoTrace(Refused):
    """No movement was kept there."""


class ShiftRefused(Refused):
    """The shift cannot start or end like this."""


class EntryRefused(Refused):
    """What was entered cannot be kept."""


class ChangedMeanwhile(EntryRefused):
    """Somebody else has changed it since it was opened; the text says who and when."""


class AddressTaken(Refused):
    """The console's address is in use."""
