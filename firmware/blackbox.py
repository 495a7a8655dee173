"""The black box: the last 60 s of movement in a ring, and with a raised alarm the 60 s after it as well.

Decides what of it leaves, and when: nothing in normal work; with a person's alarm, or with a pre-alarm that
is cancelled in trial operation, a piece of 3 s at a time, oldest first, each until its receipt, and only
while no event waits for one. The samples after the alarm take the place of those before it. What had no time
to leave until then stays as every second sample, side by side with every second of the new ones, so that
without a link 120 s are kept. Never lets go of a trace for one that is worth less. Device time in ms.
"""

from binascii import b2a_base64

from firmware.effects import Publish
from firmware.motion import pack
from firmware.trial import Trial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from firmware.link import Link

SAMPLE_MS = 20
BLOCK_SAMPLES = 10
BLOCK_MS = 200
#: 60 s before the alarm, as many after it.
BLOCKS = 300
#: A piece is 3 s: 600 bytes, about 950 as a message.
PIECE_BLOCKS = 15
PIECE_WORDS = PIECE_BLOCKS * BLOCK_SAMPLES
PIECES = 20
#: The ring holds one piece more, so that the receipts of the alarm and of the first piece have time to come:
#: 12.6 kB in the words of `protocol.samples`. Piece 0 is that one; 20 lie before the alarm, 20 after it.
RING_PIECES = PIECES + 1
RING_BLOCKS = RING_PIECES * PIECE_BLOCKS
WORDS = RING_PIECES * PIECE_WORDS
#: From the beginning of a trace on, the sensor has so long for its 60 s.
RECORDING_MS_MAX = 61000
#: Between two pieces: 2 kB a second at most.
PIECE_MS = 500
#: A piece is sent again after 5 s, then twice as late each time; so often while the link is up.
REPEAT_MS_MAX = 60000
PIECE_SENDS_MAX = 10
#: What `first_ms` may be, after a sensor that was silent.
FIRST_MS_MIN = -600000

#: How a block is kept: every sample, every second one beside an older one, not at all.
FULL, THIN, GONE = 1, 2, 0


