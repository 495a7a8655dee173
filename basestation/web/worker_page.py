"""The worker's own page and the kiosk at the gate, over HTTP.

Decides who somebody is there: a personal link, or a number with a PIN, opens a session that is the worker's
and reaches nothing of the console. At a kiosk it lasts two minutes and travels in a header that the page
forgets; it tells results and conditions, never a case, a personal reason, or anybody else. Attempts are
bounded as log-ins are, and a wrong PIN is never told from an unknown number.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any, Final

import structlog
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel, Field, StringConstraints
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from basestation.errors import Refused
from basestation.site.own_record import CONFIRMED, NOT_ASKED
from basestation.site.worker_access import OwnSelf
from basestation.web.forms import DeviceName, Id
from basestation.web.pages import STATIC
from basestation.web.part import Web, WebPart
from basestation.web.passwords import TooManyChecks
from basestation.web.sessions import digest
from basestation.web.worker_sessions import (
    KIOSK,
    OWN,
    VISIT,
    VISIT_S,
    kiosk_of,
    new_token,
    own_of,
    put_cookie,
)

router = APIRouter(tags=["worker's page"])
_log = structlog.get_logger(__name__)

_WRONG: Final = "Number or PIN is wrong."
_WRONG_LINK: Final = "This link is not valid, or no more: ask the safety officer for a new one."
_TOO_MANY: Final = "Too many attempts. Wait some minutes, then try again."
_BUSY: Final = "Too many people are identifying themselves at this moment. Try again in a few seconds."
#: A kiosk keeps its token for a year, in seconds.
_KIOSK_COOKIE_S: Final = 31_536_000
_OWN_DAYS: Final = 30

Secret = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,64}$")]


class IdentifyForm(BaseModel):
    """What a worker types."""

    number: Id
    pin: Annotated[str, StringConstraints(pattern=r"^[0-9]{4,12}$")]


class SecretForm(BaseModel):
    """What stands behind the # of a personal link, or of a kiosk's address."""

    secret: Secret


class StartForm(BaseModel):
    """The device that is taken, the place, and for how long, in hours."""

    device: DeviceName
    workplace_id: Id
    hours: Annotated[int, Field(ge=1, le=24)]


def _requires(
    find: Callable[[HTTPConnection], Awaitable[OwnSelf | None]],
) -> Callable[..., Awaitable[OwnSelf]]:
    async def check(connection: HTTPConnection) -> OwnSelf:
        own = await find(connection)
        if own is None:
            raise HTTPException(
                401, "You are not logged in here, or your time is over. Identify yourself again."
            )
        return own

    return check


Own = Annotated[OwnSelf, Depends(_requires(own_of))]


@router.get("/me", include_in_schema=False)
async def own_page() -> HTMLResponse:
    """Return the worker's page, the same for everybody."""
    return HTMLResponse((STATIC / "me.html").read_text(encoding="utf-8"))


@router.get("/kiosk", include_in_schema=False)
async def kiosk_page() -> HTMLResponse:
    """Return the kiosk's page, the same for everybody."""
    return HTMLResponse((STATIC / "kiosk.html").read_text(encoding="utf-8"))


@router.post("/api/v1/own/log-in")
async def log_in(form: IdentifyForm, request: Request, response: Response, web: Web) -> dict[str, Any]:
    """Open a session of a worker on their own phone."""
    worker_id = await _identified(web, form, _address(request))
    return await _entered(web, worker_id, response)


@router.post("/api/v1/own/link")
async def enter_by_link(form: SecretForm, request: Request, response: Response, web: Web) -> dict[str, Any]:
    """Open a session with a personal link."""
    worker_id = await web.engine.crew.access.worker_of_link(digest(form.secret))
    if worker_id is None:
        raise _dead_link(web, request)
    return await _entered(web, worker_id, response)


@router.post("/api/v1/own/log-out", status_code=204)
async def log_out(request: Request, response: Response, web: Web) -> None:
    """End the session; harmless when there is none."""
    token = request.headers.get(VISIT) or request.cookies.get(OWN)
    if token:
        await web.engine.crew.access.end_session(digest(token))
    if VISIT not in request.headers:
        response.delete_cookie(OWN, path="/", httponly=True, samesite="strict")


@router.get("/api/v1/own")
async def state(own: Own, web: Web) -> dict[str, Any]:
    """Return where the worker stands now."""
    return await web.engine.crew.record.state(own, await web.engine.snapshot())


