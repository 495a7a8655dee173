"""Tells the supervisor of the process (systemd) that it is ready, and that it lives; does nothing elsewhere.

The protocol of sd_notify(3): datagrams of NAME=value to the socket in NOTIFY_SOCKET. A sign of life is due at
half of WATCHDOG_USEC. Decides nothing; a socket that takes nothing is no reason to stop.
"""

import contextlib
import os
import socket
from collections.abc import Mapping
from time import monotonic


class ServiceSupervisor:
    """The supervisor of this process, if it has one that listens."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        microseconds = environment.get("WATCHDOG_USEC", "")
        is_ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        is_wanted = is_ours and microseconds.isascii() and microseconds.isdigit()
        #: How often it wants a sign of life, in seconds; None: never.
        self.interval_s = int(microseconds) / 1e6 if is_wanted else None
        self._told_at_s = 0.0

    def ready(self) -> None:
        """Say that the console is served."""
        self._say("READY=1")

    def alive(self) -> None:
        """Say that the process lives, where that is wanted and due."""
        if self.interval_s is not None and monotonic() - self._told_at_s >= self.interval_s / 2:
            self._told_at_s = monotonic()
            self._say("WATCHDOG=1")

    def ending(self, why: str = "") -> None:
        """Say that the process ends."""
        self._say("STOPPING=1" + (f"\nSTATUS={why[:200]}" if why else ""))

    def _say(self, what: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams:
            datagrams.setblocking(False)  # noqa: FBT003 -- the name of the socket's own method says it
            datagrams.sendto(what.replace("\r", " ").encode(), address)
