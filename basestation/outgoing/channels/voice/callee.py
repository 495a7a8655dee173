"""Somebody's telephone on loopback: a second user agent, in a process of its own, for tests of real calls.

Run as a program. Its plan comes as JSON in the first argument: user, password, server, the keys it presses,
each behind so many 20 ms pieces of voice, and whether it hangs up then. It tells on standard output, one
JSON object a line, that it rang and what it heard. It ends with its standard input.
"""

import array
import asyncio
import json
import os
import sys
from typing import Any, Final

from baresip import (
    Account,
    AudioNotActive,
    AudioRestarted,
    BaresipError,
    Call,
    CallState,
    Config,
    Runtime,
    UserAgent,
)

from basestation.outgoing.channels.voice import wires

#: What is louder than this (root mean square of samples of 16 bits) is a voice.
VOICE_RMS: Final = 500
PIECE_S, PIECE_BYTES = 0.02, 320


async def answer(call: Call, plan: dict[str, Any], events: int) -> None:
    """Pick up, listen, and do as planned until the call has ended."""
    await call.answer()
    keys, voiced_in_all, voiced = list(plan["keys"]), 0, 0
    while call.state is not CallState.CLOSED:
        await asyncio.sleep(PIECE_S)
        is_voice = _is_voice(call)
        voiced += is_voice
        voiced_in_all += is_voice
        if voiced < plan["voiced_pieces"]:
            continue
        voiced = 0
        if keys:
            await call.send_dtmf(keys.pop(0))
        elif plan["is_hanging_up"]:
            await call.hangup()
            break
    os.write(events, wires.line_of(what="ended", voiced=voiced_in_all))


def _is_voice(call: Call) -> bool:
    try:
        pcm = call.audio.read(PIECE_BYTES)
    except (AudioNotActive, AudioRestarted):
        return False
    samples = array.array("h", pcm[: len(pcm) // 2 * 2])
    return bool(samples) and sum(one * one for one in samples) > VOICE_RMS**2 * len(samples)


async def run(plan: dict[str, Any], events: int) -> None:
    """Be reachable until standard input ends."""
    runtime = Runtime()
    await runtime.start(Config(net_interface="127.0.0.1"))
    account = Account(user=plan["user"], domain=plan["server"], password=plan["password"])
    agent = await UserAgent.create(runtime, account)
    answering: set[asyncio.Task[None]] = set()

    def came(call: Call) -> None:
        os.write(events, wires.line_of(what="rang"))
        task = asyncio.ensure_future(answer(call, plan, events))
        answering.add(task)
        task.add_done_callback(answering.discard)

    agent.on_incoming(came)
    await agent.register()
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    await reader.read()
    try:
        await runtime.close()
    except BaresipError:
        os._exit(1)


def main() -> None:
    """Keep standard output for events; whatever native code prints goes to standard error."""
    events = os.dup(1)
    os.dup2(2, 1)
    asyncio.run(run(json.loads(sys.argv[1]), events))


if __name__ == "__main__":
    main()
