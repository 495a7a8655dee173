"""The device in virtual time: the real firmware in a child process that sleeps never and decides everything.

A `LockstepDevice` hands inputs with their time to `firmware/boards/lockstep.py` and returns what the device
did, as the board's own JSON objects. It decides nothing about alarms. It cannot hang: a batch of inputs is
never larger than an empty pipe takes, every batch is answered before the next is sent, an answer has a
deadline and a bound. Times are device time in ms.

Exceptions:
    DeviceError          the simulated device could not go on
     ├─ SettingsRefused  it does not accept these settings; `str()` is the firmware's own sentence
     └─ DeviceFailed     its process died, hung or wrote what is no effect
"""

import contextlib
import json
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from simulator.runtime import ROOT, Runtime, runtime_environment

BOARD = ROOT / "firmware" / "boards" / "lockstep.py"
#: Exit code by which the board says that it refused its settings.
REFUSED_EXIT = 2

#: What even the smallest pipe takes without a reader, so that writing a batch never blocks.
BATCH_BYTES_MAX = 4_096
#: Longest wait for the answer to one batch, in s of real time.
ANSWER_S_MAX = 20.0
#: Most bytes of effects the device may answer one batch with; it would be a loop in the firmware.
ANSWER_BYTES_MAX = 4_000_000
#: How much of a dead device's last words is kept, in bytes.
LAST_WORDS_BYTES_MAX = 2_000
#: How long the rest of a garbled output is waited for, in s.
LAST_WORDS_S_MAX = 0.5
EXIT_S_MAX = 5.0


class DeviceError(Exception):
    """The simulated device could not go on; `str()` is a sentence."""


class SettingsRefused(DeviceError):
    """The firmware does not accept these settings; `str()` is its own sentence with value and limit."""


class DeviceFailed(DeviceError):
    """The device's process died, hung or wrote what is no effect."""


class LockstepDevice:
    """One device in virtual time; a context manager."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        name: str = "replay",
        settings: Mapping[str, Any] | None = None,
        journal_hex: str = "",
        board: Path = BOARD,
    ) -> None:
        """Start the firmware at device time 0.

        Raises:
            SettingsRefused: the firmware refuses `settings`.
            DeviceFailed: it does not start.
        """
        self.runtime = runtime
        #: When the device next acts by itself, in ms of device time, as of the last exchange.
        self.next_deadline_ms: int | None = None
        #: What it did when it started.
        self.first_effects: list[dict[str, Any]] = []
        self._unread = b""
        self._answer_bytes = 0
        self._refusal = ""
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 -- lives as long as the device
        self._process = subprocess.Popen(
            [*runtime.command, str(board)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._last_words,
            env=runtime_environment(),
            bufsize=0,
        )
        first = {"name": name, "settings": dict(settings or {}), "journal_hex": journal_hex}
        try:
            self.first_effects = self.exchange([f"i {json.dumps(first)}"])
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Return the device."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the device."""
        self.close()

    @property
    def process_id(self) -> int:
        """The operating system's number of the device's process."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code of the device's process (negative: a signal), None while it runs."""
        return self._process.poll()

    def exchange(self, inputs: Iterable[str]) -> list[dict[str, Any]]:
        """Hand over input lines in order of their time and return every effect they had.

        Raises:
            DeviceFailed: the device died, hung or wrote what is no effect.
        """
        effects: list[dict[str, Any]] = []
        batch = bytearray()
        for text in inputs:
            line = text.encode() + b"\n"
            if batch and len(batch) + len(line) > BATCH_BYTES_MAX - 2:
                effects += self._exchange_batch(bytes(batch))
                batch.clear()
            batch += line
        return effects + self._exchange_batch(bytes(batch))

    def close(self) -> None:
        """End the device's process; it is gone when this returns."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(b"q\n")
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        # A device that is still writing must not wait for a reader that has gone.
        self._process.stdout.close()
        try:
            self._process.wait(EXIT_S_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._last_words.close()

    def _exchange_batch(self, batch: bytes) -> list[dict[str, Any]]:
        assert self._process.stdin is not None
        unwritten = memoryview(batch + b"?\n")
        # A dead device is told from what it last said, below.
        with contextlib.suppress(BrokenPipeError):
            while unwritten:
                unwritten = unwritten[self._process.stdin.write(unwritten) or 0 :]
        deadline_s = time.monotonic() + ANSWER_S_MAX
        self._answer_bytes = len(self._unread)
        effects: list[dict[str, Any]] = []
        while True:
            line = self._read_line(deadline_s)
            if line.startswith(b". "):
                self.next_deadline_ms = _deadline(line)
                return effects
            effect = _effect(line)
            if effect is None:
                self._fail_as_garbled(line)
            if effect["effect"] == "refused":
                self._refusal = str(effect.get("reason", "no reason given"))
            effects.append(effect)

    def _read_line(self, deadline_s: float) -> bytes:
        assert self._process.stdout is not None
        while b"\n" not in self._unread:
            wait_s = max(0.0, deadline_s - time.monotonic())
            ready, _, _ = select.select([self._process.stdout], [], [], wait_s)
            if not ready:
                raise DeviceFailed(f"The device gave no answer within {ANSWER_S_MAX:g} s.")
            read = os.read(self._process.stdout.fileno(), 65_536)
            if not read:
                self._fail_as_dead()
            self._unread += read
            self._answer_bytes += len(read)
            if self._answer_bytes > ANSWER_BYTES_MAX:
                raise DeviceFailed(f"The device answered one batch with over {ANSWER_BYTES_MAX} bytes.")
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def _fail_as_garbled(self, line: bytes) -> NoReturn:
        # MicroPython writes its tracebacks to standard output, so what follows explains what came.
        words = [line]
        deadline_s = time.monotonic() + LAST_WORDS_S_MAX
        with contextlib.suppress(DeviceFailed):
            while sum(map(len, words)) < LAST_WORDS_BYTES_MAX:
                words.append(self._read_line(deadline_s))
        text = b"\n".join(words)[:LAST_WORDS_BYTES_MAX].decode(errors="replace")
        raise DeviceFailed(f"The device wrote what is no effect: {text}")

    def _fail_as_dead(self) -> NoReturn:
        try:
            code = self._process.wait(EXIT_S_MAX)
        except subprocess.TimeoutExpired:
            raise DeviceFailed("The device closed its output and went on running.") from None
        if self._refusal and code == REFUSED_EXIT:
            raise SettingsRefused(self._refusal)
        length = self._last_words.seek(0, os.SEEK_END)
        self._last_words.seek(max(0, length - LAST_WORDS_BYTES_MAX))
        last_words = self._last_words.read().decode(errors="replace").strip() or "nothing"
        raise DeviceFailed(f"The device stopped with exit code {code}; its last words: {last_words}")


def _deadline(line: bytes) -> int | None:
    text = line[2:].strip()
    try:
        return None if text == b"-" else int(text)
    except ValueError:
        raise DeviceFailed(f"The device's next deadline is no time: {line[:80]!r}.") from None


def _effect(line: bytes) -> dict[str, Any] | None:
    """Return the effect in a line, or None if it is none."""
    try:
        effect = json.loads(line)
    except ValueError:
        return None
    is_effect = isinstance(effect, dict) and "effect" in effect and isinstance(effect.get("t_ms"), int)
    return effect if is_effect else None
