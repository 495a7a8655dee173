"""Joins watchdogs, health and the outside signal to a base station that serves; decides nothing.

In this order: the thread that guards the event loop, the watchdog of the parts, the health, the outside
signal.
"""

import asyncio
from contextlib import AsyncExitStack
from functools import partial

import structlog
from prometheus_client import CollectorRegistry
from sqlalchemy import make_url

from basestation.casework.conditions import ENDED, STATION
from basestation.clock import SystemClock
from basestation.config import Settings
from basestation.connections import StationEngine, cancelled
from basestation.due import DueLoop
from basestation.health.dead_man import DeadMan, caller, header_in
from basestation.health.metrics import HealthMetrics
from basestation.health.station_health import StationHealth
from basestation.store.committer import Work
from basestation.watchdogs import last_words
from basestation.watchdogs.herald import Herald
from basestation.watchdogs.loop_guard import LoopGuard
from basestation.watchdogs.pulse import Pulse
from basestation.watchdogs.service import ServiceSupervisor
from basestation.watchdogs.standing import Seen
from basestation.watchdogs.watchdog import Subject

_MB = 1_000_000
#: A look at the health waits for nothing; so long it may take all the same, in seconds.
HEALTH_S = 60.0

_log = structlog.get_logger("rufweite")


class KeptWatch:
    """What keeps watch over a base station."""

    def __init__(self, guard: LoopGuard, service: ServiceSupervisor, health: StationHealth) -> None:
        self.guard, self.service, self.health = guard, service, health


async def keep_watch(
    settings: Settings, engine: StationEngine, metrics: CollectorRegistry, stack: AsyncExitStack
) -> KeptWatch:
    """Watch until the stack ends; raises EntryRefused for an outside signal that cannot be sent."""
    clock, keep = SystemClock(), partial(last_words.keep, settings.data_dir)
    header = header_in(settings.dead_man_header_file)
    guard, service = LoopGuard(keep), ServiceSupervisor()
    health = _health(settings, engine, clock)
    engine.watchdog.keep_last_words = keep
    engine.watchdog.tell = partial(_tell, Herald(engine.database, engine.dispatch.send_once), clock)
    engine.watchdog.looked += [guard.beat, service.alive]
    guard.start()
    stack.callback(guard.stop)
    _run(stack, "watchdog", engine.watchdog.run())
    _look_after_health(engine, health, clock, stack)
    if settings.dead_man_url:
        call = caller(settings.dead_man_url, header)
        health.dead_man = DeadMan(call, health.unproven, clock, settings.dead_man_s)
        _run(stack, "dead man", health.dead_man.run())
    _run(stack, "last words", _told_of_last_words(settings, engine, clock))
    metrics.register(HealthMetrics(health, guard))
    return KeptWatch(guard, service, health)


def _look_after_health(
    engine: StationEngine, health: StationHealth, clock: SystemClock, stack: AsyncExitStack
) -> None:
    pulse = Pulse()
    loop = DueLoop("health", pulse.around(health.look), clock, engine.counters)
    engine.running.start("health", loop.serve)
    stack.push_async_callback(engine.running.end, "health")
    restart = partial(engine.running.restart, "health")
    engine.watchdog.add(Subject("health", HEALTH_S, lambda: Seen(pulse.is_busy, pulse.progress), restart))


def _health(settings: Settings, engine: StationEngine, clock: SystemClock) -> StationHealth:
    path = make_url(settings.database)
    folders = [settings.data_dir]
    if path.get_backend_name() == "sqlite" and path.database:
        folders.append(settings.data_dir.__class__(path.database).parent)
    health = StationHealth(
        engine, clock, folders, settings.disk_free_mb_min * _MB, settings.canary_s, settings.replica
    )

    def ages() -> tuple[float | None, ...]:
        proven = [place.proven_at() for place in engine.station.places]
        return tuple(None if at is None else (clock.now() - at).total_seconds() for at in proven)

    health.canary_ages_s = ages
    return health


async def _tell(herald: Herald, clock: SystemClock, subject: str, body: str) -> object:
    return await herald.tell(subject, body, clock.now())


async def _told_of_last_words(settings: Settings, engine: StationEngine, clock: SystemClock) -> None:
    """Raise a technical alarm about why the process before this one ended itself."""
    words = last_words.take(settings.data_dir)
    if not words:
        return
    cause = f"the base station ended itself and was started again: {words}"

    async def job(work: Work) -> None:
        await engine.conditions.began(work, STATION, ENDED, cause, clock.now())

    await engine.committer.run(job)
    last_words.forget(settings.data_dir)


def _run(stack: AsyncExitStack, name: str, serve: "asyncio._CoroutineLike[None]") -> None:
    task = asyncio.create_task(serve, name=name)
    task.add_done_callback(_report)
    stack.push_async_callback(cancelled, task)


def _report(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("watch_ended", task=task.get_name(), exc_info=task.exception())
