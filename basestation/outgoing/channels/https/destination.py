"""Where a request of ours may go.

Decides from an address alone: https, or http where the address names loopback itself. A name that stands
for loopback, for an address of this link only, or for one inside another kind of address is refused; one of a
private network (RFC 1918, RFC 4193) unless the site allows it. What was judged is what is connected to: a
name is never looked up a second time.
"""

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

URL_CHARACTERS_MAX: Final = 2000
#: IPv6 addresses that stand for others: mapped, compatible, NAT64, Teredo, 6to4.
_STAND_INS: Final = tuple(
    map(ipaddress.IPv6Network, ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"))
)


class AddressRefused(ValueError):
    """A request may not go there; the text is a sentence without the address, which may hold secrets."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A URL that a request may go to, as far as its text says."""

    url: str
    host: str
    port: int
    is_https: bool

    @property
    def is_loopback(self) -> bool:
        """Tell whether it names this machine itself."""
        if self.host == "localhost":
            return True
        literal = literal_address(self.host)
        return literal is not None and literal.is_loopback

    @property
    def path(self) -> str:
        """Return path and query."""
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    @property
    def authority(self) -> str:
        """Return the host, with its port where it is not the usual one, as it stands in `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_https else 80) else f"{host}:{self.port}"


def destination_of(url: str) -> Destination:
    """Return where a URL leads; raises AddressRefused."""
    if len(url) > URL_CHARACTERS_MAX or not url.isascii() or not url.isprintable() or " " in url:
        raise AddressRefused("The address is no URL: write https://, the host and the path, in ASCII.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("The address is no URL: its host or its port cannot be read.") from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in {"https", "http"} or not host or port == 0:
        raise AddressRefused("The address is no URL of https with a host.")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("The address holds a user or a password: leave them out, the request is signed.")
    is_https = parts.scheme == "https"
    found = Destination(url, host, port or (443 if is_https else 80), is_https)
    if not is_https and not found.is_loopback:
        raise AddressRefused("http is for loopback only: use https, names and places would be readable.")
    return found


def literal_address(host: str) -> Address | None:
    """Return the numeric address that `host` is, None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def fault_of(address: Address, *, is_loopback_named: bool, is_private_allowed: bool) -> str:
    """Return why nothing may be sent to an address, as a sentence; empty if it may."""
    if isinstance(address, ipaddress.IPv6Address) and any(address in network for network in _STAND_INS):
        return "the name stands for an IPv6 address that hides another one"
    if address.is_loopback:
        return (
            ""
            if is_loopback_named
            else "the name stands for this machine itself: name loopback if you mean it"
        )
    if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        return "the name stands for an address that no request goes to (link-local, multicast or reserved)"
    if not address.is_global and not is_private_allowed:
        return "the name stands for an address of a private network: set is_private_allowed if you mean it"
    return ""
