"""Which address the outside signal may go to: encrypted, or on this machine."""

import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def _is_dead_man_url(url: str) -> str:
    if not url:
        return url
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url
    if parts.scheme == "http" and parts.hostname and _is_loopback(parts.hostname):
        return url
    raise ValueError("only https:// is called, and http:// on this machine")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


#: A setting that is such a URL, or empty.
DeadManUrl = Annotated[str, AfterValidator(_is_dead_man_url)]
