"""The sounder of the control room over HTTP: a silence of 60 s for the cases that a console shows."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from basestation.web.forms import Id
from basestation.web.part import Web
from basestation.web.sessions import Operator

#: Numbers in one request; more cases than any console shows.
CASES_MAX = 2000

router = APIRouter(prefix="/api/v1/sounder", tags=["cases"])


class Silenced(BaseModel):
    """The cases that the console shows, by their numbers."""

    cases: Annotated[list[Id], Field(min_length=1, max_length=CASES_MAX)]


@router.post("/silence")
async def silence(body: Silenced, user: Operator, web: Web) -> dict[str, Any]:
    """Silence those of these cases that sound now, on every console for 60 s; the chain goes on."""
    return await web.engine.sounder.silence(body.cases, user.display_name)
