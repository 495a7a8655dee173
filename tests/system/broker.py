"""The product's broker configuration in a NATS server of the test's own, to be killed, stopped and started.

The base station supervises its server and would start it again; a test of the device decides that itself.
"""

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from basestation.broker import parent_bound
from basestation.broker.child import server_path
from basestation.broker.configuration import BrokerSettings, render
from basestation.broker.credential import Credential, new_credential
from basestation.trust.certificates import SiteCertificates
from basestation.trust.trust import Trust
from simulator.device_config import BrokerLogin, believing

HOST = "127.0.0.1"
STORE_BYTES_MAX = 256 * 1024 * 1024
START_S_MAX = 15.0


def free_port() -> int:
    """Return a TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class RunningBroker:
    """One NATS server on its own port; its sessions stay in `folder` over restarts."""

    def __init__(
        self, folder: Path, device_names: Sequence[str], certificates: SiteCertificates | None = None
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.station = new_credential("base-1")
        self.devices: dict[str, Credential] = {name: new_credential(name) for name in device_names}
        #: None: plain text. What the server shows may be replaced before it starts.
        self.certificates = certificates
        self.shown = None if certificates is None else certificates.server()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = threading.Event()

    def start(self) -> None:
        """Start the server; it answers when this returns."""
        path = self._configure()
        self._is_ready.clear()
        command = [sys.executable, "-I", "-S", parent_bound.__file__, str(os.getpid())]
        self._process = subprocess.Popen(
            [*command, str(server_path()), "-c", str(path)], stderr=subprocess.PIPE, start_new_session=True
        )
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()
        assert self._is_ready.wait(START_S_MAX), "the broker did not start"

    def let_in(self, names: Sequence[str]) -> None:
        """Let exactly these devices in from now on, as the base station does; the others are cut."""
        assert self._process is not None
        self.devices = {name: self.devices[name] for name in names}
        self._configure()
        self._process.send_signal(signal.SIGHUP)

    def renew_certificate(self) -> None:
        """Let the running server show a new certificate, as the base station does; return once it does."""
        assert self._process is not None
        assert self.certificates is not None
        self.shown = self.certificates.renewed()
        self._configure()
        self._process.send_signal(signal.SIGHUP)
        wanted = self.shown.certificate.read_text().split()
        until = time.monotonic() + START_S_MAX
        while self._certificate_shown(self.certificates.trust).split() != wanted:
            assert time.monotonic() < until, "the broker does not show its new certificate"

    def _certificate_shown(self, trust: Trust) -> str:
        with (
            socket.create_connection((HOST, self.port)) as plain,
            trust.context().wrap_socket(plain) as stream,
        ):
            return ssl.DER_cert_to_PEM_cert(stream.getpeercert(binary_form=True) or b"")

    def login(self, name: str, folder: Path) -> BrokerLogin:
        """Return where and how a device logs in; whom it is to believe is written into `folder`."""
        credential = self.devices[name]
        secrets = (name, credential.secret, credential.client_id)
        if self.certificates is None:
            return BrokerLogin(HOST, self.port, *secrets)
        return believing(
            BrokerLogin(HOST, self.port, *secrets), asdict(self.certificates.handover(name)), folder
        )

    def _configure(self) -> Path:
        store = self.folder / "sessions"
        settings = BrokerSettings(HOST, self.port, store, STORE_BYTES_MAX, self.shown)
        path = self.folder / "nats.conf"
        path.write_text(render(settings, self.station, self.devices.values()))
        return path

    def kill(self) -> None:
        """End the server without a word."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    def freeze(self) -> None:
        """Stop the server as a hung machine would be: connections stay, nothing answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End the server if it runs."""
        if self._process is not None:
            self.kill()

    def _read(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stderr is not None
        for line in process.stderr:
            if b"Server is ready" in line:
                self._is_ready.set()
        process.stderr.close()
