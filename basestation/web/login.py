"""Log-in and log-out.

Decides whether a login and a password open a session. Never tells a wrong password from an unknown
login, neither by its words nor by its time, and never logs either.
"""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, StringConstraints

from basestation.engine import User
from basestation.web.part import Web, WebPart
from basestation.web.passwords import PASSWORD_CHARACTERS_MAX, TooManyChecks
from basestation.web.sessions import LoggedIn

router = APIRouter(prefix="/api/v1", tags=["log-in"])

_log = structlog.get_logger(__name__)

_WRONG = "Login or password is wrong."
_BUSY = "Too many people are logging in at this moment. Try again in a few seconds."


class LoginForm(BaseModel):
    """What somebody types to log in."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=PASSWORD_CHARACTERS_MAX)]


@router.post("/login")
async def log_in(form: LoginForm, request: Request, response: Response, web: Web) -> dict[str, Any]:
    """Open a session; its token travels in a cookie that scripts cannot read."""
    address = request.client.host if request.client else "unknown"
    if not web.attempts.is_allowed(form.login, address):
        web.counts.attempts_refused += 1
        _log.warning("log_in_refused", address=address)
        raise HTTPException(429, web.attempts.refusal())
    user = await _user_with(web, form)
    if user is None:
        web.counts.logins_failed += 1
        _log.warning("log_in_failed", address=address)
        raise HTTPException(401, _WRONG)
    web.attempts.succeeded(form.login)
    await web.sessions.start(user, response)
    return await _who(user, web)


@router.post("/logout", status_code=204)
async def log_out(request: Request, response: Response, web: Web) -> None:
    """End this session; harmless when there is none."""
    await web.sessions.end(request, response)


@router.get("/me")
async def me(user: LoggedIn, web: Web) -> dict[str, Any]:
    """Return who is logged in, and what they want of the console."""
    return await _who(user, web)


async def _user_with(web: WebPart, form: LoginForm) -> User | None:
    """Return the user with this login and password, or None after the same time."""
    found = await web.engine.user_by_login(form.login)
    try:
        is_right = await web.passwords.is_right(form.password, found.password_hash if found else None)
    except TooManyChecks:
        raise HTTPException(429, _BUSY) from None
    return found.user if found and is_right else None


async def _who(user: User, web: WebPart) -> dict[str, Any]:
    grants = [{"role": grant.role, "site_id": grant.site} for grant in user.grants]
    who = {"id": user.id, "login": user.login, "display_name": user.display_name, "role": user.role}
    return {**who, "grants": grants, **await web.engine.preferences.of(user.id)}
