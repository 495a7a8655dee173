"""Joins the parts of the base station, and is the only place that does.

Order of start: database and engine, broker, connection, canary, web; the other way round at the end.
A loop of the engine that ends by itself ends the process: whoever supervises it starts it again, and
everything that counts is in the database. Nothing is decided here.
"""

import asyncio
import secrets
import signal
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from datetime import timedelta
from socket import socket

import structlog
import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from basestation import local, log_lines
from basestation.cases.collective import CollectiveSettings
from basestation.cases.protection import ProtectionSettings
from basestation.cases.readiness import ReadinessLimits
from basestation.cases.shift import ShiftSettings
from basestation.cases.silence import SilenceSettings
from basestation.clock import SystemClock
from basestation.config import Settings
from basestation.connections import StationEngine, cancelled, connect
from basestation.engine import Engine, EngineSettings, User
from basestation.errors import AddressTaken, EntryRefused
from basestation.health.keeping_watch import KeptWatch, keep_watch
from basestation.metrics import PlainCounts, metrics_router
from basestation.outgoing.channels.configured import channels_of
from basestation.repair.marks import refuse_unfinished
from basestation.repair.telling import tell_of_restore
from basestation.site.log_ins import LOCAL_LOGIN
from basestation.store.database import open_database
from basestation.trust.link_key import link_key
from basestation.watchdogs import last_words
from basestation.web.health import health_router
from basestation.web.outside import include_outside
from basestation.web.passwords import hash_password
from basestation.web.sessions import digest
from basestation.web.settings import WebSettings
from basestation.web.site import build_web

#: How long a command on this machine may use the access it was given, at most.
LOCAL_ACCESS = timedelta(days=366)
FIRST_LOGIN = "admin"
#: How long open requests and consoles may take to end.
SHUTDOWN_S_MAX = 3
#: Consoles have little to say on their WebSocket.
WS_BYTES_MAX = 65_536

_log = structlog.get_logger("rufweite")


async def serve(settings: Settings) -> None:
    """Run a base station until SIGINT or SIGTERM.

    Raises:
        BrokerError, CertificateFault, StoreError, AddressTaken: it could not start; the text is a sentence.
    """
    log_lines.configure()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_unfinished(settings.data_dir)
    metrics = CollectorRegistry()
    async with AsyncExitStack() as stack:
        engine = await _started_engine(settings, metrics, stack)
        await connect(settings, engine, metrics, stack)
        watch = await keep_watch(settings, engine, metrics, stack)
        await _serve_web(settings, engine, watch, metrics, stack)


async def _started_engine(
    settings: Settings, metrics: CollectorRegistry, stack: AsyncExitStack
) -> StationEngine:
    engine = StationEngine(
        open_database(settings.database),
        SystemClock(),
        metrics,
        EngineSettings(
            replica=settings.replica,
            silence=_silence(settings),
            protection=ProtectionSettings(not_protected_s=settings.not_protected_s),
            shift=ShiftSettings(ask_s=settings.shift_ask_s, extension_s=settings.shift_extension_min * 60),
            shift_h_max=settings.shift_h_max,
            attended_s=settings.attended_s,
            mail_server=settings.mail_server,
            readiness=ReadinessLimits(settings.chain_help_s) if settings.is_chain_checked else None,
            public_url=settings.public_url,
            link_key=link_key(settings.data_dir),
        ),
        channels_of(settings.channels, settings.data_dir, SystemClock(), metrics),
    )
    stack.push_async_callback(engine.stop)
    await engine.start()
    # Before any device is heard: its number is the first beyond all that were given before the loss.
    await tell_of_restore(engine.committer, engine.conditions, SystemClock().now)
    return engine


def _silence(settings: Settings) -> SilenceSettings:
    collective = CollectiveSettings(count=settings.collective_count, window_s=settings.collective_window_s)
    return SilenceSettings(settings.last_will_s, settings.silence_s, collective=collective)