class BlackBox:
    """The ring of one device, and the one trace that leaves it."""

    def __init__(
        self, link: "Link", repeat_ms: int, upright: "Callable[[], Optional[tuple[int, int, int]]]"
    ) -> None:
        """`upright` returns x, y, z of the upright direction in force, or None."""
        self._link = link
        self._upright = upright
        #: Whether the traces of cancelled pre-alarms leave too.
        self.trial = Trial()
        self._repeat_ms = repeat_ms
        self._ring = bytearray(4 * WORDS)
        #: The word of the next block, how many whole blocks lie behind it, and when the last one ended.
        self._at = 0
        self._filled = 0
        self._block_ms = 0
        #: The alarm whose trace leaves, "" if none does; `_trace` is what its pieces have in common.
        self._alarm = ""
        self._mark = "real"
        self._is_trial = False
        self._trace: "dict[str, Any]" = {}
        #: Where its blocks after the alarm began in the ring, how many there were, how the next is kept.
        self._start = 0
        self._recorded = 0
        self._keep = FULL
        #: One bit a piece of the ring: only every second sample of it is left.
        self._thin_bits = 0
        self._zero_ms = 0
        self._ends_ms = 0
        self._is_recorded = False
        #: The first piece there is, the one that leaves next, the number of its message (0: new).
        self._first = 0
        self._next = 0
        self._seq = 0
        self._sent_count = 0
        self._sent_ms = 0
        self._due_ms = 0
        #: Traces that were given up or overtaken before all had left, and those that found the box taken.
        self.traces_lost = 0

    def take_block(self, now_ms: int, samples: "Any") -> bool:
        """Keep the ten samples of a block (`block.py`); return True if a piece can leave from now on."""
        if self._alarm and not self._prepare(now_ms):
            return False
        self._block_ms = now_ms
        pack(samples, self._ring, self._at, self._keep)
        self._at += BLOCK_SAMPLES
        if self._at == WORDS:
            self._at = 0
        if self._alarm:
            self._recorded += 1
            if self._recorded == BLOCKS:
                self._is_recorded = True
            return self._recorded % PIECE_BLOCKS == 0
        if self._filled < RING_BLOCKS:
            self._filled += 1
        return False

    def raise_alarm(self, now_ms: int, alarm_id: str, mark: str) -> None:
        """Begin the trace of a person's alarm; it overtakes an older one, but not one it would mutilate.

        An alarm during the 60 s after another is part of that one's trace: one fall is often several alarms.
        """
        if self._alarm:
            if not self._is_trial and not self._is_recorded:
                return
            self.traces_lost += 1
        self._begin(now_ms, alarm_id, mark, False)

    def cancel(self, now_ms: int, alarm_id: str, mark: str) -> None:
        """Begin the trace of a cancelled pre-alarm in trial operation, unless another one leaves."""
        if not self.trial.is_on():
            return
        if self._alarm:
            self.traces_lost += 1
        else:
            self._begin(now_ms, alarm_id, mark, True)

    def take_receipt(self, now_ms: int, message: "dict[str, Any]") -> None:
        """Take a receipt; that of the piece under way lets the next one leave."""
        key = (message["acked_boot"], message["acked_seq"], message["mark"])
        if not self._seq or key != (self._link.boot, self._seq, self._mark):
            return
        self._seq = self._sent_count = 0
        self._next += 1
        self._due_ms = max(now_ms, self._sent_ms + PIECE_MS)
        if self._next >= self._count():
            self._end()

    def retry(self, now_ms: int) -> None:
        """Send what is under way again now: the link is back, and what was sent may be lost."""
        self._sent_count = 0
        self._due_ms = now_ms

    def send_due(self, now_ms: int, out: "list[Any]") -> None:
        """End trial operation in time; send the piece that is due, if the link has nothing else to do."""
        self.trial.pass_time(now_ms, out)
        if self._alarm and now_ms >= self._ends_ms:
            self._is_recorded = True
            if self._next >= self._count():
                self._end()
        if not self._can_send() or now_ms < self._due_ms:
            return
        if self._sent_count >= PIECE_SENDS_MAX:
            self.traces_lost += 1
            self._end()
            return
        link = self._link
        self._seq = self._seq or link.take_seq()
        out.append(Publish("trace", link.encoded("trace", self._fields(), self._mark, self._seq)))
        self._due_ms = now_ms + min(self._repeat_ms << self._sent_count, REPEAT_MS_MAX)
        self._sent_ms = now_ms
        self._sent_count += 1

    def deadline_ms(self, since_ms: int) -> "Optional[int]":
        """Return when `send_due` has something to do next after `since_ms`, or None; allocates nothing."""
        due_ms = self.trial.deadline_ms()
        if not self._alarm:
            return due_ms
        if self._can_send():
            own_ms = max(since_ms, self._due_ms)
        elif not self._is_recorded:
            own_ms = self._ends_ms
        else:
            return due_ms
        return own_ms if due_ms is None or own_ms < due_ms else due_ms

    def _begin(self, now_ms: int, alarm_id: str, mark: str, is_trial: bool) -> None:
        if self._alarm:
            self._end()
        self._alarm = alarm_id
        self._mark = mark
        self._is_trial = is_trial
        self._trace = {"alarm": alarm_id}
        if is_trial:
            self._trace["is_trial"] = True
        self._start = self._at
        self._recorded = 0
        self._is_recorded = False
        self._thin_bits = 0
        # The last block ended so long ago.
        self._zero_ms = now_ms - self._block_ms
        self._ends_ms = now_ms + RECORDING_MS_MAX
        self._first = self._next = max(RING_PIECES - self._filled // PIECE_BLOCKS, 1)
        self._seq = self._sent_count = 0
        self._due_ms = now_ms

    def _end(self) -> None:
        """Let go of the trace; what the ring holds without a gap is what lies behind the next one."""
        is_whole = not self._thin_bits and self._keep == FULL and not self._is_late()
        self._filled = min(self._filled + self._recorded, RING_BLOCKS) if is_whole else 0
        self._alarm = ""
        self._trace = {}
        self._seq = 0
        self._keep = FULL

    def _is_late(self) -> bool:
        """Tell whether the sensor did not give its 60 s in time."""
        return self._is_recorded and self._recorded < BLOCKS

    def _prepare(self, now_ms: int) -> bool:
        """Decide how the next block is kept while a trace is there; return False if it is not."""
        if now_ms >= self._ends_ms:
            self._is_recorded = True
        if self._keep == GONE or self._is_late():
            self._keep = GONE
            return False
        if self._recorded % PIECE_BLOCKS == 0:
            piece = self._recorded // PIECE_BLOCKS
            if piece < self._next:
                # What lies in its place has left.
                self._keep = FULL
            elif piece < PIECES:
                self._keep = THIN
                self._thin_bits |= 1 << piece
            else:
                self._keep = GONE
        return self._keep != GONE

    def _count(self) -> int:
        """Return where the pieces of this trace end."""
        if not self._is_late():
            return RING_PIECES + PIECES
        return RING_PIECES + (self._recorded + PIECE_BLOCKS - 1) // PIECE_BLOCKS

    def _can_send(self) -> bool:
        """Tell whether a piece is there and nothing else is to be sent."""
        if not self._alarm or not self._link.is_free():
            return False
        is_there = self._is_recorded or self._recorded >= (self._next - PIECES) * PIECE_BLOCKS
        return is_there and self._next < self._count()

    def _fields(self) -> "dict[str, Any]":
        piece = self._next
        is_thin = self._thin_bits >> piece % RING_PIECES & 1 != 0
        fields = self._trace.copy()
        fields["piece"] = piece - self._first
        fields["pieces"] = self._count() - self._first
        first_ms = (piece - RING_PIECES) * PIECE_BLOCKS * BLOCK_MS + SAMPLE_MS - self._zero_ms
        fields["first_ms"] = max(first_ms, FIRST_MS_MIN)
        fields["interval_ms"] = 2 * SAMPLE_MS if is_thin else SAMPLE_MS
        fields["samples"] = b2a_base64(bytes(self._words(piece, is_thin)))[:-1].decode()
        upright_mg = self._upright()
        if upright_mg is not None and piece == self._first:
            fields["upright_mg"] = {"x": upright_mg[0], "y": upright_mg[1], "z": upright_mg[2]}
        return fields

    def _words(self, piece: int, is_thin: bool) -> bytearray:
        """Return the bytes of a piece, of which only every second word is its own where it is thin."""
        # The last one of a sensor that fell silent is shorter.
        blocks = min(self._recorded - (piece - RING_PIECES) * PIECE_BLOCKS, PIECE_BLOCKS)
        size = 4 * BLOCK_SAMPLES * blocks
        at = 4 * ((self._start + piece * PIECE_WORDS) % WORDS)
        data = self._ring[at : at + size]
        data += self._ring[: size - len(data)]
        if not is_thin:
            return data
        kept = bytearray()
        # The newer samples lie in the second word of each pair.
        for place in range(0 if piece < RING_PIECES else 4, len(data), 8):
            kept += data[place : place + 4]
        return kept
