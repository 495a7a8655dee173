"""Numbers that modem and network give, in words.

Decides what a delivery status means for a notice. Tables from 3GPP TS 27.005, 3.2.5 (message service
failures), TS 27.007, 9.2 (equipment errors) and TS 23.040, 9.2.3.15 (status); the words are ours. A number
nobody knows stands as it came.
"""

from enum import StrEnum
from typing import Final


class Arrival(StrEnum):
    """What a delivery status means."""

    DELIVERED = "delivered"
    #: Handed on to a machine that tells nothing further.
    UNCONFIRMED = "unconfirmed"
    #: The centre goes on trying.
    TRYING = "trying"
    FAILED = "failed"


_MESSAGE_FAILURES: Final = {
    1: "the number is not assigned",
    8: "the operator has barred it for this SIM",
    10: "calls are barred for this SIM",
    21: "the network rejected the message",
    27: "the recipient's line is out of service",
    28: "the recipient is not known in the network",
    29: "the network rejected the service: look whether the SIM may send messages",
    30: "this SIM is not known in the network",
    38: "the network is out of order",
    41: "the network has a temporary failure",
    42: "the network is congested",
    47: "the network has no room",
    50: "the SIM has not subscribed to messages",
    69: "the network does not have this service",
    96: "the message was not accepted: a field is missing",
    111: "the network gave a protocol error",
    127: "the network gave no reason",
    300: "the modem failed",
    301: "the modem keeps its message service for itself",
    302: "the modem does not allow it now",
    303: "the modem does not support it",
    304: "the modem did not accept the message's form",
    305: "the modem did not accept the text",
    310: "there is no SIM in the modem",
    311: "the SIM asks for its PIN: put it into the settings",
    312: "the SIM asks for the telephone's own PIN",
    313: "the SIM failed",
    314: "the SIM is busy",
    315: "the SIM is the wrong one",
    316: "the SIM is locked: enter its PUK in a telephone",
    320: "the modem's store failed",
    321: "there is no message at that place",
    322: "the SIM has no room for messages: delete some",
    330: "the number of the message centre is not known: set it on the SIM",
    331: "the modem has no network: look at aerial and SIM",
    332: "the network did not answer in time",
    500: "the modem gave no reason",
}
_EQUIPMENT_FAILURES: Final = {
    3: "the modem does not allow it now",
    4: "the modem does not support it",
    10: "there is no SIM in the modem",
    11: "the SIM asks for its PIN: put it into the settings",
    12: "the SIM is locked: enter its PUK in a telephone",
    13: "the SIM failed",
    14: "the SIM is busy",
    15: "the SIM is the wrong one",
    16: "the SIM did not accept the PIN",
    20: "the SIM has no room for messages: delete some",
    21: "there is no message at that place",
    30: "the modem has no network: look at aerial and SIM",
    31: "the network did not answer in time",
    32: "the network lets this SIM make emergency calls only",
    100: "the modem gave no reason",
}
_STATUS: Final = {
    0x00: "at the telephone",
    0x01: "handed on, and nobody confirms that it arrived",
    0x02: "replaced by a newer message in the centre",
    0x20: "the network is congested",
    0x21: "the telephone is busy",
    0x22: "the telephone does not answer",
    0x23: "the service was rejected",
    0x24: "the connection was not good enough",
    0x25: "the telephone failed",
    0x40: "the telephones do not understand each other",
    0x41: "the telephone is of the wrong kind",
    0x42: "the number cannot be reached",
    0x43: "no such number",
    0x44: "the connection was not good enough",
    0x45: "there is no way to this number",
    0x46: "it was too old when it could have been delivered: the telephone was off or without network",
    0x47: "it was deleted on the way",
    0x48: "the centre's operator deleted it",
    0x49: "the centre does not know it",
}
_AGAIN: Final = {0x60: 0x20, 0x61: 0x21, 0x62: 0x22, 0x63: 0x23, 0x64: 0x24, 0x65: 0x25}


def arrival(status: int) -> Arrival:
    """Return what a delivery status means; what is reserved counts as failed."""
    if status == 0x00:
        return Arrival.DELIVERED
    if status in {0x01, 0x02}:
        return Arrival.UNCONFIRMED
    return Arrival.TRYING if 0x20 <= status < 0x40 else Arrival.FAILED


def status_words(status: int) -> str:
    """Return a delivery status in words."""
    return _STATUS.get(_AGAIN.get(status, status), f"not delivered, status {status}")


def failure_words(line: str) -> str:
    """Return the words for the line with which a modem refused a command."""
    kind, _, number = line.partition(":")
    table = {"+CMS ERROR": _MESSAGE_FAILURES, "+CME ERROR": _EQUIPMENT_FAILURES}.get(kind.strip())
    if table is None:
        return "the modem refused the command"
    number = number.strip()
    known = table.get(int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else None
    # What a modem says in words of its own is cut: it is nobody's sentence.
    return known or f"the modem gave error {number[:40] or 'without a number'}"
