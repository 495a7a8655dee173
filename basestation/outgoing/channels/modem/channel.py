"""A modem with a SIM as a channel: text messages out, delivery reports and answers back.

Decides when the modem can be used, and says why where it cannot; a notice that cannot go out now fails at
once, so that the next channel is tried. The line comes back by itself after every failure. Sent means that
the network took every part, delivered that each was reported at the telephone; nothing more is known.
"""

import asyncio
import contextlib
from typing import Final

import structlog

from basestation.mqtt.back_off import BackOff
from basestation.outgoing.channels.channel import Delivery, Health, Inbound, Notice, Stage
from basestation.outgoing.channels.modem import addresses, session
from basestation.outgoing.channels.modem.counters import ModemCounters
from basestation.outgoing.channels.modem.deliveries import Deliveries
from basestation.outgoing.channels.modem.errors import LineLost, ModemTrouble
from basestation.outgoing.channels.modem.line import Line
from basestation.outgoing.channels.modem.port import Threads, open_port
from basestation.outgoing.channels.modem.postbox import Postbox
from basestation.outgoing.channels.modem.readings import Look
from basestation.outgoing.channels.modem.sending import Sending
from basestation.outgoing.channels.modem.settings import ModemSettings

#: How often a modem without network, or what could not be passed on, is looked at, in seconds.
_SOON_S: Final = 1.0
#: How long a check waits for a message that is under way, in seconds.
CHECK_S_MAX: Final = 15.0

_NO_NUMBER = "the number is none with its country: write it as +491701234567"
_NOT_YET = "the modem is not connected yet"
_STOPPED = "the base station has stopped"

_log = structlog.get_logger(__name__)