def _built(
    settings: Settings, engine: StationEngine, watch: KeptWatch, metrics: CollectorRegistry
) -> FastAPI:
    """Return everything that is answered over HTTP."""
    web = build_web(engine, SystemClock(), WebSettings(session_h=settings.session_h))
    web.include_router(metrics_router(metrics))
    web.include_router(health_router(watch.health))
    key, clock = link_key(settings.data_dir), SystemClock()
    include_outside(web, engine, settings.channels, key, settings.data_dir, clock, metrics)
    metrics.register(PlainCounts("web", web.state.web.counts))
    return web


def _served(settings: Settings, web: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        web,
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        ws_max_size=WS_BYTES_MAX,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=SHUTDOWN_S_MAX,
    )


async def _serve_web(
    settings: Settings,
    engine: StationEngine,
    watch: KeptWatch,
    metrics: CollectorRegistry,
    stack: AsyncExitStack,
) -> None:
    server = _Server(_served(settings, _built(settings, engine, watch, metrics)))
    serving = asyncio.create_task(_until_stopped(server, settings), name="web")
    failing = asyncio.create_task(engine.wait_failed(), name="engine")
    stack.push_async_callback(cancelled, failing)
    starting = asyncio.create_task(server.has_started.wait(), name="web start")
    await asyncio.wait((starting, serving), return_when=asyncio.FIRST_COMPLETED)
    starting.cancel()
    if not serving.done():
        url = f"http://{settings.http_host}:{server.servers[0].sockets[0].getsockname()[1]}"
        await _open_local_access(settings, engine, url)
        stack.callback(local.remove, settings.data_dir)
        await _welcome(engine, url)
        watch.service.ready()
    await asyncio.wait((serving, failing), return_when=asyncio.FIRST_COMPLETED)
    if failing.done():
        _log.critical(
            "engine_failed", loop=failing.result(), sentence="The base station ends, to be started again."
        )
        last_words.keep(settings.data_dir, f"{failing.result()} ended or was lost")
        watch.guard.end_within()
        server.should_exit = True
    watch.service.ending()
    await serving
    if failing.done():
        raise SystemExit(1)


class _Server(uvicorn.Server):
    """A server that says when it listens, and leaves the signals to us.

    uvicorn raises a signal again once it has stopped, which would end the process before engine and
    broker have.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.has_started = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGINT and SIGTERM end the serving, and nothing else."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._end)
        yield

    def _end(self) -> None:
        self.should_exit = True

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self.has_started.set()


async def _until_stopped(server: uvicorn.Server, settings: Settings) -> None:
    try:
        await server.serve()
    except SystemExit:
        raise AddressTaken(
            f"The console cannot be served at {settings.http_host}:{settings.http_port}: another program "
            "uses the port. Set RUFWEITE_HTTP_PORT to a free one."
        ) from None


async def _open_local_access(settings: Settings, engine: StationEngine, url: str) -> None:
    token = secrets.token_urlsafe(32)
    user = await _local_user(engine)
    await engine.create_session(user.id, digest(token), SystemClock().now() + LOCAL_ACCESS)
    assert engine.broker is not None
    address = engine.broker.address
    local.LocalAccess(url, token, address.host, address.port).write(settings.data_dir)


async def _local_user(engine: StationEngine) -> User:
    found = await engine.user_by_login(LOCAL_LOGIN)
    if found is None:
        with suppress(EntryRefused):
            return await _add_user(engine, LOCAL_LOGIN, "Command line", secrets.token_urlsafe(32))
        # Another base station on this database was faster.
        found = await engine.user_by_login(LOCAL_LOGIN)
    assert found is not None
    return found.user


async def _welcome(engine: StationEngine, url: str) -> None:
    """Print the address, and the first log-in where there is none yet."""
    lines: Sequence[str] = (f"Rufweite console: {url}",)
    if not [user for user in await engine.users() if user["login"] != LOCAL_LOGIN]:
        password = secrets.token_urlsafe(12)
        with suppress(EntryRefused):
            await _add_user(engine, FIRST_LOGIN, "Administrator", password)
            lines = (*lines, f"First log-in: {FIRST_LOGIN}, password {password} (shown this once)")
    print("\n".join(lines), flush=True)  # noqa: T201 - for whoever started it


async def _add_user(engine: Engine, login: str, name: str, password: str) -> User:
    password_hash = await asyncio.to_thread(hash_password, password)
    return await engine.add_user(login, name, password_hash, "admin")
