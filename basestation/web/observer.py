"""The page of an observer of a drill over HTTP, without a log-in: the token in its address is all there is.

Decides that a token which opens nothing is a counted 404, limited like those of responders, and that what was
noted is taken once. The page itself is a file; what it shows comes as JSON.
"""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, StringConstraints
from starlette.responses import JSONResponse

from basestation.drills.observing import Note
from basestation.web.forms import Text
from basestation.web.part import Web
from basestation.web.responder import as_page, invalid

router = APIRouter(include_in_schema=False)

_PAGE = Path(__file__).parent / "static" / "observer.html"
#: A hundred years: what a clock that was never set may be wrong by.
_OFFSET_MS_MAX = 100 * 366 * 86_400_000
_AT_MS_MAX = 2**42
_KEY = r"^[A-Za-z0-9-]{8,64}$"


class NoteForm(BaseModel):
    """What an observer noted; times in ms, by the phone's clock."""

    key: Annotated[str, StringConstraints(pattern=_KEY)]
    stage: Annotated[str, StringConstraints(max_length=20)]
    at_ms: Annotated[int | None, Field(ge=0, le=_AT_MS_MAX)]
    offset_ms: Annotated[int | None, Field(ge=-_OFFSET_MS_MAX, le=_OFFSET_MS_MAX)] = None
    words: Text = ""
    corrects: Annotated[str, StringConstraints(max_length=64)] = ""


@router.get("/o/{token}")
async def page(token: str, request: Request, web: Web) -> Response:
    """Return the page; nothing changes."""
    if await web.engine.drills.observing.page(token) is None:
        return invalid(request, web)
    return as_page(_PAGE.read_text(encoding="utf-8"))


@router.get("/o/{token}/state")
async def state(token: str, request: Request, web: Web) -> Response:
    """Return what the page shows."""
    found = await web.engine.drills.observing.page(token)
    return invalid(request, web) if found is None else JSONResponse(found)


@router.post("/o/{token}/notes")
async def note(token: str, form: NoteForm, request: Request, web: Web) -> Response:
    """Take a note, once however often it comes, and return what the page shows."""
    found = await web.engine.drills.observing.take(token, Note(**dict(form)))
    return invalid(request, web) if found is None else JSONResponse(found)
