"""The real firmware as a child process in real time: lines in, effects out.

Starts the program `firmware/boards/lockstep.py` in the real MicroPython, or CPython where there is none, and
speaks to it by pipe; the base station imports nothing of it. The child dies with its parent. Times in ms of
the device, counted in samples.
"""

import asyncio
import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any, Final

from basestation.broker import parent_bound
from basestation.errors import Refused

ROOT: Final = Path(__file__).resolve().parents[2]
BOARD: Final = ROOT / "firmware" / "boards" / "lockstep.py"
_RUN_MICROPYTHON: Final = "import sys, micropython_unix as command; sys.exit(command.main())"
#: Longest wait for an answer, in s; a child that is slower is ended.
ANSWER_S_MAX: Final = 10.0
LINE_BYTES_MAX: Final = 65_536


class FirmwareEnded(Refused):
    """The device's program ended or hung; the text is a sentence."""


class Firmware:
    """One running device."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, name: str) -> "Firmware":
        """Start a device of this name at its time 0; raises FirmwareEnded."""
        is_real = importlib.util.find_spec("micropython_unix") is not None
        runtime = [sys.executable, "-c", _RUN_MICROPYTHON] if is_real else [sys.executable]
        bound = [sys.executable, "-I", "-S", parent_bound.__file__, str(os.getpid())]
        paths = {"MICROPYPATH": f"{ROOT}:.frozen", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        try:
            process = await asyncio.create_subprocess_exec(
                *bound, *runtime, str(BOARD),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={**os.environ, **paths},
                limit=LINE_BYTES_MAX,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise FirmwareEnded(f"The device's program did not start: {error}.") from error
        firmware = cls(process)
        firmware.first = await firmware.exchange([f"i {json.dumps({'name': name})}"])
        return firmware

    #: What it did when it started.
    first: list[dict[str, Any]]

    async def exchange(self, lines: list[str]) -> list[dict[str, Any]]:
        """Hand over input lines and return every effect they had; raises FirmwareEnded."""
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{line}\n" for line in [*lines, "?"]).encode())
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                await self._process.stdin.drain()
                return await self._effects()
        except TimeoutError:
            raise FirmwareEnded("The device's program hung, and was ended. Start it again.") from None
        except (ConnectionError, ValueError) as error:
            raise FirmwareEnded("The device's program ended by itself. Start it again.") from error

    async def end(self) -> None:
        """End the program; it is gone when this returns."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def _effects(self) -> list[dict[str, Any]]:
        assert self._process.stdout is not None
        effects: list[dict[str, Any]] = []
        while True:
            line = await self._process.stdout.readline()
            if line.startswith(b". "):
                return effects
            if not line:
                raise ConnectionError
            effects.append(json.loads(line))
