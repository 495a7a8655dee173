"""The telephone process: baresip as SIP user agent, espeak-ng as its voice, orders and events on pipes.

Run by `process`, never imported by the base station. Decides nothing about alarms: it registers, calls,
speaks, and tells keys and ends. Incoming calls are refused, and so is every wish of the other side to be
transferred: a REFER could make us call any number.
"""

import asyncio
import contextlib
import os
import sys
from typing import Any, Final

from baresip import (
    Account,
    AudioNotActive,
    AudioRestarted,
    BaresipError,
    Call,
    Config,
    Event,
    Runtime,
    StackEvent,
    UserAgent,
)

from basestation.outgoing.channels.voice import wires
from basestation.outgoing.channels.voice.speech import Speaker, SpeechFailed

ALIVE_EVERY_S: Final = 1.0
#: Audio is handed over this often, and so far ahead, in seconds.
FEED_EVERY_S, FEED_AHEAD_S = 0.02, 0.2
#: From picking up until audio flows.
AUDIO_S_MAX: Final = 5.0
#: From a failed registration to the next attempt.
REGISTER_AGAIN_S: Final = 5.0
REGISTER_S_MAX: Final = 4.0
#: Nobody waits long for a goodbye.
UNREGISTER_S_MAX: Final = 0.3
_LOG_LEVEL: Final = "error"
#: One of ours, and some that come in and are refused: they must not take its place.
CALLS_MAX: Final = 4


class Softphone:
    """One user agent with at most one call."""

    def __init__(self, events: int) -> None:
        self._pipe = events
        self._runtime = Runtime()
        self._agent: UserAgent | None = None
        self._order: dict[str, Any] = {}
        self._speaker = Speaker()
        self._call: Call | None = None
        self._number = 0
        self._speaking: asyncio.Task[None] | None = None
        self._registering: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def tell(self, **fields: Any) -> None:
        """Tell the base station."""
        os.write(self._pipe, wires.line_of(**fields))

    async def open(self, order: dict[str, Any]) -> None:
        """Start the stack and register."""
        self._order = order
        await self._runtime.start(
            Config(
                net_interface=order["own_address"] or None,
                max_concurrent_calls=CALLS_MAX,
                native_log_level="error",
            )
        )
        self._runtime.on_dead = lambda: os._exit(3)
        account = Account(
            user=order["user"],
            domain=order["server"],
            password=order["password"],
            auth_user=order["login"] or None,
            registrar=order["registrar"] or None,
            reg_interval=order["registration_s"],
            transport=order["transport"],
        )
        self._agent = await UserAgent.create(self._runtime, account, transfer_policy="reject")
        self._agent.on(self._registration_told)
        self._agent.on_incoming(lambda call: self._start(_refused(call)))
        self.register()

    async def prove_alive(self) -> None:
        """Return once the stack's own thread has carried out an order; raises BaresipError if it hangs."""
        # The level stays what it is: the cheapest order there is.
        await self._runtime.set_native_log_level(_LOG_LEVEL)

    def register(self) -> None:
        """Ask to be registered now."""
        if self._registering is None or self._registering.done():
            self._registering = self._start(self._register())

    async def obey(self, order: dict[str, Any]) -> None:
        """Carry out an order about a call."""
        do, number = order.get("do"), order.get("call")
        if do == "dial":
            self._number = int(order["call"])
            await self._dial(str(order["number"]))
        elif number != self._number:
            return
        elif do == "say":
            await self._hush()
            said, language = wires.segments_of(order["said"]), str(order["language"])
            self._speaking = self._start(self._say(said, language))
        elif do == "hush":
            await self._hush()
        elif do == "hang_up":
            await self._hush()
            await self._hang_up()

    async def close(self) -> None:
        """Unregister and stop."""
        await self._hang_up()
        with contextlib.suppress(BaresipError, TimeoutError):
            if self._agent is not None:
                await self._agent.unregister(timeout=UNREGISTER_S_MAX)
        await self._runtime.close()

    async def _register(self) -> None:
        assert self._agent is not None
        while True:
            try:
                await self._agent.register(timeout=REGISTER_S_MAX)
            except BaresipError as error:
                status = getattr(error, "status", None)
                self.tell(**_not_registered(status))
                await asyncio.sleep(REGISTER_AGAIN_S)
            else:
                self.tell(**{"is": "registration", "registered": True})
                return

    def _registration_told(self, event: StackEvent) -> None:
        """Refreshes come by themselves; whoever was thrown out asks again."""
        if event.event is Event.REGISTER_FAIL and (self._registering is None or self._registering.done()):
            head = (event.text or "").partition(" ")[0]
            self.tell(**_not_registered(int(head) if head.isdigit() else None))
            self.register()

    async def _dial(self, number: str) -> None:
        assert self._agent is not None
        await self._hang_up()
        call_number = self._number
        if not number:
            self.tell(**{"is": "hung_up", "call": call_number, "status": 484})
            return
        try:
            call = await self._agent.dial(f"sip:{number}@{self._order['server']}")
        except (BaresipError, ValueError):
            self.tell(**{"is": "hung_up", "call": call_number, "status": 0})
            return
        self._call = call
        call.on(lambda event: self._call_told(call, call_number, event))

    def _call_told(self, call: Call, number: int, event: StackEvent) -> None:
        if event.event in {Event.CALL_RINGING, Event.CALL_PROGRESS}:
            self.tell(**{"is": "ringing", "call": number})
        elif event.event is Event.CALL_ESTABLISHED:
            self.tell(**{"is": "answered", "call": number})
        elif event.event is Event.CALL_DTMF_START:
            self.tell(**{"is": "key", "call": number, "key": event.text or ""})
        elif event.event is Event.CALL_CLOSED:
            head = (event.text or "").partition(" ")[0]
            status = int(head) if len(head) == 3 and head.isdigit() else 0
            if self._call is call:
                self._call = None
            self.tell(**{"is": "hung_up", "call": number, "status": status})

    async def _say(self, said: tuple[Any, ...], language: str) -> None:
        call, number = self._call, self._number
        if call is None:
            return
        try:
            rate_hz, channels = await self._audio_of(call)
            wpm = self._order["speech_wpm"]
            pcm = await asyncio.to_thread(self._speaker.speak, said, language, rate_hz, wpm)
            await self._feed(call, _in_channels(pcm, channels), 2 * channels * rate_hz)
        except (AudioNotActive, AudioRestarted, TimeoutError):
            # The call ends, or its sound was negotiated anew: what was not heard is spoken again later.
            pass
        except SpeechFailed:
            await self._hang_up()
            return
        self.tell(**{"is": "spoken", "call": number})

    async def _audio_of(self, call: Call) -> tuple[int, int]:
        async with asyncio.timeout(AUDIO_S_MAX):
            while True:
                with contextlib.suppress(AudioNotActive):
                    info = call.audio.info()
                    if info.tx_ready and info.tx_sample_rate:
                        return info.tx_sample_rate, info.tx_channels
                await asyncio.sleep(FEED_EVERY_S)

    async def _feed(self, call: Call, pcm: bytes, bytes_per_s: int) -> None:
        ahead = int(bytes_per_s * FEED_AHEAD_S)
        given = 0
        while True:
            buffered = call.audio.info().tx_buffered
            if given >= len(pcm) and buffered == 0:
                return
            piece = pcm[given : given + max(0, ahead - buffered)]
            given += call.audio.write(piece) // 2 * 2
            await asyncio.sleep(FEED_EVERY_S)

    async def _hush(self) -> None:
        speaking, self._speaking = self._speaking, None
        if speaking is not None and not speaking.done():
            speaking.cancel()
            await asyncio.gather(speaking, return_exceptions=True)
        if self._call is not None:
            with contextlib.suppress(AudioNotActive, AudioRestarted):
                self._call.audio.flush_tx()

    async def _hang_up(self) -> None:
        call, self._call = self._call, None
        if call is not None:
            with contextlib.suppress(BaresipError):
                await call.hangup()

    def _start(self, work: Any) -> "asyncio.Task[Any]":
        task: asyncio.Task[Any] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _refused(call: Call) -> None:
    with contextlib.suppress(BaresipError):
        await call.reject()


