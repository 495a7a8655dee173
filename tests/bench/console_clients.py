"""Consoles without a browser: open so many WebSockets, and note when each saw each case first.

    python -m tests.bench.console_clients PORT TOKEN COUNT

Prints "ready" when all have their first snapshot; after a line it prints {case: [ms since 1970, …]}.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from basestation.web.settings import COOKIE

ORIGIN_OF = "http://127.0.0.1:{}"


async def look(port: int, token: str, seen: dict[int, list[float]], is_ready: asyncio.Event) -> None:
    """Be one console until it is cut off."""
    headers = {"Cookie": f"{COOKIE}={token}"}
    known: set[int] = set()
    address = f"ws://127.0.0.1:{port}/api/v1/ws?changes=1"
    socket = connect(address, additional_headers=headers, origin=ORIGIN_OF.format(port), max_size=None)
    async with socket as page:
        try:
            while True:
                text = await page.recv()
                now_ms = time.time() * 1000
                message = json.loads(text)
                for case in (message.get("snapshot") or message.get("changes", {})).get("cases", ()):
                    if case["id"] not in known:
                        known.add(case["id"])
                        seen[case["id"]].append(now_ms)
                is_ready.set()
        except ConnectionClosed:
            return


async def main(port: int, token: str, count: int) -> None:
    """Look until the input ends."""
    seen: dict[int, list[float]] = defaultdict(list)
    ready = [asyncio.Event() for _ in range(count)]
    tasks = [asyncio.create_task(look(port, token, seen, one)) for one in ready]
    for one in ready:
        await one.wait()
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    print(json.dumps(seen), flush=True)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