@router.get("/api/v1/own/choices")
async def choices(own: Own, web: Web) -> dict[str, Any]:
    """Return the devices that nobody wears, and the workplaces."""
    del own
    return await web.engine.crew.record.choices()


@router.post("/api/v1/own/shift")
async def start(form: StartForm, own: Own, web: Web) -> dict[str, Any]:
    """Start the own shift; `result` says what became of it."""
    result = await web.engine.crew.record.start(own, form.device, form.workplace_id, form.hours)
    return await _after(own, web, result)


@router.post("/api/v1/own/shift/end")
async def end(own: Own, web: Web) -> dict[str, Any]:
    """End the own shift; `result` says what became of it."""
    return await _after(own, web, await web.engine.crew.record.end(own))


@router.post("/api/v1/own/confirm")
async def confirm(own: Own, web: Web) -> dict[str, Any]:
    """Answer a control call: all is well."""
    way = "page" if own.kiosk is None else "kiosk"
    is_asked = await web.engine.crew.calls.confirm_own(own.worker_id, way)
    return await _after(own, web, CONFIRMED if is_asked else NOT_ASKED)


@router.get("/api/v1/own/record")
async def record(own: Own, web: Web, response: Response) -> dict[str, Any]:
    """Return everything that is stored about the worker, but for what must not be seen by others."""
    if own.kiosk is not None:
        raise Refused("What is stored about you is shown on your own phone only, not at a kiosk.")
    response.headers["Content-Disposition"] = 'attachment; filename="rufweite-own.json"'
    return await web.engine.crew.record.everything(own)


@router.post("/api/v1/kiosk/open")
async def open_kiosk(form: SecretForm, request: Request, response: Response, web: Web) -> dict[str, Any]:
    """Make this browser the kiosk that an administrator has made."""
    found = await web.engine.crew.access.kiosk_of(digest(form.secret))
    if found is None:
        raise _dead_link(web, request)
    put_cookie(web, response, KIOSK, form.secret, _KIOSK_COOKIE_S)
    return {"name": found[1]}


@router.post("/api/v1/kiosk/identify")
async def identify(form: IdentifyForm, request: Request, web: Web) -> dict[str, Any]:
    """Open the short session of a worker who stands at this kiosk."""
    kiosk = await kiosk_of(request)
    if kiosk is None:
        raise HTTPException(403, "This is no kiosk, or no more: an administrator opens it with its address.")
    worker_id = await _identified(web, form, f"kiosk {kiosk[0]}")
    visit = await new_token(web, worker_id, timedelta(seconds=VISIT_S), kiosk[0])
    return {"visit": visit}


async def _entered(web: WebPart, worker_id: int, response: Response) -> dict[str, Any]:
    lifetime = timedelta(days=_OWN_DAYS)
    put_cookie(
        web, response, OWN, await new_token(web, worker_id, lifetime, None), int(lifetime.total_seconds())
    )
    return {"number": worker_id}


async def _after(own: OwnSelf, web: WebPart, result: str) -> dict[str, Any]:
    return {"result": result, **await web.engine.crew.record.state(own, await web.engine.snapshot())}


async def _identified(web: WebPart, form: IdentifyForm, address: str) -> int:
    """Return the number of the worker who knows the PIN; raises HTTPException, after the same time."""
    # A name that no log-in can have, so that a worker's attempts are nobody else's.
    name = f"worker {form.number}"
    if not web.attempts.is_allowed(name, address):
        web.counts.attempts_refused += 1
        _log.warning("worker_refused", address=address)
        raise HTTPException(429, _TOO_MANY)
    stored = await web.engine.crew.access.pin_hash_of(form.number)
    try:
        is_right = await web.passwords.is_right(form.pin, stored)
    except TooManyChecks:
        raise HTTPException(429, _BUSY) from None
    if not is_right:
        web.counts.logins_failed += 1
        _log.warning("worker_failed", address=address)
        raise HTTPException(401, _WRONG)
    web.attempts.succeeded(name)
    return form.number


def _dead_link(web: WebPart, request: Request) -> HTTPException:
    web.counts.links_refused += 1
    if web.attempts.is_link_allowed(_address(request)):
        return HTTPException(404, _WRONG_LINK)
    web.counts.links_limited += 1
    return HTTPException(429, _TOO_MANY)


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
