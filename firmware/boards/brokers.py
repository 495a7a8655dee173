"""How each broker of the configuration is reached: its log-in, and what a connection to it is made of.

Decides between plain and TLS: TLS wherever it is configured whom to believe. Never connects by itself, and is
needed only at the start: what it returns holds nothing of it.
"""

import binascii

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.boards.transport import Transport

    #: ((client id, user name, password), the class of the connection, what it is made with).
    Route = tuple[tuple[str, str, str], type[Transport], tuple[Any, ...]]


def routes(brokers: "list[dict[str, Any]]") -> "list[Route]":
    """Return the route to each broker, in their order.

    Raises:
        ConfigError: a certificate cannot be used.
    """
    found: "list[Route]" = []
    for broker in brokers:
        login = (broker["client_id"], broker["username"], broker["password"])
        host, port = broker["host"], broker["port"]
        if broker.get("tls_ca"):
            from firmware.boards.tls_transport import TlsTransport

            name = broker.get("tls_host") or host
            found.append((login, TlsTransport, (host, port, _context(broker), name)))
        else:
            from firmware.boards.transport import Transport

            found.append((login, Transport, (host, port)))
    return found


def _context(broker: "dict[str, Any]") -> "Any":
    from firmware.boards.config import ConfigError

    path = broker["tls_ca"]
    try:
        context = _trusting(path)
    except (OSError, ValueError) as error:
        raise ConfigError(path + " is no readable certificate: " + str(error)) from error
    path = broker.get("tls_certificate")
    if path:
        try:
            _identify(context, path, broker["tls_key"])
        except (OSError, ValueError) as error:
            message = path + " and " + broker["tls_key"] + " are no certificate with its key: "
            raise ConfigError(message + str(error)) from error
    return context


def _trusting(path: str) -> "Any":
    """Return the context of a device that believes one authority, whose certificate (PEM) is this file."""
    from firmware.boards.tls_transport import IS_OPENSSL, tls

    authority = _der(path, "CERTIFICATE")
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = tls.CERT_REQUIRED
    if IS_OPENSSL:
        context.load_verify_locations(cadata=authority)
    else:
        context.load_verify_locations(authority)
    return context


def _identify(context: "Any", certificate_path: str, key_path: str) -> None:
    """Give the context the certificate and key (PEM files) by which brokers know this device."""
    from firmware.boards.tls_transport import IS_OPENSSL

    certificate, key = _der(certificate_path, "CERTIFICATE"), _der(key_path, "KEY")
    if IS_OPENSSL:
        context.load_cert_chain(certificate_path, key_path)
    else:
        context.load_cert_chain(certificate, key)


def _der(path: str, word: str) -> bytes:
    """Return what a PEM file holds; not every build of MicroPython reads PEM."""
    with open(path) as file:
        parts = file.read().split("-----")
    if len(parts) < 3 or not parts[1].startswith("BEGIN ") or not parts[1].endswith(word):
        raise ValueError("no " + word + " in PEM form")
    return binascii.a2b_base64(parts[2])
