"""The journal on its way to the base station, piece after piece.

Decides when a piece is read and sent: one at a time, the next after the receipt of the one before, again if
none comes, a bounded number of times, and none while an alarm waits for its receipt or the link is down.
Never delays an alarm. Imported when the base station asks, and forgotten when it is over. Times in ms.
"""

from binascii import b2a_base64

from firmware.effects import Publish, ReadJournal
from protocol import codec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.link import Link

REPEAT_MS = 5000
#: How long it waits where an alarm goes first, before it looks again.
WAIT_MS = 1000
#: How often one piece is read, sent or waited for; then the base station must ask again.
TRIES_MAX = 60
OVER = -1


class Readout:
    """One read-out, as the command `read-journal` asked for it."""

    def __init__(self, link: "Link", command: "dict[str, Any]", now_ms: int) -> None:
        self._link = link
        self._device = command["device"]
        self._name = command["read"]
        self._piece = 0
        self._tries = 0
        #: Number of the message that carries the piece, 0: not sent yet.
        self._seq = 0
        self._pieces = 0
        self.due_ms = now_ms
        self.is_over = False

    def step(self, now_ms: int, out: "list[Any]") -> None:
        """Ask the board for the piece that is due."""
        if now_ms < self.due_ms or self.is_over:
            return
        self._tries += 1
        if self._tries > TRIES_MAX:
            self._end(out)
        elif self._link.alarms_due() or not self._link.is_up:
            self.due_ms = now_ms + WAIT_MS
        else:
            self.due_ms = now_ms + REPEAT_MS
            out.append(ReadJournal(self._piece))

    def send(self, pieces: int, data: bytes, out: "list[Any]") -> None:
        """Send the piece that the board has read; b"" if it could not."""
        if not data:
            self._end(out)
            return
        self._pieces = pieces
        self._seq = self._seq or self._link.take_seq()
        records = b2a_base64(data).decode().strip()
        fields = {"read": self._name, "piece": self._piece, "pieces": pieces, "records": records}
        out.append(
            Publish(
                "trace", codec.encode("journal", self._device, self._link.boot, self._seq, "real", fields)
            )
        )

    def take_receipt(self, now_ms: int, message: "dict[str, Any]", out: "list[Any]") -> None:
        """Go on with the next piece if this is the receipt of the last one."""
        if (message["acked_boot"], message["acked_seq"]) != (self._link.boot, self._seq):
            return
        self._piece += 1
        self._tries = self._seq = 0
        self.due_ms = now_ms
        if self._piece >= self._pieces:
            self._end(out)

    def _end(self, out: "list[Any]") -> None:
        self.is_over = True
        out.append(ReadJournal(OVER))
