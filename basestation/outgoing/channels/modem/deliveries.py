"""Which notice a delivery report speaks of, and when a notice of several parts has arrived.

Decides by the reference that the modem gave a part and by the end of the number; references come round
after 256, so the newest counts. Delivered means that every part arrived at the telephone; one part that
never will fails the notice, once. What comes before its part is known is kept. Bounded; pure.
"""

from dataclasses import dataclass, field

from basestation.outgoing.channels.channel import Report, Stage
from basestation.outgoing.channels.modem.addresses import tail
from basestation.outgoing.channels.modem.reasons import Arrival, arrival, status_words
from basestation.outgoing.channels.modem.received import StatusReport

#: Parts that wait for a report, and reports that wait for their part.
PARTS_MAX = 512
EARLY_MAX = 32


@dataclass(slots=True)
class _Sent:
    key: str
    total: int
    #: Parts not yet delivered.
    open: set[int] = field(default_factory=set)
    is_over: bool = False


class Deliveries:
    """The parts that wait for a report."""

    def __init__(self) -> None:
        self._parts: dict[tuple[str, int], tuple[_Sent, int]] = {}
        self._early: dict[tuple[str, int], StatusReport] = {}

    def sent(self, number: str, references: list[int], key: str) -> Report | None:
        """Note that all parts of a notice were sent; return a report if it is known already."""
        notice = _Sent(key, len(references), set(range(len(references))))
        report = None
        for part, reference in enumerate(references):
            place = (tail(number), reference)
            self._parts.pop(place, None)
            self._parts[place] = (notice, part)
            early = self._early.pop(place, None)
            if early is not None:
                report = self.reported(early)[1] or report
        while len(self._parts) > PARTS_MAX:
            self._parts.pop(next(iter(self._parts)))
        return report

    def reported(self, report: StatusReport) -> tuple[str, Report | None]:
        """Return what kind of report it is, for the counter, and what to pass on."""
        place = (tail(report.recipient), report.reference)
        found = self._parts.get(place)
        if found is None:
            self._early[place] = report
            while len(self._early) > EARLY_MAX:
                self._early.pop(next(iter(self._early)))
            return "unmatched", None
        outcome = arrival(report.status)
        if outcome is Arrival.TRYING:
            return outcome.value, None
        del self._parts[place]
        return outcome.value, self._outcome(*found, outcome, report.status)

    def _outcome(self, notice: _Sent, part: int, outcome: Arrival, status: int) -> Report | None:
        if notice.is_over:
            return None
        where = f"part {part + 1} of {notice.total}: " if notice.total > 1 else ""
        if outcome is Arrival.DELIVERED:
            notice.open.discard(part)
            notice.is_over = not notice.open
            return Report(notice.key, Stage.DELIVERED, "at the telephone") if notice.is_over else None
        notice.is_over = True
        # Passed on without a confirmation is neither delivered nor failed.
        stage = Stage.SENT if outcome is Arrival.UNCONFIRMED else Stage.FAILED
        return Report(notice.key, stage, where + status_words(status))
