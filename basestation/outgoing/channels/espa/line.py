"""An ESPA 4.4.4 line as a channel: calls pagers and DECT handsets, and hears what became of them.

Decides when a call has waited for too long and what its failure is called. "Sent" is claimed when the pager
system has acknowledged the call, "delivered" only on a status that says so. All calls go through one
`Station`, the gravest first. A port that is lost fails every call at once, so that another channel is tried.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from basestation.mqtt.back_off import BackOff
from basestation.outgoing.channels.channel import Delivery, Health, Inbound, Notice, Report, Stage
from basestation.outgoing.channels.espa.called import Calls
from basestation.outgoing.channels.espa.counters import EspaCounters
from basestation.outgoing.channels.espa.effects import CallFailed, CallTaken, Effect, Send
from basestation.outgoing.channels.espa.news import News
from basestation.outgoing.channels.espa.port import OpenPort, Port, PortLost, open_serial
from basestation.outgoing.channels.espa.presence import Presence
from basestation.outgoing.channels.espa.receiver import Receiver
from basestation.outgoing.channels.espa.settings import PATIENCE_MS_MAX, EspaSettings
from basestation.outgoing.channels.espa.station import MAY_HAVE_ARRIVED, Station
from basestation.outgoing.channels.espa.waiting import WAITING_MAX, Call, WaitingCalls
from basestation.outgoing.channels.espa.wording import call_of, request_of

TAKEN = "the pager system has taken the call"
WRONG_ADDRESS = (
    "the address must be a pager's number of up to 16 letters or digits, with its station and a slash before "
    "it where it is another than the pager system set"
)
NO_SUCH_STATION = "station {station} of the address is not set: add it to more_stations"
NO_ROOM = f"{WAITING_MAX} calls wait for the line already, and none of them is less grave"
LINE_BUSY = "the line has been busy with other calls for {seconds} s"
NOT_POLLED = "the pager system has not asked for calls for {seconds} s: look at its power, cable and settings"
NOT_SERVED = "the line is not served yet"
FAILED = "the line failed by a mistake of this program and is opened anew: the log says which"

_log = structlog.get_logger("rufweite.espa")


class EspaLine:
    """One line with its settings."""

    def __init__(
        self,
        settings: EspaSettings,
        counters: EspaCounters,
        open_port: OpenPort = open_serial,
        away_s: Callable[[], float] | None = None,
    ) -> None:
        self._settings = settings
        self._counters = counters
        self._open_port = open_port
        self._away_s = away_s or BackOff().away_s
        self._waiting = WaitingCalls()
        self._station = Station(settings, self._waiting)
        self._calls = Calls(settings.ask_after_ms, is_paged_delivered=settings.is_paged_delivered)
        self._answers: dict[Call, asyncio.Future[Delivery]] = {}
        self._presence = Presence(settings)
        self._news = News(self._calls, self._presence, counters)
        self._wake = asyncio.Event()
        #: Why no call can go out; empty while the port is open.
        self._problem = NOT_SERVED

    async def send(self, notice: Notice) -> Delivery:
        """Call the pager of the notice; may be cancelled."""
        call = call_of(notice, self._settings)
        if call is None:
            return self._failed(WRONG_ADDRESS)
        if call.station not in self._settings.stations:
            return self._failed(NO_SUCH_STATION.format(station=call.station))
        if self._problem:
            return self._failed(self._problem)
        answer: asyncio.Future[Delivery] = asyncio.get_running_loop().create_future()
        self._answers[call] = answer
        try:
            self._add(call)
            return await self._answered(call, answer)
        finally:
            self._waiting.remove(call)
            self._answers.pop(call, None)

    async def check(self) -> Health:
        """Ask the pager system whether it answers; as slave, tell whether it polls us."""
        if self._problem:
            return Health(is_working=False, detail=self._problem)
        asked = self._presence.ask(self._now_ms(), self._station.speaks_with)
        self._station.poll_soon()
        self._wake.set()
        return await asked

    async def serve(self, inbound: Inbound) -> None:
        """Keep the line, coming back after every failure, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._news.tell(inbound))
            try:
                while True:
                    try:
                        await self._serve_port()
                    except Exception:  # noqa: BLE001 (a mistake of ours must not end the line)
                        _log.exception("espa_line_failed")
                        self._lose(FAILED)
                    await asyncio.sleep(self._away_s())
            finally:
                self._lose(NOT_SERVED)

    async def _serve_port(self) -> None:
        """Use the port until it is lost."""
        try:
            port = await self._open_port(self._settings, self._counters, self._wake.set)
        except PortLost as lost:
            self._counters.lost_ports.inc()
            self._lose(str(lost))
            return
        _log.info("espa_line_open", port=self._settings.port, role=self._settings.role)
        self._presence.opened(self._now_ms())
        self._problem = ""
        try:
            await self._talk(port)
        finally:
            port.close()
        self._counters.lost_ports.inc()
        self._lose(port.lost)

    async def _talk(self, port: Port) -> None:
        receiver = Receiver(self._settings.gap_ms)
        while not port.lost:
            self._wake.clear()
            now_ms = self._now_ms()
            for signal in receiver.feed(port.take(), now_ms):
                self._do(self._station.hear(signal, now_ms), port)
            self._do(self._station.pass_time(now_ms), port)
            self._ask(now_ms)
            self._counters.noise_bytes.inc(receiver.noise_bytes)
            receiver.noise_bytes = 0
            if self._presence.is_asked and self._station.is_idle:
                self._station.poll_soon()
            await self._wait((self._station, receiver, self._calls))

    def _ask(self, now_ms: int) -> None:
        """Ask what became of calls that went without a word for too long."""
        for call in self._calls.to_ask(now_ms):
            self._add(request_of(call))

    async def _wait(self, parts: "tuple[_Timed, ...]") -> None:
        deadlines = [due for part in parts if (due := part.next_deadline_ms()) is not None]
        wait_s = max(0, min(deadlines) - self._now_ms()) / 1000 if deadlines else None
        try:
            async with asyncio.timeout(wait_s):
                await self._wake.wait()
        except TimeoutError:
            return

    def _do(self, effects: list[Effect], port: Port) -> None:
        now_ms = self._now_ms()
        for effect in effects:
            match effect:
                case Send(data):
                    port.send(data)
                case CallTaken(call):
                    self._taken(call, now_ms)
                case CallFailed(call, detail) if not call.is_request:
                    self._settle(call, self._failed(detail))
                case _:
                    self._news.note(effect, now_ms)

    def _taken(self, call: Call, now_ms: int) -> None:
        if call.is_request:
            return
        self._calls.taken(call, now_ms)
        self._counters.calls.labels("taken").inc()
        if call not in self._answers:
            # Whoever sent it waits no more; that it went out is worth knowing all the same.
            self._news.put(Report(call.key, Stage.SENT, TAKEN))
        self._settle(call, Delivery(Stage.SENT, TAKEN))

    def _settle(self, call: Call, delivery: Delivery) -> None:
        answer = self._answers.get(call)
        if answer is not None and not answer.done():
            answer.set_result(delivery)

    def _add(self, call: Call) -> None:
        displaced = self._waiting.add(call)
        if displaced is not None and displaced.is_request:
            self._counters.calls.labels("not_asked").inc()
        elif displaced is not None:
            self._settle(displaced, self._failed(NO_ROOM))
        self._wake.set()

    async def _answered(self, call: Call, answer: asyncio.Future[Delivery]) -> Delivery:
        wait_ms = self._settings.wait_ms
        done, _ = await asyncio.wait([answer], timeout=wait_ms / 1000)
        if not done and call not in self._waiting:
            # It has the line: what becomes of it is known within its tries, unless a graver one comes.
            await asyncio.wait([answer], timeout=(PATIENCE_MS_MAX - wait_ms) / 1000)
        if answer.done():
            return answer.result()
        why = LINE_BUSY if self._settings.role == "control_station" else NOT_POLLED
        return self._failed(_with_doubt(why.format(seconds=-(-wait_ms // 1000)), call))

    def _failed(self, why: str) -> Delivery:
        self._counters.calls.labels("failed").inc()
        return Delivery(Stage.FAILED, why)

    def _lose(self, problem: str) -> None:
        """Fail every call at once: another channel can be tried meanwhile."""
        if problem != self._problem:
            _log.warning("espa_line_lost", problem=problem)
        self._problem = problem
        self._presence.lost(problem)
        held = self._station.cut()
        for call in [*([] if held is None else [held]), *self._waiting.take_all()]:
            if not call.is_request:
                self._settle(call, self._failed(_with_doubt(problem, call)))

    def _now_ms(self) -> int:
        return int(asyncio.get_running_loop().time() * 1000)


def _with_doubt(why: str, call: Call) -> str:
    return why + (MAY_HAVE_ARRIVED if call.may_have_arrived else "")


class _Timed(Protocol):
    """What has something to do at a time."""

    def next_deadline_ms(self) -> int | None: ...
