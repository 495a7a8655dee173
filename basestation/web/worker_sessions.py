"""Sessions of workers and of kiosks: tokens in cookies of their own, apart from those of the console.

Decides whose request it is. On a phone the token is a cookie; at a kiosk it is a header that lives in the
page's memory alone, and counts only together with the cookie of a kiosk in service. Times in seconds.
"""

import secrets
from datetime import timedelta
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from basestation.site.worker_access import OwnSelf
from basestation.web.part import WebPart
from basestation.web.sessions import digest

OWN: Final = "rufweite_own"
KIOSK: Final = "rufweite_kiosk"
#: The header in which a kiosk's page names who stands there.
VISIT: Final = "X-Rufweite-Visit"
#: A visit at a kiosk ends by itself.
VISIT_S: Final = 120
_TOKEN_BYTES: Final = 32
#: A token longer than this is not one of ours and is not looked up.
_TOKEN_CHARACTERS_MAX: Final = 64


async def new_token(web: WebPart, worker_id: int, lifetime: timedelta, kiosk_id: int | None) -> str:
    """Open a session of a worker and return its token."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    expires_at = web.clock.now() + lifetime
    await web.engine.crew.access.open_session(worker_id, digest(token), expires_at, kiosk_id)
    return token


async def own_of(connection: HTTPConnection) -> OwnSelf | None:
    """Return the worker whose request this is."""
    visit = connection.headers.get(VISIT)
    token = visit or connection.cookies.get(OWN)
    if not token or len(token) > _TOKEN_CHARACTERS_MAX:
        return None
    web: WebPart = connection.app.state.web
    own = await web.engine.crew.access.whose(digest(token))
    if own is None or (own.kiosk is None) != (visit is None):
        return None
    if visit is not None and await kiosk_of(connection) is None:
        return None
    return own


async def kiosk_of(connection: HTTPConnection) -> tuple[int, str] | None:
    """Return number and name of the kiosk that this browser is."""
    token = connection.cookies.get(KIOSK)
    if not token or len(token) > _TOKEN_CHARACTERS_MAX:
        return None
    web: WebPart = connection.app.state.web
    return await web.engine.crew.access.kiosk_of(digest(token))


def put_cookie(web: WebPart, response: Response, name: str, token: str, age_s: int) -> None:
    """Put a token into the response's cookie, where no script reads it."""
    is_secure = web.settings.is_cookie_secure
    response.set_cookie(
        name, token, max_age=age_s, path="/", secure=is_secure, httponly=True, samesite="strict"
    )