class ModemChannel:
    """One modem; `name` is what answers through it are called."""

    def __init__(
        self,
        settings: ModemSettings,
        counters: ModemCounters,
        name: str = "sms",
        back_off: BackOff | None = None,
    ) -> None:
        self._settings = settings
        self._counters = counters
        self._back_off = back_off or BackOff()
        self._threads = Threads(counters)
        self._pin = session.Pin(settings.pin)
        deliveries = Deliveries()
        self._sending = Sending(settings, counters, deliveries)
        self._postbox = Postbox(name, settings, counters, deliveries, self._sending)
        self._line: Line | None = None
        #: Why nothing can be sent now; empty: it can.
        self._trouble = _NOT_YET
        self._look: Look | None = None
        self._checks: set[asyncio.Task[Look]] = set()

    async def send(self, notice: Notice) -> Delivery:
        """Try once."""
        number = addresses.e164(notice.address)
        if number is None:
            self._counters.notices.labels("no_number").inc()
            return Delivery(Stage.FAILED, _NO_NUMBER)
        if self._trouble:
            self._counters.notices.labels("no_modem").inc()
            return Delivery(Stage.FAILED, self._trouble)
        return await self._sending.deliver(notice, number)

    async def check(self) -> Health:
        """Ask modem and network now."""
        line = self._line
        if line is None:
            return Health(is_working=False, detail=self._trouble)
        # A question that is given up half-way would cost the line.
        asking = asyncio.create_task(self._looked(line))
        self._checks.add(asking)
        asking.add_done_callback(self._checked)
        try:
            async with asyncio.timeout(CHECK_S_MAX):
                return self._health(await asyncio.shield(asking))
        except TimeoutError:
            return Health(is_working=False, detail="the network is slow to accept a message: look again")
        except ModemTrouble as error:
            return Health(is_working=False, detail=str(error))

    async def serve(self, inbound: Inbound) -> None:
        """Keep the modem set up, send and receive, until cancelled."""
        try:
            while True:
                wait_s = await self._served(inbound)
                await asyncio.sleep(wait_s)
        finally:
            self._stop(_STOPPED)

    async def _served(self, inbound: Inbound) -> float:
        """Serve until something fails, and return how long to wait then, in seconds."""
        try:
            await self._connected(inbound)
        except LineLost as error:
            self._failed("lost", str(error))
            return self._back_off.away_s()
        except ModemTrouble as error:
            self._failed("refused", str(error))
        except Exception as error:  # noqa: BLE001 (our own mistake must not end the channel)
            _log.exception("modem failed")
            self._failed("failed", f"the channel failed: {type(error).__name__}")
        return self._back_off.refused_s()

    async def _connected(self, inbound: Inbound) -> None:
        settings = self._settings
        port = await open_port(settings, self._threads)
        line = Line(port, self._counters, settings.answer_s, settings.send_s)
        try:
            self._sending.has_reports = await session.set_up(line, self._pin)
            line.is_set_up = True
            self._back_off.stood()
            self._counters.set_ups.labels("ready").inc()
            self._line = line
            self._sending.wake = line.wake.set
            await self._work(line, inbound)
        finally:
            self._line = None
            line.close()

    async def _work(self, line: Line, inbound: Inbound) -> None:
        loop = asyncio.get_running_loop()
        look_at_s = loop.time()
        while True:
            line.wake.clear()
            line.check()
            while line.unasked:
                self._postbox.hear(line.unasked.popleft())
            if loop.time() >= look_at_s:
                look = await self._looked(line)
                self._postbox.look()
                look_at_s = loop.time() + (
                    self._settings.look_s if look.is_registered else min(_SOON_S, self._settings.look_s)
                )
            await self._postbox.pass_on(line, inbound, is_full=self._look is not None and self._look.is_full)
            is_busy, report = (False, None) if self._trouble else await self._sending.step(line)
            self._postbox.note(report)
            if is_busy:
                continue
            wait_s = look_at_s - loop.time()
            await _wait(line.wake, min(wait_s, _SOON_S) if self._postbox.is_waiting else wait_s)

    async def _looked(self, line: Line) -> Look:
        look = self._look = await session.look(line)
        if look.signal_dbm is not None:
            self._counters.signal_dbm.set(look.signal_dbm)
        if look.stored is not None:
            self._counters.stored.set(look.stored)
        if line is self._line:
            self._trouble = "" if look.is_registered else look.network
            if self._trouble:
                self._sending.fail_all(self._trouble)
        return look

    def _health(self, look: Look) -> Health:
        if not look.is_registered:
            return Health(is_working=False, detail=look.network)
        signal = "signal unknown" if look.signal_dbm is None else f"signal {look.signal_dbm} dBm"
        with_whom = f"{look.network} with {look.operator}" if look.operator else look.network
        is_counted = look.stored is not None and look.room is not None
        stored = f"{look.stored} of {look.room} messages stored" if is_counted else "messages stored unknown"
        detail = f"{with_whom}, {signal}, {stored}"
        if look.is_full:
            return Health(is_working=False, detail=f"the SIM is full, no answer can arrive: {detail}")
        if look.signal_dbm is not None and look.signal_dbm < self._settings.signal_dbm_min:
            return Health(is_working=False, detail=f"the signal is weak, look at the aerial: {detail}")
        if not self._sending.has_reports:
            detail += ", no delivery reports"
        return Health(is_working=True, detail=detail)

    def _checked(self, asking: asyncio.Task[Look]) -> None:
        self._checks.discard(asking)
        if not asking.cancelled():
            asking.exception()

    def _failed(self, result: str, sentence: str) -> None:
        self._counters.set_ups.labels(result).inc()
        if sentence != self._trouble:
            _log.warning("modem", trouble=sentence)
        self._stop(sentence)

    def _stop(self, sentence: str) -> None:
        self._trouble = sentence
        self._look = None
        self._sending.fail_all(sentence)


async def _wait(event: asyncio.Event, within_s: float) -> None:
    # Not `wait_for`: in Python 3.11 that forgets a cancellation that comes together with the event.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(within_s, 0)):
            await event.wait()
