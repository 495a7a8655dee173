"""From the bytes of the line to signals: enquiry, ACK, NAK, EOT and data blocks.

Decides where a signal begins and ends, whatever else comes over the line; never what it is answered with.
A block that is broken off, too long or whose check character is wrong is a signal of its own; every byte
that belongs to nothing is counted. Milliseconds of a clock that never goes back.
"""

from dataclasses import dataclass
from enum import StrEnum

from basestation.outgoing.channels.espa.frames import (
    ACK,
    ENQ,
    EOT,
    ETX,
    NAK,
    SOH,
    check_character,
)

#: A block longer than this is none, in bytes: eight records of the longest kind fit.
BODY_BYTES_MAX = 1024


class Heard(StrEnum):
    """What was heard."""

    ENQUIRY = "enquiry"
    ACK = "ack"
    NAK = "nak"
    EOT = "eot"
    BLOCK = "block"
    #: A block with a wrong check character, or one that does not end.
    GARBLED = "garbled"


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing heard."""

    heard: Heard
    #: The address before an enquiry, the error code before a NAK; empty for none.
    prefix: str = ""
    #: Of a block: everything after SOH through ETX.
    body: bytes = b""


_CONTROLS = {ENQ: Heard.ENQUIRY, ACK: Heard.ACK, NAK: Heard.NAK, EOT: Heard.EOT}


class Receiver:
    """Reads a line on which a pause of more than `gap_ms` ends whatever was begun."""

    def __init__(self, gap_ms: int) -> None:
        self._gap_ms = gap_ms
        self._heard_at_ms = 0
        #: None outside a block.
        self._body: bytearray | None = None
        self._is_check_next = False
        self._prefix = ""
        #: Bytes that belonged to nothing.
        self.noise_bytes = 0

    def next_deadline_ms(self) -> int | None:
        """Return when what was begun is given up; None outside a block."""
        return None if self._body is None else self._heard_at_ms + self._gap_ms

    def feed(self, data: bytes, now_ms: int) -> list[Signal]:
        """Take what came, and return what it was; call it with nothing to let time pass."""
        signals = self._pause(now_ms)
        if data:
            self._heard_at_ms = now_ms
        for byte in data:
            signal = self._outside(byte) if self._body is None else self._inside(self._body, byte)
            if signal is not None:
                signals.append(signal)
        return signals

    def _pause(self, now_ms: int) -> list[Signal]:
        if now_ms - self._heard_at_ms < self._gap_ms:
            return []
        self._drop_prefix()
        return [] if self._body is None else [self._garbled(self._body)]

    def _outside(self, byte: int) -> Signal | None:
        if byte in _CONTROLS:
            prefix, self._prefix = self._prefix, ""
            return Signal(_CONTROLS[byte], prefix)
        self._drop_prefix()
        if byte == SOH:
            self._body = bytearray()
        elif 0x20 < byte < 0x7F:
            self._prefix = chr(byte)
        else:
            self.noise_bytes += 1
        return None

    def _inside(self, body: bytearray, byte: int) -> Signal | None:
        if self._is_check_next:
            self._is_check_next = False
            if byte != check_character(body):
                return self._garbled(body)
            self._body = None
            return Signal(Heard.BLOCK, body=bytes(body))
        if byte in {SOH, EOT}:
            # The sender began again, or gave up.
            self.noise_bytes += 1 + len(body)
            self._body = bytearray() if byte == SOH else None
            return Signal(Heard.EOT) if byte == EOT else None
        body.append(byte)
        self._is_check_next = byte == ETX
        return self._garbled(body) if len(body) > BODY_BYTES_MAX else None

    def _garbled(self, body: bytearray) -> Signal:
        self.noise_bytes += len(body)
        self._body = None
        self._is_check_next = False
        return Signal(Heard.GARBLED)

    def _drop_prefix(self) -> None:
        self.noise_bytes += len(self._prefix)
        self._prefix = ""
