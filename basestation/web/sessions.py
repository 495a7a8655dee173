"""Sessions: a random token in the browser's cookie, its digest in the database.

Decides who a request comes from and whether the role suffices. Revocable at once: a session that
was deleted, has expired or belongs to a deactivated user is nobody, on the next request and within
one heartbeat on an open WebSocket. Tokens are 256 random bits; only their SHA-256 is stored.
"""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from basestation.cases import authority
from basestation.clock import Clock
from basestation.engine import Engine, User
from basestation.web.settings import COOKIE, WebSettings
from basestation.web.whereabouts import check_sites

_TOKEN_BYTES = 32
#: A cookie longer than this is not one of ours and is not looked up.
_TOKEN_CHARACTERS_MAX = 64


class Sessions:
    """Opens, finds and ends sessions."""

    def __init__(self, engine: Engine, clock: Clock, settings: WebSettings) -> None:
        self._engine = engine
        self._clock = clock
        self._lifetime = timedelta(hours=settings.session_h)
        self._is_cookie_secure = settings.is_cookie_secure

    async def start(self, user: User, response: Response) -> None:
        """Open a session for `user` and put its token into the response's cookie."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        await self._engine.create_session(user.id, digest(token), self._clock.now() + self._lifetime)
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(self._lifetime.total_seconds()),
            path="/",
            secure=self._is_cookie_secure,
            httponly=True,
            samesite="strict",
        )

    async def user(self, connection: HTTPConnection) -> User | None:
        """Return who this request or WebSocket belongs to, or None."""
        token = connection.cookies.get(COOKIE)
        if not token or len(token) > _TOKEN_CHARACTERS_MAX:
            return None
        return await self._engine.session(digest(token))

    async def end(self, connection: HTTPConnection, response: Response) -> None:
        """Delete the session of this request and its cookie; harmless without one."""
        token = connection.cookies.get(COOKIE)
        if token and len(token) <= _TOKEN_CHARACTERS_MAX:
            await self._engine.delete_session(digest(token))
        response.delete_cookie(
            COOKIE, path="/", secure=self._is_cookie_secure, httponly=True, samesite="strict"
        )


def digest(token: str) -> str:
    """Return what the database keeps of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def _requires(
    to_change: str, to_read: str | None = None, *, is_of_all: bool = False
) -> Callable[[Request], Awaitable[User]]:
    """Return what lets a request pass by a grant only.

    `to_read`: the action of a GET if it is another; `is_of_all`: only a grant for all sites counts, because
    what is read or changed is not parted by sites.
    """

    async def check(request: Request) -> User:
        web = request.app.state.web
        who = web.programs if web.programs.is_one(request) else web.sessions
        user = await who.user(request)
        if user is None:
            raise HTTPException(401, "You are not logged in, or your session has ended. Log in again.")
        action = to_read if to_read is not None and request.method == "GET" else to_change
        await check_sites(request, web.engine.database, user, action, is_of_all=is_of_all)
        found: User = user
        return found

    return check


#: What a route names as the type of its `user` argument: everybody else is refused, also whoever may do the
#: same at another site only. What may be done by whom is a table in `cases/authority.py`.
LoggedIn = Annotated[User, Depends(_requires(authority.BE_KNOWN))]
#: Cases; a responder only their own.
Called = Annotated[User, Depends(_requires(authority.ANSWER, authority.READ_CASES))]
#: Everything that is done while alarms come; to look at it, it is enough to see.
Operator = Annotated[User, Depends(_requires(authority.ACT, authority.SEE))]
Supervisor = Annotated[User, Depends(_requires(authority.KEEP_ROTA))]
SafetyOfficer = Annotated[User, Depends(_requires(authority.KEEP_SITE))]
Admin = Annotated[User, Depends(_requires(authority.KEEP_STATION))]
#: The same, of all sites at once.
WholeOperator = Annotated[User, Depends(_requires(authority.ACT, authority.SEE, is_of_all=True))]
WholeSafetyOfficer = Annotated[User, Depends(_requires(authority.KEEP_SITE, is_of_all=True))]
