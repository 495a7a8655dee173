"""A PostgreSQL of a site's own: started on a copy of a template's data, stopped, killed, on a small disk."""

import shutil
import signal
from pathlib import Path

from tests.faults.small_disk import SmallDisk
from tests.postgres import KILL, STOP, PostgresServer
from tests.system.broker import free_port

NAME = "site"
#: Data of a server with a template's rows are 50 MB, its write-ahead log up to 48.
DISK_BYTES = 192 * 1024 * 1024
_SMALL = "min_wal_size = 32MB\nmax_wal_size = 48MB\n"


class _Server(PostgresServer):
    """A server whose data are a copy where there is a template."""

    def __init__(self, template: Path | None, *, is_small: bool) -> None:
        super().__init__()
        self._template, self._is_small = template, is_small
        self.disk: SmallDisk | None = None

    def _initialise(self) -> None:
        if self._is_small:
            self.disk = SmallDisk(self.data, DISK_BYTES)
            self._own(self.data)
        if self._template is None:
            super()._initialise()
        else:
            self._run("cp", "-a", f"{self._template}/.", str(self.data))
            self.port = free_port()
        place = f"port = {self.port}\nunix_socket_directories = '{self.folder}'\n"
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(place + _SMALL)

    def has_ended(self) -> bool:
        """Tell whether it ended by itself."""
        return self._process is None or self._process.poll() is not None

    def forget(self) -> None:
        """Take note that it has ended."""
        self._process = None


class PostgresStore:
    """A store that can be killed; see `database.Database`."""

    def __init__(self, template: Path | None, *, is_small: bool) -> None:
        self._server = _Server(template, is_small=is_small)
        self._server.__enter__()
        self._is_running = True
        self.url = self._server.create(NAME) if template is None else self._server.url(NAME)
        self.disk = self._server.disk
        #: What a copy of it is made of, while it does not run.
        self.files = self._server.data

    def start(self) -> None:
        """Let it answer."""
        if not self._is_running:
            self._server.start()
            self._is_running = True

    def stop(self) -> None:
        """End it in order, with whoever is connected."""
        self._end(STOP)

    def kill(self) -> None:
        """End it without a word."""
        self._end(KILL)

    def leave(self) -> None:
        """End it: it writes whenever it likes."""
        self._end(STOP)

    def revive(self) -> None:
        """Start it again if it has ended by itself, or was ended."""
        if self._is_running and self._server.has_ended():
            self._server.forget()
            self._is_running = False
        self.start()

    def close(self) -> None:
        """End it for good, and remove its data."""
        if self.disk is not None:
            self.disk.free()
        self._server.__exit__()
        if self.disk is not None:
            self.disk.close()
            shutil.rmtree(self._server.folder, ignore_errors=True)

    def _end(self, by: signal.Signals) -> None:
        if self._is_running:
            self._is_running = False
            self._server.end(by)
