"""A base station as a process of its own, for browser tests: it can be frozen and killed.

Run as a program it serves the real web part over the real engine on SQLite, prints its port, and
carries out one JSON command a line: what devices say, what the site registers. It answers each with
one line. Without broker: the radio is a queue.
"""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

from tests.basestation.web.control_room import WAIT_S_MAX, ControlRoom, serving

ROOT = Path(__file__).parents[2]


class Station:
    """The process, seen from a test."""

    def __init__(self, folder: Path, port: int = 0):
        self._folder = folder
        self._process = None
        self.port = port
        self.start()

    def start(self) -> None:
        """Start, on the same port if there was one, and wait until it serves."""
        command = [sys.executable, "-m", "tests.browser.station", str(self._folder), str(self.port)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = self._answer()["port"]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def do(self, name: str, **arguments) -> dict:
        """Carry out one command and return its answer."""
        self._process.stdin.write(json.dumps({"do": name, **arguments}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict:
        line = self._process.stdout.readline()
        assert line, "the station ended"
        return json.loads(line)

    def freeze(self) -> None:
        """Stop the process as a hung machine would: every socket stays open."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it without a word."""
        self._process.kill()
        self._process.wait(WAIT_S_MAX)

    def stop(self) -> None:
        self.thaw()
        self._process.stdin.close()
        try:
            self._process.wait(WAIT_S_MAX)
        except subprocess.TimeoutExpired:
            self.kill()


async def carry_out(room: ControlRoom, command: dict) -> dict:
    """Do what a line says."""
    name = command.pop("do")
    if name == "shift":
        return {"shift": await room.start_shift(**command)}
    if name == "alarm":
        return {"alarm": room.radio.raise_alarm(command.pop("device"), command.pop("kind", "manual"), **command)}
    if name == "say":
        return {"id": room.radio.say(command.pop("device"), command.pop("kind"), **command)}
    if name == "case":
        return await room.engine.case(command["id"])
    assert name == "deactivate", name
    await room.engine.deactivate_user(command["login"])
    return {}


async def serve(folder: Path, port: int) -> None:
    """Serve until the input ends."""
    room = ControlRoom(folder)
    await room.start(is_new=not (folder / "users").exists())
    (folder / "users").touch()
    loop = asyncio.get_running_loop()
    async with serving(room.web, port) as port:
        print(json.dumps({"port": port}), flush=True)
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            print(json.dumps(await carry_out(room, json.loads(line))), flush=True)
    await room.engine.stop()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
