"""The virtual device: the firmware in a process of its own, in real time, over real MQTT.

A `VirtualDevice` hands its process movement, key, battery and radio, and gives back what the device did, as
the board's own JSON objects. It decides nothing about alarms. It can be killed and started again with the
same journal, as if its battery had been pulled. The process dies with ours, so start it from the main thread.

Exceptions (of lockstep.py):
    DeviceError          the device could not go on
     ├─ SettingsRefused  it does not accept its configuration; `str()` is the firmware's own sentence
     └─ DeviceFailed     its process died, hung, or did not do in time what was waited for
"""

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from basestation.broker import parent_bound
from simulator.device_config import DeviceConfig
from simulator.effect_log import Effect, EffectLog
from simulator.lockstep import DeviceError, DeviceFailed, SettingsRefused
from simulator.runtime import Runtime, find_runtime, runtime_environment
from simulator.trace import Trace

#: How long a device may take to accept a line of input, in s; its loop takes some every 20 ms.
INPUT_S_MAX = 2.0
#: How long a device may take to say farewell to its broker, in s.
STOP_S_MAX = 5.0
LAST_WORDS_BYTES_MAX = 2_000
#: How many of the last effects an error names.
_EFFECTS_NAMED = 5


class VirtualDevice:
    """One device; its files (configuration, journal, recordings) lie in `folder`. A context manager."""

    def __init__(self, config: DeviceConfig, folder: Path, runtime: str | Runtime = "micropython") -> None:
        self.config = config
        self.folder = folder
        #: What really runs: `.name`, and a `.note` where it is not what was asked for.
        self.runtime: Runtime = find_runtime(runtime) if isinstance(runtime, str) else runtime
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 -- lives as long as the device
        self._log = EffectLog()
        self._recordings = 0

    def __enter__(self) -> Self:
        """Start the device."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Switch the device off."""
        self.stop()

    @property
    def process_id(self) -> int:
        """The operating system's number of the device's process."""
        return self._running().pid

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def journal_path(self) -> Path:
        """The device's journal."""
        return self.config.journal_path(self.folder)

    @property
    def count(self) -> int:
        """How many effects there were so far, over all starts; a mark for `wait_for` and `since`."""
        return self._log.count

    def start(self, cause: str = "power_on") -> None:
        """Start the device, with the journal it had; returns at once.

        Raises:
            DeviceFailed: the process could not be started.
        """
        assert not self.is_running, f"{self.config.name} runs already"
        self._release()
        config_path = self.config.write(self.folder, cause)
        command = [*_bound_command(self.runtime), "-m", "firmware.main", "--config", str(config_path)]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._last_words,
                env=runtime_environment(self.config.modules),
                cwd=self.folder,
                bufsize=0,
                # Ctrl-C in a terminal is for whoever runs the device, who then stops it in order.
                start_new_session=True,
            )
        except OSError as error:
            raise DeviceFailed(f"The device {self.config.name} did not start: {error}.") from error
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        self._log.begin()
        self._reader = threading.Thread(
            target=self._read, args=(self._process,), name=f"device {self.config.name}", daemon=True
        )
        self._reader.start()

    def kill(self) -> None:
        """End the device without a word, as when its battery is pulled (SIGKILL)."""
        self._running().kill()
        self._release()

    def restart(self, cause: str = "power_on") -> None:
        """Start the device again after `kill` or `stop`; its journal is what it remembers."""
        self.start(cause)

    def stop(self) -> None:
        """Switch the device off in order; it is gone when this returns."""
        if self.is_running:
            with contextlib.suppress(DeviceFailed):
                self._send("q")
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._running().wait(STOP_S_MAX)
        self._release()

    def send_sample(self, x_mg: int, y_mg: int, z_mg: int) -> None:
        """Move the device: one sample, to be given every 20 ms; ignored once a trace was played."""
        self._send(f"s {x_mg} {y_mg} {z_mg}")

    def press(self) -> None:
        """Press the key down."""
        self._send("k 1")

    def release(self) -> None:
        """Let the key go."""
        self._send("k 0")

    def set_battery(self, battery_mv: int, battery_percent: int, *, is_charging: bool) -> None:
        """Let the device measure its battery."""
        self._send(f"b {battery_mv} {battery_percent} {int(is_charging)}")

    def set_clip(self, *, is_closed: bool) -> None:
        """Close or open the contact of clip or strap."""
        self._send(f"c {int(is_closed)}")

    def set_radio(self, *, is_lost: bool, network: int = 0, rssi_dbm: int = 0) -> None:
        """Carry the device out of range of a network, or back, with a strength (dBm) where it has one."""
        self._send(f"l {int(is_lost)} {network} {rssi_dbm}")

    def set_beacons(self, heard_dbm: Mapping[str, int]) -> None:
        """Let the device hear these beacons (name to dBm) and no others, until it is told otherwise."""
        self._send("a " + " ".join(f"{name}={dbm}" for name, dbm in heard_dbm.items()))

    def play(self, trace: Trace, *, is_looped: bool = False) -> None:
        """Move the device as recorded, in real time, from now on; at the end it stays as it was last.

        It takes the place of what was played before.
        """
        self._recordings += 1
        name = f"{self.config.name}-{self._recordings}.csv"
        rows = [
            f"{t_ms},{x},{y},{z}\n" for t_ms, (x, y, z) in zip(trace.t_ms, trace.acc_mg.tolist(), strict=True)
        ]
        (self.folder / name).write_text("t_ms,x_mg,y_mg,z_mg\n" + "".join(rows))
        self._send(f"r {int(is_looped)} {name}")

    def effects(self, since: int = 0) -> list[Effect]:
        """Return the effects from number `since` on (see `count`), as far as they are kept."""
        return self._log.since(since)

    def wait_for(self, is_wanted: Callable[[Effect], bool], wait_s: float, since: int = 0) -> Effect:
        """Return the first effect from number `since` on that `is_wanted`, waiting for it at most `wait_s`.

        Raises:
            SettingsRefused: the device refused its configuration.
            DeviceFailed: it ended, or it did nothing such in time.
        """
        effect = self._log.wait_for(is_wanted, wait_s, since)
        if effect is None:
            raise self._failure(f"did not do within {wait_s:g} s what was waited for")
        return effect

    def watch(self, since: int | None = None) -> AsyncIterator[Effect]:
        """Yield each effect from number `since` (or from now) on, until the device ends."""
        return self._log.watch(self.count if since is None else since)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise DeviceFailed(f"The device {self.config.name} is not running.")
        return self._process

    def _send(self, line: str) -> None:
        process = self._running()
        assert process.stdin is not None
        descriptor = process.stdin.fileno()
        _, ready, _ = select.select([], [descriptor], [], INPUT_S_MAX)
        if not ready:
            raise self._failure(f"took no input for {INPUT_S_MAX:g} s")
        try:
            # Shorter than PIPE_BUF, so a pipe that is ready takes it whole.
            os.write(descriptor, f"{line}\n".encode())
        except BrokenPipeError:
            raise self._failure("ended") from None

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        """Take in what the device shows; runs in a thread until the device ends."""
        assert process.stdout is not None
        for line in process.stdout:
            try:
                effect = json.loads(line)
            except ValueError:
                effect = {"effect": "unreadable", "line": line.decode(errors="replace")[:200]}
            self._log.add(effect)
        process.wait()
        self._log.end()

    def _release(self) -> None:
        """Kill the process if it is still there, and wait until everything it showed has been read."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()
        if self._reader is not None:
            self._reader.join(STOP_S_MAX)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = self._reader = None

    def _failure(self, what: str) -> DeviceError:
        code = None if self._process is None else self._process.poll()
        last = self.effects()[-_EFFECTS_NAMED:]
        # Not by its exit code: the module that runs MicroPython has none.
        if code is not None and last and last[-1]["effect"] == "refused":
            return SettingsRefused(str(last[-1]["reason"]))
        length = self._last_words.seek(0, os.SEEK_END)
        self._last_words.seek(max(0, length - LAST_WORDS_BYTES_MAX))
        last_words = self._last_words.read().decode(errors="replace").strip() or "nothing"
        state = "it runs" if code is None else f"it ended with exit code {code}"
        return DeviceFailed(
            f"The device {self.config.name} {what}; {state}. It last did {last}; its last words: {last_words}"
        )


def _bound_command(runtime: Runtime) -> list[str]:
    """Return the command of the runtime, bound to the life of this process."""
    program, *arguments = runtime.command
    return [sys.executable, "-I", "-S", parent_bound.__file__, str(os.getpid()), program, *arguments]
