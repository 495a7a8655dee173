"""What came over an ESPA 4.4.4 line besides the fate of the call that has it: statuses, and counts.

Decides what a status block makes known, of calls and of the pager system itself. Reports wait in a queue of
their own until they are stored, so that the store never holds up the line; of too many the oldest is lost,
and counted.
"""

import asyncio
from collections import deque

import structlog

from basestation.outgoing.channels.channel import Inbound, Report
from basestation.outgoing.channels.espa.called import Calls
from basestation.outgoing.channels.espa.counters import EspaCounters
from basestation.outgoing.channels.espa.effects import (
    BlockGarbled,
    BlockRefused,
    BlockTaken,
    CallGaveWay,
    Effect,
    StationAnswered,
    StationSilent,
    Unexpected,
)
from basestation.outgoing.channels.espa.frames import CALL_STATUS, SYSTEM_STATUS, Block
from basestation.outgoing.channels.espa.meanings import proves_transmitter, system_status
from basestation.outgoing.channels.espa.presence import Presence

#: Reports that wait to be stored.
REPORTS_MAX = 512
#: A report that could not be stored is told again after this, in s.
AGAIN_S = 0.5

_log = structlog.get_logger("rufweite.espa")


class News:
    """The statuses of one line on their way to the base station."""

    def __init__(self, calls: Calls, presence: Presence, counters: EspaCounters) -> None:
        self._calls = calls
        self._presence = presence
        self._counters = counters
        self._reports: deque[Report] = deque()
        self._wake = asyncio.Event()
        self._silent: set[str] = set()

    def note(self, effect: Effect, now_ms: int) -> None:
        """Take what became of a poll or a block."""
        match effect:
            case StationAnswered(station):
                self._counters.answers.labels("answered").inc()
                if station in self._silent:
                    self._silent.discard(station)
                    _log.info("espa_station_answers", station=station)
                self._presence.answered(station, now_ms)
            case StationSilent(station):
                self._counters.answers.labels("silent").inc()
                if station not in self._silent:
                    self._silent.add(station)
                    _log.warning("espa_station_silent", station=station)
                self._presence.silent(station)
            case BlockTaken(station, block, is_repeat):
                self._take(station, block, is_repeat=is_repeat)
            case BlockRefused():
                self._counters.blocks.labels("refused").inc()
            case BlockGarbled():
                self._counters.garbled.inc()
            case CallGaveWay():
                self._counters.gave_way.inc()
            case Unexpected(event):
                self._counters.unexpected.labels(event).inc()

    def put(self, report: Report) -> None:
        """Let a report wait to be stored."""
        self._reports.append(report)
        if len(self._reports) > REPORTS_MAX:
            self._reports.popleft()
            self._counters.reports_lost.inc()
        self._wake.set()

    async def tell(self, inbound: Inbound) -> None:
        """Store every report in the order it came, until cancelled."""
        while True:
            self._wake.clear()
            while self._reports:
                report = self._reports.popleft()
                try:
                    await inbound.report(report)
                except Exception:  # noqa: BLE001 (whatever the store raises, the report is not lost)
                    _log.exception("espa_report_not_stored", key=report.key)
                    self._reports.appendleft(report)
                    await asyncio.sleep(AGAIN_S)
            await self._wake.wait()

    def _take(self, station: str, block: Block, *, is_repeat: bool) -> None:
        self._counters.unread_records.inc(block.unread)
        if is_repeat:
            self._counters.blocks.labels("repeat").inc()
            return
        reports = [*self._calls.told(station, block), *self._system(station, block)]
        self._counters.blocks.labels("status" if reports else "about_no_call").inc()
        for report in reports:
            self.put(report)

    def _system(self, station: str, block: Block) -> list[Report]:
        fault = system_status(block.data(SYSTEM_STATUS))
        if fault:
            _log.warning("espa_pager_system_faulty", station=station, fault=fault)
            self._presence.faulty(station, fault)
            return self._calls.broken(station, fault)
        if block.data(SYSTEM_STATUS) or proves_transmitter(block.data(CALL_STATUS)):
            self._presence.faulty(station, "")
        return []
