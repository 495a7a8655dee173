"""Where a broker may be: without certificates only on loopback."""

import ipaddress
import socket
from dataclasses import dataclass

from basestation.broker.errors import AddressRefused

PORT_DEFAULT = 1883


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Host and TCP port of an MQTT listener."""

    host: str
    port: int

    def __post_init__(self) -> None:
        if not _is_loopback(self.host):
            raise AddressRefused(
                f"The MQTT broker is set to {self.host!r}, which other machines can reach, and there are no "
                "certificates: set a loopback address such as 127.0.0.1."
            )
        if not 1 <= self.port <= 65535:
            raise AddressRefused(f"The MQTT port is set to {self.port}: set one from 1 to 65535.")


def free_port() -> int:
    """Return a loopback TCP port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def fault_of_port(address: BrokerAddress) -> str:
    """Return why nothing can listen at `address`, or "" if it can.

    Asked before the server starts: otherwise a log-in at a stranger's broker could pass for ours.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address.host, address.port))
        except OSError as error:
            return f"port {address.port} at {address.host} cannot be used ({error.strerror})"
    return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
