"""One call, driven from its first event to its last: carries out what the conversation decides.

Decides nothing of its own but how long each state may last. An answer is stored even if the call ends
meanwhile. What the base station cannot store is counted, and the caller is asked to press again.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from basestation.outgoing.channels.channel import Answer, Delivery, Inbound, Report, Stage
from basestation.outgoing.channels.voice import conversation
from basestation.outgoing.channels.voice.conversation import (
    Ask,
    Conversation,
    Effect,
    Event,
    HangUp,
    Hush,
    Judged,
    Say,
    State,
    Tell,
    TimeUp,
)
from basestation.outgoing.channels.voice.counters import VoiceCounters
from basestation.outgoing.channels.voice.script import Script
from basestation.outgoing.channels.voice.settings import SETUP_S_MAX
from basestation.outgoing.channels.voice.telephone import KeyPressed, Telephone
from basestation.outgoing.channels.voice.waiting import Request

CHANNEL: Final = "voice"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Durations:
    """How long each state may last, in seconds."""

    ring_s: float
    key_s: float
    setup_s: float = SETUP_S_MAX
    #: Longer than every text we speak, at the slowest.
    speech_s: float = 180.0
    #: The store answers within a second, or something is wrong with it.
    judge_s: float = 10.0

    def of(self, state: State) -> float | None:
        """Return how long a state may last; None: for ever."""
        return _SECONDS[state](self)


_SECONDS: Final[Mapping[State, Callable[[Durations], float | None]]] = {
    State.DIALLING: lambda durations: durations.setup_s,
    State.RINGING: lambda durations: durations.ring_s,
    State.SPEAKING: lambda durations: durations.speech_s,
    State.LISTENING: lambda durations: durations.key_s,
    State.JUDGING: lambda durations: durations.judge_s,
    State.REPLYING: lambda durations: durations.speech_s,
    State.PARTING: lambda durations: durations.speech_s,
    State.ENDED: lambda _: None,
}


class Calling:
    """A call under way."""

    def __init__(
        self,
        number: int,
        request: Request,
        script: Script,
        telephone: Telephone,
        durations: Durations,
        counters: VoiceCounters,
    ) -> None:
        self.number = number
        self.request = request
        self.conversation: Conversation = conversation.begun(script)
        self._telephone = telephone
        self._durations = durations
        self._counters = counters
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._timer: asyncio.TimerHandle | None = None
        #: Answers being stored; nothing waits for them but the end of the program.
        self._judging: set[asyncio.Task[None]] = set()

    def put(self, event: Event) -> None:
        """Take what happened."""
        if isinstance(event, KeyPressed):
            self._counters.keys.inc()
        self._events.put_nowait(event)

    async def run(self, inbound: Inbound, number: str) -> None:
        """Call, and return when the call has ended and what became of it is told."""
        try:
            await self._converse(inbound, number)
        except Exception:
            # What nobody tells would look like a call that goes on.
            await self._tell(Tell(Stage.FAILED, "cut short by a mistake of ours: see the log"), inbound)
            raise
        finally:
            self._stop_timer()
            self._telephone.hang_up(self.number)
            self._counters.calls.labels(self._ended_as()).inc()
        if self._judging:
            await asyncio.wait(tuple(self._judging), timeout=self._durations.judge_s)

    async def _converse(self, inbound: Inbound, number: str) -> None:
        self._telephone.dial(self.number, number)
        self._wait()
        while self.conversation.state is not State.ENDED:
            event = await self._events.get()
            before = self.conversation
            self.conversation, effects = conversation.step(before, event)
            if effects or self.conversation is not before:
                # Whoever types a code has the time for each key; what is ignored gains nobody time.
                self._wait()
            for effect in effects:
                await self._carry_out(effect, inbound)

    async def _carry_out(self, effect: Effect, inbound: Inbound) -> None:
        if isinstance(effect, Say):
            self._telephone.say(self.number, effect.speech, self.conversation.script.language)
        elif isinstance(effect, Hush):
            self._telephone.hush(self.number)
        elif isinstance(effect, HangUp):
            self._telephone.hang_up(self.number)
        elif isinstance(effect, Ask):
            task = asyncio.create_task(self._ask(effect.verb, inbound))
            self._judging.add(task)
            task.add_done_callback(self._judging.discard)
        else:
            await self._tell(effect, inbound)

    async def _ask(self, verb: str, inbound: Inbound) -> None:
        notice = self.request.notice
        answer = Answer(CHANNEL, sender=notice.address, key=notice.key, verb=verb)
        try:
            sentence = await inbound.answer(answer)
        except Exception:  # noqa: BLE001 (whoever is on the telephone is asked to press again)
            _log.exception("voice_answer_not_stored", case=notice.case_id)
            self._counters.not_stored.inc()
            self.put(TimeUp())
        else:
            self.put(Judged(sentence))

    async def _tell(self, told: Tell, inbound: Inbound) -> None:
        """Answer the attempt to send, if that still waits; report everything later."""
        if not self.request.told.done():
            self.request.told.set_result(Delivery(told.stage, told.detail))
        elif told.stage is not Stage.SENT:
            try:
                # A store that hangs must not keep the next key waiting for ever.
                async with asyncio.timeout(self._durations.judge_s):
                    await inbound.report(Report(self.request.notice.key, told.stage, told.detail))
            except Exception:  # noqa: BLE001 (the call goes on: an answer may come)
                _log.exception("voice_report_not_stored", case=self.request.notice.case_id)
                self._counters.not_reported.inc()

    def _wait(self) -> None:
        self._stop_timer()
        seconds = self._durations.of(self.conversation.state)
        if seconds is not None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self.put, TimeUp())

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ended_as(self) -> str:
        call = self.conversation
        if call.is_answered:
            return "answered"
        if call.is_heard:
            return "heard"
        return "told" if call.is_told and not call.script.is_asked else "failed"
