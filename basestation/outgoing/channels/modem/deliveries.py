"""Which notice a delivery report speaks of, and when a notice of several parts has arrived.

Decides by the reference that the modem gave a part and by the end of the number; references come round
after 256, so the newest counts. Delivered means that every part arrived at the telephone; one part that
never will fails the notice, once. What comes before its part is known is kept. Bounded; pure.
"""

from dataclasses import dataclass, field
from typing import Any

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
    #: Parts that are delivered.
    delivered: set[int] = field(default_factory=set)
    is_over: bool = False


class Deliveries:
    """The parts that wait for a report."""

    def __init__(self) -> None:
        self._notices: dict[str, _Sent] = {}
        self._parts: dict[tuple[str, int], tuple[_Sent, int]] = {}
        self._early: dict[tuple[str, int], StatusReport] = {}

    def taken(self, number: str, reference: int, key: str, part: int, total: int) -> Report | None:
        """Note that the network took part 1 to `total` of a notice; return a report that is known already."""
        notice = self._notices.get(key)
        if notice is None or part == 1:
            self._notices.pop(key, None)
            notice = self._notices[key] = _Sent(key, total)
        place = (tail(number), reference)
        self._parts.pop(place, None)
        self._parts[place] = (notice, part)
        _bound(self._notices, PARTS_MAX)
        _bound(self._parts, PARTS_MAX)
        early = self._early.pop(place, None)
        return None if early is None else self.reported(early)[1]

    def reported(self, report: StatusReport) -> tuple[str, Report | None]:
        """Return what kind of report it is, for the counter, and what to pass on."""
        place = (tail(report.recipient), report.reference)
        found = self._parts.get(place)
        if found is None:
            self._early[place] = report
            _bound(self._early, EARLY_MAX)
            return "unmatched", None
        outcome = arrival(report.status)
        if outcome is Arrival.TRYING:
            return outcome.value, None
        del self._parts[place]
        return outcome.value, self._outcome(*found, outcome, report.status)

    def _outcome(self, notice: _Sent, part: int, outcome: Arrival, status: int) -> Report | None:
        if notice.is_over:
            return None
        where = f"part {part} of {notice.total}: " if notice.total > 1 else ""
        if outcome is Arrival.DELIVERED:
            notice.delivered.add(part)
            notice.is_over = len(notice.delivered) == notice.total
            return Report(notice.key, Stage.DELIVERED, "at the telephone") if notice.is_over else None
        notice.is_over = True
        # Passed on without a confirmation is neither delivered nor failed.
        stage = Stage.SENT if outcome is Arrival.UNCONFIRMED else Stage.FAILED
        return Report(notice.key, stage, where + status_words(status))


def _bound(remembered: dict[Any, Any], most: int) -> None:
    while len(remembered) > most:
        remembered.pop(next(iter(remembered)))
