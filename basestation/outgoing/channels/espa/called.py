"""The calls that the pager system has taken, until it says what became of them.

Decides which call a status is about. ESPA 4.4.4 names no call: a status repeats the call's address and,
from some systems, its text. Where several calls fit, bad news is told of each, since it makes the chain go
on, and good news of none, since it would make the chain believe. Milliseconds that never go back.
"""

from dataclasses import dataclass, replace

from basestation.outgoing.channels.channel import Report, Stage
from basestation.outgoing.channels.espa.frames import CALL_ADDRESS, CALL_STATUS, DISPLAY_TEXT, Block
from basestation.outgoing.channels.espa.meanings import CallStatus, call_status
from basestation.outgoing.channels.espa.waiting import Call

#: How many calls are remembered, and for how long; the oldest is forgotten first.
CALLED_MAX, CALLED_MS_MAX = 256, 3_600_000

_NOT_FOR_WHICH = "{detail}, and not for which of {count} calls to it"


@dataclass(frozen=True, slots=True)
class _Called:
    call: Call
    taken_at_ms: int
    is_asked: bool = False


class Calls:
    """The calls of one line; `ask_after_ms` without a word is when a status is asked for, 0 for never."""

    def __init__(self, ask_after_ms: int = 0, *, is_paged_delivered: bool = False) -> None:
        self._ask_after_ms = ask_after_ms
        self._is_paged_delivered = is_paged_delivered
        self._called: list[_Called] = []

    def __len__(self) -> int:
        return len(self._called)

    def taken(self, call: Call, now_ms: int) -> None:
        """Remember a call that was acknowledged."""
        self._forget_old(now_ms)
        self._called.append(_Called(call, now_ms))
        del self._called[:-CALLED_MAX]

    def told(self, station: str, block: Block) -> list[Report]:
        """Return what a status block of that station says about our calls; empty: about none of them."""
        code = block.data(CALL_STATUS)
        fitting = self._fitting(station, block)
        if not code or not fitting:
            return []
        status = call_status(code, is_paged_delivered=self._is_paged_delivered)
        if len(fitting) > 1 and status.stage is not Stage.FAILED:
            detail = _NOT_FOR_WHICH.format(detail=status.detail, count=len(fitting))
            status = CallStatus(Stage.SENT, detail, is_last=False)
        for called in fitting:
            self._called.remove(called)
            if not status.is_last:
                # Whoever tells us anything does not have to be asked.
                self._called.append(replace(called, is_asked=True))
        return [Report(called.call.key, status.stage, status.detail) for called in fitting]

    def broken(self, station: str, detail: str) -> list[Report]:
        """Return the reports when a station says that it is broken: every call that it took may be lost."""
        lost = [called for called in self._called if called.call.station == station]
        self._called = [called for called in self._called if called not in lost]
        return [Report(called.call.key, Stage.FAILED, detail) for called in lost]

    def next_deadline_ms(self) -> int | None:
        """Return when the next call has gone without a word for too long; None for never."""
        if not self._ask_after_ms:
            return None
        return min(
            (called.taken_at_ms + self._ask_after_ms for called in self._called if not called.is_asked),
            default=None,
        )

    def to_ask(self, now_ms: int) -> list[Call]:
        """Return the calls about which to ask now; each is returned once."""
        if not self._ask_after_ms:
            return []
        due = [
            called
            for called in self._called
            if not called.is_asked and called.taken_at_ms + self._ask_after_ms <= now_ms
        ]
        self._called = [
            replace(called, is_asked=True) if called in due else called for called in self._called
        ]
        return [called.call for called in due]

    def _fitting(self, station: str, block: Block) -> list[_Called]:
        pager, text = block.data(CALL_ADDRESS), block.data(DISPLAY_TEXT)
        fitting = [
            called for called in self._called if (called.call.station, called.call.pager) == (station, pager)
        ]
        same_text = [called for called in fitting if text and called.call.text == text]
        return same_text or fitting

    def _forget_old(self, now_ms: int) -> None:
        self._called = [called for called in self._called if now_ms - called.taken_at_ms < CALLED_MS_MAX]
