"""What a receiver's answer means for the message we sent.

Decides whether a frame answers us at all. With a key only an encrypted acknowledgement counts, and only a
fresh one: the number stands outside the encryption, so an old one could be played again. A receiver refuses
in clear (NAK, DUH), since it may not know who we are. Times are aware UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from basestation.outgoing.channels.dc09.frames import Frame, FrameError, Identity, opened

#: A clock that shows another year is none: ours is not set by it.
YEARS: Final = range(2020, 2100)


class Event(StrEnum):
    """What came of a frame that was sent."""

    #: The receiver has taken it.
    ACK = "ack"
    #: Not accepted: damaged, or our clock is wrong.
    NAK = "nak"
    #: Not understood.
    DUH = "duh"
    #: Something that is no answer to us.
    GARBLED = "garbled"
    #: No answer in time.
    SILENT = "silent"
    #: The connection broke.
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer has to match."""

    who: Identity
    sequence: int
    key: bytes | None
    #: What our clock shows, set by the receiver's; an acknowledgement may be off by so many seconds.
    now: datetime
    age_s_max: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    event: Event
    #: What the receiver's clock shows, from a NAK.
    clock_at: datetime | None = None
    #: Why it is no answer, one word.
    reason: str = ""


def judge(line: bytes, expected: Expected) -> Answer:
    """Return what a line from the receiver means."""
    try:
        return _meaning(opened(line, expected.key), expected)
    except FrameError as error:
        return Answer(Event.GARBLED, reason=str(error))


def _meaning(told: Frame, expected: Expected) -> Answer:
    if told.name == "NAK":
        is_clock = told.told_at is not None and told.told_at.year in YEARS
        return Answer(Event.NAK, told.told_at if is_clock else None)
    if told.name not in {"ACK", "DUH"}:
        raise FrameError("token")
    if told.sequence != expected.sequence:
        raise FrameError("sequence")
    if told.account and int(told.account, 16) != int(expected.who.account, 16):
        raise FrameError("account")
    if told.name == "DUH":
        return Answer(Event.DUH)
    if expected.key is not None:
        _prove_fresh(told, expected)
    return Answer(Event.ACK)


def _prove_fresh(told: Frame, expected: Expected) -> None:
    if not told.is_encrypted:
        raise FrameError("plain")
    if told.told_at is None:
        # Without the right key nearly nothing decrypts to a time.
        raise FrameError("key")
    if abs((told.told_at - expected.now).total_seconds()) > expected.age_s_max:
        raise FrameError("stale")
