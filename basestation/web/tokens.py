"""Tokens over HTTP: made, listed, revoked; by an administrator who is logged in, and by no program.

The token itself is in the answer to its making and in no other.
"""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from basestation.errors import EntryRefused
from basestation.site.access_tokens import DAYS_MAX
from basestation.web.forms import Id, Line
from basestation.web.part import Web
from basestation.web.programs import new_token
from basestation.web.scopes import SCOPES
from basestation.web.sessions import Admin, digest

router = APIRouter(prefix="/api/v1", tags=["tokens"])


class TokenForm(BaseModel):
    """A token for a program: what it is called, what it may do, and for how many days."""

    name: Line
    scopes: Annotated[
        list[Annotated[str, StringConstraints(max_length=32)]], Field(max_length=len(SCOPES), min_length=1)
    ]
    days: Annotated[int, Field(ge=1, le=DAYS_MAX)] = 90


@router.get("/tokens")
async def tokens(user: Admin, web: Web) -> list[dict[str, Any]]:
    """Return the tokens, newest first, also those that are over; never the tokens themselves."""
    del user
    return await web.engine.access_tokens.all()


@router.get("/tokens/scopes")
async def scopes(user: Admin) -> list[str]:
    """Return every scope a token can have."""
    del user
    return list(SCOPES)


@router.post("/tokens", status_code=201)
async def make_token(form: TokenForm, user: Admin, web: Web) -> dict[str, Any]:
    """Make a token and return it, this once."""
    unknown = sorted(set(form.scopes) - set(SCOPES))
    if unknown:
        raise EntryRefused(f"There is no scope {unknown[0]!r}: choose among {', '.join(SCOPES)}.")
    token = new_token()
    made = await web.engine.access_tokens.make(form.name, form.scopes, form.days, digest(token), user)
    return made | {"token": token}


@router.post("/tokens/{token_id}/revoke")
async def revoke_token(token_id: Id, user: Admin, web: Web) -> dict[str, Any]:
    """Revoke a token: the next request with it is refused."""
    await web.engine.access_tokens.revoke(token_id, user)
    return {"id": token_id}
