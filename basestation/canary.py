"""The broker's health, proven by a message of the base station to itself at QoS 1.

Decides when a canary is due, whether the broker is well, and when it should be restarted; on a
full disk a broker keeps its connections and QoS 0 while QoS 1 is never delivered again, so
nothing less than a returned canary is a proof. `step` is pure; `CanaryWatch` sends and waits.
Times are aware UTC. Figures: every 5 s, two missed are the end of trust.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

INTERVAL_S = 5.0
#: A broker that stays unhealthy is restarted again after this.
RESTART_INTERVAL = timedelta(seconds=30)

UNPROVEN = "UNPROVEN"
HEALTHY = "HEALTHY"
DOUBTFUL = "DOUBTFUL"
UNHEALTHY = "UNHEALTHY"

RETURNED = "RETURNED"
MISSED = "MISSED"

#: What becomes of the broker's health; every state names every event.
NEXT_HEALTH = {
    UNPROVEN: {RETURNED: HEALTHY, MISSED: DOUBTFUL},
    HEALTHY: {RETURNED: HEALTHY, MISSED: DOUBTFUL},
    DOUBTFUL: {RETURNED: HEALTHY, MISSED: UNHEALTHY},
    UNHEALTHY: {RETURNED: HEALTHY, MISSED: UNHEALTHY},
}

_log = structlog.get_logger("rufweite.canary")


@dataclass(frozen=True, slots=True)
class CanaryTicked:
    """A canary interval is over."""


@dataclass(frozen=True, slots=True)
class CanaryReturned:
    """The canary with this number came back."""

    number: int


@dataclass(frozen=True, slots=True)
class SendCanary:
    """Send the canary with this number to ourselves."""

    number: int


@dataclass(frozen=True, slots=True)
class BrokerUnhealthy:
    """Two canaries did not return: alarms may not arrive. A technical alarm of the base station."""

    at: datetime
    #: When the last canary returned, None if none ever did.
    last_proven_at: datetime | None


@dataclass(frozen=True, slots=True)
class BrokerHealthy:
    """Canaries return again."""

    at: datetime


@dataclass(frozen=True, slots=True)
class RestartBroker:
    """Restart the broker, if it is ours."""


CanaryInput = CanaryTicked | CanaryReturned
HealthEvent = BrokerUnhealthy | BrokerHealthy
CanaryEffect = SendCanary | HealthEvent | RestartBroker


@dataclass(frozen=True, slots=True)
class Canary:
    """What is known of the broker's health."""

    health: str = UNPROVEN
    #: Number of the last canary sent, 0 before the first.
    number: int = 0
    #: Whether the last canary sent is still out.
    is_awaited: bool = False
    last_proven_at: datetime | None = None
    restarted_at: datetime | None = None
    #: Canaries missed since the start.
    missed: int = 0


def step(canary: Canary, happened: CanaryInput, now: datetime) -> tuple[Canary, list[CanaryEffect]]:
    """Return what is known after `happened`, and what to do."""
    if isinstance(happened, CanaryReturned):
        # One that comes later than its interval proves a broker too slow for alarms.
        if not canary.is_awaited or happened.number != canary.number:
            return canary, []
        return _judged(replace(canary, is_awaited=False, last_proven_at=now), RETURNED, now)
    effects: list[CanaryEffect] = []
    if canary.is_awaited:
        canary, effects = _judged(replace(canary, missed=canary.missed + 1), MISSED, now)
    canary = replace(canary, number=canary.number + 1, is_awaited=True)
    return canary, [*effects, SendCanary(canary.number)]


def _judged(canary: Canary, event: str, now: datetime) -> tuple[Canary, list[CanaryEffect]]:
    before, health = canary.health, NEXT_HEALTH[canary.health][event]
    canary = replace(canary, health=health)
    effects: list[CanaryEffect] = []
    if health == UNHEALTHY:
        if before != UNHEALTHY:
            effects.append(BrokerUnhealthy(now, canary.last_proven_at))
        if canary.restarted_at is None or now - canary.restarted_at >= RESTART_INTERVAL:
            canary = replace(canary, restarted_at=now)
            effects.append(RestartBroker())
    elif before == UNHEALTHY:
        effects.append(BrokerHealthy(now))
    return canary, effects


class CanaryWatch:
    """Sends canaries through `send` and reports through `on_event`, until `stop`.

    `send` (payload) tells whether it could; `restart` (reason) restarts the broker, None where
    it is not ours. `returned` is what `StationLink` calls with a canary's payload.
    """

    def __init__(
        self,
        send: Callable[[bytes], bool],
        on_event: Callable[[HealthEvent], None],
        restart: Callable[[str], Awaitable[object]] | None,
        now: Callable[[], datetime],
        interval_s: float = INTERVAL_S,
    ) -> None:
        self._send = send
        self._on_event = on_event
        self._restart = restart
        self._now = now
        self._interval_s = interval_s
        # Canaries of an earlier run may still wait in our session.
        self._run = secrets.token_hex(4)
        self._stopping = asyncio.Event()
        self._restarting: asyncio.Task[None] | None = None
        self.canary = Canary()

    async def run(self) -> None:
        """Watch until `stop`."""
        while not self._stopping.is_set():
            self._take(CanaryTicked())
            try:
                await asyncio.wait_for(self._stopping.wait(), self._interval_s)
            except TimeoutError:
                continue
        if self._restarting is not None:
            # A broker that does not come back must not keep the base station from ending.
            self._restarting.cancel()
            await asyncio.gather(self._restarting, return_exceptions=True)

    def stop(self) -> None:
        """End `run`; a restart under way is no longer waited for."""
        self._stopping.set()

    def returned(self, payload: bytes) -> None:
        """Take in a canary that came back; anything else on its topic proves nothing."""
        run, _, number = payload.decode(errors="replace").partition(":")
        if run == self._run and number.isascii() and number.isdigit():
            self._take(CanaryReturned(int(number)))

    def _take(self, happened: CanaryInput) -> None:
        self.canary, effects = step(self.canary, happened, self._now())
        for effect in effects:
            self._do(effect)

    def _do(self, effect: CanaryEffect) -> None:
        if isinstance(effect, SendCanary):
            # One that could not be sent does not return, which is all there is to say about it.
            self._send(f"{self._run}:{effect.number}".encode())
        elif isinstance(effect, RestartBroker):
            if self._restart is not None and (self._restarting is None or self._restarting.done()):
                self._restarting = asyncio.create_task(self._restart_broker(self._restart))
        else:
            _log.warning("broker_health_changed", health=self.canary.health, missed=self.canary.missed)
            self._on_event(effect)

    async def _restart_broker(self, restart: Callable[[str], Awaitable[object]]) -> None:
        try:
            await restart("two canaries did not return")
        except OSError:
            # The watch goes on, and asks for the next restart.
            _log.exception("broker_restart_failed")
