"""Where a responder adds the browser in their hand to their own addresses, without a log-in.

Decides whose page it is: the holder of a link to an open case, or of the code of a test message, each only as
a person of the site. A dead link and an unknown code are refused and counted like every link that opens
nothing. A nonce of the page goes with the press; the same subscription twice is one address.
"""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, StringConstraints

from basestation.errors import EntryRefused
from basestation.outgoing.channels.web_push.settings import WebPushSettings
from basestation.outgoing.channels.web_push.subscription import SubscriptionRefused, address_of
from basestation.site.own_phones import Holder
from basestation.web.part import Web, WebPart

Kind = Literal["link", "proof"]
_NOT_A_PERSON = "Only people of the site have a phone of their own here: ask the safety officer."
_DEAD = {
    "link": "This link is not valid, or no more.",
    "proof": "This code is not known, or a newer one was sent: use the newest message.",
}
_TOO_MANY = "Too many links that are not valid. Try again later."
_STALE = "This page is old: load it again, then press again."
_NO_PUSH = "This site has not set up web push."


class NewPhone(BaseModel):
    """The subscription of a browser, as the browser gives it, and the nonce of the page."""

    subscription: Annotated[str, StringConstraints(max_length=4000)]
    nonce: Annotated[str, StringConstraints(max_length=200)]


def own_phone_router(settings: WebPushSettings | None, public_key: str = "") -> APIRouter:
    """Return the routes; without `settings` nothing is offered, and nothing taken."""
    router = APIRouter(prefix="/api/v1/own-phone", tags=["rescue"])

    @router.get("/{kind}/{secret}")
    async def offered(kind: Kind, secret: str, request: Request, web: Web) -> dict[str, str]:
        """Return what a browser subscribes with; empty where nothing is offered to this person."""
        holder = await _holder(kind, secret, request, web)
        if settings is None or holder is None:
            return {"public_key": "", "nonce": ""}
        return {"public_key": public_key, "nonce": web.engine.pages.links.nonce(secret)}

    @router.post("/{kind}/{secret}")
    async def add(kind: Kind, secret: str, body: NewPhone, request: Request, web: Web) -> dict[str, str]:
        """Add the browser to the addresses of whose page it is."""
        holder = await _holder(kind, secret, request, web)
        if settings is None:
            raise EntryRefused(_NO_PUSH)
        if holder is None:
            raise EntryRefused(_NOT_A_PERSON)
        if not web.engine.pages.links.is_nonce(secret, body.nonce):
            raise EntryRefused(_STALE)
        try:
            address = address_of(body.subscription, settings)
        except SubscriptionRefused as error:
            raise EntryRefused(str(error)) from None
        return {"sentence": await web.engine.rescue.own_phones.add(holder, address)}

    return router


async def _holder(kind: Kind, secret: str, request: Request, web: WebPart) -> Holder | None:
    """Return whose page it is; None for whoever is no person of the site. Raises HTTPException."""
    phones = web.engine.rescue.own_phones
    if kind == "proof":
        holder = await phones.holder_of_code(secret)
        if holder is None:
            raise _dead(kind, request, web)
        return holder
    page = await web.engine.pages.page(secret)
    if page is None or page.is_over:
        raise _dead(kind, request, web)
    return await phones.holder_of_key(page.sender.key)


def _dead(kind: Kind, request: Request, web: WebPart) -> HTTPException:
    web.counts.links_refused += 1
    address = request.client.host if request.client else "unknown"
    if web.attempts.is_link_allowed(address):
        return HTTPException(HTTPStatus.NOT_FOUND, _DEAD[kind])
    web.counts.links_limited += 1
    return HTTPException(HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY)
