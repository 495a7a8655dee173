"""The broker's folder: configuration, queues and the lock that keeps two servers apart.

Everything in it is for its owner only: the configuration holds the secrets plainly.
"""

import contextlib
import fcntl
import os
from pathlib import Path

from basestation.broker.errors import BrokerStartFailed


class BrokerFolder:
    """`<data_dir>/broker`, made if it is missing."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "broker"
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        self.configuration = self.path / "nats.conf"
        self.candidate = self.path / "nats.conf.new"
        self.restart_request = self.path / "restart.request"
        self.store = self.path / "queues"
        #: Those that are kept at all nodes of a cluster; a node alone does not touch them.
        self.shared_store = self.path / "queues-cluster"
        self._lock = self.path / "lock"

    def is_formed(self) -> bool:
        """Tell whether queues of a cluster lie here; the server makes their folder with the first of them."""
        return (self.shared_store / "jetstream" / "$G" / "streams" / "$MQTT_msgs").exists()

    def write_candidate(self, text: str) -> None:
        """Write a configuration beside the one in force, on the disk when this returns."""
        self.candidate.unlink(missing_ok=True)
        descriptor = os.open(self.candidate, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def accept_candidate(self) -> None:
        """Put the candidate in force."""
        self.candidate.replace(self.configuration)

    def store_bytes(self, store: Path) -> int:
        """Return how many bytes the queues in `store` take on the disk."""
        total = 0
        for folder, _, names in os.walk(store):
            for name in names:
                # The server removes files while we look.
                with contextlib.suppress(FileNotFoundError):
                    total += (Path(folder) / name).stat().st_size
        return total

    def lock(self) -> int | None:
        """Return a descriptor that holds the folder's lock, or None while another holds it.

        The server inherits it, so the folder stays locked until the last server has gone,
        also when its base station was killed.
        """
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError as error:
            os.close(descriptor)
            raise BrokerStartFailed(f"The broker's folder {self.path} cannot be locked: {error}.") from error
        return descriptor
