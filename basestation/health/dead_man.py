"""The signal to the outside: a URL is called every minute, as long as the whole way of an alarm is proven.

Decides when it is called, called again, and when that it does not get through is a technical alarm. Its
silence is somebody else's alarm, so it never lies: what is not proven is not said. Holds nothing up: a task
of its own, each call bounded. Times in seconds.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import structlog

from basestation.clock import Clock
from basestation.errors import EntryRefused

CALL_S_MAX = 10.0
#: Until a failed call is tried again; doubles up to the interval.
RETRY_FIRST_S = 5.0
#: Not taken for so many intervals, and so long at least, is a technical alarm.
INTERVALS_MAX, ALARM_S_MIN = 5, 300.0
_HEADER_CHARACTERS_MAX = 4000

_log = structlog.get_logger(__name__)


def header_in(file: Path | None) -> dict[str, str]:
    """Return the header that a file holds as one line "Name: value"; raises EntryRefused."""
    if file is None:
        return {}
    try:
        text = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EntryRefused(f"dead_man_header_file {file} cannot be read as a line of text.") from error
    name, colon, value = text.partition(":")
    is_name = bool(name) and all(one.isalnum() or one in "-_" for one in name)
    is_value = bool(value.strip()) and value.isprintable() and len(value) <= _HEADER_CHARACTERS_MAX
    if not (colon and is_name and is_value):
        raise EntryRefused(f"dead_man_header_file {file} needs one line of the form `Name: value`.")
    return {name: value.strip()}


class DeadMan:
    """Calls the URL."""

    def __init__(
        self,
        call: Callable[[], Awaitable[str]],
        unproven: Callable[[], str],
        clock: Clock,
        interval_s: float,
    ) -> None:
        """`call` returns what went wrong, "" if it was taken; `unproven` why nothing may be said."""
        self._call, self._unproven, self._clock, self._interval_s = call, unproven, clock, interval_s
        self._began_at = clock.now()
        self.call_s_max = CALL_S_MAX
        self._failed = 0
        #: When the other side took the signal last.
        self.taken_at: datetime | None = None
        #: What is wrong, "" if nothing is.
        self.fault = "it was not called yet"

    async def run(self) -> None:
        """Call until cancelled."""
        while True:
            wait_s = await self.once()
            try:
                await asyncio.wait_for(asyncio.Event().wait(), wait_s)
            except TimeoutError:
                continue

    async def once(self) -> float:
        """Call if the way is proven, and return after how many seconds to do so again."""
        why = self._unproven()
        if why:
            self.fault = f"held back: {why}"
            return min(RETRY_FIRST_S, self._interval_s)
        try:
            fault = await asyncio.wait_for(self._call(), self.call_s_max)
        except TimeoutError:
            fault = f"no answer within {self.call_s_max:g} s"
        except Exception as error:  # noqa: BLE001 -- whatever it was, it was not taken
            fault = f"it failed: {type(error).__name__}"
        self.fault = fault
        if fault:
            self._failed += 1
            _log.warning("dead_man_not_taken", fault=fault, failed=self._failed)
            return min(RETRY_FIRST_S * (1 << min(self._failed - 1, 10)), self._interval_s)
        self.taken_at, self._failed = self._clock.now(), 0
        return self._interval_s

    def alarm(self, now: datetime) -> str | None:
        """Return the cause of a technical alarm, None if there is none."""
        bound_s = max(INTERVALS_MAX * self._interval_s, ALARM_S_MIN)
        silent_s = (now - (self.taken_at or self._began_at)).total_seconds()
        if silent_s <= bound_s:
            return None
        return f"the signal to the outside was not taken for more than {bound_s / 60:g} min (see health)"


def caller(url: str, header: dict[str, str]) -> Callable[[], Awaitable[str]]:
    """Return what calls `url`; certificates are checked, redirections not followed, no proxy is asked."""

    async def call() -> str:
        import httpx  # noqa: PLC0415 -- most sites set no URL

        try:
            async with (
                httpx.AsyncClient(timeout=CALL_S_MAX, trust_env=False, headers=header) as client,
                client.stream("GET", url) as answer,
            ):
                return "" if answer.is_success else f"the answer was {answer.status_code}"
        except httpx.HTTPError as error:
            return f"not reached: {type(error).__name__}"

    return call
