"""The page of a test message, and the button on it.

Decides that opening the page changes nothing, and that pressing its button needs no log-in: the code is the
secret, and only the address it was sent to knows it. Asking somebody anew is a safety officer's.
"""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import StringConstraints
from starlette.responses import HTMLResponse

from basestation.web.forms import Id
from basestation.web.pages import STATIC
from basestation.web.part import Web
from basestation.web.sessions import SafetyOfficer

router = APIRouter(tags=["rescue"])

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,32}$")]


@router.get("/proof/{code}", include_in_schema=False)
async def page(code: str) -> HTMLResponse:
    """Return the page with the button, the same for every code: it tells nobody which ones there are."""
    del code
    return HTMLResponse((STATIC / "proof.html").read_text(encoding="utf-8"))


@router.post("/api/v1/proofs/{code}")
async def press(code: Code, web: Web) -> dict[str, str]:
    """Confirm the address to which the code was sent."""
    return {"sentence": await web.engine.rescue.proofs.confirm(code)}


@router.post("/api/v1/responders/{responder_id}/ask")
async def ask(responder_id: Id, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Send a test message to each address of somebody now."""
    return {"sent": await web.engine.rescue.proofs.ask(responder_id, user.display_name)}
