"""Programs at the API: a token in the header `Authorization: Bearer`, instead of a session.

Decides whether a token opens the route that is asked for. Wrong tokens are counted and limited like log-ins,
by their address; right ones by their number, so that a program in a loop leaves room for consoles. A right
token is never refused because others guess. Tokens are never logged.
"""

import secrets
from http import HTTPStatus
from typing import Final

import structlog
from fastapi import HTTPException
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from starlette.requests import HTTPConnection

from basestation.engine import Engine
from basestation.site.access_tokens import Access
from basestation.site.people import User
from basestation.web.counts import WebCounts
from basestation.web.scopes import ANY, scope_of
from basestation.web.sessions import digest
from basestation.web.settings import WebSettings

#: What a token begins with, so that it is recognised where it should not stand.
PREFIX: Final = "rwt_"
_TOKEN_BYTES: Final = 32
#: Anything longer is none of ours and is not looked up.
_TOKEN_CHARACTERS_MAX: Final = 64
_BEARER: Final = "bearer "

_WRONG = "This token is not known, is over or was revoked. Ask an administrator for another one."
_TOO_MANY_WRONG = "Too many wrong tokens from this address. Try again in {minutes} minutes."
_TOO_MANY = "More than {count} requests a minute with this token. Wait a minute, or ask for events instead."
_NO_TOKEN = "No token opens this: log in as a person."  # noqa: S105 -- a sentence
_SCOPE = "This token lacks the scope {scope}. Ask an administrator for one that has it."

_log = structlog.get_logger(__name__)


def new_token() -> str:
    """Return a new token, 256 random bits."""
    return PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)


class Programs:
    """Lets programs in."""

    def __init__(self, engine: Engine, settings: WebSettings, counts: WebCounts) -> None:
        self._engine, self._settings, self._counts = engine, settings, counts
        storage = MemoryStorage()
        self._wrong, self._right = MovingWindowRateLimiter(storage), FixedWindowRateLimiter(storage)
        self._per_address = RateLimitItemPerSecond(
            settings.attempts_per_address, settings.attempts_window_s, namespace="wrong-token"
        )
        self._per_token = RateLimitItemPerSecond(settings.token_requests_max, 60, namespace="token")

    @staticmethod
    def is_one(connection: HTTPConnection) -> bool:
        """Tell whether the request comes with a token, right or wrong."""
        return _header(connection)[: len(_BEARER)].lower() == _BEARER

    async def user(self, connection: HTTPConnection) -> User:
        """Return for whom the program acts on the route of this request; raises HTTPException."""
        access = await self.access(connection)
        route = connection.scope.get("route")
        needed = scope_of(connection.scope["method"], getattr(route, "path", ""))
        if needed is None:
            raise HTTPException(HTTPStatus.FORBIDDEN, _NO_TOKEN)
        connection.state.scopes = access.scopes
        if needed not in access.scopes | {ANY}:
            raise HTTPException(HTTPStatus.FORBIDDEN, _SCOPE.format(scope=needed))
        return access.user

    @staticmethod
    def scopes(connection: HTTPConnection) -> frozenset[str]:
        """Return the scopes of the program that `user` has let in."""
        scopes: frozenset[str] = connection.state.scopes
        return scopes

    async def access(self, connection: HTTPConnection) -> Access:
        """Return what the token of a request opens, and count its use; raises HTTPException."""
        token = _header(connection)[len(_BEARER) :].strip()
        is_possible = token.startswith(PREFIX) and len(token) <= _TOKEN_CHARACTERS_MAX
        access = await self._engine.access_tokens.access(digest(token)) if is_possible else None
        if access is None:
            raise self._refused(connection)
        if not self._right.hit(self._per_token, str(access.token_id)):
            self._counts.tokens_limited += 1
            sentence = _TOO_MANY.format(count=self._settings.token_requests_max)
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, sentence, {"Retry-After": "60"})
        await self._engine.access_tokens.note_use(access.token_id)
        return access

    def _refused(self, connection: HTTPConnection) -> HTTPException:
        address = connection.client.host if connection.client else "unknown"
        self._counts.tokens_refused += 1
        _log.warning("token_refused", address=address)
        if self._wrong.hit(self._per_address, address):
            return HTTPException(HTTPStatus.UNAUTHORIZED, _WRONG, {"WWW-Authenticate": "Bearer"})
        self._counts.tokens_limited += 1
        sentence = _TOO_MANY_WRONG.format(minutes=max(1, self._settings.attempts_window_s // 60))
        return HTTPException(HTTPStatus.TOO_MANY_REQUESTS, sentence)


def _header(connection: HTTPConnection) -> str:
    return connection.headers.get("authorization", "")
