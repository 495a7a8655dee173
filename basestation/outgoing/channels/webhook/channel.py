"""Signed webhooks as a channel: a notice goes as JSON to a target of the settings.

Decides what an answer means. 2xx is SENT: the machine behind took it, and whether it arrived anywhere only a
report can say. Everything else is FAILED and tried again with the same id, which is the key of the notice, so
that whoever got it twice can tell. The body of an answer is not looked at. Every attempt has a time stamp and
a signature of its own.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

from basestation.clock import Clock, to_ms
from basestation.outgoing.channels.channel import Delivery, Health, Notice, Stage
from basestation.outgoing.channels.https.post import MAY_HAVE_ARRIVED, Posted, Poster
from basestation.outgoing.channels.webhook.payload import body_bytes
from basestation.outgoing.channels.webhook.settings import WebhookSettings, WebhookTarget
from basestation.outgoing.channels.webhook.signature import headers_of, id_of

#: Connections that a check makes at one moment.
CHECKS_MAX: Final = 8
USER_AGENT: Final = "Rufweite"
IDEMPOTENCY: Final = "idempotency-key"
_REASONS: Final = {
    "3": "it sends us elsewhere, and redirects are not followed: set the new address",
    "401": "it does not believe our signature: secret or clock differ",
    "403": "it does not let us in",
    "404": "there is nothing at this address",
    "410": "it wants no more: the target is gone",
    "413": "the notice is too large for it",
    "429": "it is asked too often",
    "5": "it failed",
}


class WebhookChannel:
    """The way to machines of others; the address of a notice is the name of a target."""

    def __init__(self, settings: WebhookSettings, poster: Poster, clock: Clock) -> None:
        self._targets: Mapping[str, WebhookTarget] = settings.targets
        self._poster = poster
        self._clock = clock

    async def send(self, notice: Notice) -> Delivery:
        """Tell the target."""
        name = notice.address.strip()
        target = self._targets.get(name)
        if target is None:
            return Delivery(Stage.FAILED, "no such target: its name stands in the settings of webhooks")
        headers = signed_headers(notice.key, target.secret_bytes, body_bytes(notice), self._clock)
        posted = await self._poster.post(
            target.url, {**headers, "Content-Type": "application/json"}, body_bytes(notice)
        )
        return delivery_of(name, posted)

    async def check(self) -> Health:
        """Connect to every target, and tell it nothing."""
        return await reached({name: target.url for name, target in self._targets.items()}, self._poster)


async def reached(urls: Mapping[str, str], poster: Poster) -> Health:
    """Tell whether at each of these somebody lets us in."""
    turns = asyncio.Semaphore(CHECKS_MAX)

    async def reach(url: str) -> str:
        async with turns:
            return await poster.reach(url)

    faults = await asyncio.gather(*map(reach, urls.values()))
    missing = [f"{name}: {fault}" for name, fault in zip(urls, faults, strict=True) if fault]
    if missing:
        return Health(is_working=False, detail="; ".join(missing))
    return Health(is_working=True, detail=f"{len(urls)} of {len(urls)} let us in")


def signed_headers(key: str, secret: bytes, body: bytes, clock: Clock) -> dict[str, str]:
    """Return the headers of one attempt."""
    number = id_of(key)
    signed = headers_of(secret, number, to_ms(clock.now()) // 1000, body)
    return {**signed, IDEMPOTENCY: number, "User-Agent": USER_AGENT}


def delivery_of(name: str, posted: Posted) -> Delivery:
    """Return what became of a request to a target."""
    if posted.status is None:
        arrived = f"; {MAY_HAVE_ARRIVED}" if posted.may_have_arrived else ""
        return Delivery(Stage.FAILED, f"{name}: {posted.fault}{arrived}")
    if 200 <= posted.status < 300:
        return Delivery(Stage.SENT, f"{name} took it")
    text = str(posted.status)
    reason = _REASONS.get(text) or _REASONS.get(text[0]) or "it refused the notice"
    return Delivery(Stage.FAILED, f"{name} answered {text}: {reason}")
