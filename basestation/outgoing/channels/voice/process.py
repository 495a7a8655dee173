"""The real telephone: a SIP user agent in a process of its own, started, watched, and killed if it hangs.

Decides when that process is given up: it ended, said nothing for SILENCE_S_MAX, or more than EVENTS_MAX
events wait. Native code of others runs there, so that its faults stay there; the child dies with us. The
password goes over the pipe, never onto a command line.
"""

import asyncio
import contextlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import structlog

import basestation
from basestation.broker import parent_bound
from basestation.outgoing.channels.voice import wires
from basestation.outgoing.channels.voice.channel import VoiceChannel
from basestation.outgoing.channels.voice.counters import VoiceCounters
from basestation.outgoing.channels.voice.settings import VoiceAccount, VoiceSettings
from basestation.outgoing.channels.voice.telephone import (
    OfCall,
    Registration,
    Segment,
    TelephoneFailed,
)

#: The process says every second that it lives; starting it may take longer on a busy machine.
SILENCE_S_MAX, START_S_MAX = 8.0, 20.0
#: It gets this long to unregister and end.
CLOSE_S_MAX: Final = 3.0
#: And this long once it has closed its pipe.
END_S_MAX: Final = 0.5
EVENTS_MAX: Final = 256
PACKAGES: Final = {"baresip": "baresip-python", "espeakng_loader": "espeakng-loader"}

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Program:
    """What runs as the telephone."""

    #: What Python is to run.
    arguments: tuple[str, ...] = ("-m", "basestation.outgoing.channels.voice.softphone")
    #: Modules it needs, and the packages that bring them.
    packages: Mapping[str, str] = field(default_factory=lambda: PACKAGES)
    silence_s_max: float = SILENCE_S_MAX
    start_s_max: float = START_S_MAX

    def missing(self) -> tuple[str, ...]:
        """Return the packages that are not installed."""
        needed = self.packages.items()
        return tuple(name for module, name in needed if importlib.util.find_spec(module) is None)


class ProcessTelephone:
    """A telephone in a process of its own."""

    def __init__(
        self,
        settings: VoiceSettings,
        account: VoiceAccount,
        counters: VoiceCounters,
        program: Program | None = None,
    ) -> None:
        self._program = program or Program()
        self._settings = settings
        self._account = account
        self._counters = counters
        self._process: asyncio.subprocess.Process | None = None
        self._events: asyncio.Queue[OfCall | Registration | TelephoneFailed] = asyncio.Queue(EVENTS_MAX + 1)
        self._reading: asyncio.Task[None] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def pid(self) -> int | None:
        """The process id; None before it was started."""
        return None if self._process is None else self._process.pid

    async def open(self) -> None:
        """Start the process."""
        missing = self._program.missing()
        if missing:
            raise TelephoneFailed(
                f"cannot call: the optional extra `voice` is not installed ({', '.join(missing)})"
            )
        order = self._opening()
        # A killed process leaves its files behind; they are removed with this folder.
        self._folder = tempfile.TemporaryDirectory(prefix="rufweite-voice-", ignore_cleanup_errors=True)
        environment = os.environ | {"PYTHONPATH": _path(), "TMPDIR": self._folder.name}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", parent_bound.__file__, str(os.getpid()),
            sys.executable, *self._program.arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # The native code's log names whom it calls.
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
            limit=wires.LINE_BYTES_MAX,
        )  # fmt: skip
        self._order(**order)
        self._reading = asyncio.create_task(self._read())

    async def next_event(self) -> OfCall | Registration:
        """Return what the process tells next."""
        event = await self._events.get()
        if isinstance(event, TelephoneFailed):
            raise event
        return event

    def register(self) -> None:
        """Ask the telephone system again."""
        self._order(do="register")

    def dial(self, call: int, number: str) -> None:
        """Call a number."""
        self._order(do="dial", call=call, number=number)

    def say(self, call: int, segments: tuple[Segment, ...], language: str) -> None:
        """Speak."""
        said = [[one.text, one.is_slow] for one in segments]
        self._order(do="say", call=call, said=said, language=language)

    def hush(self, call: int) -> None:
        """Stop speaking."""
        self._order(do="hush", call=call)

    def hang_up(self, call: int) -> None:
        """End the call."""
        self._order(do="hang_up", call=call)

    async def close(self) -> None:
        """Let it unregister and end, or kill it."""
        process, folder = self._process, self._folder
        if process is None or folder is None:
            return
        try:
            self._order(do="close")
            await self._until_ended(CLOSE_S_MAX)
        finally:
            self._kill()
            if self._reading is not None:
                self._reading.cancel()
            await process.wait()
            folder.cleanup()

    def _opening(self) -> dict[str, Any]:
        settings, account = self._settings, self._account
        try:
            password = account.secret()
        except ValueError as error:
            raise TelephoneFailed(str(error)) from None
        return {
            "do": "open", "server": settings.server, "registrar": settings.registrar,
            "transport": settings.transport, "user": account.user, "login": account.login,
            "password": password, "own_address": settings.own_address,
            "registration_s": settings.registration_s, "speech_wpm": settings.speech_wpm,
        }  # fmt: skip

    def _order(self, **fields: Any) -> None:
        process = self._process
        if process is not None and process.stdin is not None and process.returncode is None:
            process.stdin.write(wires.line_of(**fields))

    async def _read(self) -> None:
        why = "its telephone process has ended"
        try:
            why = await self._lines() or why
            await self._until_ended(END_S_MAX)
        except TimeoutError:
            why = "its telephone process hangs and was killed"
        except ValueError:
            why = "its telephone process told something longer than it can be"
        except Exception:  # noqa: BLE001 (nobody would notice the end of this reader)
            _log.exception("voice_process_not_read")
        finally:
            self._kill()
            if self._events.full():
                self._events.get_nowait()
            self._events.put_nowait(TelephoneFailed(why))

    async def _lines(self) -> str:
        """Read until the process has ended; return why, if it said so."""
        assert self._process is not None
        assert self._process.stdout is not None
        patience_s = self._program.start_s_max
        while line := await asyncio.wait_for(self._process.stdout.readline(), patience_s):
            patience_s = self._program.silence_s_max
            event = wires.event_of(line)
            if event is None:
                self._counters.not_understood.inc()
            elif isinstance(event, wires.Gone):
                return event.why
            elif not isinstance(event, wires.Alive):
                if self._events.qsize() >= EVENTS_MAX:
                    return "its telephone process told more than can be heard"
                self._events.put_nowait(event)
        return ""

    async def _until_ended(self, seconds: float) -> None:
        """Wait for the process to end by itself, for a while."""
        assert self._process is not None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), seconds)

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()


def _path() -> str:
    """Return where the child finds this program: where we have it from."""
    ours = str(Path(basestation.__file__).parents[1])
    return os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH", ""))))


def voice_channel(settings: VoiceSettings, counters: VoiceCounters) -> VoiceChannel:
    """Return the channel with real telephones; where the extra is not installed, its check says so."""
    return VoiceChannel(settings, partial(ProcessTelephone, counters=counters), counters)
