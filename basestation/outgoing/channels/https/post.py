"""One request that goes out, and how it ended.

Decides nothing about its content. Redirects are not followed, the body of an answer is neither read nor
logged, proxies of the environment are not used. A name is looked up once, judged, and its addresses are tried
in order until one lets us in; where no name server answers, the addresses of the last time are used. Whether
a request may have arrived is said, whatever happened. Times in seconds; the bounds are ours, within the
dispatcher's.
"""

import asyncio
import importlib
import ipaddress
import socket
import ssl
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from basestation.outgoing.channels.https.counters import HttpsCounters
from basestation.outgoing.channels.https.destination import (
    Address,
    AddressRefused,
    Destination,
    destination_of,
    fault_of,
    literal_address,
)
from basestation.outgoing.channels.https.errands import Errands

#: For the whole request, to be let in, and to look a name up.
REQUEST_S_MAX: Final = 15.0
CONNECT_S_MAX: Final = 3.0
NAME_S_MAX: Final = 3.0
#: Names whose addresses are remembered, and addresses of one name that are tried.
NAMES_MAX: Final = 256
ADDRESSES_MAX: Final = 3

MAY_HAVE_ARRIVED: Final = "it may have arrived"


@dataclass(frozen=True, slots=True)
class Posted:
    """How a request ended."""

    #: Of the answer; None where none came.
    status: int | None = None
    #: Why there was no answer; a sentence without the address.
    fault: str = ""
    #: No answer came, and the request was under way.
    may_have_arrived: bool = False


def addresses_of(host: str, port: int) -> list[str]:
    """Return the numeric addresses of a name, in the order of the machine's name service; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Poster:
    """Sends requests for one channel."""

    def __init__(
        self,
        counters: HttpsCounters,
        *,
        is_private_allowed: bool = False,
        authority_file: Path | None = None,
        look_up: Callable[[str, int], list[str]] = addresses_of,
        request_s_max: float = REQUEST_S_MAX,
    ) -> None:
        self._counters = counters
        self._is_private_allowed = is_private_allowed
        self._look_up = look_up
        self._request_s_max = request_s_max
        # Commands read the settings of channels too, and need no client.
        self._client = importlib.import_module("httpx")
        self._trusted = ssl.create_default_context(cafile=authority_file)
        self._errands = Errands(counters.errands_hanging.set)
        self._remembered: OrderedDict[str, list[str]] = OrderedDict()

    async def post(self, url: str, headers: Mapping[str, str], content: bytes) -> Posted:
        """Send once; whatever goes wrong is an answer."""
        posted = await self._posted(url, headers, content)
        end = f"{posted.status // 100}xx" if posted.status is not None else "no_answer"
        self._counters.requests.labels(end if posted.may_have_arrived or posted.status else "not_sent").inc()
        return posted

    async def reach(self, url: str) -> str:
        """Connect, without a request, and return what is in the way; empty if somebody is there."""
        try:
            async with asyncio.timeout(self._request_s_max):
                place = destination_of(url)
                trusted = self._trusted if place.is_https else None
                for address in await self._addresses(place):
                    fault = await _knock(place, address, trusted)
                    if not fault:
                        break
                return fault
        except AddressRefused as error:
            return str(error)
        except TimeoutError:
            return "nobody answers in time"

    async def _posted(self, url: str, headers: Mapping[str, str], content: bytes) -> Posted:
        try:
            async with asyncio.timeout(self._request_s_max):
                place = destination_of(url)
                addresses = await self._addresses(place)
                for address in addresses:
                    posted = await self._try(place, address, headers, content)
                    if posted.status is not None or posted.may_have_arrived:
                        break
                return posted
        except AddressRefused as error:
            return Posted(fault=str(error))
        except TimeoutError:
            return Posted(fault=f"no answer within {self._request_s_max:g} s", may_have_arrived=True)

    async def _try(
        self, place: Destination, address: str, headers: Mapping[str, str], content: bytes
    ) -> Posted:
        scheme = "https" if place.is_https else "http"
        host = f"[{address}]" if ":" in address else address
        httpx = self._client
        timeout = httpx.Timeout(self._request_s_max, connect=CONNECT_S_MAX)
        extensions = {"sni_hostname": place.host} if place.is_https else {}
        try:
            async with (
                httpx.AsyncClient(verify=self._trusted, trust_env=False, timeout=timeout) as client,
                client.stream(
                    "POST",
                    f"{scheme}://{host}:{place.port}{place.path}",
                    headers={**headers, "Host": place.authority},
                    content=content,
                    extensions=extensions,
                ) as answer,
            ):
                return Posted(answer.status_code)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return Posted(fault=_no_connection(error))
        except httpx.HTTPError as error:
            return Posted(fault=f"no answer: {type(error).__name__}", may_have_arrived=True)

    async def _addresses(self, place: Destination) -> list[str]:
        """Return where the request may go; raises AddressRefused with the sentence of what is in the way."""
        literal = literal_address(place.host)
        found = [str(literal)] if literal is not None else await self._of_name(place)
        faults = {one: self._fault(place, ipaddress.ip_address(one.partition("%")[0])) for one in found}
        allowed = [one for one in found if not faults[one]]
        if not allowed:
            raise AddressRefused(next(iter(faults.values()), "the name has no address"))
        return allowed[:ADDRESSES_MAX]

    def _fault(self, place: Destination, address: Address) -> str:
        if not place.is_https and not address.is_loopback:
            return "http is for loopback only, and the name stands for another machine"
        return fault_of(
            address, is_loopback_named=place.is_loopback, is_private_allowed=self._is_private_allowed
        )

    async def _of_name(self, place: Destination) -> list[str]:
        try:
            found = await self._errands.run(partial(self._look_up, place.host, place.port), NAME_S_MAX)
        except (OSError, UnicodeError):
            # TimeoutError is an OSError: a name server that hangs is one that fails.
            if place.host not in self._remembered:
                raise AddressRefused("no name server knows the host, or none answers") from None
            self._counters.names_remembered.inc()
            return self._remembered[place.host]
        self._remembered[place.host] = found
        self._remembered.move_to_end(place.host)
        if len(self._remembered) > NAMES_MAX:
            self._remembered.popitem(last=False)
        return found


async def _knock(place: Destination, address: str, trusted: ssl.SSLContext | None) -> str:
    name = place.host if trusted else None
    try:
        async with asyncio.timeout(CONNECT_S_MAX):
            _, writer = await asyncio.open_connection(address, place.port, ssl=trusted, server_hostname=name)
    except (OSError, TimeoutError) as error:
        return _no_connection(error)
    writer.close()
    return ""


def _no_connection(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "we do not believe its certificate: expired, for another name, or of an unknown authority"
        # One that wants to read has waited for an answer: that is silence, no other language.
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLWantReadError):
            return "it speaks no TLS that we do"
        cause = cause.__cause__ or cause.__context__
    return "nobody lets us in: refused, unreachable, or no answer"
