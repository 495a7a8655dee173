"""Where the phones of responders reach the base station: the beginning of every link that is sent.

Decides what may stand there: an https origin, or plain http on this machine alone. A link opens a page about
a person in danger, so it must not travel where others can read it.
"""

import ipaddress
from urllib.parse import urlsplit


def public_origin(url: str) -> str:
    """Return the origin without a slash at its end; raises ValueError with what is wrong. Empty: no links."""
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it begins with https:// and a host, such as https://rufweite.example")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError("only scheme, host and port can stand there")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError("links travel to phones: beyond this machine it begins with https://")
    return f"{parts.scheme}://{parts.netloc}"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
