"""One line at the telephone system: keeps its telephone registered, and calls for one notice after the other.

Decides when a telephone is given up and opened anew: when its process has ended or hangs. A line that is not
registered calls nobody; the telephone itself goes on asking to be registered.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from basestation.mqtt.back_off import BackOff
from basestation.outgoing.channels.channel import Delivery, Inbound, Stage
from basestation.outgoing.channels.voice.calling import Calling, Durations
from basestation.outgoing.channels.voice.conversation import LineLost, State, Withdrawn
from basestation.outgoing.channels.voice.counters import VoiceCounters
from basestation.outgoing.channels.voice.script import script_of
from basestation.outgoing.channels.voice.settings import VoiceSettings
from basestation.outgoing.channels.voice.telephone import OfCall, Registration, Telephone, TelephoneFailed
from basestation.outgoing.channels.voice.waiting import Request, Urgency, Waiting

#: How long the telephone system gets to confirm that it knows us.
REGISTER_S_MAX: Final = 5.0
NOT_ASKED: Final = "has not registered yet"
MADE_WAY: Final = "the call was ended, because a real alarm needs the line"
STOPPED: Final = "the call was cut short by us; it may have rung"

_log = structlog.get_logger(__name__)


class VoiceLine:
    """A line; `number` counts from 1."""

    def __init__(
        self,
        number: int,
        settings: VoiceSettings,
        telephone_of: Callable[[], Telephone],
        durations: Durations,
        counters: VoiceCounters,
        back_off: BackOff,
    ) -> None:
        self._back_off = back_off
        self.number = number
        self._settings = settings
        self._telephone_of = telephone_of
        self._durations = durations
        self._counters = counters
        self._telephone: Telephone | None = None
        self._calls = 0
        self._has_stood = False
        self._registered = asyncio.Event()
        self._asked: set[asyncio.Future[Registration]] = set()
        self.calling: Calling | None = None
        #: Why it cannot call now; empty while it can.
        self.detail = NOT_ASKED

    @property
    def is_registered(self) -> bool:
        """Tell whether the telephone system knows us, as far as was said last."""
        return self._registered.is_set()

    @property
    def is_known_bad(self) -> bool:
        """Tell whether it cannot call, and that is not just because it has only begun."""
        return not self.is_registered and self.detail != NOT_ASKED

    @property
    def is_free(self) -> bool:
        """Tell whether it could call now."""
        return self.is_registered and self.calling is None

    async def serve(self, waiting: Waiting, inbound: Inbound) -> None:
        """Keep a telephone open and call for whoever waits, until cancelled."""
        while True:
            try:
                await self._stand(waiting, inbound)
            except TelephoneFailed as error:
                self._note(Registration(is_registered=False, detail=str(error)))
            except Exception:  # noqa: BLE001 (a line that ends would be silence)
                _log.exception("voice_line_failed", line=self.number)
                self._note(
                    Registration(is_registered=False, detail="failed by a mistake of ours: see the log")
                )
            self._counters.restarts.labels(str(self.number)).inc()
            # One that worked is missed at once; one that never did will not do so in a second.
            wait_s = self._back_off.away_s() if self._has_stood else self._back_off.refused_s()
            self._has_stood = False
            await asyncio.sleep(wait_s)

    async def ask(self) -> Registration:
        """Ask the telephone system now whether it knows us."""
        if self._telephone is None:
            return Registration(is_registered=False, detail=self.detail)
        asked: asyncio.Future[Registration] = asyncio.get_running_loop().create_future()
        self._asked.add(asked)
        self._telephone.register()
        try:
            return await asyncio.wait_for(asked, REGISTER_S_MAX)
        except TimeoutError:
            return Registration(is_registered=False, detail="got no answer from the telephone system")
        finally:
            self._asked.discard(asked)

    def make_way(self) -> bool:
        """End the call under way if it is a test, and tell whether it was."""
        if self.calling is None or self.calling.request.urgency is not Urgency.TEST:
            return False
        self._counters.gave_way.inc()
        self.calling.put(Withdrawn(MADE_WAY))
        return True

    def withdraw(self, request: Request) -> None:
        """End the call of a request that nobody waits for any more, if nobody has picked up yet."""
        call = self.calling
        if call is None or call.request is not request:
            return
        if call.conversation.state in {State.DIALLING, State.RINGING}:
            call.put(Withdrawn(STOPPED))

    async def _stand(self, waiting: Waiting, inbound: Inbound) -> None:
        telephone = self._telephone_of()
        try:
            await telephone.open()
            self._telephone = telephone
            listening = asyncio.create_task(self._listen(telephone))
            calling = asyncio.create_task(self._call(telephone, waiting, inbound))
            try:
                await asyncio.wait({listening, calling}, return_when=asyncio.FIRST_COMPLETED)
                if listening.done():
                    await self._lose(calling)
                    listening.result()
                calling.result()
            finally:
                for task in (listening, calling):
                    task.cancel()
                await asyncio.gather(listening, calling, return_exceptions=True)
        finally:
            self._telephone = None
            self._note(Registration(is_registered=False, detail="its telephone is being started again"))
            await telephone.close()

    async def _lose(self, calling: "asyncio.Task[None]") -> None:
        """Let the call under way end by itself and tell what became of it."""
        call = self.calling
        if call is not None:
            call.put(LineLost())
            await asyncio.wait({calling}, timeout=2 * self._durations.judge_s)

    async def _listen(self, telephone: Telephone) -> None:
        while True:
            event = await telephone.next_event()
            if isinstance(event, OfCall):
                if self.calling is not None and event.call == self.calling.number:
                    self.calling.put(event.event)
                continue
            if event.is_registered:
                self._has_stood = True
                self._back_off.stood()
            self._note(event)

    async def _call(self, telephone: Telephone, waiting: Waiting, inbound: Inbound) -> None:
        while self._telephone is telephone:
            await self._registered.wait()
            request = await waiting.next()
            if not self.is_registered:
                waiting.put_back(request)
                continue
            if not request.told.done():
                await self._call_for(request, telephone, inbound)

    async def _call_for(self, request: Request, telephone: Telephone, inbound: Inbound) -> None:
        settings = self._settings
        self._calls += 1
        script = script_of(request.notice, settings.repeats, is_code_asked=settings.is_code_asked)
        self.calling = Calling(self._calls, request, script, telephone, self._durations, self._counters)
        try:
            await self.calling.run(inbound, settings.prefix + dialled(request.notice.address))
        finally:
            self.calling = None
            if not request.told.done():
                # Only if it was cut short, by a mistake of ours or because the base station stops.
                request.told.set_result(Delivery(Stage.FAILED, STOPPED))

    def _note(self, told: Registration) -> None:
        if told.is_registered:
            self._registered.set()
        else:
            self._registered.clear()
        self.detail = "" if told.is_registered else told.detail or "is not registered"
        self._counters.is_registered.labels(str(self.number)).set(told.is_registered)
        for asked in self._asked:
            if not asked.done():
                asked.set_result(told)


def dialled(address: str) -> str:
    """Return what is dialled for an address: a number as people write it; empty if it is none."""
    number = address.strip().removeprefix("tel:")
    plain = "".join(letter for letter in number if letter not in " -/().\u00a0\u2009")
    digits = plain.removeprefix("+")
    is_number = digits.isascii() and 1 <= len(digits) <= 24 and set(digits) <= set("0123456789*#")
    return plain if is_number else ""
