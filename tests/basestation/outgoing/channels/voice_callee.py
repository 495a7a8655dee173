"""A second user agent, in a process of its own, for the tests of real calls: somebody's telephone.

Its plan comes as JSON in the first argument: user, password, server, what it does. It tells on standard
output, one JSON object a line, what it heard: loudness is the root mean square of 20 ms of samples.
"""

import array
import asyncio
import json
import os
import sys

from baresip import (
    Account,
    AudioNotActive,
    AudioRestarted,
    BaresipError,
    CallState,
    Config,
    Runtime,
    UserAgent,
)

SPEECH_RMS = 500
FRAME_BYTES = 320


async def answer(call, plan, tell):
    await call.answer()
    voiced = frames = 0
    keys = list(plan["keys"])
    ended = asyncio.Event()
    call.on(lambda event: ended.set() if event.event.name == "CALL_CLOSED" else None)
    while not ended.is_set() and call.state is not CallState.CLOSED:
        await asyncio.sleep(0.02)
        try:
            pcm = call.audio.read(FRAME_BYTES)
        except (AudioNotActive, AudioRestarted):
            continue
        samples = array.array("h", pcm[: len(pcm) // 2 * 2])
        frames += bool(samples)
        if samples and (sum(one * one for one in samples) / len(samples)) ** 0.5 > SPEECH_RMS:
            voiced += 1
        # A second of voice, then the next key.
        if keys and voiced >= plan["voiced_frames"]:
            voiced = 0
            await call.send_dtmf(keys.pop(0))
        elif plan["hangs_up"] and voiced >= plan["voiced_frames"]:
            await call.hangup()
            plan["hangs_up"] = False
    tell(what="ended", voiced=voiced, frames=frames)


async def main():
    plan = json.loads(sys.argv[1])
    events = os.dup(1)
    os.dup2(2, 1)

    def tell(**fields):
        os.write(events, json.dumps(fields).encode() + b"\n")

    runtime = Runtime()
    await runtime.start(Config(net_interface="127.0.0.1"))
    account = Account(user=plan["user"], domain=plan["server"], password=plan["password"])
    agent = await UserAgent.create(runtime, account)
    tasks = set()

    def came(call):
        tell(what="rang")
        tasks.add(asyncio.ensure_future(answer(call, plan, tell)))

    agent.on_incoming(came)
    await agent.register()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer
    )
    await reader.read()
    try:
        await runtime.close()
    except BaresipError:
        os._exit(0)


if __name__ == "__main__":
    asyncio.run(main())
