"""Who may log in, over HTTP: roles at sites, retiring, codes for a new password, the own password.

Decides who may: an administrator of all sites, in all of it; everybody changes their own password. A code is
in one answer and in no other; whoever has it chooses a password without a log-in, at the rate of log-ins.
"""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from basestation.cases.authority import Grant
from basestation.errors import EntryRefused
from basestation.web.forms import Id, Line, Login
from basestation.web.part import Web
from basestation.web.passwords import PASSWORD_CHARACTERS_MAX, TooManyChecks, hash_password
from basestation.web.sessions import Admin, LoggedIn, digest
from basestation.web.settings import COOKIE

router = APIRouter(prefix="/api/v1", tags=["log-in"])

Password = Annotated[str, StringConstraints(max_length=PASSWORD_CHARACTERS_MAX)]
_HIDDEN = Field(repr=False)
Role = Literal["worker", "responder", "viewer", "operator", "supervisor", "safety_officer", "admin"]
_GRANTS_MAX = 200


class GrantForm(BaseModel):
    """A role at a site; without a site at all of them."""

    role: Role
    site_id: Id | None = None


class NewUserForm(BaseModel):
    """Somebody who may log in: by a password, or by a code for choosing one where none is given."""

    login: Login
    display_name: Line
    password: Annotated[Password | None, _HIDDEN] = None
    #: In place of `grants`: one role, at all sites.
    role: Role | None = None
    grants: Annotated[list[GrantForm], Field(max_length=_GRANTS_MAX)] = []


class VersionForm(BaseModel):
    """What a change was made from."""

    version: int


class UserForm(VersionForm):
    """Name and roles."""

    display_name: Line
    grants: Annotated[list[GrantForm], Field(min_length=1, max_length=_GRANTS_MAX)]


class OwnPasswordForm(BaseModel):
    """The own password, as it is and as it is to be."""

    old: Annotated[Password, _HIDDEN]
    new: Annotated[Password, _HIDDEN]


class CodeForm(BaseModel):
    """What somebody was told who has no password any more, and the one they choose."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
    code: Annotated[str, StringConstraints(min_length=1, max_length=64), _HIDDEN]
    password: Annotated[Password, _HIDDEN]


@router.get("/users")
async def users(user: Admin, web: Web) -> list[dict[str, Any]]:
    """Return all who may log in, with their roles, and never a password or code."""
    del user
    return await web.engine.rescue.log_ins.all()


@router.post("/users", status_code=201)
async def add_user(form: NewUserForm, user: Admin, web: Web) -> dict[str, Any]:
    """Register somebody who may log in; without a password the answer carries a code, this once."""
    given = _grants(form.grants) if form.role is None else [Grant(form.role)]
    password_hash = None if form.password is None else await _hashed(form.password)
    log_ins, by = web.engine.rescue.log_ins, user.display_name
    return await log_ins.add(form.login, form.display_name, password_hash, given, by)


@router.put("/users/{user_id}")
async def change_user(user_id: Id, form: UserForm, user: Admin, web: Web) -> dict[str, Any]:
    """Change name and roles; consoles that are open show the new part within a heartbeat."""
    log_ins, by = web.engine.rescue.log_ins, user.display_name
    return await log_ins.change(user_id, form.display_name, _grants(form.grants), form.version, by)


@router.get("/users/{user_id}/history")
async def history(user_id: Id, user: Admin, web: Web) -> list[dict[str, Any]]:
    """Return what was done to a log-in, newest first."""
    del user
    return await web.engine.rescue.log_ins.history(user_id)


@router.post("/users/{user_id}/end-sessions")
async def end_sessions(user_id: Id, user: Admin, web: Web) -> dict[str, Any]:
    """Log somebody out everywhere."""
    return await web.engine.rescue.log_ins.end_sessions(user_id, user.display_name)


@router.post("/users/{user_id}/{verb}")
async def do_to_user(
    user_id: Id,
    verb: Literal["retire", "bring-back", "reset", "undo"],
    form: VersionForm,
    user: Admin,
    web: Web,
) -> dict[str, Any]:
    """Retire a log-in, bring it back, end its password for a code, or undo the last change of its roles."""
    log_ins = web.engine.rescue.log_ins
    act = {
        "retire": log_ins.retire,
        "bring-back": log_ins.bring_back,
        "reset": log_ins.reset,
        "undo": log_ins.undo,
    }[verb]
    return await act(user_id, form.version, user.display_name)


@router.post("/me/password", status_code=204)
async def change_own_password(
    form: OwnPasswordForm, user: LoggedIn, web: Web, request: Request, response: Response
) -> None:
    """Change the own password; other sessions of the same log-in end."""
    del response
    _check_rate(user.login, request, web)
    found = await web.engine.user_by_login(user.login)
    try:
        is_right = await web.passwords.is_right(form.old, found.password_hash if found else None)
    except TooManyChecks:
        raise HTTPException(429, "Too many people are logging in. Try again in a few seconds.") from None
    if not is_right:
        web.counts.logins_failed += 1
        raise EntryRefused("The old password is wrong.")
    web.attempts.succeeded(user.login)
    but = digest(request.cookies.get(COOKIE, ""))
    await web.engine.rescue.log_ins.change_password(user.id, await _hashed(form.new), but)


@router.post("/choose-password", status_code=204)
async def choose_password(form: CodeForm, request: Request, web: Web) -> None:
    """Take a new password for a code; for whoever has no log-in that works."""
    _check_rate(form.login, request, web)
    password_hash = await _hashed(form.password)
    try:
        await web.engine.rescue.log_ins.choose_password(form.login, form.code, password_hash)
    except EntryRefused:
        web.counts.logins_failed += 1
        raise
    web.attempts.succeeded(form.login)


def _grants(given: list[GrantForm]) -> list[Grant]:
    return [Grant(one.role, one.site_id) for one in given]


async def _hashed(password: str) -> str:
    return await asyncio.to_thread(hash_password, password)


def _check_rate(login: str, request: Request, web: Web) -> None:
    address = request.client.host if request.client else "unknown"
    if not web.attempts.is_allowed(login, address):
        web.counts.attempts_refused += 1
        raise HTTPException(429, web.attempts.refusal())
