"""Where a broker may be: without certificates only on loopback."""

import ipaddress
import socket
from dataclasses import dataclass

from basestation.broker.errors import AddressRefused
from basestation.trust.trust import Trust

PORT_DEFAULT = 1883


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Host and TCP port of an MQTT listener, and whom to believe there."""

    host: str
    port: int
    #: None: plain text.
    trust: Trust | None = None

    @property
    def shows_certificate(self) -> bool:
        """Whether we show a certificate of our own there."""
        return self.trust is not None and self.trust.certificate is not None

    def __post_init__(self) -> None:
        if self.trust is None and not _is_loopback(self.host):
            raise AddressRefused(
                f"The MQTT broker is set to {self.host!r}, which other machines can reach, and there is no "
                "TLS: set a loopback address such as 127.0.0.1, or mqtt_tls."
            )
        if not 1 <= self.port <= 65535:
            raise AddressRefused(f"The MQTT port is set to {self.port}: set one from 1 to 65535.")


def free_port() -> int:
    """Return a loopback TCP port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def reached_at(host: str) -> str:
    """Return where this machine reaches a listener on `host`, which may be every address (0.0.0.0)."""
    address = ipaddress.ip_address(host) if _is_numeric(host) else None
    if address is None or not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"


def fault_of_port(host: str, port: int) -> str:
    """Return why nothing can listen at `host` and `port`, or "" if it can.

    Asked before the server starts: otherwise a log-in at a stranger's broker could pass for ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            return f"port {port} at {host} cannot be used ({error.strerror})"
    return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    return _is_numeric(host) and ipaddress.ip_address(host).is_loopback


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
