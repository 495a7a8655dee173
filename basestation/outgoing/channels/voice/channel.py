"""The alarm spoken over the firm's telephone system, and answered by keys.

Decides what an attempt to send comes to: SENT when somebody or something has picked up, or when it still
rings after SEND_S_MAX; everything later is reported. A key is the answer; picking up is none. In a silent
case the worker's own telephone never rings.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from basestation.mqtt.back_off import BackOff
from basestation.outgoing.channels.channel import Delivery, Health, Inbound, Notice, Stage
from basestation.outgoing.channels.voice.calling import Durations
from basestation.outgoing.channels.voice.conversation import State
from basestation.outgoing.channels.voice.counters import VoiceCounters
from basestation.outgoing.channels.voice.line import VoiceLine, dialled
from basestation.outgoing.channels.voice.script import is_silent
from basestation.outgoing.channels.voice.settings import SEND_S_MAX, WAIT_S_MAX, VoiceAccount, VoiceSettings
from basestation.outgoing.channels.voice.telephone import Telephone
from basestation.outgoing.channels.voice.waiting import Request, Urgency, Waiting

TelephoneOf = Callable[[VoiceSettings, VoiceAccount], Telephone]

_RINGS = "it rings; nobody has picked up yet"
_CROWDED = "too many calls wait already"
_NO_NUMBER = "the address is no telephone number: digits, with + or not"
_WORKER = "a silent case: the worker's own telephone is never rung"
_NOT_SERVED = "the lines are not started"


class VoiceChannel:
    """The way over the telephone system; the address of a notice is a number."""

    def __init__(
        self,
        settings: VoiceSettings,
        telephone_of: TelephoneOf,
        counters: VoiceCounters,
        durations: Durations | None = None,
        wait_s_max: float = WAIT_S_MAX,
        send_s_max: float = SEND_S_MAX,
        back_off_of: Callable[[], BackOff] = BackOff,
    ) -> None:
        self._counters = counters
        self._wait_s_max = wait_s_max
        self._send_s_max = send_s_max
        self._waiting = Waiting()
        durations = durations or Durations(ring_s=settings.ring_s_max, key_s=settings.key_s)
        self.lines = [
            VoiceLine(
                number, settings, partial(telephone_of, settings, account), durations, counters, back_off_of()
            )
            for number, account in enumerate(settings.accounts, start=1)
        ]
        self._is_served = False

    async def send(self, notice: Notice) -> Delivery:
        """Call once."""
        reason = self._hindrance(notice)
        if reason:
            return Delivery(Stage.FAILED, reason)
        request, refused = self._waiting.add(notice)
        if refused is not None:
            self._counters.crowded.inc()
            refused.told.set_result(Delivery(Stage.FAILED, _CROWDED))
        self._make_way(request)
        try:
            delivery = await self._told(request)
        except asyncio.CancelledError:
            self._withdraw(request)
            raise
        if delivery.is_sent:
            self._waiting.forget(notice)
        return delivery

    async def check(self) -> Health:
        """Ask the telephone system now whether it knows every line."""
        if not self._is_served:
            return Health(is_working=False, detail=_NOT_SERVED)
        told = await asyncio.gather(*(line.ask() for line in self.lines))
        faults = [
            f"line {line.number} {one.detail or 'is not registered'}"
            for line, one in zip(self.lines, told, strict=True)
            if not one.is_registered
        ]
        if not faults:
            return Health(is_working=True, detail=f"{len(told)} of {len(told)} lines are registered")
        if len(faults) < len(told):
            faults.append("calls go out by the other lines only")
        return Health(is_working=False, detail="; ".join(faults))

    async def serve(self, inbound: Inbound) -> None:
        """Keep every line, until cancelled."""
        self._is_served = True
        try:
            async with asyncio.TaskGroup() as group:
                for line in self.lines:
                    group.create_task(line.serve(self._waiting, inbound))
        finally:
            self._is_served = False

    def _hindrance(self, notice: Notice) -> str:
        if is_silent(notice) and notice.worker and notice.recipient == notice.worker:
            return _WORKER
        if not dialled(notice.address):
            return _NO_NUMBER
        if not self._is_served:
            return _NOT_SERVED
        if all(line.is_known_bad for line in self.lines):
            # Known now: the next way is tried at once.
            self._counters.no_line.inc()
            return self._why_no_line()
        return ""

    def _make_way(self, request: Request) -> None:
        """End one test call for a real one that finds no line free."""
        free = sum(line.is_free for line in self.lines)
        if request.urgency is Urgency.TEST or self._waiting.count_of_real() <= free:
            return
        for line in self.lines:
            if line.make_way():
                return

    async def _told(self, request: Request) -> Delivery:
        loop = asyncio.get_running_loop()
        began_at_s = loop.time()
        done, _ = await asyncio.wait({request.told}, timeout=min(self._wait_s_max, self._send_s_max))
        if not done and self._waiting.remove(request):
            self._counters.no_line.inc()
            return Delivery(Stage.FAILED, self._why_no_line())
        done, _ = await asyncio.wait(
            {request.told}, timeout=max(0.0, self._send_s_max - (loop.time() - began_at_s))
        )
        if done:
            return request.told.result()
        if self._state_of(request) is State.RINGING:
            told = Delivery(Stage.SENT, _RINGS)
        else:
            self._withdraw(request)
            told = Delivery(Stage.FAILED, "the telephone system did not say in time whether it rings; it may")
        request.told.set_result(told)
        return told

    def _state_of(self, request: Request) -> State | None:
        for line in self.lines:
            if line.calling is not None and line.calling.request is request:
                return line.calling.conversation.state
        return None

    def _withdraw(self, request: Request) -> None:
        self._waiting.remove(request)
        for line in self.lines:
            line.withdraw(request)

    def _why_no_line(self) -> str:
        faults = [f"line {line.number} {line.detail}" for line in self.lines if not line.is_registered]
        if len(faults) == len(self.lines):
            return "nobody can be called: " + "; ".join(faults)
        return "; ".join(["every line was busy", *faults])
