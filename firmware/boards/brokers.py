"""How each broker of the configuration is reached: its log-in, and what begins a connection to it.

Decides between plain and TLS: TLS wherever it is configured whom to believe. Never connects by itself.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.boards.transport import Transport

    #: ((client id, user name, password), what begins a connection).
    Route = tuple[tuple[str, str, str], Callable[[], Transport]]


def routes(brokers: "list[dict[str, Any]]") -> "list[Route]":
    """Return the route to each broker, in their order.

    Raises:
        ConfigError: a certificate cannot be used.
    """
    found = []
    for broker in brokers:
        login = (broker["client_id"], broker["username"], broker["password"])
        found.append((login, _transport_factory(broker)))
    return found


def _transport_factory(broker: "dict[str, Any]") -> "Callable[[], Transport]":
    host, port = broker["host"], broker["port"]
    if not broker.get("tls_ca"):
        from firmware.boards.transport import Transport

        return lambda: Transport(host, port)
    from firmware.boards.tls_transport import TlsTransport

    context, name = _context(broker), broker.get("tls_host") or host
    return lambda: TlsTransport(host, port, context, name)


def _context(broker: "dict[str, Any]") -> "Any":
    from firmware.boards.config import ConfigError
    from firmware.boards.tls_transport import identify, trusting

    path = broker["tls_ca"]
    try:
        with open(path) as file:
            context = trusting(file.read())
    except (OSError, ValueError) as error:
        raise ConfigError(path + " is no readable certificate: " + str(error)) from error
    path = broker.get("tls_certificate")
    if path:
        try:
            identify(context, path, broker["tls_key"])
        except (OSError, ValueError) as error:
            message = path + " and " + broker["tls_key"] + " are no certificate with its key: "
            raise ConfigError(message + str(error)) from error
    return context