def _not_registered(status: int | None) -> dict[str, Any]:
    if status in {401, 403, 407}:
        detail = f"is not registered: the telephone system did not believe user or password (SIP {status})"
    elif status:
        detail = f"is not registered: the telephone system refused it (SIP {status})"
    else:
        detail = "is not registered: the telephone system did not answer"
    return {"is": "registration", "registered": False, "detail": detail}


def _in_channels(pcm: bytes, channels: int) -> bytes:
    if channels == 1:
        return pcm
    return b"".join(pcm[place : place + 2] * channels for place in range(0, len(pcm), 2))


async def run(events: int) -> None:
    """Obey orders from standard input until it ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=wires.LINE_BYTES_MAX)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    order = wires.fields_of(await reader.readline())
    if order is None or order.get("do") != "open":
        return
    softphone = Softphone(events)
    await softphone.open(order)
    alive = asyncio.create_task(_say_alive(softphone))
    while line := await reader.readline():
        order = wires.fields_of(line)
        if order is None or order.get("do") == "close":
            break
        if order.get("do") == "register":
            softphone.register()
        else:
            await softphone.obey(order)
    alive.cancel()
    await softphone.close()


async def _say_alive(softphone: Softphone) -> None:
    while True:
        try:
            await softphone.prove_alive()
        except BaresipError:
            os._exit(3)
        softphone.tell(**{"is": "alive"})
        await asyncio.sleep(ALIVE_EVERY_S)


def main() -> None:
    """Keep standard output for events; whatever native code prints goes to standard error."""
    events = os.dup(1)
    os.dup2(2, 1)
    try:
        asyncio.run(run(events))
    except (BaresipError, SpeechFailed, OSError, KeyError, TypeError, ValueError) as error:
        # The name of the error only: its text may repeat the account.
        why = f"its telephone process failed ({type(error).__name__})"
        os.write(events, wires.line_of(**{"is": "gone", "detail": why}))


if __name__ == "__main__":
    main()
