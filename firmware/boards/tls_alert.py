"""Whether the broker ended a TLS handshake by an alert: then it will not take this device next time either.

Decides only that, from the error and from what still lies in the connection: who is refused is often told so
while it still writes, and then the error is that of a broken connection. RFC 5246, 7.2. Imported when needed.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ALERT, _FATAL = 21, 2
#: What mbedTLS calls an alert that ends the connection; not every build has the words.
_FATAL_ALERT = -0x7780
#: Head of the record, level and description of the alert.
_BYTES = 7


def refusal_of(error: OSError, plain: "Any") -> str:
    """Return why the broker refuses this device, "" if it does not; `plain` is the connection below TLS."""
    if "ALERT" in str(error) or (error.args and error.args[0] == _FATAL_ALERT):
        return _sentence(str(error))
    try:
        left = plain.recv(_BYTES)
    except (OSError, ValueError):
        return ""
    if left and len(left) == _BYTES and left[0] == _ALERT and left[5] == _FATAL:
        return _sentence("alert " + str(left[6]))
    return ""


def _sentence(what: str) -> str:
    return "the broker refuses this device's certificate, or that it has none: " + what
