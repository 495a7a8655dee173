"""Whether the stations behind an ESPA 4.4.4 line answer now.

Decides what a check says: as control station, every station has to answer a poll after the question; as
slave, nobody can be asked, so the pager system counts as there while it polls us. A fault that the pager
system reports itself stands until a call goes out again. Milliseconds of a clock that never goes back.
"""

import asyncio
from dataclasses import dataclass

from basestation.outgoing.channels.channel import Health
from basestation.outgoing.channels.espa.settings import EspaSettings

ANSWERS = "the pager system answers"
SILENT = (
    "station {station} of the pager system does not answer: look at its power, the cable and the addresses"
)
POLLS = "the pager system polled us {seconds} s ago"
POLLS_NOT = (
    "the pager system has not polled us for {seconds} s: look at its power, the cable and the addresses"
)
BUSY = "the line was busy for {seconds} s: nothing is known of the pager system"


@dataclass(slots=True)
class _Question:
    #: The stations that have not answered since.
    unanswered: set[str]
    #: The station whose silence began before the question, and says nothing about now.
    under_way: str


class Presence:
    """What is known of the stations of one line."""

    def __init__(self, settings: EspaSettings) -> None:
        self._settings = settings
        self._is_control = settings.role == "control_station"
        self._opened_at_ms = 0
        self._polled_at_ms: int | None = None
        #: What the pager system says is wrong with itself, by station.
        self._faults: dict[str, str] = {}
        #: The questions that wait.
        self._asked: dict[asyncio.Future[Health], _Question] = {}

    @property
    def is_asked(self) -> bool:
        """Tell whether somebody waits for an answer."""
        return bool(self._asked)

    def opened(self, now_ms: int) -> None:
        """Note that the port is open."""
        self._opened_at_ms, self._polled_at_ms = now_ms, None

    def answered(self, station: str, now_ms: int) -> None:
        """Note a sign of life of a station."""
        self._polled_at_ms = now_ms
        for future, question in self._asked.items():
            question.unanswered.discard(station)
            if not question.unanswered or not self._is_control:
                self._resolve(future, self._present(now_ms))

    def silent(self, station: str) -> None:
        """Note that a station has not answered."""
        for future, question in self._asked.items():
            if station == question.under_way:
                question.under_way = ""
            elif station in question.unanswered:
                self._resolve(future, Health(is_working=False, detail=SILENT.format(station=station)))

    def lost(self, problem: str) -> None:
        """Note that the port is lost."""
        for future in self._asked:
            self._resolve(future, Health(is_working=False, detail=problem))

    def faulty(self, station: str, fault: str) -> None:
        """Note what a station says is wrong with itself; empty: nothing any more."""
        if fault:
            self._faults[station] = fault
        else:
            self._faults.pop(station, None)

    async def ask(self, now_ms: int, under_way: str) -> Health:
        """Return whether all of them answer from now on; as slave, whether we are polled.

        `under_way` is the station that has been asked something before this, empty for none.
        """
        if not self._is_control and self._polled_at_ms is not None:
            if now_ms - self._polled_at_ms < self._settings.silence_ms:
                return self._present(now_ms)
            return self._not_polled(now_ms)
        future: asyncio.Future[Health] = asyncio.get_running_loop().create_future()
        self._asked[future] = _Question(set(self._settings.stations), under_way)
        wait_ms = self._settings.wait_ms
        if not self._is_control:
            wait_ms = max(0, self._opened_at_ms + self._settings.silence_ms - now_ms)
        try:
            return await asyncio.wait_for(future, wait_ms / 1000)
        except TimeoutError:
            if not self._is_control:
                return self._not_polled(now_ms + wait_ms)
            return Health(is_working=False, detail=BUSY.format(seconds=wait_ms // 1000))
        finally:
            del self._asked[future]

    def _present(self, now_ms: int) -> Health:
        if self._faults:
            return Health(is_working=False, detail="; ".join(self._faults.values()))
        if self._is_control:
            return Health(is_working=True, detail=ANSWERS)
        seconds = (now_ms - (self._polled_at_ms or now_ms)) // 1000
        return Health(is_working=True, detail=POLLS.format(seconds=seconds))

    def _not_polled(self, now_ms: int) -> Health:
        since_ms = self._opened_at_ms if self._polled_at_ms is None else self._polled_at_ms
        return Health(is_working=False, detail=POLLS_NOT.format(seconds=(now_ms - since_ms) // 1000))

    @staticmethod
    def _resolve(future: asyncio.Future[Health], health: Health) -> None:
        if not future.done():
            future.set_result(health)
