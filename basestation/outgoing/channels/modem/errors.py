"""What can go wrong between us and the modem; every text is a sentence without secrets.

ModemTrouble
    LineLost          the line is gone, or nobody answers on it: it is opened anew
    CommandRefused    the modem refused one command and works on
    SetUpRefused      it cannot be used as it is: somebody has to do something
PduDamaged            a message that cannot be read; the rest of the line is not touched
"""


class ModemTrouble(Exception):
    """Something is wrong with the modem."""


class LineLost(ModemTrouble):
    """The line is gone, or nobody answers on it."""


class CommandRefused(ModemTrouble):
    """The modem refused one command."""


class SetUpRefused(ModemTrouble):
    """The modem answers, and cannot be used as it is."""


class PduDamaged(Exception):
    """A message that cannot be read."""
